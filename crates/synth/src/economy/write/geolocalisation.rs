//! Insee's geolocation of establishments.

use std::path::Path;

use super::super::SynthError;
use super::super::headers::GEOLOCALISATION;
use super::super::lambert::to_degrees;
use super::super::model::{Establishment, Located};
use super::Sheet;

/// Name of the file.
pub const GEOLOCALISATION_FILE: &str = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv";

pub(super) fn write(sites: &[&Establishment], dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, GEOLOCALISATION_FILE, b';', &GEOLOCALISATION)?;
    for site in sites {
        if let Some(row) = &site.position.geolocalisation {
            sheet.row(cells(site, row))?;
        }
    }
    sheet.finish()
}

fn cells(site: &Establishment, row: &Located) -> [String; 19] {
    let outside = || "HZ".to_owned();
    let (commune, local) = row.iris.split_at_checked(5).unwrap_or((&row.iris, ""));
    // A commune that is not cut has no local code.
    let local = if local == "0000" { "CSZ" } else { local };
    let degrees = to_degrees(row.point);
    let (precision, certainty) = match row.qualite {
        "11" => ("10", "1"),
        "21" => ("30", "1"),
        "12" | "22" => ("250", "2"),
        _ => ("2500", "3"),
    };
    [
        site.siret.clone(),
        // The shortest text that reads back to the same number: a point on a border stays on it.
        row.point.x.to_string(),
        row.point.y.to_string(),
        row.qualite.to_owned(),
        "2154".to_owned(),
        outside(),
        local.to_owned(),
        outside(),
        outside(),
        outside(),
        commune.to_owned(),
        precision.to_owned(),
        certainty.to_owned(),
        certainty.to_owned(),
        certainty.to_owned(),
        certainty.to_owned(),
        certainty.to_owned(),
        format!("{:.7}", degrees.y),
        format!("{:.7}", degrees.x),
    ]
}
