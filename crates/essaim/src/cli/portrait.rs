//! Options of `essaim portrait`.

use clap::{Args, ValueEnum};

use super::StoreArgument;
use store::Location;

/// Form of a portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PortraitFormat {
    /// The page.
    Html,
    /// The model.
    Json,
    /// One figure a line.
    Csv,
    /// A workbook.
    Xlsx,
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
    /// Forme : html, json, csv (un chiffre par ligne) ou xlsx (classeur)
    #[arg(long, value_name = "FORME", value_enum, default_value = "html")]
    pub format: PortraitFormat,
    /// Total d’emplois publié, du même périmètre et de la même date, sur lequel caler l’estimation
    #[arg(long, value_name = "EMPLOIS")]
    pub calage: Option<f64>,
    /// Classes des cartes de la page : quantiles, jenks, egales, Q6 ou q6
    #[arg(long, value_name = "MÉTHODE", default_value = "quantiles")]
    pub classes: String,
    /// Langue de la page : fr ou en
    #[arg(long, value_name = "LANGUE", default_value = "fr")]
    pub lang: String,
    /// Atlas d’une édition précédente : la page dit ce qui a changé
    #[arg(long, value_name = "ATLAS")]
    pub avant: Option<Location>,
    /// Adresse du service, par laquelle commencent les liens de la page
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub base: String,
}
