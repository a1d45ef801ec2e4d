//! Corrections on the demonstration, as an observatory meets them: told, applied again, refused with their place.

use std::path::Path;
use std::process::Output;

use super::support::{GEOLOCALISATION, run};

use serde_json::Value;

fn ingest(sources: &Path, atlas: &Path, corrections: &Path) -> Output {
    let file = |name: &str| sources.join(name).to_str().unwrap().to_owned();
    let inputs = [
        ("--etablissements", file("StockEtablissement_utf8.csv")),
        ("--unites-legales", file("StockUniteLegale_utf8.csv")),
        ("--geolocalisation", file(GEOLOCALISATION)),
        ("--iris", file("iris.gpkg")),
        ("--communes", file("communes.gpkg")),
        ("--corrections", corrections.to_str().unwrap().to_owned()),
        ("--atlas", atlas.to_str().unwrap().to_owned()),
    ];
    let mut arguments = vec!["ingest", "--territoire", "ept:T10", "--fictif"];
    for (option, path) in &inputs {
        arguments.extend([*option, path.as_str()]);
    }
    run(&arguments)
}

/// The structures of an atlas, as its own commands give them.
fn structures(atlas: &Path) -> Vec<Value> {
    let output =
        run(&["query", "structures", "--atlas", atlas.to_str().unwrap(), "--limit", "10000", "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer["features"].as_array().unwrap().clone()
}

#[test]
fn corrections_are_applied_told_and_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let sources = folder.path().join("sources");
    assert!(run(&["synth", "--dir", sources.to_str().unwrap()]).status.success());
    let mut truth = csv::Reader::from_path(sources.join("verite.csv")).unwrap();
    let header = truth.headers().unwrap().clone();
    let cell =
        |row: &csv::StringRecord, name: &str| row[header.iter().position(|column| column == name).unwrap()].to_owned();
    let rows: Vec<csv::StringRecord> = truth.records().map(Result::unwrap).collect();
    let kept: Vec<String> = rows
        .iter()
        .filter(|row| cell(row, "attendu") == "retenu" && cell(row, "piege").is_empty())
        .filter(|row| cell(row, "famille") == "associations" && cell(row, "territoire") != "couronne")
        .map(|row| cell(row, "siret"))
        .take(3)
        .collect();
    let masked = rows.iter().find(|row| cell(row, "attendu") == "masque").map(|row| cell(row, "siret")).unwrap();
    let corrections = folder.path().join("corrections.csv");
    let text = format!(
        "siret;champ;valeur;lon;lat;auteur;date;motif\n{};famille;fondations;;;A. Essai;2026-05-04;statuts\n{};position;;2.4836;48.8369;A. Essai;2026-05-04;vu\n{};exclure;;;;A. Essai;2026-05-04;fusion\n{masked};nom;NOM INTERDIT;;;A. Essai;2026-05-04;essai\n{masked};position;;2.4836;48.8369;A. Essai;2026-05-04;essai\n",
        kept[0], kept[1], kept[2]
    );
    std::fs::write(&corrections, &text).unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    let output = ingest(&sources, &atlas, &corrections);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(told.contains("Corrections lues : 5") && told.contains("3 appliquées"), "{told}");
    assert!(told.contains("2 non appliquées : unité à diffusion partielle"), "{told}");
    assert!(told.contains("exclu par une correction"), "{told}");
    let features = structures(&atlas);
    let of = |siret: &str| features.iter().map(|f| &f["properties"]).find(|p| p["siret"] == siret);
    let family = of(&kept[0]).unwrap();
    assert_eq!((&family["famille"], &family["corrige"]), (&"fondations".into(), &"famille".into()));
    let place = features.iter().find(|feature| feature["properties"]["siret"] == kept[1].as_str()).unwrap();
    assert_eq!(place["properties"]["source_position"], "correction");
    assert!((place["geometry"]["coordinates"][0].as_f64().unwrap() - 2.4836).abs() < 1e-6);
    assert!(of(&kept[2]).is_none() && of(&masked).is_none());
    assert!(!features.iter().any(|feature| feature.to_string().contains("INTERDIT")));

    let bytes = std::fs::read(&atlas).unwrap();
    std::fs::write(&corrections, text.replace("2.4836;48.8369", "48.8369;2.4836")).unwrap();
    let refused = ingest(&sources, &atlas, &corrections);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{told}");
    assert!(told.contains("corrections.csv, ligne 3, colonne « lon »") && told.contains("inversées"), "{told}");
    assert!(std::fs::read(&atlas).unwrap() == bytes, "the previous atlas stands");
}
