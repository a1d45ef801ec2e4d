//! Embeds the viewer: its own files and, when they are installed, the files of MapLibre it loads.
//!
//! The service is one executable with no folder beside it, so the assets are compiled in, already
//! compressed. One hash of all of them stands in their URLs, which may then be cached for ever.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};

/// What the browser loads of MapLibre: the module, its worker, the style.
const MAPLIBRE: [(&str, &str); 3] = [
    ("dist/maplibre-gl.mjs", "maplibre-gl.mjs"),
    ("dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs"),
    ("dist/maplibre-gl.css", "maplibre-gl.css"),
];

/// Sources that decide what the service answers for a given atlas: their hash stands in every ETag,
/// so that a new build is never answered by what a browser kept of the one before.
const DECIDE_ANSWERS: [&str; 8] = [
    "crates/api/src",
    "crates/api/templates",
    "crates/crs/src",
    "crates/domain/src",
    "crates/spatial-index/src",
    "crates/statistics/src",
    "crates/tiles/src",
    "geodata",
];

fn main() -> Result<(), Box<dyn Error>> {
    let viewer = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../viewer");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut files = BTreeMap::new();
    collect_sources(&viewer.join("src"), &mut files)?;
    let has_maplibre = collect_maplibre(&viewer, &mut files)?;
    let mut answers = files.clone();
    for folder in DECIDE_ANSWERS {
        collect_tree(&viewer.join("..").join(folder), &mut answers)?;
    }
    println!("cargo:rustc-env=ESSAIM_BUILD={:016x}", hash(&answers));
    fs::write(out.join("assets.rs"), table(&out.join("viewer"), &files, has_maplibre)?)?;
    Ok(())
}

/// The viewer's own files, by name.
fn collect_sources(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", folder.display());
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // A name with another extension is an editor's leftover, not a part of the viewer.
        if content_type(name).is_some() {
            files.insert(name.to_owned(), fs::read(&path)?);
        }
    }
    Ok(())
}

/// Every file under a folder, by path.
fn collect_tree(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_tree(&path, files)?;
        } else {
            let name = path.strip_prefix(std::env::var("CARGO_MANIFEST_DIR")?).unwrap_or(&path);
            files.insert(name.display().to_string(), fs::read(&path)?);
        }
    }
    Ok(())
}

/// The files of MapLibre, all of them or none.
fn collect_maplibre(viewer: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<bool, Box<dyn Error>> {
    let package = viewer.join("node_modules/maplibre-gl");
    let manifest = package.join("package.json");
    // Cargo takes a watched file that is absent for a change at every build: while MapLibre is
    // not installed, the folder in which it will appear is watched instead.
    let watched = if manifest.is_file() { &manifest } else { viewer };
    println!("cargo:rerun-if-changed={}", watched.display());
    if !MAPLIBRE.iter().all(|(source, _)| package.join(source).is_file()) {
        return Ok(false);
    }
    for (source, name) in MAPLIBRE {
        files.insert(name.to_owned(), fs::read(package.join(source))?);
    }
    let mut notices = BTreeMap::new();
    collect_notices(&viewer.join("node_modules"), &mut notices)?;
    files.insert("licences.txt".to_owned(), notices.into_values().collect::<Vec<_>>().join("\n").into_bytes());
    Ok(true)
}

/// The licence of every installed package: MapLibre's modules hold parts of most of them.
fn collect_notices(folder: &Path, notices: &mut BTreeMap<PathBuf, String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let package = entry?.path();
        let name = package.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with('@') {
            collect_notices(&package, notices)?;
        } else if package.join("package.json").is_file() {
            let text = notice(&package)?;
            notices.insert(package.clone(), format!("{name}\n\n{text}\n"));
        }
    }
    Ok(())
}

/// The licence file of a package or, when it has none, what its manifest declares.
fn notice(package: &Path) -> Result<String, Box<dyn Error>> {
    for file in ["LICENSE.txt", "LICENSE", "LICENSE.md"] {
        if let Ok(text) = fs::read_to_string(package.join(file)) {
            return Ok(text);
        }
    }
    let manifest = fs::read_to_string(package.join("package.json"))?;
    let declared = |line: &&str| line.contains("\"license\"") || line.contains("\"author\"");
    Ok(manifest.lines().filter(declared).map(str::trim).collect::<Vec<_>>().join("\n"))
}

/// Writes each file plain and compressed, and returns the Rust table that includes them.
fn table(folder: &Path, files: &BTreeMap<String, Vec<u8>>, has_maplibre: bool) -> Result<String, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut rows = String::new();
    for (name, bytes) in files {
        let Some(content_type) = content_type(name) else {
            continue;
        };
        fs::write(folder.join(name), bytes)?;
        fs::write(folder.join(format!("{name}.gz")), compress(bytes)?)?;
        write!(
            rows,
            "    ({name:?}, Asset {{\n        content_type: {content_type:?},\n        \
             raw: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/viewer/{name}\")),\n        \
             gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/viewer/{name}.gz\")),\n        \
             immutable: true,\n    }}),\n"
        )?;
    }
    Ok(format!(
        "/// The hash of all the assets, in their URLs.\nconst HASH: &str = \"{:016x}\";\n\
         /// MapLibre was installed when the service was built.\n\
         const HAS_MAPLIBRE: bool = {has_maplibre};\n\
         /// The assets, in the order of their names.\n\
         static ASSETS: [(&str, Asset); {}] = [\n{rows}];\n",
        hash(files),
        files.len(),
    ))
}

/// The media type of a file of the viewer; none for a file that is not one.
fn content_type(name: &str) -> Option<&'static str> {
    match Path::new(name).extension()?.to_str()? {
        "mjs" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "txt" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

/// The same bytes give the same archive: no date, no name, no operating system.
fn compress(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// FNV-1a, 64 bits, over the names and the contents.
fn hash(files: &BTreeMap<String, Vec<u8>>) -> u64 {
    files
        .iter()
        .flat_map(|(name, bytes)| name.bytes().chain([0]).chain(bytes.iter().copied()))
        .fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
