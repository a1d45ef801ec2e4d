//! `essaim portrait`: what needs atlases of its own. The forms are compared with the service's by the black-box tests.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{atlas, code, errors, ingest, run, sources};

fn portrait(atlas: &Path, more: &[&str]) -> Value {
    let mut arguments: Vec<OsString> = ["portrait", "--format", "json", "--atlas"].map(Into::into).to_vec();
    arguments.push(atlas.into());
    arguments.extend(more.iter().map(Into::into));
    let output = run(&arguments);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// An atlas of the demonstration's files and some more options.
fn built(folder: &Path, name: &str, more: &[(&str, PathBuf)]) -> PathBuf {
    let path = folder.join(name);
    let mut arguments = ingest(sources(), &path, &[]);
    for (option, value) in more {
        arguments.extend([(*option).into(), value.clone().into_os_string()]);
    }
    let output = run(&arguments);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    path
}

#[test]
fn a_former_edition_tells_what_changed_and_why_it_may_be_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let former = built(folder.path(), "avant.gpkg", &[("--employeur", "caractere".into())]);
    let former = former.to_str().unwrap();
    let evolution = portrait(atlas(), &["--avant", former])["evolution"].take();
    let number = |name: &str| evolution["total"][name].as_i64().unwrap();
    assert_eq!(number("maintenant"), 1_145);
    assert!(number("entrees") > 0, "{evolution}");
    assert_eq!(
        number("maintenant") - number("avant"),
        number("entrees") - number("sorties") + number("solde_masquees")
    );
    let told = evolution["avertissements"].to_string();
    assert!(told.contains("Règle d’employeur changée : « caractere » puis « bande-ou-caractere »"), "{told}");
    assert_eq!(portrait(atlas(), &[])["evolution"], Value::Null, "nothing is said without a former edition");
    // The page warns before any figure.
    let output = run(&["portrait", "--atlas", atlas().to_str().unwrap(), "--avant", former]);
    let page = String::from_utf8(output.stdout).unwrap();
    let section = page.split("id=\"evolution\"").nth(1).unwrap();
    assert!(section.find("Règle d’employeur changée").unwrap() < section.find("<table").unwrap());
}

#[test]
fn what_secrecy_hides_is_in_no_atlas_and_no_margin() {
    let folder = tempfile::tempdir().unwrap();
    let cells = folder.path().join("partenaire.csv");
    // 7,654,321.5 is nowhere else: a value that a leak would show.
    std::fs::write(
        &cells,
        "code_commune;champ;famille;etablissements;emplois;maximum\n\
         94052;ess;associations;40;900;100\n94052;ess;mutuelles;2;7654321.5;7000000\n\
         94058;ess;associations;30;500;60\n94058;ess;mutuelles;5;80;20\n94052;prive;;;6000;\n94058;prive;;;4000;\n",
    )
    .unwrap();
    let vintages = [("--emplois", cells), ("--millesime", "emplois=2022".into())];
    let atlas = built(folder.path(), "partenaire.gpkg", &vintages);
    let bytes = std::fs::read(&atlas).unwrap();
    let raw = 7_654_321.5_f64;
    for shape in [raw.to_be_bytes(), raw.to_le_bytes()] {
        assert!(!bytes.windows(8).any(|window| window == shape), "the hidden value is in the file");
    }
    let told = |zone: &str| portrait(&atlas, &["--zone", zone])["reference"].take();
    let (hiding, open) = (told("commune:94052"), told("commune:94058"));
    assert_eq!((&hiding["ess"]["emplois"], hiding["ess"]["cases_secretes"].as_u64()), (&Value::Null, Some(1)));
    assert_eq!(open["ess"]["emplois"], 580.0);
    let families = |reference: &Value| reference["familles"].as_array().unwrap().clone();
    assert_eq!(families(&hiding)[0]["emplois"], 900.0);
    assert_eq!(families(&hiding)[1]["emplois"], Value::Null);
    // Both towns together: the sum would give the hidden cell back by subtraction.
    let both = told("94052,94058");
    assert_eq!((&both["ess"]["emplois"], &families(&both)[1]["emplois"]), (&Value::Null, &Value::Null));
    assert_eq!(families(&both)[0]["emplois"], 1400.0);
    assert_eq!(both["prive"]["emplois"], 10_000.0);
    assert_eq!(
        told("ept:T10")["prive"]["raison"],
        "la table d’emplois chargée ne couvre pas toutes les communes du territoire"
    );
}

#[test]
fn class_means_come_from_a_table_of_sizes_when_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let sizes = folder.path().join("tailles.csv");
    std::fs::write(
        &sizes,
        "departement;effectif_min;effectif_max;etablissements;emplois\n94;1;9;1000;2830\n94;10;19;100;1364\n94;20;49;10;289\n",
    )
    .unwrap();
    let atlas = built(folder.path(), "tailles.gpkg", &[("--tailles", sizes)]);
    let found = portrait(&atlas, &[]);
    assert!(found["estimateur"]["nom"].as_str().unwrap().starts_with("moyennes de la table de tailles"));
    let rows = found["tranches"]["lignes"].as_array().unwrap();
    let row = rows.iter().find(|row| row["code"] == "11").unwrap();
    let jobs = row["emplois"]["central"].as_f64().unwrap() / row["emplois"]["etablissements_estimes"].as_f64().unwrap();
    assert!((jobs - 13.64).abs() < 1e-6, "{jobs}");
}

#[test]
fn a_cell_that_cannot_be_protected_stops_the_ingest_and_names_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let cells = folder.path().join("partenaire.csv");
    std::fs::write(&cells, "code_commune;champ;famille;etablissements;emplois;maximum\n94052;ess;mutuelles;;30;20\n")
        .unwrap();
    let mut arguments = ingest(sources(), &folder.path().join("refus.gpkg"), &[]);
    arguments.extend(["--emplois".into(), cells.into_os_string(), "--millesime".into(), "emplois=2022".into()]);
    let output = run(&arguments);
    assert_eq!(code(&output), 3, "{}", errors(&output));
    let said = errors(&output);
    assert!(
        said.contains("ligne 2") && said.contains("etablissements") && said.contains("secret statistique"),
        "{said}"
    );
    assert!(!folder.path().join("refus.gpkg").exists());
}
