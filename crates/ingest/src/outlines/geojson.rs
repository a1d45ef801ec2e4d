//! GeoJSON (RFC 7946: longitude, latitude), or the older form whose member `crs` names a system.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use ::geojson::{FeatureCollection, GeoJson, GeometryValue, JsonObject};
use geo::Geometry;
use geopackage::Feature;
use serde_json::Value;

use super::{Coordinates, NOT_POLYGON, Wanted, polygons, resolve, unreadable};
use crate::error::{IngestError, shown};

/// Reads the polygons of a file, which is held whole in memory: the form has no other way.
pub fn read(
    path: &Path,
    wanted: Wanted<'_>,
    mut visit: impl FnMut(Feature) -> bool,
) -> Result<Coordinates, IngestError> {
    let file = File::open(path).map_err(|source| IngestError::Io { file: shown(path), source })?;
    let refuse = |error: &dyn std::fmt::Display| IngestError::Archive {
        file: shown(path),
        detail: format!("GeoJSON illisible ({error}) ; le télécharger de nouveau ou l’enregistrer encore depuis QGIS"),
    };
    let text = std::io::read_to_string(BufReader::new(file)).map_err(|error| refuse(&error))?;
    let text = text.trim_start_matches('\u{feff}');
    let GeoJson::FeatureCollection(collection) = text.parse::<GeoJson>().map_err(|error| refuse(&error))? else {
        return Err(refuse(&"une FeatureCollection est attendue"));
    };
    let coordinates = coordinates(&collection).map_err(|name| IngestError::Archive {
        file: shown(path),
        detail: format!("système de coordonnées « {name} » inconnu ; enregistrer le fichier en EPSG:2154 ou en WGS 84"),
    })?;
    for (rank, feature) in (1..).zip(collection.features) {
        let properties = feature.properties.unwrap_or_default();
        let held: Vec<String> = properties.keys().cloned().collect();
        let columns = resolve(path, wanted, &held)?;
        let geometry = feature.geometry.filter(is_drawn).and_then(|geometry| Geometry::<f64>::try_from(geometry).ok());
        let geometry = geometry.and_then(polygons).ok_or_else(|| unreadable(path, rank, NOT_POLYGON))?;
        let texts = columns.iter().map(|column| text_of(&properties, held.get((*column)?)?)).collect();
        if !visit(Feature { geometry, texts }) {
            break;
        }
    }
    Ok(coordinates)
}

/// Polygons whose positions all have two numbers: the conversion takes them for granted.
fn is_drawn(geometry: &::geojson::Geometry) -> bool {
    let drawn = |ring: &Vec<::geojson::Position>| ring.iter().all(|position| position.len() >= 2);
    match &geometry.value {
        GeometryValue::Polygon { coordinates } => coordinates.iter().all(drawn),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().all(drawn),
        _ => false,
    }
}

fn text_of(properties: &JsonObject, name: &str) -> Option<String> {
    match properties.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// `urn:ogc:def:crs:EPSG::2154`, `EPSG:2154` or `urn:ogc:def:crs:OGC:1.3:CRS84`; without a name, CRS84.
fn coordinates(collection: &FeatureCollection) -> Result<Coordinates, String> {
    let members = collection.foreign_members.as_ref();
    let name = members.and_then(|members| members.get("crs")?.get("properties")?.get("name")?.as_str());
    let Some(name) = name else { return Ok(Coordinates::LonLat) };
    if name.ends_with("CRS84") {
        return Ok(Coordinates::LonLat);
    }
    let code = name.rsplit(':').next().and_then(|code| code.parse().ok());
    code.filter(|_| name.contains("EPSG")).map(Coordinates::from_epsg).ok_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_of_one_number_is_refused_with_the_rank_of_its_feature() {
        let feature = |ring: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{"code":"1"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
            )
        };
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = [feature("[2,48],[3,48],[3,49],[2,48]"), feature("[2,48],[3,48],[3.49],[2,48]")].join(",");
        std::fs::write(file.path(), format!(r#"{{"type":"FeatureCollection","features":[{text}]}}"#)).expect("written");
        let mut read_before = 0;
        let outcome = read(file.path(), &[&["code"]], |_| {
            read_before += 1;
            true
        });
        let message = outcome.expect_err("refused").to_string();
        assert!(read_before == 1 && message.contains('2'), "{message}");
    }
}
