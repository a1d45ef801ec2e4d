//! Option > variable > file > default, and what is said of each.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{atlas, code, errors, essaim, new_sources};

/// Runs in a folder, where `essaim.toml` is looked for.
fn run_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    essaim().args(arguments).current_dir(folder).envs(variables.iter().copied()).output().unwrap()
}

/// Value and origin of a setting.
fn shown(output: &Output, key: &str) -> (Value, Value) {
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = all.as_array().unwrap().iter().find(|each| each["key"] == key).unwrap().clone();
    (found["value"].clone(), found["origin"].clone())
}

#[test]
fn each_layer_wins_over_those_below_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("essaim.toml"), "listen = \"127.0.0.1:3\"\n[ingest]\ncouronne = 250\n").unwrap();
    let show = ["config", "show", "--format", "json"];
    let output = run_in(folder.path(), &show, &[]);
    let (value, origin) = shown(&output, "listen");
    assert_eq!((value.as_str(), origin["line"].as_u64()), (Some("127.0.0.1:3"), Some(1)));
    let (value, origin) = shown(&output, "ingest.couronne");
    assert_eq!((value.as_str(), origin["line"].as_u64()), (Some("250"), Some(3)));
    let variable = [("ESSAIM_LISTEN", "127.0.0.1:2"), ("ESSAIM_INGEST_COURONNE", "")];
    let (value, origin) = shown(&run_in(folder.path(), &show, &variable), "listen");
    assert_eq!((value.as_str(), origin["name"].as_str()), (Some("127.0.0.1:2"), Some("ESSAIM_LISTEN")));
    assert_eq!(shown(&run_in(folder.path(), &show, &variable), "ingest.couronne").0, "250", "an empty variable");
    let typed = ["config", "show", "--format", "json", "serve", "--listen", "127.0.0.1:1"];
    let (value, origin) = shown(&run_in(folder.path(), &typed, &variable), "listen");
    assert_eq!((value.as_str(), origin["kind"].as_str()), (Some("127.0.0.1:1"), Some("flag")));
    let told = errors(&run_in(folder.path(), &show, &[("ESSAIM_LISTN", "127.0.0.1:2")]));
    assert!(told.contains("ESSAIM_LISTN"), "a mistyped variable: {told}");
    let elsewhere = tempfile::tempdir().unwrap();
    let (value, origin) = shown(&run_in(elsewhere.path(), &show, &[]), "listen");
    assert_eq!((value.as_str(), origin["kind"].as_str()), (Some("127.0.0.1:8080"), Some("default")));
}

#[test]
fn the_file_is_that_of_the_option_then_the_variable_then_the_folder_then_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let user = folder.path().join("user");
    let here = folder.path().join("here");
    std::fs::create_dir_all(user.join("essaim")).unwrap();
    std::fs::create_dir_all(&here).unwrap();
    let write = |path: &Path, port: u16| std::fs::write(path, format!("listen = \"127.0.0.1:{port}\"\n")).unwrap();
    write(&user.join("essaim/essaim.toml"), 4);
    let listen = |arguments: &[&str], variables: &[(&str, &str)]| {
        let variables = [variables, &[("XDG_CONFIG_HOME", user.to_str().unwrap())]].concat();
        let output = run_in(&here, &[arguments, &["config", "show", "--format", "json"]].concat(), &variables);
        shown(&output, "listen").0.as_str().unwrap().to_owned()
    };
    assert_eq!(listen(&[], &[]), "127.0.0.1:4");
    write(&here.join("essaim.toml"), 3);
    assert_eq!(listen(&[], &[]), "127.0.0.1:3");
    write(&folder.path().join("variable.toml"), 2);
    assert_eq!(listen(&[], &[("ESSAIM_CONFIG", "../variable.toml")]), "127.0.0.1:2");
    write(&folder.path().join("option.toml"), 1);
    assert_eq!(listen(&["--config", "../option.toml"], &[("ESSAIM_CONFIG", "../variable.toml")]), "127.0.0.1:1");
}

#[test]
fn an_ingest_can_be_described_by_its_file_alone() {
    let sources = new_sources();
    let toml = "store = \"atlas.gpkg\"\n\
        [ingest]\n\
        territoire = \"ept:T10\"\n\
        etablissements = \"StockEtablissement_utf8.csv\"\n\
        unites_legales = \"StockUniteLegale_utf8.csv\"\n\
        iris = \"iris.gpkg\"\n\
        communes = \"communes.gpkg\"\n\
        fictif = true\n\
        [ingest.millesime]\n\
        stock_etablissement = \"2026-10\"\n";
    std::fs::write(sources.path().join("essaim.toml"), toml).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let config = sources.path().join("essaim.toml");
    let output = run_in(elsewhere.path(), &["ingest", "--config", config.to_str().unwrap()], &[]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(sources.path().join("atlas.gpkg").exists(), "relative paths are from the folder of the file");
    let output = run_in(sources.path(), &["query", "aggregates", "--format", "json"], &[]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["metadata"]["fictif"], true);
    assert!(answer["metadata"]["attribution"].as_str().unwrap().contains("2026-10"));
    let output = run_in(sources.path(), &["ingest"], &[("ESSAIM_INGEST_TERRITOIRE", "region:99")]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("variable ESSAIM_INGEST_TERRITOIRE"), "{}", errors(&output));
}

#[test]
fn a_wrong_file_is_refused_with_its_line_its_key_and_a_mend() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("[ingest]\netablissement = \"a.csv\"\n", 2, "etablissements"),
        ("\n\nlisten_on = \"x\"\n", 3, "listen"),
        ("[ingest]\ncommunes = 3\n", 2, "chemin"),
        ("[ingest]\nfictif = \"peut-être\"\n", 2, "true ou false"),
        ("[demo]\ndir = \"a\"\nlisten\n", 3, "TOML"),
        ("listen = \"partout\"\n", 1, "127.0.0.1:8080"),
        ("[serve]\nstore = \"a.gpkg\"\n", 2, "« store », avant toute section"),
        ("[injest]\n", 1, "config show"),
    ];
    for (text, line, mend) in cases {
        std::fs::write(folder.path().join("essaim.toml"), text).unwrap();
        let output = run_in(folder.path(), &["demo", "--build-only"], &[]);
        let told = errors(&output);
        assert_eq!(code(&output), 2, "{text}: {told}");
        assert!(told.contains(&format!("essaim.toml:{line}")) && told.contains(mend), "{text}: {told}");
    }
    let output = run_in(folder.path(), &["--config", "absent.toml", "demo"], &[]);
    assert_eq!(code(&output), 4, "{}", errors(&output));
}

#[test]
fn passwords_are_shown_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "s3cret-du-dépôt";
    let url = format!("postgres://essaim:{secret}@127.0.0.1:1/atlas");
    for format in ["table", "json", "toml"] {
        let arguments = ["config", "show", "--origin", "--format", format];
        let output = run_in(folder.path(), &arguments, &[("ESSAIM_STORE", &url)]);
        let shown = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(shown.contains("postgres://essaim:***@127.0.0.1:1/atlas"), "{shown}");
        assert!(!shown.contains(secret) && !errors(&output).contains(secret));
    }
    let wrong = format!("postgres://essaim:{secret}@[/atlas");
    let output = run_in(folder.path(), &["serve"], &[("ESSAIM_STORE", &wrong)]);
    assert_eq!(code(&output), 2);
    assert!(!errors(&output).contains(secret), "{}", errors(&output));
}

#[test]
fn init_writes_a_file_that_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let template = run_in(folder.path(), &["config", "init"], &[]);
    assert_eq!(code(&template), 0);
    let before = run_in(folder.path(), &["config", "show", "--format", "json"], &[]).stdout;
    std::fs::write(folder.path().join("essaim.toml"), template.stdout).unwrap();
    let after = run_in(folder.path(), &["config", "show", "--format", "json"], &[]);
    assert!(after.stdout == before, "{}", errors(&after));
}

#[test]
fn what_toml_shows_is_a_file_that_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("ESSAIM_STORE", atlas().to_str().unwrap()),
        ("ESSAIM_QUERY_FAMILLE", "associations,mutuelles"),
        ("ESSAIM_INGEST_FICTIF", "oui"),
        ("ESSAIM_QUERY_K", "3"),
    ];
    let toml = run_in(folder.path(), &["config", "show", "--origin", "--format", "toml"], &variables).stdout;
    std::fs::write(folder.path().join("essaim.toml"), toml).unwrap();
    let show =
        |variables: &[(&str, &str)]| run_in(folder.path(), &["config", "show", "--format", "table"], variables).stdout;
    assert_eq!(String::from_utf8(show(&[])).unwrap(), String::from_utf8(show(&variables)).unwrap());
    let output = run_in(folder.path(), &["query", "nearest", "--lon=2.48", "--lat=48.83", "--format=json"], &[]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["features"].as_array().unwrap().len(), 3, "{}", errors(&output));
}

#[test]
fn a_broken_file_stops_neither_help_nor_completions() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("essaim.toml"), "[").unwrap();
    for arguments in [&["--help"][..], &["--version"], &["serve", "--help"], &["completions", "bash"]] {
        assert_eq!(code(&run_in(folder.path(), arguments, &[])), 0, "{arguments:?}");
    }
}
