//! Rows that cannot be read: set aside one by one, counted, listed; too many of them is another file.

use std::collections::BTreeMap;

use crate::error::IngestError;
use crate::table_file::TableRow;

/// Rows listed; those beyond are counted only.
const LISTED: usize = 10_000;
/// A file is refused when more rows than this, and more than one in a hundred of those read, are rejected.
const TOLERATED: u64 = 1_000;
const ONE_IN: u64 = 100;

/// What becomes of a row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LigneIllisible {
    /// Set aside, counted and listed.
    #[default]
    Rejetee,
    /// Ends the ingest with its error.
    Refusee,
}

/// A row set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejet {
    /// Role of the file.
    pub role: &'static str,
    /// File, as given.
    pub fichier: String,
    /// Line (header being 1), or row of a Parquet file.
    pub ligne: u64,
    /// SIRET or SIREN of the row, as written.
    pub identifiant: String,
    /// Column; empty for a row of a wrong number of fields.
    pub colonne: String,
    /// Value, unless it could be of a partially diffusible unit.
    pub valeur: Option<String>,
    /// What is wrong and what to do.
    pub raison: String,
}

/// Rows set aside by an ingest.
#[derive(Debug, Default)]
pub struct Rejets {
    sort: LigneIllisible,
    /// Rows, in the order of reading, as far as they are listed.
    pub lignes: Vec<Rejet>,
    /// Rows by role of the file, listed or not.
    pub comptes: BTreeMap<String, u64>,
}

impl Rejets {
    /// None yet.
    pub fn new(sort: LigneIllisible) -> Self {
        Self { sort, ..Self::default() }
    }

    /// Rows of a file.
    pub fn de(&self, role: &str) -> u64 {
        self.comptes.get(role).copied().unwrap_or_default()
    }

    /// Sets a row aside, or gives its error back: in strict mode, when it is not the row's fault, or when there are
    /// too many among the `read` rows.
    pub(crate) fn admet(
        &mut self,
        error: IngestError,
        (role, read): (&'static str, u64),
        row: Option<&TableRow<'_>>,
    ) -> Result<(), IngestError> {
        if self.sort == LigneIllisible::Refusee {
            return Err(error);
        }
        let rejet = match error {
            IngestError::Value { file, line, column, value, reason } => Rejet {
                role,
                fichier: file,
                ligne: line,
                identifiant: row.map(identifiant).unwrap_or_default(),
                valeur: row.is_some_and(|row| montrable(row, &column)).then_some(value),
                colonne: column,
                raison: reason,
            },
            IngestError::Ragged { file, line, found, expected, mend } => Rejet {
                role,
                fichier: file,
                ligne: line,
                identifiant: String::new(),
                colonne: String::new(),
                valeur: None,
                raison: format!("{found} champs au lieu de {expected} ; {mend}"),
            },
            other => return Err(other),
        };
        let count = self.comptes.entry(role.to_owned()).or_default();
        *count += 1;
        if *count > TOLERATED && *count * ONE_IN > read {
            let first = self.lignes.iter().find(|known| known.role == role).unwrap_or(&rejet);
            return Err(IngestError::TooManyRejects {
                file: rejet.fichier.clone(),
                rejected: *count,
                read,
                line: first.ligne,
                column: first.colonne.clone(),
                reason: first.raison.clone(),
            });
        }
        if self.lignes.len() < LISTED {
            self.lignes.push(rejet);
        }
        Ok(())
    }

    /// The list as a CSV (`,`, RFC 4180), for the person who will mend the source.
    pub fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["fichier", "ligne", "identifiant", "colonne", "valeur", "raison"])?;
        for rejet in &self.lignes {
            let ligne = rejet.ligne.to_string();
            let valeur = rejet.valeur.as_deref().unwrap_or("(non montrée)");
            writer.write_record([&rejet.fichier, &ligne, &rejet.identifiant, &rejet.colonne, valeur, &rejet.raison])?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

fn identifiant(row: &TableRow<'_>) -> String {
    let first = ["siret", "siren"].into_iter().map(|column| row.bytes(column)).find(|bytes| !bytes.is_empty());
    String::from_utf8_lossy(first.unwrap_or_default()).into_owned()
}

/// A value may be shown when the row itself says that its unit is diffusible, or when its column tells nothing of
/// the unit but its identity and state.
fn montrable(row: &TableRow<'_>, column: &str) -> bool {
    const STATUSES: [&str; 2] = ["statutDiffusionEtablissement", "statutDiffusionUniteLegale"];
    const NEUTRAL: [&str; 5] = [
        "siret",
        "siren",
        "etatAdministratifEtablissement",
        "statutDiffusionEtablissement",
        "statutDiffusionUniteLegale",
    ];
    // Where it stands is never shown: its legal unit, not read yet, may be masked though its own row is not.
    let place = column.starts_with("coordonnee");
    NEUTRAL.contains(&column) || (!place && STATUSES.iter().any(|status| row.bytes(status) == b"O"))
}
