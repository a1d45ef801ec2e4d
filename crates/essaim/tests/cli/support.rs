//! The program under test, and the official files that it reads.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

pub const GEOLOCALISATION: &str = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv";

pub fn essaim() -> Command {
    let program = std::env::var_os("ESSAIM_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_essaim").into());
    let mut command = Command::new(program);
    // Neither the settings of whoever runs the tests nor the file of their folders.
    let ours = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("ESSAIM_"));
    for name in ours.chain(["HOME".into(), "XDG_CONFIG_HOME".into()]) {
        command.env_remove(name);
    }
    command
}

pub fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    essaim().args(arguments).output().unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with the demonstration's official files.
pub fn sources() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&[OsStr::new("synth"), OsStr::new("--dir"), folder.path().as_os_str()]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    folder
}

/// Options of an ingest of these files, one of them perhaps taken elsewhere.
pub fn ingest(sources: &Path, atlas: &Path, instead: &[(&str, PathBuf)]) -> Vec<OsString> {
    let inputs = [
        ("--etablissements", "StockEtablissement_utf8.csv"),
        ("--unites-legales", "StockUniteLegale_utf8.csv"),
        ("--geolocalisation", GEOLOCALISATION),
        ("--iris", "iris.gpkg"),
        ("--communes", "communes.gpkg"),
        ("--population-communes", "donnees_communes.csv"),
    ];
    let mut arguments: Vec<OsString> =
        ["ingest", "--territoire", "ept:T10", "--fictif", "--millesime", "population_communes=2023", "--atlas"]
            .map(Into::into)
            .to_vec();
    arguments.push(atlas.into());
    for (option, file) in inputs {
        let path = instead
            .iter()
            .find(|(name, _)| *name == option)
            .map_or_else(|| sources.join(file), |(_, path)| path.clone());
        arguments.extend([option.into(), path.into_os_string()]);
    }
    arguments
}

pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    names(folder).into_iter().map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap())).collect()
}

/// The demonstration's atlas, built once for all the tests of this binary.
pub fn atlas() -> &'static Path {
    static BUILT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, atlas) = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let output = run(&[OsStr::new("demo"), "--build-only".as_ref(), "--dir".as_ref(), folder.path().as_os_str()]);
        assert_eq!(code(&output), 0, "{}", errors(&output));
        let atlas = folder.path().join("pemb-demo.gpkg");
        (folder, atlas)
    });
    atlas
}
