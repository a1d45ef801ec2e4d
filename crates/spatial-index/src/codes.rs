//! What filters look at, as small numbers: no text is compared while a query runs.

use domain::effectifs::Bande;
use domain::{Atlas, CodeCommune, CodeIris, Famille, QualitePosition, Structure, Tranche};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Filter;
use crate::parallel;

/// Stands for "none" and for what no structure of the atlas has.
const NONE: u32 = u32::MAX;

/// A structure, as filters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) commune: u32,
    pub(crate) iris: u32,
    pub(crate) secteur: u32,
    pub(crate) famille: u8,
    pub(crate) tranche: u8,
    pub(crate) qualite: u8,
    /// Bits of [`COURONNE`], [`PRECISE`], [`LOCALISEE`] and of the employer flag.
    traits: u8,
}

const COURONNE: u8 = 1;
const PRECISE: u8 = 2;
/// The employer flag is one of three bits: unknown, no, yes.
const EMPLOYEUR: u8 = 4;
const LOCALISEE: u8 = 32;

/// The codes of every structure, by rank, and the dictionaries behind them.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    rows: Vec<Code>,
    communes: Numbers<CodeCommune>,
    iris: Numbers<CodeIris>,
    secteurs: Numbers<String>,
}

/// Texts and their numbers, in the order of the texts: what is sorted by number is sorted by text.
#[derive(Debug)]
struct Numbers<K> {
    of: FxHashMap<K, u32>,
    keys: Vec<K>,
}

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self { of: FxHashMap::default(), keys: Vec::new() }
    }
}

impl<K: Ord + Clone + std::hash::Hash> Numbers<K> {
    fn new(seen: impl Iterator<Item = K>) -> Self {
        let mut keys: Vec<K> = seen.collect();
        keys.sort_unstable();
        keys.dedup();
        Self { of: keys.iter().cloned().zip(0..).collect(), keys }
    }

    fn get<Q: ?Sized + std::hash::Hash + Eq>(&self, key: &Q) -> u32
    where
        K: std::borrow::Borrow<Q>,
    {
        self.of.get(key).copied().unwrap_or(NONE)
    }

    fn key(&self, number: u32) -> Option<&K> {
        self.keys.get(number as usize)
    }
}

/// What a run of structures names.
#[derive(Default)]
struct Seen {
    communes: FxHashSet<CodeCommune>,
    iris: FxHashSet<CodeIris>,
    secteurs: FxHashSet<String>,
}

impl Code {
    /// Placed well enough for distances and kernels.
    pub(crate) fn is_precise(self) -> bool {
        self.traits & PRECISE != 0
    }

    /// Has a point.
    pub(crate) fn is_located(self) -> bool {
        self.traits & LOCALISEE != 0
    }
}

impl Codes {
    /// Codes the structures of an atlas, in parallel.
    pub(crate) fn of(atlas: &Atlas) -> Self {
        let threads = parallel::threads(atlas.structures.len());
        let seen = parallel::map_runs(&atlas.structures, threads, Seen::of);
        let mut codes = Self {
            communes: Numbers::new(seen.iter().flat_map(|run| run.communes.iter().cloned())),
            iris: Numbers::new(seen.iter().flat_map(|run| run.iris.iter().cloned())),
            secteurs: Numbers::new(seen.iter().flat_map(|run| run.secteurs.iter().cloned())),
            rows: Vec::new(),
        };
        let rows = parallel::map_runs(&atlas.structures, threads, |run| {
            run.iter().map(|structure| codes.code(structure)).collect::<Vec<Code>>()
        });
        codes.rows = rows.concat();
        codes
    }

    fn code(&self, structure: &Structure) -> Code {
        let precise = if structure.qualite_position.est_precise() { PRECISE } else { 0 };
        let couronne = if structure.couronne { COURONNE } else { 0 };
        let located = if structure.position.is_some() { LOCALISEE } else { 0 };
        Code {
            commune: self.commune(&structure.code_commune),
            iris: structure.code_iris.as_ref().map_or(NONE, |iris| self.iris.get(iris)),
            secteur: self.secteurs.get(structure.secteur.as_str()),
            famille: famille(structure.famille),
            tranche: tranche(structure.tranche),
            qualite: qualite(structure.qualite_position),
            traits: couronne | precise | located | employeur(structure.caractere_employeur),
        }
    }

    /// Number of a commune; `u32::MAX` when no structure is there.
    pub(crate) fn commune(&self, code: &CodeCommune) -> u32 {
        self.communes.get(code)
    }

    /// Number of communes that have a structure.
    pub(crate) fn communes(&self) -> usize {
        self.communes.keys.len()
    }

    /// The commune of a number.
    pub(crate) fn code_commune(&self, number: u32) -> Option<&CodeCommune> {
        self.communes.key(number)
    }

    /// The IRIS of a number.
    pub(crate) fn code_iris(&self, number: u32) -> Option<&CodeIris> {
        self.iris.key(number)
    }

    /// The sector of a number.
    pub(crate) fn secteur(&self, number: u32) -> Option<&str> {
        self.secteurs.key(number).map(String::as_str)
    }

    /// Codes by rank.
    pub(crate) fn rows(&self) -> &[Code] {
        &self.rows
    }

    /// Reads a filter once, for these codes.
    pub(crate) fn compile(&self, filter: &Filter) -> Admission {
        let mask =
            |bits: Vec<u8>| if bits.is_empty() { u32::MAX } else { bits.iter().fold(0, |mask, bit| mask | 1 << bit) };
        let mut communes = filter.communes.as_ref().map(|_| vec![false; self.communes()]);
        for code in filter.communes.iter().flatten() {
            let slot = communes.as_mut().and_then(|communes| communes.get_mut(self.commune(code) as usize));
            if let Some(slot) = slot {
                *slot = true;
            }
        }
        let asked = &filter.secteurs;
        let secteurs =
            (!asked.is_empty()).then(|| asked.iter().map(|secteur| self.secteurs.get(secteur.as_str())).collect());
        let iris = (!filter.iris.is_empty()).then(|| {
            let mut iris: Vec<u32> =
                filter.iris.iter().map(|code| self.iris.get(code)).filter(|iris| *iris != NONE).collect();
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

/// What filters look at, for structures in an order of the caller's: a query that follows it reads memory forward.
#[derive(Debug, Default)]
pub struct Arranged(Vec<Code>);

impl Arranged {
    pub(crate) fn new(codes: &Codes, ranks: &[u32]) -> Self {
        Self(ranks.iter().filter_map(|rank| codes.rows.get(*rank as usize).copied()).collect())
    }
}

/// The structures of a filter, asked for one by one.
#[derive(Debug)]
pub struct Chosen(Admission);

impl Chosen {
    pub(crate) fn new(codes: &Codes, filter: &Filter) -> Self {
        Self(codes.compile(filter))
    }

    /// The family of the structure at a place; none when the filter does not admit it.
    pub fn famille(&self, arranged: &Arranged, place: usize) -> Option<Famille> {
        let code = arranged.0.get(place).filter(|code| self.0.admits(**code))?;
        famille_of(code.famille)
    }
}

impl Seen {
    fn of(run: &[Structure]) -> Self {
        let mut seen = Self::default();
        for structure in run {
            if !seen.communes.contains(&structure.code_commune) {
                seen.communes.insert(structure.code_commune.clone());
            }
            if let Some(iris) = structure.code_iris.as_ref().filter(|iris| !seen.iris.contains(*iris)) {
                seen.iris.insert(iris.clone());
            }
            if !seen.secteurs.contains(&structure.secteur) {
                seen.secteurs.insert(structure.secteur.clone());
            }
        }
        seen
    }
}

/// The family of a number of [`Code::famille`].
pub(crate) fn famille_of(number: u8) -> Option<Famille> {
    Famille::ALL.get(usize::from(number)).copied()
}

/// The position quality of a number of [`Code::qualite`].
pub(crate) fn qualite_of(number: u8) -> Option<QualitePosition> {
    QualitePosition::ALL.get(usize::from(number)).copied()
}

/// The band of a number of [`Code::tranche`].
pub(crate) fn tranche_of(number: u8) -> Option<Tranche> {
    match number {
        0 => None,
        1 => Some(Tranche::NonEmployeuse),
        2 => Some(Tranche::Zero),
        rank => Bande::all().nth(usize::from(rank) - 3).map(Tranche::Bande),
    }
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
