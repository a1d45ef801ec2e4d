//! Options of `essaim synth`.

use std::path::PathBuf;

use clap::Args;

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
    #[arg(long, value_name = "NOMBRE", default_value_t = synth::economy::EconomyOptions::default().seed)]
    pub seed: u64,
}
