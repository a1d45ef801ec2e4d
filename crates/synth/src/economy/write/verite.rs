//! `verite.csv`: what a right reader must make of each row.
//!
//! `attendu` is the first reason in the order of the waterfall; `motifs` holds them all, since a closed
//! shop is out for two reasons and a reader may meet the other one first. `famille` is the candidate
//! family, also beside `ferme` or `non_employeur`. `x` and `y` are the true place, written even for a
//! masked unit so that a test can look for a leak.

use std::path::Path;

use super::super::SynthError;
use super::super::builder::Builder;
use super::super::headers::VERITE;
use super::super::model::{Establishment, Outcome};
use super::super::nomenclature::division;
use super::Sheet;

pub(super) fn write(builder: &Builder, sites: &[&Establishment], dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, "verite.csv", b',', &VERITE)?;
    for site in sites {
        sheet.row(cells(builder, site))?;
    }
    sheet.finish()
}

fn cells(builder: &Builder, site: &Establishment) -> [String; 13] {
    let refused: Vec<&str> = site
        .verite
        .issues
        .iter()
        .filter(|issue| **issue >= Outcome::HorsTerritoire)
        .map(|issue| issue.word())
        .collect();
    let hidden = site.verite.attendu() == Outcome::Masque;
    [
        site.siret.clone(),
        site.code_commune.clone(),
        site.verite.attendu().word().to_owned(),
        site.verite.famille.clone(),
        division(&site.ape).to_owned(),
        site.tranche.to_owned(),
        site.position.qualite.to_owned(),
        if hidden { String::new() } else { site.position.iris.clone() },
        site.position.vraie.x.to_string(),
        site.position.vraie.y.to_string(),
        site.verite.piege.to_owned(),
        territory(builder, site).to_owned(),
        refused.join("|"),
    ]
}

fn territory(builder: &Builder, site: &Establishment) -> &'static str {
    match site.plot.map(|plot| builder.ground.plots[plot].shape.couronne) {
        Some(false) => "pemb",
        Some(true) => "couronne",
        None => "ailleurs",
    }
}
