//! `StockEtablissement`: one row an establishment.

use std::path::Path;

use domain::{CodeApe, CodeCommune, Nomenclature, Siren, Siret, Tranche};

use crate::address::one_line;
use crate::error::IngestError;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile, TableRow};

pub(crate) const DESCRIPTION: Description<'static> = Description {
    role: "stock_etablissement",
    titre: "Sirene, stock des établissements",
    producteur: "Insee",
    delimiter: b',',
    needed: &[
        "siret",
        "statutDiffusionEtablissement",
        "trancheEffectifsEtablissement",
        "codeCommuneEtablissement",
        "etatAdministratifEtablissement",
        "activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        "caractereEmployeurEtablissement",
    ],
    optional: &[
        "siren",
        "anneeEffectifsEtablissement",
        "etablissementSiege",
        "dateCreationEtablissement",
        "enseigne1Etablissement",
        "denominationUsuelleEtablissement",
        "numeroVoieEtablissement",
        "indiceRepetitionEtablissement",
        "typeVoieEtablissement",
        "libelleVoieEtablissement",
        "codePostalEtablissement",
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
    ],
    mend: "fournir le stock des établissements de la base Sirene : CSV séparé par des virgules, ZIP ou Parquet",
};

/// An active establishment of the territory or its ring, as read.
#[derive(Debug, Clone)]
pub struct Etablissement {
    /// SIRET.
    pub siret: Siret,
    /// SIREN.
    pub siren: Siren,
    /// Partially diffusible (status P).
    pub masque: bool,
    /// Commune.
    pub code_commune: CodeCommune,
    /// Band; `None` is unknown.
    pub tranche: Option<Tranche>,
    /// Year of the band.
    pub annee_effectifs: Option<i32>,
    /// Employer flag.
    pub caractere_employeur: Option<bool>,
    /// Activity.
    pub ape: Option<CodeApe>,
    /// Seat.
    pub siege: bool,
    /// Creation date.
    pub date_creation: Option<String>,
    /// Sign or usual name.
    pub enseigne: Option<String>,
    /// One-line address.
    pub adresse: Option<String>,
    /// Postcode.
    pub code_postal: Option<String>,
    /// Lambert columns of the stock, legal CRS of the commune.
    pub lambert: Option<(f64, f64)>,
}

/// A row that concerns the territory.
#[derive(Debug)]
pub enum Ligne {
    /// Its commune is not asked for.
    HorsTerritoire,
    /// Closed.
    Ferme,
    /// Active.
    Actif(Box<Etablissement>),
}

/// Opens the file.
pub fn open(path: &Path, progress: &dyn Progress) -> Result<TableFile, IngestError> {
    TableFile::open(path, &DESCRIPTION, progress)
}

/// Reads a row; `wanted` says which communes are of the territory or its ring.
pub fn read(row: &TableRow<'_>, wanted: impl Fn(&str) -> bool) -> Result<Ligne, IngestError> {
    // Most rows of the national stock leave here: test the commune's bytes before anything else.
    let commune = row.text("codeCommuneEtablissement")?;
    let Some(commune) = commune.filter(|code| wanted(code)) else {
        return Ok(Ligne::HorsTerritoire);
    };
    match row.text("etatAdministratifEtablissement")? {
        Some("A") => {}
        Some("F") => return Ok(Ligne::Ferme),
        _ => return Err(row.refuse("etatAdministratifEtablissement", "A (actif) ou F (fermé) attendu")),
    }
    let siret: Siret = row
        .required("siret")?
        .parse()
        .map_err(|error: domain::IdentifierError| row.refuse("siret", error.to_string()))?;
    let siren = siret.siren().map_err(|error| row.refuse("siret", error.to_string()))?;
    if row.text("siren")?.is_some_and(|column| column != siren.as_str()) {
        return Err(
            row.refuse("siret", format!("ne commence pas par le siren de sa ligne ({})", row.required("siren")?))
        );
    }
    let code_commune = commune
        .parse()
        .map_err(|error: domain::IdentifierError| row.refuse("codeCommuneEtablissement", error.to_string()))?;
    Ok(Ligne::Actif(Box::new(Etablissement {
        siret,
        siren,
        masque: diffusion(row, "statutDiffusionEtablissement")?,
        code_commune,
        tranche: tranche(row, "trancheEffectifsEtablissement")?,
        annee_effectifs: row.parsed("anneeEffectifsEtablissement", "année sur quatre chiffres attendue")?,
        caractere_employeur: oui_non(row, "caractereEmployeurEtablissement")?,
        ape: ape(row, "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement")?,
        siege: row.text("etablissementSiege")? == Some("true"),
        date_creation: date(row, "dateCreationEtablissement")?,
        enseigne: first_text(row, &["enseigne1Etablissement", "denominationUsuelleEtablissement"])?,
        adresse: one_line(row)?,
        code_postal: row.text("codePostalEtablissement")?.map(str::to_owned),
        lambert: lambert(row)?,
    })))
}

/// The first column that holds a text.
pub(crate) fn first_text(row: &TableRow<'_>, columns: &[&str]) -> Result<Option<String>, IngestError> {
    for column in columns {
        if let Some(text) = row.text(column)? {
            return Ok(Some(text.to_owned()));
        }
    }
    Ok(None)
}

/// Partially diffusible? An unknown status is refused: it could hide a unit that must not be shown.
pub(crate) fn diffusion(row: &TableRow<'_>, column: &str) -> Result<bool, IngestError> {
    match row.text(column)? {
        Some("O") => Ok(false),
        // N was the full opposition of the files before 2023; it masks at least as much as P.
        Some("P" | "N") => Ok(true),
        _ => Err(row.refuse(column, "O (diffusible) ou P (diffusion partielle) attendu")),
    }
}

fn tranche(row: &TableRow<'_>, column: &str) -> Result<Option<Tranche>, IngestError> {
    let code = row.text(column)?;
    code.map(|code| {
        Tranche::from_code(code)
            .ok_or_else(|| row.refuse(column, "tranche d’effectifs inconnue ; NN, 00, 01… 53 ou vide attendus"))
    })
    .transpose()
}

/// `O`, `N` or unknown.
pub(crate) fn oui_non(row: &TableRow<'_>, column: &str) -> Result<Option<bool>, IngestError> {
    match row.text(column)? {
        Some("O") => Ok(Some(true)),
        Some("N") => Ok(Some(false)),
        None => Ok(None),
        Some(_) => Err(row.refuse(column, "O, N ou vide attendu")),
    }
}

/// Activity with its nomenclature.
pub(crate) fn ape(row: &TableRow<'_>, code: &str, nomenclature: &str) -> Result<Option<CodeApe>, IngestError> {
    let nomenclature = Nomenclature::from_sirene(row.text(nomenclature)?.unwrap_or_default());
    Ok(row.text(code)?.map(|code| CodeApe { code: code.into(), nomenclature }))
}

/// ISO date; 1900-01-01 means unknown, and years such as 0004 or 2218 stand in the files.
fn date(row: &TableRow<'_>, column: &str) -> Result<Option<String>, IngestError> {
    let text = row.text(column)?;
    let plausible = |text: &&str| {
        let year = text.get(..4).and_then(|year| year.parse::<u32>().ok());
        *text != "1900-01-01" && is_iso_date(text) && year.is_some_and(|year| (1600..=2100).contains(&year))
    };
    Ok(text.filter(plausible).map(str::to_owned))
}

/// A calendar date, `AAAA-MM-JJ`.
pub(crate) fn is_iso_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else { return false };
    let numbers = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>());
    let (Ok(year_number), Ok(month_number), Ok(day_number)) = numbers else { return false };
    let leap = year_number.is_multiple_of(4) && (!year_number.is_multiple_of(100) || year_number.is_multiple_of(400));
    let days = match month_number {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (year.len(), month.len(), day.len()) == (4, 2, 2) && (1..=days).contains(&day_number)
}

fn lambert(row: &TableRow<'_>) -> Result<Option<(f64, f64)>, IngestError> {
    let x = row.number("coordonneeLambertAbscisseEtablissement")?;
    let y = row.number("coordonneeLambertOrdonneeEtablissement")?;
    Ok(x.zip(y))
}

#[cfg(test)]
mod tests {
    use super::is_iso_date;

    #[test]
    fn dates() {
        assert!(is_iso_date("2018-03-01"));
        assert!(is_iso_date("2024-02-29"));
        for bad in ["2023-02-29", "2018-04-31", "2018-13-01", "2018-3-1", "2018-03", "2018-03-01-02", "", "18-03-2001"]
        {
            assert!(!is_iso_date(bad), "{bad}");
        }
    }
}
