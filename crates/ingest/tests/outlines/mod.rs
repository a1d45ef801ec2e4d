//! The square outlines of the specimens, as GeoPackages.

use std::path::{Path, PathBuf};

use geo::{LineString, MultiPolygon, Polygon};
use geopackage::{Column, ColumnKind, GeometryColumn, GeometryKind, Layer, Name, Row, Shape, write_file};

/// Folder of the hand-written specimens.
pub fn specimens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/specimens")
}

/// `POLYGON((x y, …))`, all that the specimens hold.
fn square(wkt: &str) -> MultiPolygon<f64> {
    let inside = wkt.trim_start_matches("POLYGON((").trim_end_matches("))");
    let ring: LineString<f64> = inside
        .split(',')
        .map(|pair| {
            let numbers: Vec<f64> = pair.split_whitespace().map(|number| number.parse().unwrap()).collect();
            (numbers[0], numbers[1])
        })
        .collect();
    MultiPolygon(vec![Polygon::new(ring, Vec::new())])
}

/// Writes the outlines of `contours.csv` of a level as IGN does.
pub async fn write_outlines(dir: &Path, niveau: &str, columns: &[&str]) -> PathBuf {
    let mut reader = csv::Reader::from_path(specimens().join("contours.csv")).unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).filter(|r| &r[0] == niveau).collect();
    let outlines: Vec<MultiPolygon<f64>> = records.iter().map(|record| square(&record[4])).collect();
    let rows = records.iter().zip(&outlines).map(|(record, outline)| Row {
        fid: None,
        geometry: Some(Shape::MultiPolygon(outline)),
        values: (1..=columns.len()).map(|rank| record[rank].into()).collect(),
    });
    let layer = Layer {
        name: Name::new(niveau).unwrap(),
        title: niveau.to_owned(),
        description: String::new(),
        geometry: Some(GeometryColumn {
            name: Name::new("geometrie").unwrap(),
            kind: GeometryKind::MultiPolygon,
            epsg: 2154,
        }),
        columns: columns.iter().map(|name| Column::new(name, ColumnKind::Text, "").unwrap()).collect(),
        style: None,
    };
    let path = dir.join(format!("{niveau}.gpkg"));
    write_file(&path, vec![(layer, rows.collect())]).await.unwrap();
    path
}
