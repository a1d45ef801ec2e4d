//! Options of `essaim serve`.

use std::net::SocketAddr;

use clap::Args;

use super::StoreArgument;
use store::Location;

/// Where and how to serve.
#[derive(Debug, Clone, Args)]
pub struct ListenArguments {
    /// Adresse d’écoute
    #[arg(long, value_name = "ADRESSE:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// URL publique, pour les liens absolus (QGIS en a besoin derrière un mandataire)
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Offre le Plan IGN en fond de carte : le navigateur interroge alors data.geopf.fr
    #[arg(long)]
    pub plan_ign: bool,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// What to serve.
    #[command(flatten)]
    pub store: StoreArgument,
    /// Atlas d’une édition précédente : les portraits disent ce qui a changé
    #[arg(long, value_name = "ATLAS")]
    pub avant: Option<Location>,
    /// Where.
    #[command(flatten)]
    pub listen: ListenArguments,
}
