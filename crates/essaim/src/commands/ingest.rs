//! `essaim ingest`: official files in, an atlas published.

use std::path::Path;
use std::time::Instant;

use domain::perimetre::{CRESS_EMPLOYEURS, EntetePerimetre, TextesPerimetre};
use domain::{Atlas, Perimetre};
use ingest::{Inputs, Options};
use store::Location;

use crate::cli::IngestArguments;
use crate::failure::Failure;
use crate::progress::Shown;
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
    };
    if !arguments.couronne.is_finite() || arguments.couronne < 0.0 {
        return Err(Failure::data("--couronne attend une largeur en mètres, positive ou nulle"));
    }
    let options = Options {
        territoire: arguments.territoire.clone(),
        perimetre: perimetre(arguments.perimetre.as_deref())?,
        regle_employeur: arguments.employeur,
        couronne_m: arguments.couronne,
        millesimes: arguments.millesimes.iter().cloned().collect(),
        fictif: arguments.fictif,
    };
    publish(&inputs, &options, &arguments.store.store).await?;
    Ok(())
}

/// Runs an ingest and gives its atlas to a store.
pub async fn publish(inputs: &Inputs, options: &Options, location: &Location) -> Result<Atlas, Failure> {
    let started = Instant::now();
    report::message(&format!("Ingestion de {} :", options.territoire));
    let progress = Shown::new();
    let atlas = ingest::ingest(inputs, options, &progress).await;
    progress.finish();
    let atlas = atlas?;
    store::open(location).await?.publish(&atlas).await?;
    report::message(&format!(
        "Atlas {} publié dans {location} en {:.1} s.\n{}",
        atlas.manifest.version,
        started.elapsed().as_secs_f64(),
        report::waterfall(&atlas)
    ));
    Ok(atlas)
}

/// A perimeter from its TOML file, whose tables stand beside it or are the shipped ones of that name.
fn perimetre(path: Option<&Path>) -> Result<Perimetre, Failure> {
    let Some(path) = path else { return Perimetre::cress_employeurs().map_err(Failure::data) };
    let entete = read(path)?;
    let names: EntetePerimetre =
        toml::from_str(&entete).map_err(|error| Failure::data(format!("{} : {error}", path.display())))?;
    let beside = |name: &str, shipped: &str| {
        let table = path.with_file_name(name);
        if table.exists() { read(&table) } else { Ok(shipped.to_owned()) }
    };
    let categories = beside(&names.categories, CRESS_EMPLOYEURS.categories)?;
    let ape_exclues = beside(&names.ape_exclues, CRESS_EMPLOYEURS.ape_exclues)?;
    Perimetre::parse(&TextesPerimetre { entete: &entete, categories: &categories, ape_exclues: &ape_exclues })
        .map_err(Failure::data)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::MissingInput(path.to_owned()),
        _ => Failure::data(format!("{} : {error}", path.display())),
    })
}
