//! The command line, in French.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use domain::{RegleEmployeur, Territoire};
use store::Location;

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
    Ingest(IngestArguments),
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

/// Arguments of `ingest`.
#[derive(Debug, Args)]
pub struct IngestArguments {
    /// Where to publish.
    #[command(flatten)]
    pub store: StoreArgument,
    /// Territoire : ept:T10, commune:94052, departement:94 ou une liste de codes
    #[arg(long, value_name = "TERRITOIRE")]
    pub territoire: Territoire,
    /// StockEtablissement_utf8.csv (Sirene)
    #[arg(long, value_name = "CSV")]
    pub etablissements: PathBuf,
    /// StockUniteLegale_utf8.csv (Sirene)
    #[arg(long, value_name = "CSV")]
    pub unites_legales: PathBuf,
    /// Géolocalisation des établissements (Insee) ; sans elle, seules les coordonnées du stock servent
    #[arg(long, value_name = "CSV")]
    pub geolocalisation: Option<PathBuf>,
    /// Contours des IRIS (IGN), GeoPackage
    #[arg(long, value_name = "GPKG")]
    pub iris: PathBuf,
    /// Contours des communes (IGN), GeoPackage
    #[arg(long, value_name = "GPKG")]
    pub communes: PathBuf,
    /// Table commune → EPT ; à défaut, celle livrée avec Essaim
    #[arg(long, value_name = "CSV")]
    pub epts: Option<PathBuf>,
    /// Populations de référence des communes (donnees_communes.csv)
    #[arg(long, value_name = "CSV")]
    pub population_communes: Option<PathBuf>,
    /// Population par IRIS (base-ic-evol-struct-pop-AAAA.CSV)
    #[arg(long, value_name = "CSV")]
    pub population_iris: Option<PathBuf>,
    /// Périmètre : un fichier TOML ; à défaut, cress-employeurs
    #[arg(long, value_name = "TOML")]
    pub perimetre: Option<PathBuf>,
    /// Règle d’employeur : bande-ou-caractere, bande ou caractere ; à défaut, celle du périmètre
    #[arg(long, value_name = "RÈGLE", value_parser = regle)]
    pub employeur: Option<RegleEmployeur>,
    /// Largeur de la couronne autour du territoire, en mètres
    #[arg(long, value_name = "MÈTRES", default_value_t = 1000.0)]
    pub couronne: f64,
    /// Millésime d’une source, par exemple stock_etablissement=2026-10 (répétable)
    #[arg(long = "millesime", value_name = "RÔLE=MILLÉSIME", value_parser = millesime)]
    pub millesimes: Vec<(String, String)>,
    /// Les données sont fictives : toutes les pages et tous les fichiers le diront
    #[arg(long)]
    pub fictif: bool,
}

fn regle(text: &str) -> Result<RegleEmployeur, String> {
    RegleEmployeur::from_code(text)
        .ok_or_else(|| format!("admises : {}", RegleEmployeur::ALL.map(RegleEmployeur::code).join(", ")))
}

fn millesime(text: &str) -> Result<(String, String), String> {
    let (role, vintage) = text.split_once('=').ok_or("forme attendue : rôle=millésime")?;
    Ok((role.to_owned(), vintage.to_owned()))
}

/// Where and how to serve.
#[derive(Debug, Clone, Args)]
pub struct ListenArguments {
    /// Adresse d’écoute
    #[arg(long, value_name = "ADRESSE:PORT", default_value = "127.0.0.1:8080", env = "ESSAIM_LISTEN")]
    pub listen: SocketAddr,
    /// URL publique, pour les liens absolus (QGIS en a besoin derrière un mandataire)
    #[arg(long, value_name = "URL", env = "ESSAIM_PUBLIC_URL")]
    pub public_url: Option<String>,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// What to serve.
    #[command(flatten)]
    pub store: StoreArgument,
    /// Where.
    #[command(flatten)]
    pub listen: ListenArguments,
}

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
    #[arg(long = "store", visible_alias = "atlas", value_name = "FICHIER|URL")]
    pub store: Option<Location>,
    /// Construit l’atlas sans le servir
    #[arg(long)]
    pub build_only: bool,
}

/// Arguments of `synth`.
#[derive(Debug, Args)]
pub struct SynthArguments {
    /// Dossier où écrire
    #[arg(long, value_name = "DOSSIER")]
    pub dir: PathBuf,
    /// Plante les structures fictives sur ces contours d’IRIS plutôt que sur les contours schématiques
    #[arg(long, value_name = "GPKG", requires = "communes")]
    pub iris: Option<PathBuf>,
    /// Contours de communes qui vont avec --iris
    #[arg(long, value_name = "GPKG", requires = "iris")]
    pub communes: Option<PathBuf>,
    /// Graine : la même donne les mêmes octets
    #[arg(long, default_value_t = synth::economy::EconomyOptions::default().seed)]
    pub seed: u64,
}

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
