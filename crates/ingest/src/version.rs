//! The version of a dataset: a digest of its inputs and rules, so that same inputs give the same version.

use domain::{Manifest, VersionJeu};
use sha2::{Digest, Sha256};

/// Raised whenever the meaning of the rows changes for the same inputs.
const FORMAT: &str = "essaim-atlas-2";

/// Digest of everything that decides the rows: `perimetre` is the fingerprint of its tables.
pub fn version_of(manifest: &Manifest, perimetre: u64, couronne_m: f64) -> VersionJeu {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update(text.as_bytes());
        digest.update([0]);
    };
    add(FORMAT);
    add(&manifest.territoire.to_string());
    add(&manifest.perimetre.nom);
    add(&manifest.perimetre.version);
    add(&format!("{perimetre:016x}"));
    add(manifest.regle_employeur.code());
    add(&couronne_m.to_string());
    for source in &manifest.sources {
        add(&source.role);
        add(&source.millesime);
        add(&source.sha256);
    }
    let mut hex = format!("{:x}", digest.finalize());
    hex.truncate(16);
    VersionJeu(hex)
}

/// SHA-256 of a file's bytes, hexadecimal.
pub fn sha256_of(path: &std::path::Path) -> Result<String, crate::IngestError> {
    let io = |source| crate::IngestError::Io { file: crate::error::shown(path), source };
    let mut file = std::fs::File::open(path).map_err(io)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let count = std::io::Read::read(&mut file, &mut buffer).map_err(io)?;
        if count == 0 {
            return Ok(format!("{:x}", digest.finalize()));
        }
        digest.update(buffer.get(..count).unwrap_or_default());
    }
}
