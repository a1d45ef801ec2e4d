//! `essaim check`.

use std::path::Path;

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use crate::support::{atlas, code, errors, ingest, run, sources};

/// The findings, as data.
fn checked(atlas: &Path) -> (i32, Vec<Value>) {
    let output = run(&["check", "--atlas", atlas.to_str().unwrap(), "--format", "json"]);
    let controles: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (code(&output), controles.as_array().cloned().unwrap_or_default())
}

/// Changes the tables of a copy of the atlas behind our back.
fn tampered(folder: &Path, sql: &'static str) -> std::path::PathBuf {
    let copy = folder.join("altéré.gpkg");
    std::fs::copy(atlas(), &copy).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", copy.display())).await.unwrap();
        let changed = sqlx::query(sql).execute(&mut connection).await.unwrap().rows_affected();
        assert!(changed > 0, "{sql}");
        connection.close().await.unwrap();
    });
    copy
}

#[test]
fn a_whole_atlas_passes_every_check_and_an_absent_one_exits_with_4() {
    let (ended, controles) = checked(atlas());
    assert_eq!(ended, 0, "{controles:?}");
    assert!(controles.len() >= 10, "{controles:?}");
    assert!(controles.iter().all(|controle| controle["juste"] == true), "{controles:?}");
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(checked(&folder.path().join("absent.gpkg")), (4, Vec::new()));
}

#[test]
fn an_atlas_changed_behind_our_back_exits_with_3_and_the_defect_is_named() {
    let cases = [
        (
            "DELETE FROM structures_non_localisees WHERE rowid = (SELECT max(rowid) FROM structures_non_localisees)",
            "non localisées : ",
        ),
        (
            "UPDATE structures_non_localisees SET adresse = '[ND]' WHERE rowid = (SELECT max(rowid) FROM structures_non_localisees)",
            "structure ",
        ),
        (
            "UPDATE structures_non_localisees SET code_commune = '75056' WHERE rowid = (SELECT max(rowid) FROM structures_non_localisees)",
            "75056",
        ),
        (
            "UPDATE masques SET effectif = effectif + 1 WHERE rowid = (SELECT max(rowid) FROM masques)",
            "masquées : 80 annoncées, 81 dans les tables",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (sql, defect) in cases {
        let (ended, controles) = checked(&tampered(folder.path(), sql));
        assert_eq!(ended, 3, "{sql}: {controles:?}");
        let wrong: Vec<&Value> = controles.iter().filter(|controle| controle["juste"] == false).collect();
        let told = wrong.iter().any(|controle| controle["defauts"].to_string().contains(defect));
        assert!(told, "{sql}: {wrong:?}");
    }
}

#[test]
fn a_packed_form_that_is_damaged_is_told_and_a_stale_one_is_no_defect() {
    let folder = tempfile::tempdir().unwrap();
    let copy = tampered(folder.path(), "UPDATE essaim_instantane SET octets = zeroblob(9) WHERE partie = 'structures'");
    assert_eq!(checked(&copy).0, 0, "written to since its publication: the tables are read");
    // The header of a file that nobody wrote to.
    let (mut bytes, whole) = (std::fs::read(&copy).unwrap(), std::fs::read(atlas()).unwrap());
    bytes[24..28].copy_from_slice(&whole[24..28]);
    bytes[92..96].copy_from_slice(&whole[92..96]);
    std::fs::write(&copy, bytes).unwrap();
    let (ended, controles) = checked(&copy);
    let wrong: Vec<&Value> = controles.iter().filter(|controle| controle["juste"] == false).collect();
    assert_eq!((ended, wrong.len()), (3, 1), "{wrong:?}");
    assert!(wrong[0].to_string().contains("partie « structures » abîmée"), "{wrong:?}");
}

#[test]
fn the_log_is_made_of_objects_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let touched = tampered(folder.path(), "UPDATE essaim_instantane SET somme = somme + 1 WHERE rang = 1");
    let query = ["query", "aggregates", "--atlas", touched.to_str().unwrap(), "--log", "info", "--log-format", "json"];
    let output = run(&query);
    assert_eq!(code(&output), 0);
    let told = errors(&output);
    let line = told.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["level"], &line["fichier"]), (&"INFO".into(), &touched.to_str().unwrap().into()), "{line}");
}

#[test]
fn check_prints_the_score_as_data_and_exits_with_3_when_the_truth_says_otherwise() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    assert_eq!(code(&run(&ingest(sources, &atlas, &[]))), 0);
    let check = |truth: &Path| run(&["check", "--atlas", atlas.to_str().unwrap(), "--truth", truth.to_str().unwrap()]);
    let truth = sources.join("verite.csv");
    let output = check(&truth);
    assert_eq!((code(&output), errors(&output).as_str()), (0, ""));
    assert!(String::from_utf8_lossy(&output.stdout).contains("total"));
    // A truth that is wrong on one row must be seen.
    let lie = folder.path().join("mensonge.csv");
    let text = std::fs::read_to_string(&truth).unwrap();
    std::fs::write(&lie, text.replacen(",retenu,associations,", ",retenu,mutuelles,", 1)).unwrap();
    assert_eq!(code(&check(&lie)), 3);
    assert_eq!(code(&check(&folder.path().join("absente.csv"))), 4);
}
