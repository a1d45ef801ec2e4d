//! Options of `essaim portrait`.

use clap::{Args, ValueEnum};

use super::StoreArgument;

/// Form of a portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PortraitFormat {
    /// The page.
    Html,
    /// The model.
    Json,
    /// One figure a line.
    Csv,
}

/// Arguments of `portrait`.
#[derive(Debug, Args)]
pub struct PortraitArguments {
    /// Where the atlas is.
    #[command(flatten)]
    pub store: StoreArgument,
    /// Territoire ; à défaut, celui de l’atlas
    #[arg(long, value_name = "TERRITOIRE")]
    pub zone: Option<String>,
    /// Forme : html, json ou csv (un chiffre par ligne)
    #[arg(long, value_name = "FORME", value_enum, default_value = "html")]
    pub format: PortraitFormat,
    /// Adresse du service, par laquelle commencent les liens de la page
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub base: String,
}
