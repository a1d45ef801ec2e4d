//! The house rules that a compiler does not check: who may depend on whom, and what no source may hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Each room and the rooms that it may use. Everything points one way.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("crs", &[]),
    ("geopackage", &[]),
    ("spatial-index", &["crs", "domain"]),
    ("statistics", &["crs", "domain", "spatial-index"]),
    ("tiles", &["domain", "spatial-index"]),
    ("ingest", &["crs", "domain", "geopackage", "spatial-index"]),
    ("store", &["domain", "geopackage"]),
    ("synth", &["geopackage"]),
    ("api", &["crs", "domain", "spatial-index", "statistics", "tiles"]),
    ("essaim", &["api", "crs", "domain", "geopackage", "ingest", "spatial-index", "statistics", "store", "synth"]),
    ("test-support", &["domain"]),
];

const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file below a folder, generated and fetched ones left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // A file in a linked worktree, with the path of the main one.
            if name == ".git" {
                continue;
            }
            if path.is_dir() {
                if !["target", "demo", "node_modules", ".venv"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Rust sources of the crates, with their text.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let is_source = |path: &PathBuf| {
        let inside = path.strip_prefix(root.join("crates")).ok();
        let in_src =
            inside.is_some_and(|inside| inside.components().nth(1).is_some_and(|part| part.as_os_str() == "src"));
        in_src && path.extension().is_some_and(|extension| extension == "rs")
    };
    let named = |path: PathBuf| {
        (path.strip_prefix(&root).unwrap().display().to_string(), std::fs::read_to_string(&path).unwrap())
    };
    files(&root.join("crates")).into_iter().filter(is_source).map(named).collect()
}

/// Modules that only tests compile: `#[cfg(test)] mod name;`, by their folder and name.
fn test_modules(sources: &[(String, String)]) -> Vec<String> {
    let mut modules = Vec::new();
    for (name, text) in sources {
        let folder = match name.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder.to_owned(),
            _ => name.trim_end_matches(".rs").to_owned(),
        };
        for after in text.split("#[cfg(test)]\nmod ").skip(1) {
            let module: String =
                after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            modules.extend([format!("{folder}/{module}.rs"), format!("{folder}/{module}/mod.rs")]);
        }
    }
    modules
}

/// Lines of code that reach users: neither comments nor tests.
fn shipped() -> Vec<(String, usize, String)> {
    let sources = sources();
    let tests = test_modules(&sources);
    let is_shipped = |name: &String| !tests.contains(name) && !name.contains("/test-support/");
    let mut lines = Vec::new();
    for (name, text) in sources.iter().filter(|(name, _)| is_shipped(name)) {
        let before = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (rank, line) in before.lines().enumerate() {
            lines.push((name.clone(), rank + 1, line.split("//").next().unwrap_or_default().to_owned()));
        }
    }
    lines
}

#[test]
fn workspace_edges_are_those_of_the_design() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), ALLOWED.len(), "a room has come or gone: write it in ALLOWED and in ARCHITECTURE.md");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let rooms = allowed.get(name).unwrap_or_else(|| panic!("{name} is in no table"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let target = dependency["name"].as_str().unwrap();
            if dependency["path"].is_null() {
                continue;
            }
            let for_tests = dependency["kind"] == "dev";
            assert!(for_tests || rooms.contains(&target), "{name} → {target} is not allowed");
            assert!(target != "test-support" || for_tests, "{name}: test-support is for tests only");
        }
    }
}

#[test]
fn the_table_of_rooms_points_one_way() {
    for (room, uses) in ALLOWED {
        for used in uses {
            let (_, back) = ALLOWED.into_iter().find(|(name, _)| name == used).unwrap();
            assert!(!back.contains(&room), "{room} ⇄ {used}");
        }
    }
}

#[test]
fn no_source_is_longer_than_600_lines() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{name}: {lines} lines");
    }
}

#[test]
fn no_module_is_a_drawer() {
    for (name, text) in sources() {
        for drawer in ["utils", "util", "helpers", "misc"] {
            assert!(!name.ends_with(&format!("/{drawer}.rs")) && !name.contains(&format!("/{drawer}/")), "{name}");
            assert!(!text.contains(&format!("mod {drawer};")), "{name}: mod {drawer}");
        }
    }
}

#[test]
fn nothing_is_left_to_do() {
    // Written in two halves, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX:")];
    for path in files(&root()) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let code = ["rs", "sql", "py", "sh", "js", "mjs", "ts", "css", "html", "toml"];
        if path.extension().is_some_and(|extension| code.contains(&extension.to_string_lossy().as_ref())) {
            for mark in marks {
                assert!(!text.contains(mark), "{}: {mark}", path.display());
            }
        }
    }
}

#[test]
fn nothing_shipped_can_panic_on_purpose() {
    let marks = [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!(", "unsafe "];
    let lines = shipped();
    assert!(lines.len() > 5_000, "only {} lines were looked at", lines.len());
    for (name, line, code) in lines {
        for mark in marks {
            assert!(!code.contains(mark), "{name}:{line}: {mark}");
        }
    }
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() {
    for path in files(&root().join("crates")).into_iter().filter(|path| path.ends_with("Cargo.toml")) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{}", path.display());
    }
}

#[test]
fn no_path_of_a_developer_machine_is_in_the_tree() {
    let homes = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/wo", "rk/"),
        concat!("/Us", "ers/"),
        concat!("C:\\", "Users"),
    ];
    for path in files(&root()) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if path.ends_with("package-lock.json") {
            continue;
        }
        for home in homes {
            let found = text.lines().position(|line| line.contains(home) && !line.contains("://"));
            assert!(found.is_none(), "{}:{}: {home}", path.display(), found.unwrap_or_default() + 1);
        }
    }
}
