//! Options of `essaim demo`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use store::Location;

use super::ListenArguments;

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Where.
    #[command(flatten)]
    pub listen: ListenArguments,
    /// Dossier de la démonstration
    #[arg(long, value_name = "DOSSIER", default_value = "demo")]
    pub dir: PathBuf,
    /// Atlas de démonstration : un fichier, ou une URL postgres:// ; à défaut, DOSSIER/pemb-demo.gpkg
    // Its own setting: the demonstration must never be published over the atlas that the service serves.
    #[arg(id = "demo_store", long = "store", visible_alias = "atlas", value_name = "FICHIER|URL", value_hint = ValueHint::AnyPath)]
    pub store: Option<Location>,
    /// Construit l’atlas sans le servir
    #[arg(long)]
    pub build_only: bool,
}
