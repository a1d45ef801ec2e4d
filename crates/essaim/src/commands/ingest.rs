//! `essaim ingest`: official files in, an atlas published.

use std::path::Path;
use std::time::Instant;

use domain::Atlas;
use ingest::{Ingestion, Inputs, LigneIllisible, Options, Progress, Rejets};
use spatial_index::Snapshot;
use statistics::Estimateur;
use statistics::aggregate::agregats;
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
        epcis: arguments.epcis.clone(),
        cog: arguments.cog.clone(),
        mouvements: arguments.mouvements.clone(),
        population_communes: arguments.population_communes.clone(),
        population_iris: arguments.population_iris.clone(),
        listes: perimetre::lists(arguments)?,
        corrections: arguments.corrections.clone(),
        emplois: arguments.emplois.clone(),
        tailles: arguments.tailles.clone(),
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
        illisibles: if arguments.strict { LigneIllisible::Refusee } else { LigneIllisible::Rejetee },
    };
    let Ingestion { atlas, rejets } = publish(&inputs, &options, &arguments.store.store).await?;
    write_rejects(&rejets, arguments)?;
    arguments.cascade.as_deref().map_or(Ok(()), |path| write_cascade(&atlas, path))
}

/// Writes the rows set aside where they are asked for, else beside a file atlas when there are any.
fn write_rejects(rejets: &Rejets, arguments: &IngestArguments) -> Result<(), Failure> {
    let total: u64 = rejets.comptes.values().sum();
    let beside = match &arguments.store.store {
        Location::GeoPackage(path) => Some(path.with_extension("rejets.csv")),
        Location::Postgis(_) => None,
    };
    let path = match (&arguments.rejets, beside) {
        (Some(path), _) => path.clone(),
        (None, Some(path)) if total > 0 => path,
        (None, beside) => {
            // The list of a former ingest would pass for this one's.
            beside.map_or(Ok(()), |path| match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(Failure::other(format!("{} : {error}", path.display())))
                }
                _ => Ok(()),
            })?;
            if total > 0 {
                report::message(&format!("{total} lignes illisibles rejetées ; --rejets FICHIER les écrit."));
            }
            return Ok(());
        }
    };
    write_aside(&path, &rejets.csv().map_err(Failure::other)?)?;
    report::message(&format!("{total} lignes illisibles rejetées, écrites dans {}.", path.display()));
    Ok(())
}

/// Written whole or not at all.
fn write_aside(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".partiel");
    let aside = Path::new(&aside);
    let written = std::fs::write(aside, bytes).and_then(|()| std::fs::rename(aside, path));
    written.map_err(|error| Failure::other(format!("{} : {error}", path.display())))
}

/// Writes the waterfall beside the atlas.
fn write_cascade(atlas: &Atlas, path: &Path) -> Result<(), Failure> {
    let csv = atlas.manifest.waterfall.csv().map_err(Failure::other)?;
    write_aside(path, csv.as_ref())?;
    report::message(&format!("Cascade écrite dans {}.", path.display()));
    Ok(())
}

/// Runs an ingest and gives its atlas to a store.
pub async fn publish(inputs: &Inputs, options: &Options, location: &Location) -> Result<Ingestion, Failure> {
    let started = Instant::now();
    let ingestion = interruptible(async {
        report::message(&format!("Ingestion de {} :", options.territoire));
        let progress = Shown::new(Elsewhere::Lines);
        let Ingestion { atlas, rejets } = ingest::ingest(inputs, options, &progress).await?;
        progress.step("Agrégats par zone", None);
        let snapshot = Snapshot::build(atlas).map_err(Failure::data)?;
        let agregats = agregats(&snapshot, &Estimateur::of(snapshot.atlas()));
        progress.step("Publication", None);
        store::open(location).await?.publish(snapshot.atlas(), &agregats).await?;
        Ok(Ingestion { atlas: snapshot.into_atlas(), rejets })
    })
    .await?;
    let atlas = &ingestion.atlas;
    report::message(&format!(
        "Atlas {} publié dans {location} en {:.1} s.\n{}",
        atlas.manifest.version,
        started.elapsed().as_secs_f64(),
        report::waterfall(atlas)
    ));
    Ok(ingestion)
}
