//! What a configuration can fail on.

use std::path::PathBuf;

/// A setting that cannot be used, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A file named on purpose that is not there.
    #[error("{path} : fichier de configuration absent ; vérifier le chemin", path = .0.display())]
    Missing(PathBuf),
    /// A file that cannot be read.
    #[error("{path} : fichier de configuration illisible ({reason})", path = path.display())]
    Unreadable {
        /// File.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A file that is not TOML.
    #[error("{path}:{line} : TOML illisible ({reason})", path = path.display())]
    Syntax {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What the TOML reader says.
        reason: String,
    },
    /// A key that no option has.
    #[error("{path}:{line} : clé « {key} » inconnue ; {mend}", path = path.display())]
    UnknownKey {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Key, with its section.
        key: String,
        /// The nearest known one.
        mend: String,
    },
    /// A value of the wrong form.
    #[error("{origin}, {key} : {mend}")]
    Value {
        /// File and line, or variable.
        origin: String,
        /// Key of the setting.
        key: String,
        /// What to give instead.
        mend: String,
    },
}
