//! The command line, in French.

mod check;
mod demo;
mod ingest;
mod serve;
mod store;
mod synth;

use clap::{ArgAction, Parser, Subcommand};

pub use self::check::CheckArguments;
pub use self::demo::DemoArguments;
pub use self::ingest::IngestArguments;
pub use self::serve::{ListenArguments, ServeArguments};
pub use self::store::StoreArgument;
pub use self::synth::SynthArguments;

/// clap's own words are in English: its template is not.
const HELP: &str = "{about-with-newline}\nUsage : {usage}\n\n{all-args}{after-help}";

/// Essaim : l’économie sociale et solidaire d’un territoire, des fichiers officiels à la carte.
#[derive(Debug, Parser)]
#[command(
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    subcommand_help_heading = "Commandes",
    subcommand_value_name = "COMMANDE",
    help_template = HELP,
    after_help = "Codes de sortie : 0 succès ; 1 échec ; 2 usage ; 3 données invalides ou incohérentes ; 4 fichier absent ; 130 interruption."
)]
pub struct Cli {
    /// Affiche cette aide
    #[arg(short, long, action = ArgAction::Help, global = true)]
    help: Option<bool>,
    /// Affiche la version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Sub-commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lit les fichiers officiels et publie l’atlas d’un territoire.
    #[command(
        help_template = HELP,
        after_help = "Exemple :\n  essaim ingest --atlas pemb.gpkg --territoire ept:T10 \\\n    --etablissements StockEtablissement_utf8.csv --unites-legales StockUniteLegale_utf8.csv \\\n    --geolocalisation GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv \\\n    --iris iris.gpkg --communes communes.gpkg --population-communes donnees_communes.csv"
    )]
    Ingest(Box<IngestArguments>),
    /// Sert un atlas : carte, portrait, OGC API Features, densité, proximité.
    #[command(help_template = HELP)]
    Serve(ServeArguments),
    /// Construit l’atlas de démonstration s’il est absent, puis le sert.
    #[command(help_template = HELP)]
    Demo(DemoArguments),
    /// Écrit les fichiers fictifs de la démonstration, dans leurs formes officielles, avec leur vérité.
    #[command(help_template = HELP)]
    Synth(SynthArguments),
    /// Compare un atlas à la vérité de la démonstration.
    #[command(help_template = HELP)]
    Check(CheckArguments),
    /// Écrit la description OpenAPI 3.0.3 du service.
    #[command(hide = true)]
    Openapi,
}
