//! GeoParquet 1.0 and 1.1, geometries in WKB. The native encodings (GeoArrow) are refused by name.

use std::path::Path;
use std::sync::Arc;

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use csv::ByteRecord;
use geopackage::{Feature, wkb};
use serde_json::Value;

use super::{Coordinates, NOT_POLYGON, Wanted, polygons, resolve, unreadable};
use crate::error::{IngestError, shown};
use crate::table_file::Description;
use crate::table_file::parquet::ParquetRows;

/// Reads the polygons of a file, a batch of rows at a time.
pub fn read(
    path: &Path,
    wanted: Wanted<'_>,
    mut visit: impl FnMut(Feature) -> bool,
) -> Result<Coordinates, IngestError> {
    let io = |source| IngestError::Io { file: shown(path), source };
    let refuse = |why: &str| IngestError::Archive { file: shown(path), detail: format!("GeoParquet : {why}") };
    let file = std::fs::File::open(path).map_err(io)?;
    let reader = SerializedFileReader::new(file)
        .map_err(|error| refuse(&format!("illisible ({error}) ; le télécharger de nouveau")))?;
    let metadata = reader.metadata().file_metadata();
    let geo = metadata.key_value_metadata().into_iter().flatten().find(|pair| pair.key == "geo");
    let geo = geo.and_then(|pair| serde_json::from_str::<Value>(pair.value.as_deref()?).ok());
    let geo = geo.ok_or_else(|| refuse("métadonnées « geo » absentes : c’est un Parquet sans géométrie"))?;
    let (name, coordinates) = geometry_column(&geo).map_err(|why| refuse(&why))?;
    let held: Vec<String> = metadata.schema_descr().columns().iter().map(|column| column.path().string()).collect();
    let columns = resolve(path, wanted, &held)?;
    let geometry = held.iter().find(|held| **held == name).ok_or_else(|| refuse("colonne de géométrie absente"))?;
    let texts: Vec<Option<&str>> = columns.iter().map(|column| held.get((*column)?).map(String::as_str)).collect();
    let needed: Vec<&str> = std::iter::once(geometry.as_str()).chain(texts.iter().copied().flatten()).collect();
    let description =
        Description { role: "", titre: "", producteur: "", delimiter: b',', needed: &needed, optional: &[], mend: "" };
    let (mut rows, _) = ParquetRows::open(path, std::fs::File::open(path).map_err(io)?, &description, Arc::default())?;
    let ranks = rows.columns();
    let mut record = ByteRecord::new();
    let mut rank = 0;
    while rows.next(&mut record)? {
        rank += 1;
        let field = |name: &str| ranks.get(name).and_then(|&rank| record.get(rank)).unwrap_or_default();
        let outline = wkb::read(field(geometry)).map_err(|error| unreadable(path, rank, &error.to_string()))?;
        let outline = polygons(outline).ok_or_else(|| unreadable(path, rank, NOT_POLYGON))?;
        let text = |name: Option<&str>| name.map(|name| String::from_utf8_lossy(field(name)).into_owned());
        if !visit(Feature { geometry: outline, texts: texts.iter().copied().map(text).collect() }) {
            break;
        }
    }
    Ok(coordinates)
}

/// Name and system of the primary geometry column.
fn geometry_column(geo: &Value) -> Result<(String, Coordinates), String> {
    let name = geo.get("primary_column").and_then(Value::as_str).ok_or("colonne de géométrie principale non dite")?;
    let column = geo.get("columns").and_then(|columns| columns.get(name)).ok_or("colonne de géométrie non décrite")?;
    match column.get("encoding").and_then(Value::as_str) {
        Some("WKB") => {}
        other => {
            let other = other.unwrap_or("non dit");
            return Err(format!(
                "codage « {other} » des géométries non pris en charge, WKB attendu ; convertir : gpio convert, ogr2ogr -lco GEOMETRY_ENCODING=WKB, ou prendre le FlatGeobuf"
            ));
        }
    }
    match column.get("crs") {
        // Absent: the standard says CRS84. Null: unknown.
        None => Ok((name.to_owned(), Coordinates::LonLat)),
        Some(crs) => {
            let id = crs.get("id");
            let code = id.and_then(|id| id.get("code"));
            let coordinates = match code {
                Some(Value::String(code)) if code == "CRS84" => Some(Coordinates::LonLat),
                Some(Value::Number(code)) => {
                    code.as_u64().and_then(|code| u32::try_from(code).ok()).map(Coordinates::from_epsg)
                }
                Some(Value::String(code)) => code.parse().ok().map(Coordinates::from_epsg),
                _ => None,
            };
            coordinates.map(|found| (name.to_owned(), found)).ok_or_else(|| {
                "système de coordonnées non nommé ; enregistrer de nouveau le fichier en EPSG:2154".to_owned()
            })
        }
    }
}
