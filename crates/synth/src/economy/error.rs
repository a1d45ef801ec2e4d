//! Errors of the economy generator.

use std::path::PathBuf;

/// Why an economy could not be generated.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// File or folder concerned.
        path: PathBuf,
        /// Cause given by the system.
        source: std::io::Error,
    },
    /// An embedded table does not have its expected form.
    #[error("embedded table {table}: {reason}")]
    Table {
        /// Name of the table.
        table: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The geography has nothing to plant in.
    #[error("geography: {0}")]
    Geography(String),
    /// The block of fictive SIREN is used up.
    #[error("no fictive SIREN left: the 000 block holds {0} of them")]
    SirenExhausted(u32),
}
