//! The schematic outlines as GeoPackages, in the form of IGN's editions.

use std::path::{Path, PathBuf};

use geo::MultiPolygon;
use geopackage::{
    Column, ColumnKind, GeometryColumn, GeometryKind, GeopackageError, GeopackageWriter, Layer, Name, Row, Shape, Value,
};

use crate::geography::{CommuneShape, Geography, IrisShape};

/// Lambert-93, in which the geography is made.
const LAMBERT_93: u32 = 2154;
/// File of the IRIS, as IGN names it.
pub const IRIS_FILE: &str = "iris.gpkg";
/// File of the communes.
pub const COMMUNES_FILE: &str = "communes.gpkg";

/// Writes both files in `dir`, replacing those that are there.
pub async fn write(geography: &Geography, dir: &Path) -> Result<(), GeopackageError> {
    let iris: Vec<MultiPolygon<f64>> =
        geography.iris.iter().map(|iris| MultiPolygon(vec![iris.outline.clone()])).collect();
    let iris_rows = geography.iris.iter().zip(&iris).enumerate().map(|(rank, (iris, outline))| Row {
        fid: None,
        geometry: Some(Shape::MultiPolygon(outline)),
        values: iris_values(rank, iris, geography),
    });
    write_layer(&dir.join(IRIS_FILE), iris_layer()?, iris_rows).await?;
    let commune_rows = geography.communes.iter().enumerate().map(|(rank, commune)| Row {
        fid: None,
        geometry: Some(Shape::MultiPolygon(&commune.outline)),
        values: commune_values(rank, commune),
    });
    write_layer(&dir.join(COMMUNES_FILE), communes_layer()?, commune_rows).await
}

/// Written aside, then renamed: a killed run leaves no half file.
async fn write_layer<'g>(
    path: &Path,
    layer: Layer,
    rows: impl Iterator<Item = Row<'g>>,
) -> Result<(), GeopackageError> {
    let aside = aside(path);
    let failed = |source: std::io::Error| GeopackageError::Open {
        file: path.display().to_string(),
        source: std::io::Error::other(source).into(),
    };
    match std::fs::remove_file(&aside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut writer = GeopackageWriter::create(&aside).await?;
    writer.write(layer, rows).await?;
    writer.finish().await?;
    std::fs::rename(&aside, path).map_err(failed)
}

fn aside(path: &Path) -> PathBuf {
    path.with_extension("gpkg.partiel")
}

fn layer(name: &str, title: &str, columns: Vec<Column>) -> Result<Layer, GeopackageError> {
    Ok(Layer {
        name: Name::new(name)?,
        title: title.to_owned(),
        description:
            "Contours schématiques de démonstration, engendrés à partir de faits : ne décrivent aucun territoire réel."
                .to_owned(),
        geometry: Some(GeometryColumn {
            name: Name::new("geometrie")?,
            kind: GeometryKind::MultiPolygon,
            epsg: LAMBERT_93,
        }),
        columns,
        style: None,
    })
}

fn texts(names: &[&str]) -> Result<Vec<Column>, GeopackageError> {
    names.iter().map(|name| Column::new(name, ColumnKind::Text, "")).collect()
}

pub(crate) fn iris_layer() -> Result<Layer, GeopackageError> {
    let columns = texts(&["cleabs", "code_insee", "nom_commune", "iris", "code_iris", "nom_iris", "type_iris"])?;
    layer("contours_iris", "IRIS schématiques (fictifs)", columns)
}

pub(crate) fn communes_layer() -> Result<Layer, GeopackageError> {
    let columns = texts(&["cleabs", "code_insee", "nom_officiel"])?;
    layer("commune", "Communes schématiques", columns)
}

fn iris_values(rank: usize, iris: &IrisShape, geography: &Geography) -> Vec<Value> {
    let commune = geography.communes.iter().find(|commune| commune.code == iris.code_commune);
    let local = iris.code.get(5..).unwrap_or_default();
    vec![
        format!("IRIS____{rank:016}").into(),
        iris.code_commune.clone().into(),
        commune.map(|commune| commune.nom.clone()).into(),
        local.into(),
        iris.code.clone().into(),
        iris.nom.clone().into(),
        iris.type_iris.to_string().into(),
    ]
}

fn commune_values(rank: usize, commune: &CommuneShape) -> Vec<Value> {
    vec![format!("COMMUNE_{rank:016}").into(), commune.code.clone().into(), commune.nom.clone().into()]
}
