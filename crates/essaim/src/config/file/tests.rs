use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::cli;
use crate::config::settings;

fn read(text: &str) -> Result<ConfigFile, ConfigError> {
    ConfigFile::parse(Path::new("dossier/essaim.toml"), text, &settings(&cli::declaration()))
}

fn value(file: &ConfigFile, key: &str) -> (Vec<String>, usize) {
    let known = settings(&cli::declaration());
    let setting = known.iter().find(|setting| setting.key() == key).unwrap();
    let (values, line) = file.get(setting).unwrap();
    (values.to_vec(), line)
}

#[test]
fn paths_are_from_the_folder_of_the_file_and_addresses_are_left_alone() {
    let file = read("store = \"postgres://db/a\"\n[ingest]\niris = \"iris.gpkg\"\ncommunes = \"/c.gpkg\"\n").unwrap();
    assert_eq!(value(&file, "store"), (vec!["postgres://db/a".to_owned()], 1));
    assert_eq!(value(&file, "ingest.iris"), (vec!["dossier/iris.gpkg".to_owned()], 3));
    assert_eq!(value(&file, "ingest.communes"), (vec!["/c.gpkg".to_owned()], 4));
    let file = read("[ingest]\nperimetre = \"loi-2014\"\n[ingest.liste]\nscop = \"scop.csv\"\n").unwrap();
    assert_eq!(value(&file, "ingest.perimetre").0, ["loi-2014"], "the name of a perimeter that we ship");
    assert_eq!(value(&file, "ingest.liste").0, ["scop=dossier/scop.csv"]);
    let file = read("[ingest]\nperimetre = \"le-mien.toml\"\n").unwrap();
    assert_eq!(value(&file, "ingest.perimetre").0, ["dossier/le-mien.toml"]);
}

#[test]
fn lists_tables_and_numbers_become_what_would_have_been_typed() {
    let text = "[ingest]\ncouronne = 1_000\nmillesime = { iris = 2026, communes = \"2026-01-01\" }\n\
                [query]\nbbox = [2.4, 48.8, 2.6, 48.9]\nfamille = [\"associations\", \"mutuelles\"]\n";
    let file = read(text).unwrap();
    assert_eq!(value(&file, "ingest.couronne").0, ["1000"]);
    assert_eq!(value(&file, "ingest.millesime").0, ["communes=2026-01-01", "iris=2026"]);
    assert_eq!(value(&file, "query.bbox").0, ["2.4,48.8,2.6,48.9"]);
    assert_eq!(value(&file, "query.famille"), (vec!["associations".to_owned(), "mutuelles".to_owned()], 6));
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_nearest_one() {
    let near = |text: &str| read(text).unwrap_err().to_string();
    let told = near("\n[ingest]\npopulation_commune = \"a\"\n");
    assert_eq!(
        told,
        "dossier/essaim.toml:3 : clé « ingest.population_commune » inconnue ; \
         la plus proche est « population_communes », sous [ingest]"
    );
    assert!(near("[synth]\ngraine = 7\n").contains("essaim config show"));
    assert!(near("etablissements = \"a\"\n").contains("sous [ingest]"), "a key put in no section");
}

proptest! {
    #[test]
    fn no_text_stops_the_reader_and_every_refusal_names_its_line(text in "[a-z_.=\\[\\]\"{}0-9 \n-]{0,60}") {
        if let Err(error) = read(&text) {
            let told = error.to_string();
            let line = told.strip_prefix("dossier/essaim.toml:").and_then(|rest| rest.split([' ', ',']).next());
            let line: usize = line.and_then(|line| line.parse().ok()).unwrap_or_default();
            prop_assert!((1..=text.lines().count().max(1) + 1).contains(&line), "{told}");
        }
    }
}
