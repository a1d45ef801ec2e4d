//! `StockEtablissement_utf8.csv`.

use std::path::Path;

use super::super::SynthError;
use super::super::builder::Builder;
use super::super::headers::STOCK_ETABLISSEMENT;
use super::super::model::{Establishment, Lambert, LegalUnit};
use super::super::names::commune_label;
use super::super::nomenclature::naf25;
use super::{BAND_YEAR, MASKED, PARTIAL, Sheet, processed};

/// Cells of the second address, always empty here.
const SECOND_ADDRESS: usize = 14;

pub(super) fn write(builder: &Builder, sites: &[&Establishment], dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, "StockEtablissement_utf8.csv", b',', &STOCK_ETABLISSEMENT)?;
    for site in sites {
        let unit = &builder.units[site.unit];
        let blank = std::iter::repeat_n(String::new(), SECOND_ADDRESS);
        let cells = identity(site, unit).into_iter().chain(address(builder, site)).chain(blank).chain(period(site));
        sheet.row(cells)?;
    }
    sheet.finish()
}

fn identity(site: &Establishment, unit: &LegalUnit) -> [String; 11] {
    let nic = site.siret.get(9..).unwrap_or("");
    let year = if site.tranche.is_empty() { "" } else { BAND_YEAR };
    [
        unit.siren.clone(),
        nic.to_owned(),
        site.siret.clone(),
        site.statut.to_owned(),
        site.creation.clone(),
        site.tranche.to_owned(),
        year.to_owned(),
        String::new(),
        processed(&site.siret),
        (nic == unit.nic_siege).to_string(),
        if site.creation == site.debut { "1".to_owned() } else { "2".to_owned() },
    ]
}

/// Nineteen cells; all masked but the commune under partial diffusion.
fn address(builder: &Builder, site: &Establishment) -> [String; 19] {
    let masked = site.statut == PARTIAL;
    let show = |text: &str| if masked { MASKED.to_owned() } else { text.to_owned() };
    let (postcode, town) = place_labels(builder, site);
    let (x, y) = match site.position.lambert {
        Lambert::At(point) if !masked => (format!("{:.2}", point.x), format!("{:.2}", point.y)),
        Lambert::Absent if !masked => (String::new(), String::new()),
        _ => (MASKED.to_owned(), MASKED.to_owned()),
    };
    let key = if matches!(site.position.lambert, Lambert::At(_)) { site.adresse.cle.as_str() } else { "" };
    [
        show(&site.adresse.complement),
        show(&site.adresse.numero),
        show(site.adresse.repetition),
        String::new(),
        String::new(),
        show(&site.adresse.type_voie),
        show(&site.adresse.voie),
        show(&postcode),
        town,
        String::new(),
        show(""),
        site.code_commune.clone(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        show(key),
        x,
        y,
    ]
}

fn place_labels(builder: &Builder, site: &Establishment) -> (String, String) {
    if let Some(plot) = site.plot {
        let plot = &builder.ground.plots[plot];
        return (plot.code_postal.clone(), commune_label(&plot.shape.nom));
    }
    let (postcode, town) = match site.code_commune.as_str() {
        "01004" => ("01500", "AMBERIEU-EN-BUGEY"),
        "2A004" => ("20000", "AJACCIO"),
        _ => ("97400", "SAINT-DENIS"),
    };
    (postcode.to_owned(), town.to_owned())
}

fn period(site: &Establishment) -> [String; 10] {
    let sign = if site.statut == PARTIAL { MASKED.to_owned() } else { site.enseigne.clone() };
    let twin = if site.nomenclature == "NAFRev2" { naf25(&site.ape) } else { String::new() };
    [
        site.debut.clone(),
        site.etat.to_owned(),
        sign,
        String::new(),
        String::new(),
        String::new(),
        site.ape.clone(),
        site.nomenclature.to_owned(),
        site.caractere.to_owned(),
        twin,
    ]
}
