//! `StockUniteLegale`: one row a legal unit; only those that the territory needs are kept.

use std::collections::HashMap;
use std::path::Path;

use domain::{CategorieJuridique, CodeApe, Siren};

use crate::error::IngestError;
use crate::etablissement::{ape, diffusion, first_text, oui_non};
use crate::progress::Progress;
use crate::rejets::Rejets;
use crate::table_file::{Description, TableFile, TableRow};

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
    optional: &[
        "denominationUsuelle1UniteLegale",
        "sigleUniteLegale",
        "activitePrincipaleUniteLegale",
        "nomenclatureActivitePrincipaleUniteLegale",
    ],
    mend: "fournir le stock des unités légales de la base Sirene : CSV séparé par des virgules, ZIP ou Parquet",
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
pub fn open(path: &Path, progress: &dyn Progress) -> Result<TableFile, IngestError> {
    TableFile::open(path, &DESCRIPTION, progress)
}

/// Fills the units of `wanted` (keys known, values absent) from the file.
pub fn fill(
    file: &mut TableFile,
    wanted: &mut HashMap<Siren, Option<UniteLegale>>,
    (progress, rejets): (&dyn Progress, &mut Rejets),
) -> Result<(), IngestError> {
    // Looked up by text: parsing 30 million SIREN to drop most of them would cost more than the reading.
    let keys: HashMap<String, Siren> = wanted.keys().map(|siren| (siren.as_str().to_owned(), siren.clone())).collect();
    file.for_each_readable(progress, rejets, |row| {
        let Some(siren) = row.text("siren")?.and_then(|siren| keys.get(siren)) else { return Ok(()) };
        let unit = read(row)?;
        wanted.insert(siren.clone(), Some(unit));
        Ok(())
    })
}

fn read(row: &TableRow<'_>) -> Result<UniteLegale, IngestError> {
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
