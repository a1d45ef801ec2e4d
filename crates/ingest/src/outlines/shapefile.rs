//! Shapefile: `.shp` beside its `.dbf`, `.prj` and `.cpg`, or the four in a ZIP archive.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::Path;

use ::shapefile::dbase::encoding::DynEncoding;
use ::shapefile::dbase::{FieldValue, ReaderBuilder, Record};
use ::shapefile::{Reader, Shape, ShapeReader};
use geo::Geometry;
use geopackage::Feature;
use zip::ZipArchive;

use super::{Coordinates, NOT_POLYGON, Wanted, polygons, resolve, unreadable};
use crate::error::{IngestError, shown};

/// The parts of a shapefile, held in memory.
#[derive(Default)]
struct Parts {
    parts: HashMap<String, Vec<u8>>,
}

/// Suffixes of the parts that are read.
const SUFFIXES: [&str; 4] = ["shp", "dbf", "prj", "cpg"];

impl Parts {
    fn beside(path: &Path) -> Result<Self, IngestError> {
        let mut parts = Self::default();
        for suffix in SUFFIXES {
            // Files from Windows come in either case.
            for name in [suffix.to_owned(), suffix.to_uppercase()] {
                let part = path.with_extension(name);
                if part.exists() {
                    let bytes =
                        std::fs::read(&part).map_err(|source| IngestError::Io { file: shown(&part), source })?;
                    parts.parts.insert(suffix.to_owned(), bytes);
                }
            }
        }
        Ok(parts)
    }

    fn zipped(path: &Path, bytes: Vec<u8>) -> Result<Self, IngestError> {
        let refuse = |error: &dyn std::fmt::Display| IngestError::Archive {
            file: shown(path),
            detail: format!("archive ZIP illisible ({error}) ; la télécharger de nouveau"),
        };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| refuse(&error))?;
        let mut parts = Self::default();
        let mut stems = Vec::new();
        for rank in 0..archive.len() {
            let mut member = archive.by_index(rank).map_err(|error| refuse(&error))?;
            let name = member.name().map_err(|error| refuse(&error))?.into_owned();
            let name = Path::new(&name);
            let Some(suffix) = name.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase()) else {
                continue;
            };
            if !SUFFIXES.contains(&suffix.as_str()) || name.starts_with("__MACOSX") {
                continue;
            }
            if suffix == "shp" {
                stems.push(name.display().to_string());
            }
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).map_err(|error| refuse(&error))?;
            parts.parts.insert(suffix, bytes);
        }
        match stems.len() {
            1 => Ok(parts),
            0 => Err(refuse(&"aucun .shp dans l’archive")),
            _ => Err(refuse(&format!("plusieurs .shp dans l’archive : {}", stems.join(", ")))),
        }
    }

    fn take(&mut self, path: &Path, suffix: &str) -> Result<Vec<u8>, IngestError> {
        self.parts.remove(suffix).ok_or_else(|| IngestError::Archive {
            file: shown(path),
            detail: format!("partie .{suffix} absente du Shapefile ; la mettre à côté du .shp, sous le même nom"),
        })
    }

    fn text(&self, suffix: &str) -> Option<String> {
        self.parts.get(suffix).map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned())
    }
}

/// Reads the polygons of a shapefile.
pub fn read(
    path: &Path,
    wanted: Wanted<'_>,
    mut visit: impl FnMut(Feature) -> bool,
) -> Result<Coordinates, IngestError> {
    let bytes = std::fs::read(path).map_err(|source| IngestError::Io { file: shown(path), source })?;
    let mut parts = if bytes.starts_with(b"PK") { Parts::zipped(path, bytes)? } else { Parts::beside(path)? };
    let projection = parts.text("prj").ok_or_else(|| IngestError::Archive {
        file: shown(path),
        detail: "partie .prj absente du Shapefile : son système de coordonnées est inconnu ; la mettre à côté du .shp"
            .to_owned(),
    })?;
    let coordinates = coordinates(&projection).ok_or_else(|| IngestError::Archive {
        file: shown(path),
        detail: format!(
            "système de coordonnées inconnu dans le .prj : {} ; convertir en EPSG:2154",
            first(&projection)
        ),
    })?;
    let refuse = |error: &dyn std::fmt::Display| IngestError::Archive {
        file: shown(path),
        detail: format!("Shapefile illisible ({error}) ; le télécharger de nouveau"),
    };
    // Without a .cpg the DBF's own mark decides; files of IGN before 2014 are in Latin-1.
    let encoding = DynEncoding::from_name(parts.text("cpg").as_deref().unwrap_or("CP1252"));
    let builder = ReaderBuilder::new();
    let builder = match encoding {
        Some(encoding) => builder.with_encoding(encoding),
        None => builder,
    };
    let table = builder.build(Cursor::new(parts.take(path, "dbf")?)).map_err(|error| refuse(&error))?;
    let held: Vec<String> = table.fields().iter().map(|field| field.name().to_owned()).collect();
    let columns = resolve(path, wanted, &held)?;
    let shapes = ShapeReader::new(Cursor::new(parts.take(path, "shp")?)).map_err(|error| refuse(&error))?;
    let mut reader = Reader::new(shapes, table);
    for (rank, row) in (1..).zip(reader.iter_shapes_and_records()) {
        let (shape, record) = row.map_err(|error| unreadable(path, rank, &error.to_string()))?;
        if matches!(shape, Shape::NullShape) {
            continue;
        }
        let geometry = Geometry::<f64>::try_from(shape).ok().and_then(polygons);
        let geometry = geometry.ok_or_else(|| unreadable(path, rank, NOT_POLYGON))?;
        let texts = columns.iter().map(|column| text_of(&record, held.get((*column)?)?)).collect();
        if !visit(Feature { geometry, texts }) {
            break;
        }
    }
    Ok(coordinates)
}

fn text_of(record: &Record, name: &str) -> Option<String> {
    match record.get(name)? {
        FieldValue::Character(text) => text.clone(),
        FieldValue::Numeric(number) => number.map(|number| number.to_string()),
        FieldValue::Integer(number) => Some(number.to_string()),
        FieldValue::Memo(text) => Some(text.clone()),
        _ => None,
    }
}

/// The system that a `.prj` (WKT 1, of ESRI or OGC) names; the legal systems of France and degrees only.
fn coordinates(wkt: &str) -> Option<Coordinates> {
    // Names of ESRI and of EPSG for the same system.
    const NAMES: [(&str, u32); 9] = [
        ("lambert_93", 2154),
        ("lambert-93", 2154),
        ("rgaf09_utm_zone_20n", 5490),
        ("rgaf09 / utm zone 20n", 5490),
        ("utm_zone_22n", 2972),
        ("utm zone 22n", 2972),
        ("utm_zone_40s", 2975),
        ("utm zone 40s", 2975),
        ("utm_zone_38s", 4471),
    ];
    let text = wkt.to_ascii_lowercase();
    if text.starts_with("geogcs") {
        return Some(Coordinates::LonLat);
    }
    let name = text.split('"').nth(1)?;
    let known = NAMES.iter().find(|(known, _)| name.contains(known)).map(|(_, epsg)| *epsg);
    // The last authority of a WKT is that of the whole system.
    let authority = text.rsplit("authority[\"epsg\",\"").next().and_then(|rest| rest.split('"').next()?.parse().ok());
    known.or(authority).map(Coordinates::from_epsg)
}

fn first(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_by_their_names() {
        for (wkt, expected) in [
            ("PROJCS[\"RGF93_Lambert_93\",GEOGCS[\"GCS_RGF_1993\"]]", Coordinates::Metric(2154)),
            ("PROJCS[\"RGF_1993_Lambert_93\",GEOGCS[\"x\"]]", Coordinates::Metric(2154)),
            ("PROJCS[\"RGR92 / UTM zone 40S\",AUTHORITY[\"EPSG\",\"2975\"]]", Coordinates::Metric(2975)),
            (
                "PROJCS[\"autre\",GEOGCS[\"g\",AUTHORITY[\"EPSG\",\"4326\"]],AUTHORITY[\"EPSG\",\"3857\"]]",
                Coordinates::Metric(3857),
            ),
            ("GEOGCS[\"GCS_WGS_1984\"]", Coordinates::LonLat),
        ] {
            assert_eq!(coordinates(wkt), Some(expected), "{wkt}");
        }
        assert_eq!(coordinates("PROJCS[\"Inconnu\"]"), None);
        assert_eq!(coordinates(""), None);
    }
}
