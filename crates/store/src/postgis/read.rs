//! Reading of the published version in one snapshot of the database.

use domain::{Atlas, NiveauRegroupe, Regroupements, Structure};
use futures_util::TryStreamExt;
use geo::{Coord, MultiPolygon};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::PostgisStore;
use super::copy::select;
use crate::decode::{self, CellError, Cells, Line};
use crate::error::StoreError;
use crate::layers::GEOMETRY;
use crate::tables::{self, Table};

impl Cells for PgRow {
    fn text(&self, column: &'static str) -> Result<Option<String>, sqlx::Error> {
        self.try_get(column)
    }

    fn integer(&self, column: &'static str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(column)
    }

    fn real(&self, column: &'static str) -> Result<Option<f64>, sqlx::Error> {
        self.try_get(column)
    }

    fn boolean(&self, column: &'static str) -> Result<Option<bool>, sqlx::Error> {
        self.try_get(column)
    }

    fn point(&self) -> Result<Coord<f64>, CellError> {
        Ok(Coord { x: self.try_get("x")?, y: self.try_get("y")? })
    }

    fn polygons(&self) -> Result<MultiPolygon<f64>, CellError> {
        let wkb: &[u8] = self.try_get(GEOMETRY)?;
        geopackage::blob::polygons_of_wkb(wkb).map_err(|error| CellError::Geometry(error.to_string()))
    }
}

/// The published version, as it is when the reading begins.
pub(super) async fn atlas(store: &PostgisStore) -> Result<Atlas, StoreError> {
    let failed = store.server("chargement");
    let mut connection = store.own_connection("chargement").await?;
    let mut transaction = connection.begin().await.map_err(&failed)?;
    sqlx::raw_sql(include_str!("snapshot.sql")).execute(&mut *transaction).await.map_err(&failed)?;
    let version_id: Option<i64> = sqlx::query_scalar("SELECT version_id FROM essaim.publication")
        .fetch_optional(&mut *transaction)
        .await
        .map_err(&failed)?;
    let version_id = version_id.ok_or_else(|| store.empty())?;
    let mut reader = Reader { connection: &mut transaction, version_id, location: &store.location };
    let manifest = reader.manifest().await?;
    let structure = |line: &Line<'_, PgRow>| decode::structure(line, position(line)?);
    let atlas = Atlas {
        manifest,
        communes: reader.rows(&tables::COMMUNES, decode::commune).await?,
        iris: reader.rows(&tables::IRIS, decode::iris).await?,
        regroupements: reader.regroupements().await?,
        structures: reader.rows::<Structure>(&tables::STRUCTURES, structure).await?,
        masques: reader.rows(&tables::MASQUES, decode::masque).await?,
        economie: reader.rows(&tables::ECONOMIE, decode::economie).await?,
        emplois: reader.rows(&tables::EMPLOIS, decode::emplois).await?,
    };
    transaction.commit().await.map_err(&failed)?;
    connection.close().await.map_err(&failed)?;
    Ok(atlas)
}

/// The point of a structure that has one.
fn position(line: &Line<'_, PgRow>) -> Result<Option<domain::Position>, StoreError> {
    let located = line.cells.real("x").map_err(|source| StoreError::Read {
        location: line.location.to_owned(),
        table: line.table,
        source,
    })?;
    located.map(|_| decode::position(line)).transpose()
}

struct Reader<'c> {
    connection: &'c mut PgConnection,
    version_id: i64,
    location: &'c str,
}

impl Reader<'_> {
    async fn manifest(&mut self) -> Result<domain::Manifest, StoreError> {
        let table = tables::MANIFEST.name;
        let cells = sqlx::query("SELECT manifeste::text AS manifeste FROM essaim.version WHERE version_id = $1")
            .bind(self.version_id)
            .fetch_one(&mut *self.connection)
            .await
            .map_err(|source| StoreError::Read { location: self.location.to_owned(), table, source })?;
        decode::manifest(&Line { cells: &cells, location: self.location, table, row: 1 })
    }

    async fn regroupements(&mut self) -> Result<Regroupements, StoreError> {
        let mut found = Regroupements::default();
        for niveau in NiveauRegroupe::ALL {
            found.set(niveau, self.rows(tables::regroupements(niveau), decode::regroupement).await?);
        }
        Ok(found)
    }

    async fn rows<T>(
        &mut self,
        table: &Table,
        decode: fn(&Line<'_, PgRow>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let location = self.location;
        let broken = |source| StoreError::Read { location: location.to_owned(), table: table.name, source };
        let query = sqlx::query(AssertSqlSafe(select(table))).bind(self.version_id);
        let mut rows = query.fetch(&mut *self.connection);
        let mut found = Vec::new();
        while let Some(cells) = rows.try_next().await.map_err(broken)? {
            let row = found.len() as u64 + 1;
            found.push(decode(&Line { cells: &cells, location, table: table.name, row })?);
        }
        Ok(found)
    }
}
