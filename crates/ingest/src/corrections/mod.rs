//! `corrections.csv`: what an observatory knows better than the sources, applied again at every ingest.
//!
//! A correction is kept while it is useful, and told when it no longer is: the source has caught up, has
//! changed since, or the establishment is gone. It never unmasks a partially diffusible unit.

mod amend;
mod read;

use std::collections::HashMap;
use std::path::Path;

use domain::manifest::{BilanCorrections, CorrectionARevoir};
use domain::{ChampCorrige, CodeIris, Famille, Motif, Siret, SortCorrection, SourceMillesime};
use geo::{Coord, Distance, Haversine, Point};

use crate::error::IngestError;
use crate::progress::Progress;

pub use amend::Amendes;

/// Two points nearer than this are the same place: under the length of a building, metres.
const MEME_LIEU_M: f64 = 10.0;
/// Corrections to review that the manifest lists at most.
const A_REVOIR_LISTEES: usize = 200;

/// The value of a field, of a correction or of a source.
#[derive(Debug, Clone, PartialEq)]
pub enum Valeur {
    /// Longitude and latitude, degrees (CRS84).
    Position(Coord<f64>),
    /// IRIS.
    Iris(CodeIris),
    /// Family.
    Famille(Famille),
    /// Observatory sector.
    Secteur(String),
    /// Employer or not.
    Employeur(bool),
    /// Name.
    Nom(String),
    /// In the perimeter under a family, or out of it.
    Appartenance(Option<Famille>),
}

impl Valeur {
    /// The same value; for a place, within [`MEME_LIEU_M`].
    fn vaut(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Position(one), Self::Position(two)) => {
                Haversine.distance(Point::from(*one), Point::from(*two)) <= MEME_LIEU_M
            }
            _ => self == other,
        }
    }
}

/// A row of the file.
#[derive(Debug)]
struct Correction {
    ligne: u64,
    siret: Siret,
    champ: ChampCorrige,
    valeur: Valeur,
    /// What the source said when the correction was written.
    valeur_source: Option<Valeur>,
    date: String,
}

impl Correction {
    /// Corrections of one key and one establishment answer the same question.
    fn cle(&self) -> ChampCorrige {
        if self.champ == ChampCorrige::Exclure { ChampCorrige::Inclure } else { self.champ }
    }
}

/// A correction against what the source says now.
#[derive(Debug, Clone)]
pub struct Resolue {
    /// Value to take.
    pub valeur: Valeur,
    /// Field that it changes; `None` when the source says the same.
    pub corrige: Option<ChampCorrige>,
    /// The source has caught up, or has changed since.
    pub a_revoir: bool,
}

/// What became of a row.
#[derive(Debug, Clone, Copy)]
struct Issue {
    sort: SortCorrection,
    motif: Option<Motif>,
}

/// The corrections of an ingest, and what became of each.
#[derive(Debug, Default)]
pub struct Corrections {
    rows: Vec<Correction>,
    issues: Vec<Option<Issue>>,
    /// By SIRET as text: the stock is looked up before anything of it is parsed.
    by_siret: HashMap<String, Vec<usize>>,
    source: Option<SourceMillesime>,
}

impl Corrections {
    /// Reads the file; without one there is nothing to correct.
    pub fn read(path: Option<&Path>, millesime: Option<&str>, progress: &dyn Progress) -> Result<Self, IngestError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let (rows, source) = read::rows(path, millesime, progress)?;
        Ok(Self::new(rows, source))
    }

    fn new(rows: Vec<Correction>, source: SourceMillesime) -> Self {
        let mut by_siret: HashMap<String, Vec<usize>> = HashMap::new();
        for (rank, row) in rows.iter().enumerate() {
            by_siret.entry(row.siret.as_str().to_owned()).or_default().push(rank);
        }
        let mut corrections = Self { issues: vec![None; rows.len()], rows, by_siret, source: Some(source) };
        corrections.arbitrate();
        corrections
    }

    /// Of several rows for one field of one establishment, the latest stands; none does when the latest disagree.
    fn arbitrate(&mut self) {
        for ranks in self.by_siret.values() {
            for &rank in ranks {
                let Some(row) = self.rows.get(rank) else { continue };
                let others = || {
                    let rivals = ranks.iter().filter(move |&&other| other != rank);
                    rivals.filter_map(|&other| self.rows.get(other)).filter(|other| other.cle() == row.cle())
                };
                let contradicted = others().any(|other| other.date == row.date && !other.valeur.vaut(&row.valeur));
                let later = |other: &&Correction| (&other.date, other.ligne) > (&row.date, row.ligne);
                let replaced = others().any(|other| other.date > row.date)
                    || (!contradicted && others().any(|other| later(&other)));
                let sort = match (replaced, contradicted) {
                    (true, _) => Some(SortCorrection::Remplacee),
                    (false, true) => Some(SortCorrection::EnConflit),
                    (false, false) => None,
                };
                if let Some(issue) = self.issues.get_mut(rank) {
                    *issue = sort.map(|sort| Issue { sort, motif: None });
                }
            }
        }
    }

    /// Nothing to correct.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The correction of a field, against what the source says now.
    pub fn resolve(&mut self, siret: &Siret, cle: ChampCorrige, now: Option<&Valeur>) -> Option<Resolue> {
        let ranks = self.by_siret.get(siret.as_str())?;
        let open = |rank: &&usize| self.issues.get(**rank).is_some_and(Option::is_none);
        let rank = *ranks.iter().filter(open).find(|&&rank| self.rows.get(rank).is_some_and(|row| row.cle() == cle))?;
        let row = self.rows.get(rank)?;
        let caught_up = now.is_some_and(|now| now.vaut(&row.valeur));
        let changed = row.valeur_source.as_ref().is_some_and(|then| !now.is_some_and(|now| now.vaut(then)));
        let sort = match (caught_up, changed) {
            (true, _) => SortCorrection::Rattrapee,
            (false, true) => SortCorrection::SourceChangee,
            (false, false) => SortCorrection::Appliquee,
        };
        let resolue = Resolue {
            valeur: row.valeur.clone(),
            corrige: (!caught_up).then_some(row.champ),
            a_revoir: sort != SortCorrection::Appliquee,
        };
        if let Some(issue) = self.issues.get_mut(rank) {
            *issue = Some(Issue { sort, motif: None });
        }
        Some(resolue)
    }

    /// What became of the corrections of an establishment that nothing has used.
    pub fn close(&mut self, siret: &str, sort: SortCorrection, motif: Option<Motif>) {
        let Some(ranks) = self.by_siret.get(siret.trim()) else { return };
        for &rank in ranks {
            if let Some(issue) = self.issues.get_mut(rank) {
                issue.get_or_insert(Issue { sort, motif });
            }
        }
    }

    /// What became of the correction of one field, where it could not be used.
    pub fn close_field(&mut self, siret: &Siret, champ: ChampCorrige, sort: SortCorrection) {
        let Some(ranks) = self.by_siret.get(siret.as_str()) else { return };
        for &rank in ranks {
            let mine = self.rows.get(rank).is_some_and(|row| row.champ == champ);
            if let Some(issue) = self.issues.get_mut(rank).filter(|_| mine) {
                // Told again: an IRIS found unknown after it was taken.
                let arbitrated = issue
                    .is_some_and(|issue| matches!(issue.sort, SortCorrection::Remplacee | SortCorrection::EnConflit));
                if !arbitrated {
                    *issue = Some(Issue { sort, motif: None });
                }
            }
        }
    }

    /// The account of the whole file, and its line among the sources; `None` when no file was given.
    pub fn account(self) -> Option<(BilanCorrections, SourceMillesime)> {
        let source = self.source?;
        let mut bilan = BilanCorrections { lues: self.rows.len() as u64, ..BilanCorrections::default() };
        for (row, issue) in self.rows.iter().zip(self.issues) {
            let issue = issue.unwrap_or(Issue { sort: SortCorrection::SiretInconnu, motif: None });
            *bilan.sorts.entry(issue.sort).or_default() += 1;
            if issue.sort.est_a_revoir() && bilan.a_revoir.len() < A_REVOIR_LISTEES {
                let Issue { sort, motif } = issue;
                bilan.a_revoir.push(CorrectionARevoir { ligne: row.ligne, champ: row.champ, sort, motif });
            }
        }
        Some((bilan, source))
    }
}
