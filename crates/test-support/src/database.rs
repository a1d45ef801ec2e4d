//! A database of its own for each test that needs PostGIS.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

/// Variable that gives the address of a server where databases may be created.
const VARIABLE: &str = "ESSAIM_TEST_POSTGIS";

/// Address of the test server; says on stderr that the test is skipped when there is none.
pub fn postgis_url() -> Option<String> {
    let url = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("SKIP: {VARIABLE} absent ; lancer tests/postgis/start.sh et donner l’adresse qu’il affiche");
    }
    url
}

/// A database that lives as long as a test; call [`TestDatabase::remove`] at its end.
#[derive(Debug)]
pub struct TestDatabase {
    server: PgConnectOptions,
    name: String,
}

/// Creates an empty database, or `None` (and a `SKIP` line) without server.
pub async fn test_database() -> Option<TestDatabase> {
    static RANK: AtomicU32 = AtomicU32::new(0);
    let server: PgConnectOptions = postgis_url()?.parse().expect("an address of PostgreSQL");
    let name = format!("essaim_test_{}_{}", std::process::id(), RANK.fetch_add(1, Ordering::Relaxed));
    let database = TestDatabase { server, name };
    // A process of the same number may have been killed before its end.
    database.command("DROP DATABASE IF EXISTS").await;
    database.command("CREATE DATABASE").await;
    Some(database)
}

impl TestDatabase {
    /// Address of the database.
    pub fn url(&self) -> String {
        self.server.clone().database(&self.name).to_url_lossy().to_string()
    }

    /// A connection to it, to look at what a store wrote.
    pub async fn connect(&self) -> PgConnection {
        self.server.clone().database(&self.name).connect().await.expect("the test database answers")
    }

    async fn command(&self, verb: &str) {
        let mut connection = self.server.connect().await.expect("the test server answers");
        let force = if verb.starts_with("DROP") { " WITH (FORCE)" } else { "" };
        let sql = format!("{verb} {}{force}", self.name);
        connection.execute(AssertSqlSafe(sql)).await.expect("the test server allows databases");
        connection.close().await.expect("the test server answers");
    }

    /// Drops it, with the connections still open.
    pub async fn remove(self) {
        self.command("DROP DATABASE IF EXISTS").await;
    }
}
