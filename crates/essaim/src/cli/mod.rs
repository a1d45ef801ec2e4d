//! The command line, in French.

mod check;
mod config;
mod demo;
mod flag;
mod french;
mod ingest;
mod perimetres;
mod portrait;
mod query;
mod serve;
mod store;
mod synth;

use std::path::PathBuf;

use clap::{ArgAction, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};

pub use self::check::{CheckArguments, FindingsFormat};
pub use self::config::{CompletionsArguments, ConfigCommand, SettingsFormat, ShowArguments};
pub use self::demo::DemoArguments;
pub use self::flag::{is_flag, yes_or_no};
pub use self::ingest::IngestArguments;
pub use self::perimetres::PerimetresArguments;
pub use self::portrait::{PortraitArguments, PortraitFormat};
pub use self::query::{AnswerFormat, QueryArguments};
pub use self::serve::{ListenArguments, ServeArguments};
pub use self::store::StoreArgument;
pub use self::synth::SynthArguments;

/// Essaim : l’économie sociale et solidaire d’un territoire, des fichiers officiels à la carte.
#[derive(Debug, Parser)]
#[command(
    name = "essaim",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    after_help = "Codes de sortie : 0 succès ; 1 échec ; 2 usage ; 3 données invalides ou incohérentes ; 4 fichier absent ; 130 interruption."
)]
pub struct Cli {
    /// Affiche cette aide
    #[arg(short, long, action = ArgAction::Help, global = true, display_order = 1002)]
    help: Option<bool>,
    /// Affiche la version
    #[arg(short = 'V', long, action = ArgAction::Version, display_order = 1003)]
    version: Option<bool>,
    /// Fichier de configuration [variable : ESSAIM_CONFIG ; défaut : ./essaim.toml, puis celui de l’utilisateur]
    #[arg(long, value_name = "TOML", global = true, display_order = 1000, value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Ce que dit le journal : error, warn, info, debug, ou par module (api=debug)
    #[arg(long, value_name = "FILTRE", default_value = "warn", global = true, display_order = 1001)]
    pub log: String,
    /// Forme du journal : texte, ou json (un objet par ligne)
    #[arg(long, value_name = "FORME", default_value = "texte", global = true, display_order = 1001)]
    pub log_format: LogFormat,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Texte,
    /// For machines: one object a line.
    Json,
}

/// Sub-commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lit les fichiers officiels et publie l’atlas d’un territoire.
    #[command(
        after_help = "Exemple :\n  essaim ingest --atlas pemb.gpkg --territoire ept:T10 \\\n    --etablissements StockEtablissement_utf8.csv --unites-legales StockUniteLegale_utf8.csv \\\n    --geolocalisation GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv \\\n    --iris iris.gpkg --communes communes.gpkg --population-communes donnees_communes.csv"
    )]
    Ingest(Box<IngestArguments>),
    /// Sert un atlas : carte, portrait, OGC API Features, densité, proximité.
    Serve(ServeArguments),
    /// Construit l’atlas de démonstration s’il est absent, puis le sert.
    Demo(DemoArguments),
    /// Interroge un atlas sans service : mêmes paramètres et mêmes réponses.
    #[command(
        subcommand,
        after_help = "Exemples :\n  essaim query within --atlas pemb.gpkg --lon 2.4836 --lat 48.8369 --rayon 500\n  essaim query aggregates --atlas pemb.gpkg --par famille --format csv > familles.csv"
    )]
    Query(QueryArguments),
    /// Écrit le portrait d’un territoire : les octets que donne le service.
    #[command(after_help = "Exemple :\n  essaim portrait --atlas pemb.gpkg --zone ept:T10 --format csv > pemb.csv")]
    Portrait(PortraitArguments),
    /// Écrit les fichiers fictifs de la démonstration, dans leurs formes officielles, avec leur vérité.
    Synth(SynthArguments),
    /// Vérifie un atlas, ou le compare à la vérité de la démonstration.
    Check(CheckArguments),
    /// Montre les périmètres livrés, ou toutes les règles de l’un d’eux.
    Perimetres(PerimetresArguments),
    /// Montre les réglages et leur origine, ou écrit un fichier de configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Écrit le complètement des commandes pour bash, zsh, fish, elvish ou PowerShell.
    #[command(
        after_help = "Exemples :\n  essaim completions bash > ~/.local/share/bash-completion/completions/essaim\n  essaim completions fish > ~/.config/fish/completions/essaim.fish"
    )]
    Completions(CompletionsArguments),
    /// Écrit la description OpenAPI 3.0.3 du service.
    #[command(hide = true)]
    Openapi,
}

/// The declaration of every command and option, as the settings and the completions are made from it.
pub fn declaration() -> clap::Command {
    flag::with_values(Cli::command())
}

/// The same, as a user meets it.
pub fn command() -> clap::Command {
    french::french(declaration())
}
