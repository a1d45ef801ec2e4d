//! Where an atlas is kept.

use clap::{Args, ValueHint};
use store::Location;

/// Where an atlas is kept.
#[derive(Debug, Clone, Args)]
pub struct StoreArgument {
    /// Atlas : un fichier GeoPackage, ou une URL postgres://
    #[arg(long = "store", visible_alias = "atlas", value_name = "FICHIER|URL", value_hint = ValueHint::AnyPath)]
    pub store: Location,
}
