//! Options of `essaim check`.

use std::path::PathBuf;

use clap::Args;

use super::StoreArgument;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// What to check.
    #[command(flatten)]
    pub store: StoreArgument,
    /// verite.csv, écrit par essaim synth
    #[arg(long, value_name = "CSV")]
    pub truth: PathBuf,
}
