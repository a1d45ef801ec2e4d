//! `essaim ingest`: official files in, an atlas published.

use std::path::Path;
use std::time::Instant;

use domain::Atlas;
use ingest::{Inputs, Options, Progress};
use store::Location;

use crate::cli::IngestArguments;
use crate::commands::perimetre;
use crate::failure::Failure;
use crate::interruption::interruptible;
use crate::progress::{Elsewhere, Shown};
use crate::report;

/// Reads, publishes, and tells the waterfall.
pub async fn run(arguments: &IngestArguments) -> Result<(), Failure> {
    let inputs = Inputs {
        etablissements: arguments.etablissements.clone(),
        unites_legales: arguments.unites_legales.clone(),
        geolocalisation: arguments.geolocalisation.clone(),
        iris: arguments.iris.clone(),
        communes: arguments.communes.clone(),
        epts: arguments.epts.clone(),
        population_communes: arguments.population_communes.clone(),
        population_iris: arguments.population_iris.clone(),
        listes: perimetre::lists(arguments)?,
        corrections: arguments.corrections.clone(),
    };
    if !arguments.couronne.is_finite() || arguments.couronne < 0.0 {
        return Err(Failure::data("--couronne attend une largeur en mètres, positive ou nulle"));
    }
    let options = Options {
        territoire: arguments.territoire.clone(),
        perimetre: perimetre::choose(arguments.perimetre.as_deref())?,
        regle_employeur: arguments.employeur,
        couronne_m: arguments.couronne,
        millesimes: arguments.millesimes.iter().cloned().collect(),
        fictif: arguments.fictif,
    };
    let atlas = publish(&inputs, &options, &arguments.store.store).await?;
    arguments.cascade.as_deref().map_or(Ok(()), |path| write_cascade(&atlas, path))
}

/// Writes the waterfall beside the atlas.
fn write_cascade(atlas: &Atlas, path: &Path) -> Result<(), Failure> {
    let csv = atlas.manifest.waterfall.csv().map_err(Failure::other)?;
    std::fs::write(path, csv).map_err(|error| Failure::other(format!("{} : {error}", path.display())))?;
    report::message(&format!("Cascade écrite dans {}.", path.display()));
    Ok(())
}

/// Runs an ingest and gives its atlas to a store.
pub async fn publish(inputs: &Inputs, options: &Options, location: &Location) -> Result<Atlas, Failure> {
    let started = Instant::now();
    let atlas = interruptible(async {
        report::message(&format!("Ingestion de {} :", options.territoire));
        let progress = Shown::new(Elsewhere::Lines);
        let atlas = ingest::ingest(inputs, options, &progress).await?;
        progress.step("Publication", None);
        store::open(location).await?.publish(&atlas).await?;
        Ok(atlas)
    })
    .await?;
    report::message(&format!(
        "Atlas {} publié dans {location} en {:.1} s.\n{}",
        atlas.manifest.version,
        started.elapsed().as_secs_f64(),
        report::waterfall(&atlas)
    ));
    Ok(atlas)
}
