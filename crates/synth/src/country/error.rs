//! Errors of the country generator.

use std::path::PathBuf;

use geopackage::GeopackageError;

/// Why a country could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CountryError {
    /// A file could not be written.
    #[error("écriture de {path} impossible : {source}")]
    Write {
        /// File or folder concerned.
        path: PathBuf,
        /// Cause given by the system.
        source: std::io::Error,
    },
    /// The thread that writes a file stopped without saying why.
    #[error("écriture de {0} interrompue")]
    Interrupted(PathBuf),
    /// Outlines could not be written.
    #[error(transparent)]
    Outlines(#[from] GeopackageError),
    /// The number asked for is out of reach.
    #[error("{0} établissements demandés : de 1 à {max} admis", max = super::LARGEST)]
    Size(u64),
}
