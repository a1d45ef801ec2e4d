//! The real public files, when they are beside the project.

use std::io::Write;
use std::path::{Path, PathBuf};

/// A file of the folder of public data; where it is absent, a visible line says so and the test has nothing to do.
pub fn shared_file(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ESSAIM_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    // Not captured by the test harness, unlike a macro: a skip is to be seen.
    let _ = writeln!(std::io::stderr(), "SKIP: {file} absent (données publiques d’essai)");
    None
}
