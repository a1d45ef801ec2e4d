//! The PostGIS store: several versions side by side, one of them published.

mod copy;
mod read;
mod write;

use std::time::Duration;

use async_trait::async_trait;
use domain::{Agregat, Atlas, VersionJeu};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection, SqlSafeStr};

use crate::encode::verify;
use crate::location::PostgisUrl;
use crate::{Store, StoreError};

/// Channel on which each publication is told, with the version as its message.
pub const CHANNEL: &str = "essaim_version";

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest statement outside loads and publications.
const STATEMENT_TIMEOUT: &str = "5s";

/// A PostGIS database.
#[derive(Debug, Clone)]
pub struct PostgisStore {
    pool: PgPool,
    location: String,
}

/// The migrations, from the first.
const MIGRATIONS: [(i64, &str, &str); 4] = [
    (1, "atlas", include_str!("../../migrations/0001_atlas.sql")),
    (3, "recognition", include_str!("../../migrations/0003_recognition.sql")),
    (4, "zones_and_derived", include_str!("../../migrations/0004_zones_and_derived.sql")),
    (5, "supplied_jobs", include_str!("../../migrations/0005_supplied_jobs.sql")),
];

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.to_vec());
    migrator.create_schema("essaim");
    migrator.dangerous_set_table_name("essaim.migrations");
    migrator
}

impl PostgisStore {
    /// Prepares the connections; none is made before the first call.
    ///
    /// The schema is brought up to date by `publish`: a service that only reads needs no right to
    /// change it.
    #[expect(clippy::unused_async, reason = "the opening of a store may wait")]
    pub async fn open(url: &PostgisUrl) -> Result<Self, StoreError> {
        let options = url
            .options()
            .clone()
            .application_name("essaim")
            .options([("statement_timeout", STATEMENT_TIMEOUT)])
            .disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(4).acquire_timeout(CONNECT).connect_lazy_with(options);
        Ok(Self { pool, location: url.to_string() })
    }

    fn server(&self, action: &'static str) -> impl Fn(sqlx::Error) -> StoreError + use<> {
        let location = self.location.clone();
        move |source| StoreError::Server { location: location.clone(), action, source }
    }

    fn empty(&self) -> StoreError {
        StoreError::Empty { location: self.location.clone() }
    }

    /// A connection of its own for a long work. Dropped on the way, it closes, and the server undoes the
    /// rest: one given back to the pool in the middle of a `COPY` would be of no use to the next.
    async fn own_connection(&self, action: &'static str) -> Result<PgConnection, StoreError> {
        Ok(self.pool.acquire().await.map_err(self.server(action))?.detach())
    }

    /// Nothing has ever been published when the tables are not even there.
    async fn has_schema(&self) -> Result<bool, StoreError> {
        sqlx::query_scalar("SELECT to_regclass('essaim.publication') IS NOT NULL")
            .fetch_one(&self.pool)
            .await
            .map_err(self.server("connexion"))
    }
}

#[async_trait]
impl Store for PostgisStore {
    async fn version(&self) -> Result<VersionJeu, StoreError> {
        if !self.has_schema().await? {
            return Err(self.empty());
        }
        let version: Option<String> = sqlx::query_scalar(include_str!("version.sql"))
            .fetch_optional(&self.pool)
            .await
            .map_err(self.server("lecture de la version"))?;
        version.map(VersionJeu).ok_or_else(|| self.empty())
    }

    async fn load(&self) -> Result<Atlas, StoreError> {
        if !self.has_schema().await? {
            return Err(self.empty());
        }
        read::atlas(self).await
    }

    async fn publish(&self, atlas: &Atlas, agregats: &[Agregat]) -> Result<(), StoreError> {
        verify(atlas)?;
        let failed = |source| StoreError::Migration { location: self.location.clone(), source };
        migrator().run(&self.pool).await.map_err(failed)?;
        write::atlas(self, (atlas, agregats)).await
    }
}
