//! What filters look at, as small numbers: no text is compared while a query runs.

use domain::{Atlas, CodeCommune, CodeIris, Famille, QualitePosition, Structure, Tranche};

use rustc_hash::FxHashMap;

use crate::Filter;
use crate::parallel;

/// Stands for "none" and for what no structure of the atlas has.
const NONE: u32 = u32::MAX;

/// A structure, as filters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) commune: u32,
    iris: u32,
    secteur: u32,
    famille: u8,
    tranche: u8,
    qualite: u8,
    /// Bits of [`COURONNE`], [`PRECISE`] and of the employer flag.
    traits: u8,
}

const COURONNE: u8 = 1;
const PRECISE: u8 = 2;
/// The employer flag is one of three bits: unknown, no, yes.
const EMPLOYEUR: u8 = 4;

/// The codes of every structure, by rank, and the dictionaries behind them.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    rows: Vec<Code>,
    communes: FxHashMap<CodeCommune, u32>,
    iris: FxHashMap<CodeIris, u32>,
    secteurs: FxHashMap<String, u32>,
}

impl Code {
    /// Placed well enough for distances and kernels.
    pub(crate) fn is_precise(self) -> bool {
        self.traits & PRECISE != 0
    }
}

impl Codes {
    /// Codes the structures of an atlas, in parallel.
    pub(crate) fn of(atlas: &Atlas) -> Self {
        let threads = parallel::threads(atlas.structures.len());
        let seen = parallel::map_runs(&atlas.structures, threads, Self::seen_in);
        let mut codes = Self::default();
        for run in seen {
            run.communes.into_keys().for_each(|key| number(&mut codes.communes, key));
            run.iris.into_keys().for_each(|key| number(&mut codes.iris, key));
            run.secteurs.into_keys().for_each(|key| number(&mut codes.secteurs, key));
        }
        let rows = parallel::map_runs(&atlas.structures, threads, |run| {
            run.iter().map(|structure| codes.code(structure)).collect::<Vec<Code>>()
        });
        codes.rows = rows.concat();
        codes
    }

    /// The dictionaries of a run; their numbers are given later.
    fn seen_in(run: &[Structure]) -> Self {
        let mut seen = Self::default();
        for structure in run {
            if !seen.communes.contains_key(&structure.code_commune) {
                seen.communes.insert(structure.code_commune.clone(), NONE);
            }
            if let Some(iris) = structure.code_iris.as_ref().filter(|iris| !seen.iris.contains_key(iris)) {
                seen.iris.insert(iris.clone(), NONE);
            }
            if !seen.secteurs.contains_key(&structure.secteur) {
                seen.secteurs.insert(structure.secteur.clone(), NONE);
            }
        }
        seen
    }

    fn code(&self, structure: &Structure) -> Code {
        let precise = if structure.qualite_position.est_precise() { PRECISE } else { 0 };
        let couronne = if structure.couronne { COURONNE } else { 0 };
        Code {
            commune: self.commune(&structure.code_commune),
            iris: structure.code_iris.as_ref().and_then(|iris| self.iris.get(iris)).copied().unwrap_or(NONE),
            secteur: self.secteurs.get(&structure.secteur).copied().unwrap_or(NONE),
            famille: famille(structure.famille),
            tranche: tranche(structure.tranche),
            qualite: qualite(structure.qualite_position),
            traits: couronne | precise | employeur(structure.caractere_employeur),
        }
    }

    /// Number of a commune; `u32::MAX` when no structure is there.
    pub(crate) fn commune(&self, code: &CodeCommune) -> u32 {
        self.communes.get(code).copied().unwrap_or(NONE)
    }

    /// Number of communes that have a structure.
    pub(crate) fn communes(&self) -> usize {
        self.communes.len()
    }

    /// Codes by rank.
    pub(crate) fn rows(&self) -> &[Code] {
        &self.rows
    }

    /// Reads a filter once, for these codes.
    pub(crate) fn compile(&self, filter: &Filter) -> Admission {
        let mask =
            |bits: Vec<u8>| if bits.is_empty() { u32::MAX } else { bits.iter().fold(0, |mask, bit| mask | 1 << bit) };
        let mut communes = filter.communes.as_ref().map(|_| vec![false; self.communes.len()]);
        for code in filter.communes.iter().flatten() {
            let slot = communes.as_mut().and_then(|communes| communes.get_mut(self.commune(code) as usize));
            if let Some(slot) = slot {
                *slot = true;
            }
        }
        let asked = &filter.secteurs;
        let secteurs = (!asked.is_empty())
            .then(|| asked.iter().map(|secteur| self.secteurs.get(secteur).copied().unwrap_or(NONE)).collect());
        let iris = (!filter.iris.is_empty()).then(|| {
            let mut iris: Vec<u32> = filter.iris.iter().filter_map(|code| self.iris.get(code).copied()).collect();
            iris.sort_unstable();
            iris
        });
        Admission {
            communes,
            couronne: filter.couronne,
            secteurs,
            iris,
            familles: mask(filter.familles.iter().map(|one| famille(*one)).collect()),
            tranches: mask(filter.tranches.iter().map(|one| tranche(*one)).collect()),
            qualites: mask(filter.qualites.iter().map(|one| qualite(*one)).collect()),
            employeurs: filter.employeurs.iter().fold(0, |mask, one| mask | employeur(*one)),
        }
    }
}

/// A filter read for one atlas: [`Filter::admits`], without text.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    communes: Option<Vec<bool>>,
    couronne: bool,
    secteurs: Option<Vec<u32>>,
    iris: Option<Vec<u32>>,
    familles: u32,
    tranches: u32,
    qualites: u32,
    /// Bits of the employer flag; none admits all.
    employeurs: u8,
}

impl Admission {
    /// Admits a structure by its code.
    pub(crate) fn admits(&self, code: Code) -> bool {
        self.admits_place(code)
            && (self.familles >> code.famille) & 1 == 1
            && (self.tranches >> code.tranche) & 1 == 1
            && (self.qualites >> code.qualite) & 1 == 1
            && (self.employeurs == 0 || self.employeurs & code.traits != 0)
            && self.secteurs.as_ref().is_none_or(|asked| code.secteur != NONE && asked.contains(&code.secteur))
            && self.iris.as_ref().is_none_or(|asked| asked.binary_search(&code.iris).is_ok())
    }

    fn admits_place(&self, code: Code) -> bool {
        let ring = code.traits & COURONNE != 0;
        match &self.communes {
            Some(asked) => (ring && self.couronne) || asked.get(code.commune as usize).copied().unwrap_or_default(),
            None => !ring || self.couronne,
        }
    }
}

fn number<K: std::hash::Hash + Eq>(numbers: &mut FxHashMap<K, u32>, key: K) {
    let next = numbers.len();
    numbers.entry(key).or_insert(u32::try_from(next).unwrap_or(NONE));
}

fn famille(famille: Famille) -> u8 {
    rank_in(&Famille::ALL, &famille)
}

fn qualite(qualite: QualitePosition) -> u8 {
    rank_in(&QualitePosition::ALL, &qualite)
}

#[expect(clippy::cast_possible_truncation, reason = "lists of the domain, all below 32 values")]
fn rank_in<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter().position(|one| one == value).unwrap_or(all.len()) as u8
}

/// 0 unknown, 1 not an employer, 2 none at 31 December, then the bands.
#[expect(clippy::cast_possible_truncation, reason = "14 bands")]
fn tranche(tranche: Option<Tranche>) -> u8 {
    match tranche {
        None => 0,
        Some(Tranche::NonEmployeuse) => 1,
        Some(Tranche::Zero) => 2,
        Some(Tranche::Bande(bande)) => 3 + bande.rank() as u8,
    }
}

fn employeur(flag: Option<bool>) -> u8 {
    EMPLOYEUR << flag.map_or(0, |flag| 1 + u8::from(flag))
}

#[cfg(test)]
mod tests;
