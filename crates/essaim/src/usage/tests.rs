use clap::error::ErrorKind;
use proptest::prelude::*;

use super::french;
use crate::cli;

/// What clap would have said of its own accord.
const ENGLISH: [&str; 12] = [
    "error:",
    "Usage:",
    "invalid value",
    "unexpected",
    "required",
    "argument '",
    "value '",
    "possible values",
    "similar",
    "For more",
    "cannot",
    "provided",
];

fn told(line: &[&str]) -> Option<(ErrorKind, String)> {
    let line = std::iter::once("essaim").chain(line.iter().copied());
    let error = cli::command().try_get_matches_from(line).err().filter(clap::Error::use_stderr)?;
    Some((error.kind(), french(&error, &[])))
}

#[test]
fn each_kind_of_error_names_its_culprit_and_a_mend() {
    let cases: [(&[&str], ErrorKind, &[&str]); 11] = [
        (&[], ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, &["commande attendue", "ingest"]),
        (&["ingerer"], ErrorKind::InvalidSubcommand, &["commande inconnue : ingerer"]),
        (&["ingets"], ErrorKind::InvalidSubcommand, &["ingets", "la plus proche est ingest"]),
        (&["serve", "--lsten", "x"], ErrorKind::UnknownArgument, &["--lsten", "--listen"]),
        (&["serve"], ErrorKind::MissingRequiredArgument, &["il manque", "--store"]),
        (&["serve", "--store"], ErrorKind::InvalidValue, &["--store", "valeur attendue"]),
        (&["serve", "--store", "a", "--listen", "8080"], ErrorKind::ValueValidation, &["8080", "127.0.0.1:8080"]),
        (&["demo", "--dir", "a", "--dir", "b"], ErrorKind::ArgumentConflict, &["--dir", "donnée deux fois"]),
        (&["check", "--store", "a", "--format", "xml"], ErrorKind::InvalidValue, &["xml", "table, json"]),
        (&["demo", "--build-only=jamais"], ErrorKind::ValueValidation, &["--build-only", "true ou false"]),
        (&["synth", "--dir", "a", "--iris", "b"], ErrorKind::MissingRequiredArgument, &["--communes"]),
    ];
    for (line, kind, words) in cases {
        let (found, message) = told(line).unwrap();
        assert_eq!(found, kind, "{line:?}: {message}");
        for word in words {
            assert!(message.contains(word), "{line:?}: « {word} » is not in: {message}");
        }
    }
}

#[test]
fn a_refused_address_keeps_its_password() {
    let (_, message) = told(&["serve", "--store", "postgres://essaim:s3cret@[/base"]).unwrap();
    assert!(!message.contains("s3cret"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_is_told_in_english(line in prop::collection::vec(prop::sample::select(vec![
        "ingest", "serve", "demo", "query", "nearest", "within", "aggregates", "synth", "check", "config", "show",
        "completions", "bash", "tcsh", "--store", "--atlas", "a.gpkg", "--listen", "127.0.0.1:1", "x", "--lon", "--lat=48",
        "2.5", "--k=0", "--rayon", "--par", "--format", "json", "--format=xml", "--territoire", "ept:T10", "mars", "--couronne",
        "--fictif", "--fictif=x", "--millesime", "a=b", "a", "--iris", "--seed=-1", "--", "-", "-x", "--é", "",
    ]), 0..7)) {
        if let Some((kind, message)) = told(&line) {
            for word in ENGLISH {
                prop_assert!(!message.contains(word), "{kind:?}, « {word} » in: {message}");
            }
            prop_assert!(!message.starts_with(" :") && !message.contains(" : ,"), "{kind:?}: {message}");
        }
    }
}
