//! Writing of a new GeoPackage, whole: layers in one transaction, R-trees beside, triggers last.
//!
//! A file is never edited in place: the standard's triggers call functions that SQLite has not.
//! It is written without journal, so the caller writes it aside and renames it when finished.

use std::path::{Path, PathBuf};

use geo_types::Rect;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor};

use crate::blob;
use crate::error::{GeopackageError, shown};
use crate::layer::{Layer, Name, Row, Value};
use crate::sql;
use crate::srs;
use crate::wkb::Shape;

/// `GPKG` in the header of the file.
const APPLICATION_ID: &str = "1196444487";
/// GeoPackage 1.3.0.
const USER_VERSION: &str = "10300";

/// Date in `last_change`: the same layers give the same bytes, whenever and wherever they are written.
/// The dates that matter, the vintages of the sources, are for the caller to write in a layer.
const LAST_CHANGE: &str = "1970-01-01T00:00:00.000Z";

/// Transactions that write a file, and no more: the counter in the header of a file as it left [`GeopackageWriter`].
/// Two set the pragmas, one writes all the rest.
pub const TRANSACTIONS: u32 = 3;

/// A GeoPackage being written.
#[derive(Debug)]
#[must_use = "the file is a GeoPackage once `finish` has returned"]
pub struct GeopackageWriter {
    path: PathBuf,
    connection: SqliteConnection,
    styles: u32,
}

impl GeopackageWriter {
    /// Begins a new file; refuses one that exists.
    pub async fn create(path: &Path) -> Result<Self, GeopackageError> {
        // Made here and now: SQLite opens on a thread of its own, and one told to make the file could do so after a
        // caller that gave up has removed it.
        std::fs::File::create_new(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => GeopackageError::Exists { file: shown(path) },
            _ => GeopackageError::Open { file: shown(path), source: sqlx::Error::Io(source) },
        })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(false)
            .pragma("application_id", APPLICATION_ID)
            .pragma("user_version", USER_VERSION)
            .disable_statement_logging();
        let connection =
            options.connect().await.map_err(|source| GeopackageError::Open { file: shown(path), source })?;
        let mut writer = Self { path: path.to_owned(), connection, styles: 0 };
        writer.begin().await.map_err(|source| writer.failed("gpkg_contents", source))?;
        Ok(writer)
    }

    async fn begin(&mut self) -> Result<(), sqlx::Error> {
        self.connection.execute("BEGIN").await?;
        self.connection.execute(sqlx::raw_sql(include_str!("schema.sql"))).await?;
        for srs in srs::SUPPORTED {
            sqlx::query("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, ?)")
                .bind(srs.name)
                .bind(srs.epsg)
                .bind(srs.epsg)
                .bind(srs.definition.trim_end())
                .bind(srs.description)
                .execute(&mut self.connection)
                .await?;
        }
        Ok(())
    }

    fn failed(&self, layer: &str, source: sqlx::Error) -> GeopackageError {
        GeopackageError::Write { file: shown(&self.path), layer: layer.to_owned(), source }
    }

    /// Begins a layer; finish it before the next.
    pub async fn layer(&mut self, layer: Layer) -> Result<LayerWriter<'_>, GeopackageError> {
        if let Some(geometry) = &layer.geometry
            && srs::find(geometry.epsg).is_none()
        {
            let (file, layer) = (shown(&self.path), layer.name.to_string());
            return Err(GeopackageError::Srs { file, layer, srs_id: i64::from(geometry.epsg) });
        }
        self.declare(&layer).await.map_err(|source| self.failed(layer.name.as_str(), source))?;
        let batch = Batch { size: sql::rows_per_statement(&layer), ..Batch::default() };
        Ok(LayerWriter { file: self, layer, batch, rows: 0, bounds: None })
    }

    /// Writes a layer from an iterator of rows; gives their number.
    pub async fn write<'g>(
        &mut self,
        layer: Layer,
        rows: impl IntoIterator<Item = Row<'g>>,
    ) -> Result<u64, GeopackageError> {
        let mut writer = self.layer(layer).await?;
        for row in rows {
            writer.push(row).await?;
        }
        writer.finish().await
    }

    /// Adds a table of blobs that no layer is made of: name, checksum and bytes of each part, in order.
    pub async fn blobs(
        &mut self,
        table: &Name,
        parts: impl IntoIterator<Item = (&'static str, u32, Vec<u8>)>,
    ) -> Result<(), GeopackageError> {
        let written = async {
            self.connection.execute(sql::create_blobs(table)).await?;
            for (name, sum, bytes) in parts {
                let insert = sqlx::query(sql::insert_blob(table)).bind(name).bind(sum).bind(bytes);
                insert.execute(&mut self.connection).await?;
            }
            Ok(())
        };
        written.await.map_err(|source| self.failed(table.as_str(), source))
    }

    async fn declare(&mut self, layer: &Layer) -> Result<(), sqlx::Error> {
        self.connection.execute(sql::create_table(layer)).await?;
        let data_type = if layer.geometry.is_some() { "features" } else { "attributes" };
        sqlx::query(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(layer.name.as_str())
        .bind(data_type)
        .bind(&layer.title)
        .bind(&layer.description)
        .bind(LAST_CHANGE)
        .bind(layer.geometry.as_ref().map(|geometry| geometry.epsg))
        .execute(&mut self.connection)
        .await?;
        let Some(geometry) = &layer.geometry else { return Ok(()) };
        sqlx::query("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)")
            .bind(layer.name.as_str())
            .bind(geometry.name.as_str())
            .bind(geometry.kind.sql())
            .bind(geometry.epsg)
            .execute(&mut self.connection)
            .await?;
        self.connection.execute(sql::create_rtree(&layer.name, &geometry.name)).await?;
        sqlx::query(include_str!("rtree_extension.sql"))
            .bind(layer.name.as_str())
            .bind(geometry.name.as_str())
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Ends the transaction and puts the bytes on the disk.
    pub async fn finish(mut self) -> Result<(), GeopackageError> {
        self.end().await.map_err(|source| self.failed("layer_styles", source))?;
        let Self { path, connection, .. } = self;
        connection.close().await.map_err(|source| GeopackageError::Open { file: shown(&path), source })?;
        let synced = tokio::fs::File::open(&path).await;
        let synced = match synced {
            Ok(file) => file.sync_all().await,
            Err(error) => Err(error),
        };
        synced.map_err(|source| GeopackageError::Io { file: shown(&path), source })
    }

    async fn end(&mut self) -> Result<(), sqlx::Error> {
        if self.styles > 0 {
            sqlx::query(include_str!("styles_contents.sql")).bind(LAST_CHANGE).execute(&mut self.connection).await?;
        } else {
            self.connection.execute("DROP TABLE layer_styles").await?;
        }
        self.connection.execute("COMMIT").await?;
        Ok(())
    }
}

/// Rows waiting for their statement.
#[derive(Debug, Default)]
struct Batch {
    size: usize,
    rows: Vec<(i64, Option<Vec<u8>>, Vec<Value>)>,
    boxes: Vec<(i64, Rect<f64>)>,
}

/// A layer being written, row by row.
#[derive(Debug)]
#[must_use = "the last rows are written by `finish`"]
pub struct LayerWriter<'f> {
    file: &'f mut GeopackageWriter,
    layer: Layer,
    batch: Batch,
    rows: u64,
    bounds: Option<Rect<f64>>,
}

impl LayerWriter<'_> {
    /// Adds a row.
    pub async fn push(&mut self, row: Row<'_>) -> Result<(), GeopackageError> {
        self.rows += 1;
        let fid = row.fid.unwrap_or_else(|| self.rows.cast_signed());
        let blob = row.geometry.map(|shape| self.blob(fid, shape)).transpose()?;
        self.check(&row.values)?;
        self.batch.rows.push((fid, blob, row.values));
        if self.batch.rows.len() == self.batch.size { self.flush().await } else { Ok(()) }
    }

    /// Bytes of a geometry; its box goes to the index.
    fn blob(&mut self, fid: i64, shape: Shape<'_>) -> Result<Vec<u8>, GeopackageError> {
        let Some(geometry) = &self.layer.geometry else {
            return Err(self.refused("géométrie dans une table sans géométrie".to_owned()));
        };
        if !geometry.kind.fits(shape) {
            return Err(self.refused(format!("géométrie d’un autre type que {}", geometry.kind.sql())));
        }
        let blob = blob::encode(shape, geometry.epsg.cast_signed()).map_err(|source| {
            let (file, layer) = (shown(&self.file.path), self.layer.name.to_string());
            GeopackageError::Geometry { file, layer, feature: self.rows, source }
        })?;
        if let Some(bounds) = blob::envelope(shape) {
            self.batch.boxes.push((fid, bounds));
            self.bounds = Some(self.bounds.map_or(bounds, |seen| joined(seen, bounds)));
        }
        Ok(blob)
    }

    fn refused(&self, reason: String) -> GeopackageError {
        let (file, layer) = (shown(&self.file.path), self.layer.name.to_string());
        GeopackageError::Row { file, layer, feature: self.rows, reason }
    }

    /// A row must fit its layer: SQLite itself would take anything.
    fn check(&self, values: &[Value]) -> Result<(), GeopackageError> {
        if values.len() != self.layer.columns.len() {
            return Err(self.refused(format!("{} valeurs pour {} colonnes", values.len(), self.layer.columns.len())));
        }
        for (column, value) in self.layer.columns.iter().zip(values) {
            let named = |what: &str| self.refused(format!("colonne « {} » : {what}", column.name));
            if !value.fits(column.kind) {
                return Err(named(&format!("valeur d’un autre type que {:?}", column.kind)));
            }
            // SQLite would keep an undefined number as NULL: unknown and zero must stay apart.
            if matches!(value, Value::Real(number) if !number.is_finite()) {
                return Err(named("nombre infini ou indéfini"));
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), GeopackageError> {
        let rows = std::mem::take(&mut self.batch.rows);
        let boxes = std::mem::take(&mut self.batch.boxes);
        let written = self.insert(rows, boxes).await;
        written.map_err(|source| self.file.failed(self.layer.name.as_str(), source))
    }

    async fn insert(
        &mut self,
        rows: Vec<(i64, Option<Vec<u8>>, Vec<Value>)>,
        boxes: Vec<(i64, Rect<f64>)>,
    ) -> Result<(), sqlx::Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut query = sqlx::query(sql::insert(&self.layer, rows.len()));
        for (fid, blob, values) in rows {
            query = query.bind(fid);
            if self.layer.geometry.is_some() {
                query = query.bind(blob);
            }
            for value in values {
                query = match value {
                    Value::Null => query.bind(None::<String>),
                    Value::Text(text) => query.bind(text),
                    Value::Integer(number) => query.bind(number),
                    Value::Real(number) => query.bind(number),
                    Value::Boolean(truth) => query.bind(truth),
                };
            }
        }
        query.execute(&mut self.file.connection).await?;
        let Some(geometry) = self.layer.geometry.as_ref().filter(|_| !boxes.is_empty()) else { return Ok(()) };
        let mut query = sqlx::query(sql::insert_rtree(&self.layer.name, &geometry.name, boxes.len()));
        for (fid, bounds) in boxes {
            query = query.bind(fid).bind(bounds.min().x).bind(bounds.max().x);
            query = query.bind(bounds.min().y).bind(bounds.max().y);
        }
        query.execute(&mut self.file.connection).await.map(drop)
    }

    /// Writes the last rows, the bounding box, the triggers and the style; gives the number of rows.
    pub async fn finish(mut self) -> Result<u64, GeopackageError> {
        self.flush().await?;
        let ended = self.end().await;
        ended.map_err(|source| self.file.failed(self.layer.name.as_str(), source))?;
        Ok(self.rows)
    }

    async fn end(&mut self) -> Result<(), sqlx::Error> {
        let connection = &mut self.file.connection;
        if let Some(bounds) = self.bounds {
            sqlx::query("UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?")
                .bind(bounds.min().x)
                .bind(bounds.min().y)
                .bind(bounds.max().x)
                .bind(bounds.max().y)
                .bind(self.layer.name.as_str())
                .execute(&mut *connection)
                .await?;
        }
        if let Some(geometry) = &self.layer.geometry {
            connection.execute(sqlx::raw_sql(sql::create_triggers(&self.layer.name, geometry))).await?;
        }
        let Some(style) = &self.layer.style else { return Ok(()) };
        sqlx::query(include_str!("style.sql"))
            .bind(self.layer.name.as_str())
            .bind(self.layer.geometry.as_ref().map(|geometry| geometry.name.as_str()))
            .bind("defaut")
            .bind(style.qml(&self.layer.columns))
            .bind(&self.layer.title)
            .bind(LAST_CHANGE)
            .execute(&mut *connection)
            .await?;
        self.file.styles += 1;
        Ok(())
    }
}

fn joined(left: Rect<f64>, right: Rect<f64>) -> Rect<f64> {
    let (a, b) = (left.min(), right.min());
    let (c, d) = (left.max(), right.max());
    Rect::new((a.x.min(b.x), a.y.min(b.y)), (c.x.max(d.x), c.y.max(d.y)))
}

/// A layer and its rows, for [`write_file`].
pub type LayerRows<'g> = (Layer, Vec<Row<'g>>);

/// Writes a file of several layers at once.
pub async fn write_file(path: &Path, layers: Vec<LayerRows<'_>>) -> Result<(), GeopackageError> {
    let mut writer = GeopackageWriter::create(path).await?;
    for (layer, rows) in layers {
        writer.write(layer, rows).await?;
    }
    writer.finish().await
}
