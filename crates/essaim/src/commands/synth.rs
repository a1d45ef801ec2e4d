//! `essaim synth`: the demonstration's files, in their official forms, with their truth.

use std::path::Path;

use synth::economy::{EconomyOptions, EconomyReport, generate};
use synth::geography::{Facts, Geography, build};
use synth::outlines;

use crate::cli::SynthArguments;
use crate::failure::Failure;
use crate::report;

/// Writes every file.
pub async fn run(arguments: &SynthArguments) -> Result<(), Failure> {
    let options = EconomyOptions { seed: arguments.seed, ..EconomyOptions::default() };
    let (_, planted) = write(&arguments.dir, &options).await?;
    report::message(&format!(
        "{} établissements et {} unités légales fictifs écrits dans {} (vérité : verite.csv).",
        planted.etablissements,
        planted.unites_legales,
        arguments.dir.display()
    ));
    Ok(())
}

/// Builds the geography and writes the files in `dir`.
pub async fn write(dir: &Path, options: &EconomyOptions) -> Result<(Geography, EconomyReport), Failure> {
    let geography = geography()?;
    std::fs::create_dir_all(dir).map_err(|error| Failure::other(format!("{} : {error}", dir.display())))?;
    let planted = generate(&geography, options, dir).map_err(Failure::other)?;
    outlines::write(&geography, dir).await.map_err(Failure::other)?;
    Ok((geography, planted))
}

/// The schematic geography.
pub fn geography() -> Result<Geography, Failure> {
    build(&Facts::embedded().map_err(Failure::other)?).map_err(Failure::other)
}
