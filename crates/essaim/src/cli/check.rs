//! Options of `essaim check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::StoreArgument;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// What to check.
    #[command(flatten)]
    pub store: StoreArgument,
    /// Compare l’atlas à verite.csv, écrit par essaim synth, plutôt que de le vérifier
    #[arg(long, value_name = "CSV")]
    pub truth: Option<PathBuf>,
    /// Forme des constats
    #[arg(long, value_name = "FORME", value_enum, default_value = "table")]
    pub format: FindingsFormat,
}

/// Form of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// Columns for a terminal.
    Table,
    /// One object per check.
    Json,
}
