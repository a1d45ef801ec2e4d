//! Options of `essaim perimetres`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `perimetres`.
#[derive(Debug, Args)]
pub struct PerimetresArguments {
    /// Périmètre à détailler : un nom livré, ou un fichier TOML ; sans lui, la liste de ceux qui sont livrés
    #[arg(value_name = "NOM|TOML")]
    pub perimetre: Option<PathBuf>,
}
