//! The GeoPackage store: what is published comes back, and a publication is all or nothing.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::path::Path;
use std::time::{Duration, SystemTime};

use domain::Atlas;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};
use store::file::FileStore;
use store::packed::Unused;
use store::{Store, StoreError};
use test_support::{assert_same, sample_atlas};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_is_published_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..8 {
        let atlas = sample_atlas(seed);
        let store = FileStore::new(folder.path().join("dépôt d'essai.gpkg"));
        store.publish(&atlas, &[]).await.unwrap();
        assert_eq!(store.version().await.unwrap(), atlas.manifest.version);
        assert_same(&store.load().await.unwrap(), &atlas);
    }
    assert_eq!(names(folder.path()), ["dépôt d'essai.gpkg"], "nothing is left beside");
}

#[tokio::test]
async fn an_empty_atlas_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("vide.gpkg"));
    let sample = sample_atlas(1);
    let atlas = Atlas {
        communes: Vec::new(),
        iris: Vec::new(),
        regroupements: domain::Regroupements::default(),
        structures: Vec::new(),
        masques: Vec::new(),
        economie: Vec::new(),
        emplois: Vec::new(),
        ..sample
    };
    store.publish(&atlas, &[]).await.unwrap();
    assert_same(&store.load().await.unwrap(), &atlas);
}

#[tokio::test]
async fn same_atlas_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    FileStore::new(folder.path().join("a.gpkg")).publish(&sample_atlas(3), &[]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let other = FileStore::new(folder.path().join("b.gpkg"));
    for seed in [4, 3] {
        other.publish(&sample_atlas(seed), &[]).await.unwrap();
    }
    assert!(bytes("a.gpkg") == bytes("b.gpkg"), "the bytes tell the time or the history");
}

#[tokio::test]
async fn a_failure_midway_leaves_the_previous_version() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("atlas.gpkg"));
    let first = sample_atlas(1);
    store.publish(&first, &[]).await.unwrap();
    let bytes = std::fs::read(folder.path().join("atlas.gpkg")).unwrap();
    // The last commune has a bad coordinate: every structure is written before it is seen.
    let mut broken = sample_atlas(2);
    let last = broken.communes.last_mut().unwrap();
    last.contour.0[0].exterior_mut(|ring| ring.0[1].x = f64::NAN);
    let error = store.publish(&broken, &[]).await.unwrap_err().to_string();
    assert!(error.contains("« couronne_communes », objet 1") && error.contains("coordonnée infinie"), "{error}");
    assert_eq!(std::fs::read(folder.path().join("atlas.gpkg")).unwrap(), bytes);
    assert_eq!(names(folder.path()), ["atlas.gpkg"], "the partial file is removed");
}

#[tokio::test]
async fn a_publication_cut_at_any_moment_leaves_the_previous_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.gpkg");
    let store = FileStore::new(path.clone());
    let (first, second) = (sample_atlas(1), sample_atlas(2));
    store.publish(&first, &[]).await.unwrap();
    let mut left_as_it_was = 0;
    for delay in 0..12_u64 {
        // Dropping the future is what a signal does to a publication.
        let published = tokio::time::timeout(Duration::from_millis(delay * 2), store.publish(&second, &[])).await;
        let seen = store.load().await.unwrap();
        match published {
            Ok(outcome) => outcome.unwrap(),
            // Cut after the rename, the new version is there, whole.
            Err(_) if seen == second => {}
            Err(_) => {
                assert_same(&seen, &first);
                left_as_it_was += 1;
            }
        }
        store.publish(&first, &[]).await.unwrap();
    }
    assert!(left_as_it_was > 0, "no publication was cut before its end");
}

#[tokio::test]
async fn leftovers_of_a_dead_publication_are_swept() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("atlas.gpkg"));
    let old = folder.path().join(".atlas.gpkg.1-0.partiel");
    let fresh = folder.path().join(".atlas.gpkg.2-0.partiel");
    for path in [&old, &fresh] {
        std::fs::write(path, "GPKG").unwrap();
    }
    let yesterday = SystemTime::now() - Duration::from_hours(24);
    std::fs::File::open(&old).unwrap().set_modified(yesterday).unwrap();
    store.publish(&sample_atlas(1), &[]).await.unwrap();
    assert_eq!(names(folder.path()), [".atlas.gpkg.2-0.partiel", "atlas.gpkg"], "a live one is left alone");
}

#[tokio::test]
async fn readers_see_one_version_or_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.gpkg");
    let store = FileStore::new(path.clone());
    let (first, second) = (sample_atlas(1), sample_atlas(2));
    store.publish(&first, &[]).await.unwrap();
    let writer = async {
        for rank in 0..6 {
            store.publish(if rank % 2 == 0 { &second } else { &first }, &[]).await.unwrap();
        }
    };
    let reader = async {
        for _ in 0..12 {
            let seen = store.load().await.unwrap();
            assert!(seen == first || seen == second, "a mixture was read");
        }
    };
    futures_util::future::join(writer, reader).await;
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let absent = FileStore::new(folder.path().join("absent.gpkg"));
    let error = absent.version().await.unwrap_err();
    assert!(matches!(error, StoreError::Empty { .. }) && error.to_string().contains("essaim ingest"), "{error}");
    let other = folder.path().join("autre.gpkg");
    geopackage::write_file(&other, Vec::new()).await.unwrap();
    let error = FileStore::new(other).load().await.unwrap_err().to_string();
    assert!(error.contains("autre.gpkg, table « essaim_manifest »"), "{error}");
    assert!(!error.to_lowercase().contains("select"), "{error}");
    let mut unsorted = sample_atlas(1);
    unsorted.structures.swap(3, 4);
    let mut undated = sample_atlas(1);
    undated.structures[0].date_creation = Some("2020".to_owned());
    let mut elsewhere = sample_atlas(1);
    elsewhere.manifest.epsg = 27572;
    for (atlas, part) in [(unsorted, "non triées"), (undated, "AAAA-MM-JJ"), (elsewhere, "EPSG:27572")] {
        let error = absent.publish(&atlas, &[]).await.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(names(folder.path()), ["autre.gpkg"]);
}

#[tokio::test]
async fn the_packed_form_gives_back_the_rows_of_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..6 {
        let store = FileStore::new(folder.path().join(format!("{seed}.gpkg")));
        let atlas = sample_atlas(seed);
        store.publish(&atlas, &[]).await.unwrap();
        assert_same(&store.load_packed().await.unwrap(), &atlas);
        assert_same(&store.load_tables().await.unwrap(), &atlas);
    }
}

#[tokio::test]
async fn a_file_edited_or_damaged_is_read_by_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let store = FileStore::new(path.clone());
    let atlas = sample_atlas(2);
    store.publish(&atlas, &[]).await.unwrap();
    let edit = async |statement: &'static str| {
        let options = SqliteConnectOptions::new().filename(&path);
        let mut connection = options.connect().await.unwrap();
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    };
    edit("UPDATE structures_non_localisees SET nom = 'Ailleurs'").await;
    assert!(matches!(store.load_packed().await, Err(Unused::Touched)));
    let edited = store.load().await.unwrap();
    assert!(edited.structures.iter().any(|row| row.nom == "Ailleurs"), "the edit is seen");
    // The journal of QGIS, which leaves the counter as it is while it is open.
    store.publish(&atlas, &[]).await.unwrap();
    edit("PRAGMA journal_mode = WAL").await;
    assert!(matches!(store.load_packed().await, Err(Unused::Touched)));
    assert_same(&store.load().await.unwrap(), &atlas);
    // A byte changed behind SQLite's back.
    store.publish(&atlas, &[]).await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let name = b"Quartier de l'\xc3\x89t\xc3\xa9 1";
    let places: Vec<usize> = (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    let packed = places.last().copied().unwrap();
    bytes[packed] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(store.load_packed().await, Err(Unused::Damaged(_))));
    assert_same(&store.load().await.unwrap(), &atlas);
}
