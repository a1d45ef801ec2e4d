//! Options of `essaim synth`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `synth`.
#[derive(Debug, Args)]
pub struct SynthArguments {
    /// Dossier où écrire
    #[arg(long, visible_alias = "out", value_name = "DOSSIER")]
    pub dir: PathBuf,
    /// Plante les structures fictives sur ces contours d’IRIS plutôt que sur les contours schématiques
    #[arg(long, value_name = "GPKG", requires = "communes")]
    pub iris: Option<PathBuf>,
    /// Contours de communes qui vont avec --iris
    #[arg(long, value_name = "GPKG", requires = "iris")]
    pub communes: Option<PathBuf>,
    /// Graine : la même donne les mêmes octets
    #[arg(long, value_name = "NOMBRE", default_value_t = synth::economy::EconomyOptions::default().seed)]
    pub seed: u64,
    /// Écrit un pays fictif de ce nombre d’établissements au lieu de la démonstration (territoire : departement:01)
    #[arg(long, value_name = "NOMBRE", conflicts_with = "iris", value_parser = clap::value_parser!(u64).range(1..=synth::country::LARGEST))]
    pub establishments: Option<u64>,
    /// Met chaque fichier national du pays fictif dans un ZIP, comme l’Insee le publie
    #[arg(long, requires = "establishments")]
    pub zip: bool,
    /// Sans les colonnes de la NAF 2025 : la forme des fichiers d’avant
    #[arg(long, requires = "establishments")]
    pub sans_naf25: bool,
}
