//! `StockUniteLegale`: one row a legal unit; only those that the territory needs are kept.

use std::path::Path;

use domain::{CategorieJuridique, CodeApe};

use crate::error::IngestError;
use crate::etablissement::{ape, diffusion, first_text, oui_non};
use crate::kept::Unites;
use crate::progress::Progress;
use crate::rejets::Rejets;
use crate::table_file::{Description, TableFile, TableRow};

pub(crate) const DESCRIPTION: Description<'static> = Description {
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

/// Reads the units that are asked for.
pub fn fill(
    file: &mut TableFile,
    unites: &mut Unites,
    (progress, rejets): (&dyn Progress, &mut Rejets),
) -> Result<(), IngestError> {
    file.for_each_readable(progress, rejets, |row| {
        // Looked up by text: checking 30 million SIREN to drop most of them would cost more than the reading.
        let Some(siren) = row.text("siren")?.filter(|siren| unites.wants(siren)) else { return Ok(()) };
        unites.insert(siren, &read(row)?);
        Ok(())
    })
}

pub(crate) fn read(row: &TableRow<'_>) -> Result<UniteLegale, IngestError> {
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
