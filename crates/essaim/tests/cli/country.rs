//! A fictive country written by `synth --establishments`, read back by `ingest`: the counts planted are the counts found.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use sqlx::{Connection, SqliteConnection};

const ETABLISSEMENTS: &str = "StockEtablissement_utf8";
const UNITES_LEGALES: &str = "StockUniteLegale_utf8";
const GEOLOCALISATION: &str = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8";

/// Code of the commune, then: with a point, without, masked.
type Counts = BTreeMap<String, [u64; 3]>;

fn run(arguments: &[&str]) {
    let program = std::env::var_os("ESSAIM_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_essaim").into());
    let output = Command::new(program).args(arguments).env_remove("ESSAIM_STORE").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn country(size: &str, seed: &str, more: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    run(&[&["synth", "--establishments", size, "--seed", seed, "--out", out], more].concat());
    folder
}

fn ingest(folder: &Path, (territory, extension): (&str, &str)) -> std::path::PathBuf {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let atlas = folder.join("atlas.gpkg");
    let national = |name: &str| file(&format!("{name}.{extension}"));
    run(&[
        &["ingest", "--fictif", "--territoire", territory, "--atlas", atlas.to_str().unwrap()][..],
        &["--etablissements", &national(ETABLISSEMENTS), "--unites-legales", &national(UNITES_LEGALES)],
        &["--geolocalisation", &national(GEOLOCALISATION), "--iris", &file("iris.gpkg")],
        &["--communes", &file("communes.gpkg"), "--population-communes", &file("donnees_communes.csv")],
        &["--population-iris", &file("base-ic-evol-struct-pop-2022.CSV"), "--millesime", "population_communes=2023"],
    ]
    .concat());
    atlas
}

fn planted(folder: &Path) -> Counts {
    let mut reader = csv::Reader::from_path(folder.join("verite.csv")).unwrap();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        (row[0].to_owned(), [1, 2, 3].map(|rank: usize| row[rank].parse().unwrap()))
    });
    rows.filter(|(_, counts)| *counts != [0; 3]).collect()
}

fn found(atlas: &Path) -> Counts {
    let tables = [
        "SELECT code_commune, count(*) FROM structures WHERE NOT couronne GROUP BY 1",
        "SELECT code_commune, count(*) FROM structures_non_localisees WHERE NOT couronne GROUP BY 1",
        "SELECT code_commune, sum(effectif) FROM masques WHERE NOT couronne GROUP BY 1",
    ];
    let mut counts = Counts::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", atlas.display())).await.unwrap();
        for (rank, sql) in tables.into_iter().enumerate() {
            let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
            for (commune, count) in rows {
                counts.entry(commune).or_default()[rank] = u64::try_from(count).unwrap();
            }
        }
    });
    counts
}

#[test]
fn what_is_planted_is_found_in_every_commune() {
    for (seed, more, extension) in [("1", &[][..], "csv"), ("2", &["--zip", "--sans-naf25"], "zip")] {
        let folder = country("5000", seed, more);
        let expected = planted(folder.path());
        let totals = expected.values().fold([0; 3], |sum, row| [0, 1, 2].map(|rank| sum[rank] + row[rank]));
        assert!(totals[0] > 30 && totals[1] > 0 && totals[2] > 0, "{totals:?}");
        let list = std::fs::read_to_string(folder.path().join("territoire.txt")).unwrap();
        for territory in ["departement:01", list.trim()] {
            assert_eq!(found(&ingest(folder.path(), (territory, extension))), expected, "seed {seed}, {territory}");
        }
    }
}

#[test]
fn same_seed_same_bytes_and_official_forms() {
    let (one, again, other) = (country("2000", "5", &[]), country("2000", "5", &[]), country("2000", "6", &[]));
    let names: Vec<_> = std::fs::read_dir(one.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 9);
    for name in &names {
        let read = |folder: &tempfile::TempDir| std::fs::read(folder.path().join(name)).unwrap();
        assert!(read(&one) == read(&again), "{name:?}");
        assert!(read(&one) != read(&other) || name == "territoire.txt", "{name:?}");
    }
    for (name, delimiter, columns, ends) in [
        (ETABLISSEMENTS, b',', 54, ["siren", "activitePrincipaleNAF25Etablissement"]),
        (UNITES_LEGALES, b',', 35, ["siren", "activitePrincipaleNAF25UniteLegale"]),
        (GEOLOCALISATION, b';', 19, ["siret", "x_longitude"]),
    ] {
        let path = one.path().join(format!("{name}.csv"));
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(path).unwrap();
        let header = reader.headers().unwrap().clone();
        assert_eq!((header.len(), [&header[0], &header[columns - 1]]), (columns, ends));
        // The reader refuses a row that has not as many cells.
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(rows.windows(2).all(|pair| pair[0][0] <= pair[1][0]), "{name}: in order");
        if name == ETABLISSEMENTS {
            assert_eq!(rows.len(), 2000);
            let unique: std::collections::HashSet<&str> = rows.iter().map(|row| &row[2]).collect();
            assert_eq!(unique.len(), 2000);
            assert!(rows.iter().all(|row| luhn(&row[2]) && luhn(&row[0])));
            let closed = rows.iter().filter(|row| &row[45] == "F").count();
            assert!((1100..1300).contains(&closed), "{closed}");
        }
    }
}

fn luhn(number: &str) -> bool {
    let weigh = |(rank, digit): (usize, char)| {
        let digit = digit.to_digit(10).unwrap();
        if rank % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
    };
    number.chars().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}
