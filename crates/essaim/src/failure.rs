//! What ends a command, and its exit code.

use std::path::PathBuf;

use ingest::IngestError;
use store::StoreError;

use crate::config::ConfigError;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An input that is not there.
    #[error("{path} : fichier absent ; vérifier le chemin", path = .0.display())]
    MissingInput(PathBuf),
    /// An atlas that nobody has published yet.
    #[error("{0}")]
    MissingAtlas(StoreError),
    /// A command line, a variable or a configuration file that asks for what cannot be.
    #[error("{0}")]
    Usage(String),
    /// Stopped by the user.
    #[error("interrompu ; aucun atlas n’a été changé")]
    Interrupted,
    /// Invalid or inconsistent data.
    #[error("{0}")]
    Data(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// The documented exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::Interrupted => 130,
            Self::Data(_) => 3,
            Self::MissingInput(_) | Self::MissingAtlas(_) => 4,
        }
    }

    /// Something that is no fault of the data.
    pub fn other(error: impl std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }

    /// Data that cannot be used.
    pub fn data(error: impl std::fmt::Display) -> Self {
        Self::Data(error.to_string())
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Missing(path) => Self::MissingInput(path),
            other => Self::Usage(other.to_string()),
        }
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        error.missing_file().map_or_else(|| Self::data(&error), Self::MissingInput)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Empty { .. } => Self::MissingAtlas(error),
            other => Self::other(other),
        }
    }
}
