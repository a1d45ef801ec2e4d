//! A publication: one transaction that adds a version, then points to it.

use domain::{Agregat, Atlas, Manifest, NiveauRegroupe, Structure};
use geo::{Coord, MultiPolygon};
use geopackage::{Shape, Value, ewkb};
use sqlx::postgres::PgCopyIn;
use sqlx::{Connection, PgConnection};

use super::copy::{Geom, Lines, statement};
use super::{CHANNEL, PostgisStore};
use crate::encode;
use crate::error::StoreError;
use crate::tables::{self, Table};

/// Publishes; whatever fails, the transaction is undone and the previous version stands.
pub(super) async fn atlas(store: &PostgisStore, (atlas, agregats): (&Atlas, &[Agregat])) -> Result<(), StoreError> {
    let failed = store.server("publication");
    let mut connection = store.own_connection("publication").await?;
    let mut transaction = connection.begin().await.map_err(&failed)?;
    // One publication at a time: the second waits for the first. The lock dies with the transaction.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('essaim.publication'))")
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
    let manifest = serde_json::to_string(&atlas.manifest)
        .map_err(|error| StoreError::Atlas { reason: format!("manifeste impossible à écrire : {error}") })?;
    let version_id: i64 = sqlx::query_scalar(include_str!("new_version.sql"))
        .bind(&atlas.manifest.version.0)
        .bind(manifest)
        .fetch_one(&mut *transaction)
        .await
        .map_err(&failed)?;
    let mut load = Load { connection: &mut transaction, version_id, epsg: atlas.manifest.epsg, failed: &failed };
    load.tables(atlas).await?;
    load.derived(&atlas.manifest, agregats).await?;
    for sql in [include_str!("publish.sql"), include_str!("forget.sql")] {
        sqlx::query(sql).bind(version_id).execute(&mut *transaction).await.map_err(&failed)?;
    }
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(&atlas.manifest.version.0)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    connection.close().await.map_err(&failed)
}

struct Load<'c, F> {
    connection: &'c mut PgConnection,
    version_id: i64,
    epsg: u32,
    failed: &'c F,
}

impl<F: Fn(sqlx::Error) -> StoreError + Sync> Load<'_, F> {
    async fn tables(&mut self, atlas: &Atlas) -> Result<(), StoreError> {
        self.structures(atlas).await?;
        self.zones(&tables::COMMUNES, &atlas.communes, |zone| (encode::commune(zone), &zone.contour)).await?;
        self.zones(&tables::IRIS, &atlas.iris, |zone| (encode::iris(zone), &zone.contour)).await?;
        for niveau in NiveauRegroupe::ALL {
            let (table, zones) = (tables::regroupements(niveau), atlas.regroupements.niveau(niveau));
            self.zones(table, zones, |zone| (encode::regroupement(zone), &zone.contour)).await?;
        }
        self.plain(&tables::MASQUES, &atlas.masques, encode::masque).await?;
        self.plain(&tables::ECONOMIE, &atlas.economie, encode::economie).await?;
        self.plain(&tables::EMPLOIS, &atlas.emplois, encode::emplois).await
    }

    /// What follows from the rows, for those who read the tables.
    async fn derived(&mut self, manifest: &Manifest, agregats: &[Agregat]) -> Result<(), StoreError> {
        self.plain(&tables::AGREGATS, agregats, encode::agregat).await?;
        self.plain(&tables::CASCADE, &manifest.waterfall.lignes_de_table(), encode::cascade).await?;
        self.plain(&tables::SOURCES, &manifest.sources, |source| encode::source(source, manifest)).await
    }

    async fn structures(&mut self, atlas: &Atlas) -> Result<(), StoreError> {
        let noms = encode::noms_communes(atlas);
        let (epsg, mut copy) = (self.epsg, self.copy(&tables::STRUCTURES).await?);
        for structure in &atlas.structures {
            let point = point(structure, epsg)?;
            copy.push(point, &encode::structure(structure, &noms)).await?;
        }
        copy.finish().await
    }

    async fn zones<Z>(
        &mut self,
        table: &Table,
        zones: &[Z],
        row: fn(&Z) -> (Vec<Value>, &MultiPolygon<f64>),
    ) -> Result<(), StoreError> {
        let (epsg, mut copy) = (self.epsg, self.copy(table).await?);
        for zone in zones {
            let (values, contour) = row(zone);
            let outline = ewkb(Shape::MultiPolygon(contour), epsg).map_err(|error| bad_geometry(table, &error))?;
            copy.push(Geom::Ewkb(outline), &values).await?;
        }
        copy.finish().await
    }

    async fn plain<T>(&mut self, table: &Table, rows: &[T], row: impl Fn(&T) -> Vec<Value>) -> Result<(), StoreError> {
        let mut copy = self.copy(table).await?;
        for cells in rows {
            copy.push(Geom::NoColumn, &row(cells)).await?;
        }
        copy.finish().await
    }

    async fn copy(&mut self, table: &Table) -> Result<Copy<'_, F>, StoreError> {
        let sink = self.connection.copy_in_raw(&statement(table)).await.map_err(self.failed)?;
        Ok(Copy { sink, lines: Lines::new(self.version_id), failed: self.failed })
    }
}

/// One `COPY` under way. Left unfinished, it is refused by the server and the transaction with it.
struct Copy<'c, F> {
    sink: PgCopyIn<&'c mut PgConnection>,
    lines: Lines,
    failed: &'c F,
}

impl<F: Fn(sqlx::Error) -> StoreError> Copy<'_, F> {
    async fn push(&mut self, geometry: Geom, values: &[Value]) -> Result<(), StoreError> {
        self.lines.push(&geometry, values);
        if let Some(full) = self.lines.full() {
            self.sink.send(full).await.map_err(self.failed)?;
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<(), StoreError> {
        self.sink.send(self.lines.rest()).await.map_err(self.failed)?;
        self.sink.finish().await.map_err(self.failed)?;
        Ok(())
    }
}

fn point(structure: &Structure, epsg: u32) -> Result<Geom, StoreError> {
    let Some(position) = &structure.position else { return Ok(Geom::Null) };
    let shape = Shape::Point(Coord { x: position.x, y: position.y });
    ewkb(shape, epsg).map(Geom::Ewkb).map_err(|error| bad_geometry(&tables::STRUCTURES, &error))
}

fn bad_geometry(table: &Table, error: &geopackage::BlobError) -> StoreError {
    StoreError::Atlas { reason: format!("table « {} » : {error}", table.name) }
}
