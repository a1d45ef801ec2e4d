//! The program under test, and the official files that it reads.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

/// Age of a demonstration that nobody uses any more.
const OLD: Duration = Duration::from_hours(1);
pub const GEOLOCALISATION: &str = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv";

/// The program under test.
fn program() -> OsString {
    std::env::var_os("ESSAIM_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_essaim").into())
}

pub fn essaim() -> Command {
    let mut command = Command::new(program());
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

/// A new folder with the demonstration's official files.
pub fn new_sources() -> TempDir {
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

/// The demonstration, built once by this very program and left as it is by all the tests.
fn demonstration() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let built = std::fs::metadata(program()).unwrap().modified().unwrap();
        let shelf = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let kept = shelf.join(format!("demo-{}", built.duration_since(UNIX_EPOCH).unwrap().as_nanos()));
        if !kept.exists() {
            sweep(shelf);
            let work = tempfile::tempdir_in(shelf).unwrap();
            let dir = work.path().join("demo");
            let output = run(&[OsStr::new("demo"), "--build-only".as_ref(), "--dir".as_ref(), dir.as_os_str()]);
            assert_eq!(code(&output), 0, "{}", errors(&output));
            // Each test may be a process of its own, and another one has been faster when this fails.
            let moved = std::fs::rename(&dir, &kept);
            assert!(moved.is_ok() || kept.exists(), "{moved:?}");
        }
        kept
    })
}

/// Removes the demonstrations of programs that are no more.
fn sweep(shelf: &Path) {
    for entry in std::fs::read_dir(shelf).unwrap().flatten() {
        let age = entry.metadata().ok().and_then(|metadata| metadata.modified().ok()?.elapsed().ok());
        let ours = entry.file_name().to_string_lossy().starts_with("demo-");
        if ours && age.is_some_and(|age| age > OLD) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The demonstration's atlas; to be read only.
pub fn atlas() -> &'static Path {
    static ATLAS: OnceLock<PathBuf> = OnceLock::new();
    ATLAS.get_or_init(|| demonstration().join("pemb-demo.gpkg"))
}

/// The demonstration's official files; to be read only.
pub fn sources() -> &'static Path {
    static SOURCES: OnceLock<PathBuf> = OnceLock::new();
    SOURCES.get_or_init(|| demonstration().join("sources"))
}
