//! Embedded assets: the viewer and MapLibre, compiled in by the build script.

/// An embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Media type.
    pub content_type: &'static str,
    /// Bytes.
    pub raw: &'static [u8],
    /// Bytes, gzip.
    pub gzip: &'static [u8],
    /// Its URL changes with its content.
    pub immutable: bool,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The asset of a path: what follows `/assets/`, that is `{hash}/{name}`.
///
/// The hash of another build finds nothing: the file of this build under that URL would stay
/// in caches as if it were the other one.
pub fn find(path: &str) -> Option<&'static Asset> {
    let (hash, name) = path.split_once('/')?;
    if hash != HASH {
        return None;
    }
    ASSETS.iter().find(|(known, _)| *known == name).map(|(_, asset)| asset)
}

/// The URL of an asset, from the root of the service.
pub fn url(name: &str) -> String {
    format!("/assets/{HASH}/{name}")
}

/// MapLibre is embedded: without it the page keeps the map drawn by the server.
pub fn has_maplibre() -> bool {
    HAS_MAPLIBRE
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, find, has_maplibre, url};

    #[test]
    fn every_asset_is_found_at_its_url() {
        for (name, asset) in &ASSETS {
            let url = url(name);
            let found = find(url.trim_start_matches("/assets/")).expect("asset");
            assert_eq!(found.raw, asset.raw, "{name}");
            assert!(found.immutable, "{name}");
            assert_eq!(&found.gzip[..2], b"\x1f\x8b", "{name}");
            assert_eq!(&found.gzip[4..8], &[0; 4], "{name}: the archive bears a date");
        }
    }

    #[test]
    fn modules_are_served_as_scripts() {
        for (name, asset) in &ASSETS {
            if std::path::Path::new(name).extension().is_some_and(|extension| extension == "mjs") {
                assert_eq!(asset.content_type, "text/javascript; charset=utf-8");
            }
        }
    }

    #[test]
    fn another_build_or_another_folder_finds_nothing() {
        assert!(find("0/viewer.mjs").is_none());
        assert!(find("viewer.mjs").is_none());
        let climbing = url("../viewer.mjs");
        assert!(find(climbing.trim_start_matches("/assets/")).is_none());
    }

    #[test]
    fn maplibre_is_whole_or_absent() {
        for name in ["maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css", "licences.txt"] {
            let found = find(url(name).trim_start_matches("/assets/")).is_some();
            assert_eq!(found, has_maplibre(), "{name}");
        }
    }
}
