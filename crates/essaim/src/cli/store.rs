//! Where an atlas is kept.

use clap::Args;
use store::Location;

/// Where an atlas is kept.
#[derive(Debug, Clone, Args)]
pub struct StoreArgument {
    /// Atlas : un fichier GeoPackage, ou une URL postgres://
    #[arg(
        long = "store",
        visible_alias = "atlas",
        value_name = "FICHIER|URL",
        env = "ESSAIM_STORE",
        hide_env_values = true
    )]
    pub store: Location,
}
