//! The PostGIS store, and its agreement with the GeoPackage store. Skipped aloud without a server.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use futures_util::TryStreamExt;
use sqlx::Executor;
use sqlx::postgres::PgListener;
use store::file::FileStore;
use store::postgis::{CHANNEL, PostgisStore};
use store::{Store, StoreError};
use test_support::{TestDatabase, assert_same, sample_atlas, test_database};

async fn store_of(database: &TestDatabase) -> PostgisStore {
    PostgisStore::open(&database.url().parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn both_stores_give_back_what_was_published() {
    let Some(database) = test_database().await else { return };
    let store = store_of(&database).await;
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..4 {
        let atlas = sample_atlas(seed);
        let file = FileStore::new(folder.path().join("atlas.gpkg"));
        store.publish(&atlas, &[]).await.unwrap();
        file.publish(&atlas, &[]).await.unwrap();
        assert_eq!(store.version().await.unwrap(), file.version().await.unwrap());
        let (from_database, from_file) = (store.load().await.unwrap(), file.load().await.unwrap());
        assert_same(&from_database, &from_file);
        assert_same(&from_database, &atlas);
    }
    database.remove().await;
}

#[tokio::test]
async fn two_versions_are_kept_and_the_change_is_told() {
    let Some(database) = test_database().await else { return };
    let store = store_of(&database).await;
    let mut listener = PgListener::connect(&database.url()).await.unwrap();
    listener.listen(CHANNEL).await.unwrap();
    for seed in 1..=4 {
        store.publish(&sample_atlas(seed), &[]).await.unwrap();
        let told = listener.recv().await.unwrap();
        assert_eq!(told.payload(), sample_atlas(seed).manifest.version.0);
    }
    let mut connection = database.connect().await;
    let kept: Vec<String> = sqlx::query_scalar("SELECT version FROM essaim.version ORDER BY version_id")
        .fetch(&mut connection)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(kept, [sample_atlas(3).manifest.version.0, sample_atlas(4).manifest.version.0]);
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM essaim.structures").fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, 400, "the rows of the forgotten versions are gone");
    let indexes: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_indexes WHERE schemaname = 'essaim' AND indexdef LIKE '%USING gist%'",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(indexes, 7);
    let srid: i32 = sqlx::query_scalar("SELECT DISTINCT ST_SRID(geom) FROM essaim.structures WHERE geom IS NOT NULL")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(srid, 2154);
    database.remove().await;
}

#[tokio::test]
async fn a_failure_midway_leaves_the_previous_version() {
    let Some(database) = test_database().await else { return };
    let store = store_of(&database).await;
    let first = sample_atlas(1);
    store.publish(&first, &[]).await.unwrap();
    let mut broken = sample_atlas(2);
    broken.communes.last_mut().unwrap().contour.0[0].exterior_mut(|ring| ring.0[1].x = f64::NAN);
    let error = store.publish(&broken, &[]).await.unwrap_err().to_string();
    assert!(error.contains("« communes » : coordonnée infinie"), "{error}");
    let mut nul = sample_atlas(2);
    nul.structures[100].nom.push('\0');
    let error = store.publish(&nul, &[]).await.unwrap_err().to_string();
    assert!(error.contains("caractère nul"), "{error}");
    for delay in 1..8 {
        let second = sample_atlas(2);
        let cut = tokio::time::timeout(std::time::Duration::from_millis(delay * 3), store.publish(&second, &[])).await;
        let seen = store.load().await.unwrap();
        // Cut while the server was committing, the new version may be there, whole.
        assert!(cut.is_err() || seen == second, "published and not seen");
        assert!(seen == first || seen == second, "a mixture was read");
        store.publish(&first, &[]).await.unwrap();
    }
    assert_same(&store.load().await.unwrap(), &first);
    database.remove().await;
}

#[tokio::test]
async fn an_empty_base_and_a_refused_login_say_what_to_do() {
    let Some(database) = test_database().await else { return };
    let store = store_of(&database).await;
    for error in [store.version().await.unwrap_err(), store.load().await.unwrap_err()] {
        assert!(matches!(error, StoreError::Empty { .. }), "{error}");
    }
    let absent = database.url().replace("essaim_test_", "absente_").replace("essaim@", "essaim:s3cr3t@");
    let store = PostgisStore::open(&absent.parse().unwrap()).await.unwrap();
    let error = store.version().await.unwrap_err();
    let message = format!("{error} {error:?} {store:?}");
    assert!(error.to_string().contains("cette base n’existe pas") && !message.contains("s3cr3t"), "{message}");
    database.remove().await;
}

#[tokio::test]
async fn a_reader_needs_no_right_to_write() {
    let Some(database) = test_database().await else { return };
    let atlas = sample_atlas(5);
    store_of(&database).await.publish(&atlas, &[]).await.unwrap();
    let role = format!("lecteur_{}", std::process::id());
    let mut connection = database.connect().await;
    let grants = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA essaim TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA essaim TO {role}"
    );
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(grants))).await.unwrap();
    let url = database.url().replace("essaim@", &format!("{role}@"));
    let reader = PostgisStore::open(&url.parse().unwrap()).await.unwrap();
    assert_same(&reader.load().await.unwrap(), &atlas);
    let error = reader.publish(&atlas, &[]).await.unwrap_err().to_string();
    assert!(error.contains("droits insuffisants"), "{error}");
    drop((reader, connection));
    let mut connection = database.connect().await;
    let drop_role = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(drop_role))).await.unwrap();
    database.remove().await;
}
