//! The hand-written specimens: every row against the outcome written beside it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod forms;
mod hostile;
#[path = "../outlines/mod.rs"]
mod outlines;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use domain::{Atlas, Membre, Motif, Perimetre, QualitePosition, SourcePosition};
use ingest::{IngestError, Ingestion, Inputs, LigneIllisible, Options, Silent};
use outlines::{specimens, write_outlines};

const COMMUNES: [&str; 3] = ["94052", "94058", "94069"];

fn files_of(set: &Path) -> Files {
    let geolocalisation = set.join("GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv");
    Files {
        etablissements: set.join("StockEtablissement_utf8.csv"),
        unites_legales: set.join("StockUniteLegale_utf8.csv"),
        geolocalisation: geolocalisation.exists().then_some(geolocalisation),
    }
}

async fn run(set: &Path) -> Result<Atlas, IngestError> {
    run_on(set, files_of(set)).await
}

/// The tables of a set, in any form.
#[derive(Clone)]
struct Files {
    etablissements: PathBuf,
    unites_legales: PathBuf,
    geolocalisation: Option<PathBuf>,
}

async fn run_on(set: &Path, files: Files) -> Result<Atlas, IngestError> {
    ingest_on(set, files, LigneIllisible::Refusee).await.map(|ingestion| ingestion.atlas)
}

async fn ingest_on(set: &Path, files: Files, illisibles: LigneIllisible) -> Result<Ingestion, IngestError> {
    let dir = tempfile::tempdir().unwrap();
    let corrections = set.join("corrections.csv");
    let inputs = Inputs {
        etablissements: files.etablissements,
        unites_legales: files.unites_legales,
        geolocalisation: files.geolocalisation,
        iris: write_outlines(dir.path(), "iris", &["code_iris", "nom_iris", "type_iris"]).await,
        communes: Some(write_outlines(dir.path(), "commune", &["code_insee", "nom_officiel"]).await),
        epts: None,
        epcis: None,
        cog: None,
        mouvements: None,
        population_communes: None,
        population_iris: None,
        listes: HashMap::new(),
        corrections: corrections.exists().then_some(corrections),
        emplois: None,
        tailles: None,
    };
    let options = Options {
        territoire: COMMUNES.join(",").parse().unwrap(),
        perimetre: Perimetre::cress_employeurs().unwrap(),
        regle_employeur: None,
        couronne_m: 0.0,
        millesimes: HashMap::new(),
        fictif: true,
        illisibles,
    };
    ingest::ingest(&inputs, &options, &Silent).await
}

fn attendus(set: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(set.join("attendu.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let to_map = |record: csv::StringRecord| {
        header.iter().zip(record.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    reader.records().map(|record| to_map(record.unwrap())).collect()
}

/// Checks a set; gives the number of rows compared.
async fn check(set: &str) -> usize {
    let set = specimens().join(set);
    let atlas = run(&set).await.unwrap_or_else(|error| panic!("{} : {error}", set.display()));
    let rows = attendus(&set);
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut masked: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in &rows {
        let name = format!("{}, {} ({})", set.display(), row["siret"], row["motif"]);
        let found = atlas.structures.iter().find(|structure| structure.siret.as_str() == row["siret"]);
        if !COMMUNES.contains(&row["code_commune"].as_str()) {
            assert!(found.is_none(), "{name}");
            *reasons.entry("hors_territoire".to_owned()).or_default() += 1;
            continue;
        }
        match row["attendu"].as_str() {
            "retenu" => {
                let structure = found.unwrap_or_else(|| panic!("{name} : absente"));
                assert_eq!(structure.famille.code(), row["famille"], "{name}");
                assert_eq!(structure.code_commune.as_str(), row["code_commune"], "{name}");
                let quality = structure.position.map_or(QualitePosition::Commune, |_| structure.qualite_position);
                assert_eq!(quality.code(), row["qualite_position"], "{name}");
                let iris = structure.code_iris.as_ref().map_or("", |code| code.as_str());
                assert_eq!(iris, row["code_iris"], "{name}");
            }
            "masque" => {
                assert!(found.is_none(), "{name} : visible");
                *masked.entry((row["code_commune"].clone(), row["famille"].clone())).or_default() += 1;
            }
            other => {
                assert!(found.is_none(), "{name} : retenue");
                let reason = if other == "commerciale_mention" { "famille_hors_perimetre" } else { other };
                *reasons.entry(reason.to_owned()).or_default() += 1;
            }
        }
    }
    let waterfall = &atlas.manifest.waterfall;
    assert_eq!(waterfall.lus, rows.len() as u64, "{}", set.display());
    for motif in Motif::ALL {
        let expected = reasons.get(motif.code()).copied().unwrap_or_default();
        let found = waterfall.exclus.get(&motif).copied().unwrap_or_default();
        assert_eq!(found, expected, "{} : {}", set.display(), motif.code());
    }
    for cell in &atlas.masques {
        *masked.entry((cell.code_commune.to_string(), cell.famille.code().to_owned())).or_default() -=
            u64::from(cell.effectif);
    }
    assert!(masked.values().all(|left| *left == 0), "{} : {masked:?}", set.display());
    rows.len()
}

#[tokio::test]
async fn every_row_has_the_outcome_written_beside_it() {
    for (set, at_least) in
        [("employeur", 20), ("perimetre", 40), ("diffusion", 10), ("position", 20), ("corrections", 30)]
    {
        assert!(check(set).await >= at_least, "{set}");
    }
}

#[tokio::test]
async fn every_form_of_the_files_reads_alike() {
    let mut sets = 0;
    for entry in std::fs::read_dir(specimens().join("formats")).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            check(&format!("formats/{}", entry.file_name().to_string_lossy())).await;
            sets += 1;
        }
    }
    assert!(sets >= 5, "{sets} formats");
}

#[tokio::test]
async fn bad_files_are_refused_with_their_place() {
    let mut sets = 0;
    for entry in std::fs::read_dir(specimens().join("erreurs")).unwrap() {
        let set = entry.unwrap().path();
        if !set.is_dir() {
            continue;
        }
        sets += 1;
        let message = match run(&set).await {
            Ok(_) => panic!("{} : accepté", set.display()),
            Err(error) => error.to_string(),
        };
        let expected = &attendus(&set)[0];
        for part in ["fichier", "colonne", "valeur"] {
            assert!(
                message.contains(&expected[part]),
                "{} : « {} » absent de : {message}",
                set.display(),
                expected[part]
            );
        }
        assert!(message.contains(&format!("ligne {}", expected["ligne"])), "{} : {message}", set.display());
    }
    assert!(sets >= 8, "{sets} errors");
}

/// Each bad set but those whose whole file is bad: its bad row is set aside, the others are read.
#[tokio::test]
async fn a_bad_row_is_set_aside_and_told() {
    let mut sets = 0;
    for entry in std::fs::read_dir(specimens().join("erreurs")).unwrap() {
        let set = entry.unwrap().path();
        if !set.is_dir() {
            continue;
        }
        let strict = run(&set).await.unwrap_err();
        let lenient = ingest_on(&set, files_of(&set), LigneIllisible::Rejetee).await;
        if !matches!(strict, IngestError::Value { .. } | IngestError::Ragged { .. }) {
            assert_eq!(lenient.unwrap_err().to_string(), strict.to_string(), "{}", set.display());
            continue;
        }
        sets += 1;
        let Ingestion { atlas, rejets } = lenient.unwrap();
        let expected = &attendus(&set)[0];
        let [rejet] = rejets.lignes.as_slice() else { panic!("{} : {:?}", set.display(), rejets.lignes) };
        assert_eq!(rejet.ligne.to_string(), expected["ligne"], "{}", set.display());
        assert!(rejet.fichier.ends_with(&expected["fichier"]), "{}", set.display());
        assert_eq!(atlas.manifest.constats.lignes_rejetees, rejets.comptes);
        let of_stock = rejets.de("stock_etablissement");
        let counted = atlas.manifest.waterfall.exclus.get(&Motif::LigneRejetee).copied().unwrap_or_default();
        assert_eq!(counted, of_stock, "{}", set.display());
        let listed = String::from_utf8(rejets.csv().unwrap()).unwrap();
        assert_eq!(listed.lines().count(), 2, "{listed}");
    }
    assert!(sets >= 5, "{sets} sets with a bad row");
}

#[tokio::test]
async fn another_file_is_not_a_thousand_bad_rows() {
    let set = specimens().join("employeur");
    let dir = tempfile::tempdir().unwrap();
    let stock = dir.path().join("StockEtablissement_utf8.csv");
    let text = std::fs::read_to_string(files_of(&set).etablissements).unwrap();
    let bad = text.lines().nth(1).unwrap().replace(",A,", ",?,") + "\n";
    let rows = bad.repeat(1500);
    std::fs::write(&stock, text + &rows).unwrap();
    let files = Files { etablissements: stock, ..files_of(&set) };
    let message = ingest_on(&set, files, LigneIllisible::Rejetee).await.unwrap_err().to_string();
    assert!(message.contains("1001 lignes rejetées") && message.contains("etatAdministratif"), "{message}");
}

#[tokio::test]
async fn a_short_last_row_is_a_cut_file() {
    let set = specimens().join("employeur");
    let dir = tempfile::tempdir().unwrap();
    let stock = dir.path().join("StockEtablissement_utf8.csv");
    let text = std::fs::read_to_string(files_of(&set).etablissements).unwrap();
    std::fs::write(&stock, &text[..text.len() - 40]).unwrap();
    let files = Files { etablissements: stock, ..files_of(&set) };
    let error = ingest_on(&set, files, LigneIllisible::Rejetee).await.unwrap_err();
    assert!(matches!(error, IngestError::Ragged { .. }), "{error}");
}

#[tokio::test]
async fn nothing_of_a_masked_unit_leaves_the_reader() {
    let set = specimens().join("diffusion");
    let atlas = run(&set).await.unwrap();
    let everything = format!("{atlas:?}");
    for row in attendus(&set).iter().filter(|row| row["attendu"] == "masque") {
        assert!(!everything.contains(&row["siret"]), "{}", row["siret"]);
    }
}

#[tokio::test]
async fn corrections_and_reviews_are_told_on_each_structure() {
    let set = specimens().join("corrections");
    let atlas = run(&set).await.unwrap();
    for row in attendus(&set).iter().filter(|row| row["attendu"] == "retenu") {
        let structure = atlas.structures.iter().find(|structure| structure.siret.as_str() == row["siret"]).unwrap();
        assert_eq!(structure.corrige.to_string(), row["corrige"], "{} ({})", row["siret"], row["motif"]);
        assert_eq!(structure.a_verifier.to_string(), row["a_verifier"], "{} ({})", row["siret"], row["motif"]);
        let by_hand = structure.position.is_some_and(|position| position.source == SourcePosition::Correction);
        assert_eq!(by_hand, row["corrige"].contains("position"), "{} ({})", row["siret"], row["motif"]);
    }
    let one = |name: &str| atlas.structures.iter().filter(|structure| structure.nom == name).count();
    assert_eq!(one("LE VRAI NOM (FICTIF)"), 1);
    assert!(!format!("{:?}", (&atlas.structures, &atlas.manifest)).contains("NOM QUI NE DOIT PAS SORTIR"));
    let constats = &atlas.manifest.constats;
    assert_eq!((constats.points_hors_commune, constats.points_hors_commune_1km, constats.points_aberrants), (3, 2, 2));
    assert_eq!(constats.points_a_verifier.len(), 4);
    assert!(constats.points_a_verifier[0].constat.contains("km de la commune"), "the furthest first");
    assert_eq!((constats.iris_contredits, constats.iris_contredits_exemples.len()), (1, 1));
}

#[tokio::test]
async fn every_correction_has_the_fate_written_beside_it() {
    let set = specimens().join("corrections");
    let atlas = run(&set).await.unwrap();
    let bilan = atlas.manifest.constats.corrections.unwrap();
    let mut reader = csv::Reader::from_path(set.join("sorts.csv")).unwrap();
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    let mut to_review = Vec::new();
    for row in reader.records().map(Result::unwrap) {
        *expected.entry(row[2].to_owned()).or_default() += 1;
        if !["appliquee", "diffusion_partielle"].contains(&&row[2]) {
            to_review.push((row[0].parse::<u64>().unwrap(), row[1].to_owned(), row[2].to_owned()));
        }
    }
    let found: BTreeMap<String, u64> = bilan.sorts.iter().map(|(sort, n)| (sort.code().to_owned(), *n)).collect();
    assert_eq!(found, expected);
    assert_eq!(bilan.lues, expected.values().sum::<u64>());
    let told = |row: &domain::manifest::CorrectionARevoir| {
        (row.ligne, row.champ.code().to_owned(), row.sort.code().to_owned())
    };
    assert_eq!(bilan.a_revoir.iter().map(told).collect::<Vec<_>>(), to_review);
}
