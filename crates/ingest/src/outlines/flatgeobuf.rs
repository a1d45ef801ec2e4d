//! FlatGeobuf, as IGN publishes whole France in WGS 84.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use ::flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use geopackage::Feature;
use geozero::ToGeo;

use super::{Coordinates, NOT_POLYGON, Wanted, polygons, resolve, unreadable};
use crate::error::{IngestError, shown};

/// Reads the polygons of a file, one at a time.
pub fn read(
    path: &Path,
    wanted: Wanted<'_>,
    mut visit: impl FnMut(Feature) -> bool,
) -> Result<Coordinates, IngestError> {
    let refuse = |error: &dyn std::fmt::Display| IngestError::Archive {
        file: shown(path),
        detail: format!("FlatGeobuf illisible ({error}) ; le télécharger de nouveau, il est peut-être incomplet"),
    };
    let file = File::open(path).map_err(|source| IngestError::Io { file: shown(path), source })?;
    let reader = FgbReader::open(BufReader::with_capacity(1 << 18, file)).map_err(|error| refuse(&error))?;
    let header = reader.header();
    let held: Vec<String> = header
        .columns()
        .map(|columns| columns.iter().map(|column| column.name().to_owned()).collect())
        .unwrap_or_default();
    let columns = resolve(path, wanted, &held)?;
    let code = header.crs().map(|crs| crs.code()).and_then(|code| u32::try_from(code).ok());
    // Without a system, or with that of GeoJSON (code 0): longitude, latitude.
    let coordinates = code.filter(|code| *code > 0).map_or(Coordinates::LonLat, Coordinates::from_epsg);
    let mut features = reader.select_all_seq().map_err(|error| refuse(&error))?;
    let mut rank = 0;
    while let Some(feature) = features.next().map_err(|error| refuse(&error))? {
        rank += 1;
        let geometry = feature.to_geo().ok().and_then(polygons).ok_or_else(|| unreadable(path, rank, NOT_POLYGON))?;
        let properties = feature.properties().map_err(|error| refuse(&error))?;
        let texts = columns.iter().map(|column| properties.get(held.get((*column)?)?).cloned()).collect();
        if !visit(Feature { geometry, texts }) {
            break;
        }
    }
    Ok(coordinates)
}
