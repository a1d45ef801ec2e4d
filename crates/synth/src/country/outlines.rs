//! Outlines of the country as GeoPackages, in the form of IGN's editions; written one by one.

use std::path::Path;

use geo::{Coord, MultiPolygon, Polygon};
use geopackage::{GeopackageError, GeopackageWriter, Layer, Row, Shape, Value};

use super::CountryError;
use super::ground::Ground;
use crate::outlines::{COMMUNES_FILE, IRIS_FILE, communes_layer, iris_layer};

/// Writes both files in `dir`, replacing those that are there.
pub async fn write(ground: &Ground, dir: &Path) -> Result<(), CountryError> {
    let iris = ground.communes.iter().flat_map(|commune| (0..commune.iris).map(move |rank| (commune, rank)));
    let rows = iris.enumerate().map(|(order, (commune, rank))| {
        let (local, kind) = (commune.iris_code(rank), if commune.iris == 1 { "Z" } else { "H" });
        let values: Vec<Value> = vec![
            format!("IRIS____{order:016}").into(),
            commune.code.clone().into(),
            commune.nom.clone().into(),
            format!("{local:04}").into(),
            format!("{}{local:04}", commune.code).into(),
            format!("{} {}", commune.nom, rank + 1).into(),
            kind.into(),
        ];
        (commune.iris_ring(rank), values)
    });
    layer(&dir.join(IRIS_FILE), iris_layer()?, rows).await?;
    let rows = ground.communes.iter().enumerate().map(|(order, commune)| {
        let code = commune.code.clone().into();
        let values = vec![format!("COMMUNE_{order:016}").into(), code, commune.nom.clone().into()];
        (commune.cell.ring.clone(), values)
    });
    layer(&dir.join(COMMUNES_FILE), communes_layer()?, rows).await
}

/// Written aside, then renamed: a killed run leaves no half file.
async fn layer(
    path: &Path,
    layer: Layer,
    rows: impl Iterator<Item = (Vec<Coord<f64>>, Vec<Value>)>,
) -> Result<(), CountryError> {
    let aside = path.with_extension("gpkg.partiel");
    let failed = |source| CountryError::Write { path: path.to_owned(), source };
    match std::fs::remove_file(&aside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    write_rows(&aside, layer, rows).await?;
    std::fs::rename(&aside, path).map_err(failed)
}

async fn write_rows(
    path: &Path,
    layer: Layer,
    rows: impl Iterator<Item = (Vec<Coord<f64>>, Vec<Value>)>,
) -> Result<(), GeopackageError> {
    let mut file = GeopackageWriter::create(path).await?;
    let mut writer = file.layer(layer).await?;
    for (ring, values) in rows {
        let outline = MultiPolygon(vec![Polygon::new(ring.into(), Vec::new())]);
        writer.push(Row { fid: None, geometry: Some(Shape::MultiPolygon(&outline)), values }).await?;
    }
    writer.finish().await?;
    file.finish().await
}
