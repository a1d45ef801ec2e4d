//! `StockUniteLegale`: one row a legal unit; only those that the territory needs are kept.

use std::collections::HashMap;
use std::path::Path;

use domain::{CategorieJuridique, CodeApe, Siren};

use crate::csv_file::{CsvFile, CsvRow, Description};
use crate::error::IngestError;
use crate::etablissement::{ape, diffusion, first_text, oui_non};
use crate::progress::Progress;

const DESCRIPTION: Description<'static> = Description {
    role: "stock_unite_legale",
    titre: "Sirene, stock des unités légales",
    producteur: "Insee",
    delimiter: b',',
    needed: &[
        "siren",
        "statutDiffusionUniteLegale",
        "denominationUniteLegale",
        "categorieJuridiqueUniteLegale",
        "economieSocialeSolidaireUniteLegale",
    ],
    mend: "fournir StockUniteLegale_utf8.csv de la base Sirene, séparé par des virgules",
};

/// A legal unit, as read.
#[derive(Debug, Clone)]
pub struct UniteLegale {
    /// Partially diffusible (status P).
    pub masque: bool,
    /// Name; a natural person's is never read.
    pub denomination: Option<String>,
    /// Legal category.
    pub categorie: Option<CategorieJuridique>,
    /// ESS flag.
    pub mention_ess: Option<bool>,
    /// Activity.
    pub ape: Option<CodeApe>,
}

/// Opens the file.
pub fn open(path: &Path, progress: &dyn Progress) -> Result<CsvFile, IngestError> {
    CsvFile::open(path, &DESCRIPTION, progress)
}

/// Fills the units of `wanted` (keys known, values absent) from the file.
pub fn fill(
    file: &mut CsvFile,
    wanted: &mut HashMap<Siren, Option<UniteLegale>>,
    progress: &dyn Progress,
) -> Result<(), IngestError> {
    // Looked up by text: parsing 30 million SIREN to drop most of them would cost more than the reading.
    let keys: HashMap<String, Siren> = wanted.keys().map(|siren| (siren.as_str().to_owned(), siren.clone())).collect();
    file.for_each(progress, |row| {
        let Some(siren) = row.text("siren")?.and_then(|siren| keys.get(siren)) else { return Ok(()) };
        let unit = read(row)?;
        wanted.insert(siren.clone(), Some(unit));
        Ok(())
    })
}

fn read(row: &CsvRow<'_>) -> Result<UniteLegale, IngestError> {
    const NAMES: [&str; 3] = ["denominationUniteLegale", "denominationUsuelle1UniteLegale", "sigleUniteLegale"];
    let categorie = row.text("categorieJuridiqueUniteLegale")?.and_then(CategorieJuridique::normalise);
    Ok(UniteLegale {
        masque: diffusion(row, "statutDiffusionUniteLegale")?,
        denomination: first_text(row, &NAMES)?,
        categorie,
        mention_ess: oui_non(row, "economieSocialeSolidaireUniteLegale")?,
        ape: ape(row, "activitePrincipaleUniteLegale", "nomenclatureActivitePrincipaleUniteLegale")?,
    })
}
