//! `StockUniteLegale_utf8.csv`.

use std::path::Path;

use super::super::SynthError;
use super::super::builder::Builder;
use super::super::headers::STOCK_UNITE_LEGALE;
use super::super::model::LegalUnit;
use super::super::names::acronym;
use super::super::nomenclature::naf25;
use super::{BAND_YEAR, MASKED, PARTIAL, Sheet, processed};

pub(super) fn write(builder: &Builder, dir: &Path) -> Result<(), SynthError> {
    let mut units: Vec<&LegalUnit> = builder.units.iter().filter(|unit| unit.publiee).collect();
    units.sort_by(|one, other| one.siren.cmp(&other.siren));
    let mut sheet = Sheet::create(dir, "StockUniteLegale_utf8.csv", b',', &STOCK_UNITE_LEGALE)?;
    for unit in units {
        sheet.row(birth(unit).into_iter().chain(activity(unit)))?;
    }
    sheet.finish()
}

fn birth(unit: &LegalUnit) -> [String; 19] {
    let person = unit.denomination.is_empty();
    let masked = unit.statut == PARTIAL;
    let text = str::to_owned;
    let named = |word: &str| if person { text(if masked { MASKED } else { word }) } else { String::new() };
    let acronym = if masked {
        text(MASKED)
    } else if unit.siren.ends_with('5') {
        acronym(&unit.denomination)
    } else {
        String::new()
    };
    let year = if unit.tranche.is_empty() { "" } else { BAND_YEAR };
    [
        unit.siren.clone(),
        text(unit.statut),
        String::new(),
        unit.creation.clone(),
        acronym,
        named(if unit.siren.ends_with(['0', '2', '4', '6', '8']) { "F" } else { "M" }),
        named("PRENOM FICTIF"),
        String::new(),
        String::new(),
        String::new(),
        named("PRENOM FICTIF"),
        String::new(),
        unit.rna.clone(),
        text(unit.tranche),
        text(year),
        processed(&unit.siren),
        text("1"),
        text(if unit.tranche.is_empty() { "" } else { "PME" }),
        text(if unit.tranche.is_empty() { "" } else { "2023" }),
    ]
}

fn activity(unit: &LegalUnit) -> [String; 16] {
    let name = match (unit.denomination.is_empty(), unit.statut == PARTIAL) {
        (true, true) => MASKED.to_owned(),
        (true, false) => format!("NOM FICTIF {}", unit.siren.get(3..).unwrap_or("")),
        (false, _) => String::new(),
    };
    let (ape, nomenclature) = (unit.ape.as_str(), "NAFRev2");
    [
        unit.creation.clone(),
        unit.etat.to_owned(),
        name,
        String::new(),
        unit.denomination.clone(),
        String::new(),
        String::new(),
        String::new(),
        unit.categorie.clone(),
        ape.to_owned(),
        nomenclature.to_owned(),
        unit.nic_siege.clone(),
        unit.mention.to_owned(),
        String::new(),
        // Empty for every legal unit since Sirene 4: whoever reads it finds no employer.
        String::new(),
        naf25(ape),
    ]
}
