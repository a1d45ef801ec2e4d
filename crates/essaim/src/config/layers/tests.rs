use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::config::{ConfigFile, leaves, settings};

/// Origin that must win: the first layer that gives a value.
fn expected(given: [bool; 3]) -> Option<usize> {
    given.iter().position(|given| *given)
}

/// Values of three layers, of the first family that the option admits.
fn values_of(path: &[String], setting: &Setting) -> [&'static str; 3] {
    const FAMILIES: [[&str; 3]; 10] = [
        ["/a", "/b", "/c"],
        ["7", "8", "9"],
        ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"],
        ["ept:T10", "commune:94052", "departement:94"],
        ["bande", "caractere", "bande-ou-caractere"],
        ["iris=1", "iris=2", "iris=3"],
        ["scop=/a", "scop=/b", "scop=/c"],
        ["table", "json", "table"],
        ["html", "json", "csv"],
        ["point", "virgule", "point"],
    ];
    if setting.kind == Kind::Flag {
        return ["true", "false", "true"];
    }
    let admitted = |family: &&[&str; 3]| {
        family.iter().all(|value| {
            let mut line = vec!["essaim".to_owned()];
            line.extend_from_slice(path);
            line.push(format!("--{}={value}", setting.name));
            let error = cli::declaration().try_get_matches_from(line).err().map(|error| error.kind());
            matches!(error, None | Some(clap::error::ErrorKind::MissingRequiredArgument))
        })
    };
    *FAMILIES.iter().find(admitted).unwrap_or_else(|| panic!("no value for {}: add a family", setting.key()))
}

/// A command line, an environment and a file that give a setting, or not.
fn resolved(setting: &Setting, path: &[String], given: [bool; 3]) -> Effective {
    let (root, values) = (cli::declaration(), values_of(path, setting));
    let mut line: Vec<OsString> = std::iter::once("essaim".into()).chain(path.iter().map(Into::into)).collect();
    if given[0] {
        let typed = match setting.kind {
            Kind::Flag if values[0] == "true" => format!("--{}", setting.name),
            _ => format!("--{}={}", setting.name, values[0]),
        };
        line.push(typed.into());
    }
    let mut variables = BTreeMap::new();
    if given[1] {
        variables.insert(setting.variable(), OsString::from(values[1]));
    }
    let environment = |name: &str| variables.get(name).cloned();
    let text = values[2];
    let text = if setting.kind == Kind::Flag { text.to_owned() } else { format!("\"{text}\"") };
    let toml = match &setting.section {
        Some(section) => format!("[{section}]\n{} = {text}\n", setting.file_name()),
        None => format!("{} = {text}\n", setting.file_name()),
    };
    let file = ConfigFile::parse(Path::new("essaim.toml"), &toml, &settings(&root)).unwrap();
    let layers = Layers { environment: &environment, file: given[2].then_some(file) };
    let all = layers.effective(&root, &line).unwrap();
    all.into_iter().find(|each| each.setting.id == setting.id).unwrap()
}

#[test]
fn every_option_of_every_command_has_its_variable_and_its_key() {
    let root = cli::declaration();
    let all = settings(&root);
    let mut seen = 0;
    for (path, leaf) in leaves(&root) {
        for arg in leaf.get_arguments().chain(root.get_arguments()) {
            let Some(long) = arg.get_long().filter(|long| !["help", "version", "config"].contains(long)) else {
                continue;
            };
            let known = all.iter().find(|setting| {
                setting.id == arg.get_id().as_str()
                    && setting.section.as_ref().is_none_or(|section| *section == path[0])
            });
            assert!(known.is_some_and(|setting| setting.name == long), "{path:?} --{long}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen}");
    for (rank, setting) in all.iter().enumerate() {
        assert!(!setting.help.is_empty(), "{}", setting.key());
        for other in &all[rank + 1..] {
            assert!(setting.variable() != other.variable() && setting.key() != other.key(), "{}", setting.key());
        }
    }
    assert!(all.iter().all(|setting| setting.variable() != crate::config::FILE_VARIABLE));
}

/// The property below draws its option: a new one without three values to write must fail every time, not once in a
/// while.
#[test]
fn every_option_has_three_values_to_write() {
    for (path, leaf) in leaves(&cli::declaration()) {
        for setting in setting::of_command(&path[0], leaf) {
            assert_eq!(values_of(&path, &setting).len(), 3);
        }
    }
}

#[test]
fn the_table_declares_what_it_should() {
    cli::command().debug_assert();
    cli::declaration().debug_assert();
    let all = settings(&cli::declaration());
    let find = |key: &str| all.iter().find(|setting| setting.key() == key).unwrap();
    assert_eq!(find("store").variable(), "ESSAIM_STORE");
    assert_eq!(find("store").kind, Kind::Path);
    assert_eq!(find("demo.store").variable(), "ESSAIM_DEMO_STORE");
    assert_eq!(find("ingest.unites_legales").variable(), "ESSAIM_INGEST_UNITES_LEGALES");
    assert_eq!(find("ingest.fictif").kind, Kind::Flag);
    assert_eq!(find("ingest.millesime").kind, Kind::List);
}

proptest! {
    #[test]
    fn the_first_layer_that_speaks_wins(rank in any::<prop::sample::Index>(), given in any::<[bool; 3]>()) {
        let root = cli::declaration();
        let places: Vec<(Vec<String>, Setting)> = leaves(&root)
            .into_iter()
            .flat_map(|(path, leaf)| {
                setting::of_command(&path[0], leaf).into_iter().map(move |setting| (path.clone(), setting))
            })
            .collect();
        let (path, setting) = rank.get(&places);
        let found = resolved(setting, path, given);
        let winner = expected(given);
        let origin = match winner {
            Some(0) => Origin::Flag,
            Some(1) => Origin::Variable(setting.variable()),
            Some(_) => Origin::File { path: "essaim.toml".into(), line: 1 + usize::from(setting.section.is_some()) },
            None => Origin::Default,
        };
        prop_assert_eq!(&found.origin, &origin);
        let value = winner.map(|layer| values_of(path, setting)[layer].to_owned()).or_else(|| setting.default.clone());
        let told: Vec<String> = found.values.iter().map(|value| value.to_string_lossy().into_owned()).collect();
        prop_assert_eq!(told, value.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn what_the_lower_layers_give_is_read_as_if_it_had_been_typed(port in 1u16.., fictive in any::<bool>()) {
        let root = cli::declaration();
        let listen = format!("127.0.0.1:{port}");
        let environment = |name: &str| (name == "ESSAIM_LISTEN").then(|| OsString::from(&listen));
        let text = format!("[demo]\nbuild_only = {fictive}\n");
        let file = ConfigFile::parse(Path::new("essaim.toml"), &text, &settings(&root)).unwrap();
        let layers = Layers { environment: &environment, file: Some(file) };
        let line: Vec<OsString> = ["essaim", "demo"].map(Into::into).to_vec();
        let complete = typed(&line, &layers.effective(&root, &line).unwrap());
        let matches = root.try_get_matches_from(complete).unwrap();
        let (_, demo) = matches.subcommand().unwrap();
        prop_assert_eq!(demo.get_one::<std::net::SocketAddr>("listen").unwrap().to_string(), listen);
        prop_assert_eq!(*demo.get_one::<bool>("build_only").unwrap(), fictive);
    }
}

#[test]
fn a_flag_says_yes_or_no_wherever_it_stands_and_the_command_line_can_undo_it() {
    let root = cli::declaration();
    let read = |typed_flag: &str, variable: &'static str| {
        let environment = move |name: &str| (name == "ESSAIM_DEMO_BUILD_ONLY").then(|| OsString::from(variable));
        let line: Vec<OsString> =
            ["essaim", "demo", typed_flag].into_iter().filter(|word| !word.is_empty()).map(Into::into).collect();
        let layers = Layers { environment: &environment, file: None };
        let complete = typed(&line, &layers.effective(&root, &line).unwrap());
        let matches = root.clone().try_get_matches_from(complete)?;
        Ok::<_, clap::Error>(*matches.subcommand().unwrap().1.get_one::<bool>("build_only").unwrap())
    };
    for (typed_flag, variable, expected) in [
        ("", "", false),
        ("", "oui", true),
        ("", "0", false),
        ("--build-only", "", true),
        ("--build-only", "non", true),
        ("--build-only=false", "oui", false),
        ("--build-only=vrai", "faux", true),
    ] {
        assert_eq!(read(typed_flag, variable).unwrap(), expected, "{typed_flag} {variable}");
    }
    assert_eq!(read("", "peut-être").unwrap_err().kind(), clap::error::ErrorKind::ValueValidation);
}
