//! Reading of polygon layers of GeoPackages that others made, as IGN publishes its outlines.

use std::path::Path;

use futures_util::TryStreamExt;
use geo_types::MultiPolygon;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use crate::blob;
use crate::error::{GeopackageError, shown};
use crate::sql::quoted;

/// A polygon and its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Outline, in the system of the layer.
    pub geometry: MultiPolygon<f64>,
    /// One text for each column asked for, in their order; `None` for NULL.
    pub texts: Vec<Option<String>>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerInfo {
    /// Layer.
    pub layer: String,
    /// Its geometry column.
    pub geometry_column: String,
    /// Its coordinate system, EPSG code.
    pub epsg: u32,
    /// Features visited.
    pub features: u64,
    /// Features without geometry, left out.
    pub without_geometry: u64,
}

/// Opens a finished file for reading only.
///
/// `immutable` spares the locks and reads from folders that cannot be written; it would miss what
/// another program has not yet brought back from its write-ahead log, hence the test.
pub async fn open_read_only(path: &Path) -> Result<SqliteConnection, GeopackageError> {
    let failed = |source| GeopackageError::Open { file: shown(path), source };
    if let Err(error) = tokio::fs::metadata(path).await {
        return Err(failed(sqlx::Error::Io(error)));
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let pending = tokio::fs::metadata(log).await.is_ok_and(|log| log.len() > 0);
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(!pending);
    options.disable_statement_logging().connect().await.map_err(failed)
}

/// Reads the layer of polygons that has the columns asked for: each column is a list of accepted
/// names (case apart), the first found being read; an empty list gives `None` in every feature.
///
/// `visit` says whether to go on. No layer, or several, is an error.
pub async fn read_polygons(
    path: &Path,
    columns: &[&[&str]],
    visit: impl FnMut(Feature) -> bool,
) -> Result<LayerInfo, GeopackageError> {
    read(path, (None, columns), visit).await
}

/// The same in a layer of known name.
pub async fn read_layer(
    path: &Path,
    layer: &str,
    columns: &[&[&str]],
    visit: impl FnMut(Feature) -> bool,
) -> Result<LayerInfo, GeopackageError> {
    read(path, (Some(layer), columns), visit).await
}

async fn read(
    path: &Path,
    (layer, columns): (Option<&str>, &[&[&str]]),
    visit: impl FnMut(Feature) -> bool,
) -> Result<LayerInfo, GeopackageError> {
    let mut connection = open_read_only(path).await?;
    let layers = polygon_layers(path, &mut connection).await?;
    let chosen = match layer {
        Some(name) => named(path, name, layers)?,
        None => only_one(path, columns, layers)?,
    };
    let found = chosen.resolve(columns).map_err(|column| GeopackageError::MissingColumn {
        file: shown(path),
        layer: chosen.table.clone(),
        column,
        found: chosen.columns.join(", "),
    })?;
    let info = scan(path, &mut connection, (&chosen, &found), visit).await?;
    connection.close().await.map_err(|source| GeopackageError::Open { file: shown(path), source })?;
    Ok(info)
}

/// A layer of a file, as its tables describe it.
#[derive(Debug)]
struct Found {
    table: String,
    geometry: String,
    srs_id: i64,
    organization: String,
    code: i64,
    columns: Vec<String>,
}

impl Found {
    /// The column to read for each list of names, or the first list that has none.
    fn resolve(&self, wanted: &[&[&str]]) -> Result<Vec<Option<&str>>, String> {
        let held = |name: &str| self.columns.iter().find(|held| held.eq_ignore_ascii_case(name)).map(String::as_str);
        let pick = |names: &&[&str]| match names {
            [] => Ok(None),
            names => names.iter().find_map(|name| held(name)).map(Some).ok_or_else(|| names.join(" » ou « ")),
        };
        wanted.iter().map(pick).collect()
    }

    fn epsg(&self) -> Option<u32> {
        let epsg = self.organization.eq_ignore_ascii_case("epsg");
        u32::try_from(self.code).ok().filter(|&code| epsg && code > 0)
    }
}

async fn polygon_layers(path: &Path, connection: &mut SqliteConnection) -> Result<Vec<Found>, GeopackageError> {
    for table in ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"] {
        let held: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE lower(name) = ?")
            .bind(table)
            .fetch_one(&mut *connection)
            .await
            .map_err(|source| GeopackageError::Open { file: shown(path), source })?;
        if held == 0 {
            return Err(GeopackageError::NotGeopackage { file: shown(path), table });
        }
    }
    let broken =
        |source| GeopackageError::Read { file: shown(path), layer: "gpkg_geometry_columns".to_owned(), source };
    let rows: Vec<(String, String, i64, String, i64)> =
        sqlx::query_as(include_str!("polygon_layers.sql")).fetch_all(&mut *connection).await.map_err(broken)?;
    let mut layers = Vec::new();
    for (table, geometry, srs_id, organization, code) in rows {
        let columns = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
            .bind(&table)
            .fetch_all(&mut *connection)
            .await
            .map_err(broken)?;
        layers.push(Found { table, geometry, srs_id, organization, code, columns });
    }
    Ok(layers)
}

fn listed<'l>(layers: impl IntoIterator<Item = &'l Found>) -> String {
    let names: Vec<&str> = layers.into_iter().map(|layer| layer.table.as_str()).collect();
    if names.is_empty() { "aucune couche de polygones".to_owned() } else { names.join(", ") }
}

fn named(path: &Path, name: &str, layers: Vec<Found>) -> Result<Found, GeopackageError> {
    let found = listed(&layers);
    let missing = || GeopackageError::MissingLayer { file: shown(path), layer: name.to_owned(), found };
    layers.into_iter().find(|layer| layer.table.eq_ignore_ascii_case(name)).ok_or_else(missing)
}

fn only_one(path: &Path, columns: &[&[&str]], layers: Vec<Found>) -> Result<Found, GeopackageError> {
    let found = listed(&layers);
    // A lone layer is the one meant: a missing column is then told as such.
    if layers.len() != 1 {
        let mut fit: Vec<Found> = layers.into_iter().filter(|layer| layer.resolve(columns).is_ok()).collect();
        return match (fit.pop(), fit.len()) {
            (Some(only), 0) => Ok(only),
            (Some(last), _) => {
                let found = listed(fit.iter().chain([&last]));
                Err(GeopackageError::AmbiguousLayer { file: shown(path), found })
            }
            (None, _) => {
                let wanted: Vec<&str> = columns.iter().filter_map(|names| names.first().copied()).collect();
                Err(GeopackageError::NoLayer { file: shown(path), wanted: wanted.join(", "), found })
            }
        };
    }
    let nothing = || GeopackageError::NoLayer { file: shown(path), wanted: String::new(), found };
    layers.into_iter().next().ok_or_else(nothing)
}

async fn scan(
    path: &Path,
    connection: &mut SqliteConnection,
    (layer, columns): (&Found, &[Option<&str>]),
    mut visit: impl FnMut(Feature) -> bool,
) -> Result<LayerInfo, GeopackageError> {
    let (file, table) = (|| shown(path), || layer.table.clone());
    let epsg =
        layer.epsg().ok_or_else(|| GeopackageError::Srs { file: file(), layer: table(), srs_id: layer.srs_id })?;
    let broken = |source| GeopackageError::Read { file: file(), layer: table(), source };
    let select = select_sql(layer, columns);
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(connection);
    let mut info =
        LayerInfo { layer: table(), geometry_column: layer.geometry.clone(), epsg, features: 0, without_geometry: 0 };
    while let Some(row) = rows.try_next().await.map_err(broken)? {
        let feature = info.features + info.without_geometry + 1;
        let bad = |source| GeopackageError::Geometry { file: file(), layer: table(), feature, source };
        let Some(blob) = row.try_get::<Option<&[u8]>, _>(0).map_err(broken)? else {
            info.without_geometry += 1;
            continue;
        };
        let geometry = blob::decode_polygons(blob).map_err(bad)?;
        let texts = texts(&row, columns.len()).map_err(broken)?;
        info.features += 1;
        if !visit(Feature { geometry, texts }) {
            break;
        }
    }
    Ok(info)
}

/// Names come from the file itself and are quoted; numbers are read as their text.
fn select_sql(layer: &Found, columns: &[Option<&str>]) -> String {
    let texts = columns.iter().map(|column| match column {
        Some(name) => format!(", CAST({} AS TEXT)", quoted(name)),
        None => ", NULL".to_owned(),
    });
    let texts: String = texts.collect();
    format!("SELECT {}{texts} FROM {} ORDER BY rowid", quoted(&layer.geometry), quoted(&layer.table))
}

fn texts(row: &SqliteRow, count: usize) -> Result<Vec<Option<String>>, sqlx::Error> {
    (1..=count).map(|rank| row.try_get(rank)).collect()
}
