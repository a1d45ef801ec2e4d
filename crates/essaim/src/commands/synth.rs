//! `essaim synth`: the demonstration's files, in their official forms, with their truth.

use std::collections::BTreeMap;
use std::path::Path;

use geo::MultiPolygon;
use geopackage::read_polygons;
use synth::country::{self, CountryOptions, Naf25, Packing};
use synth::economy::{EconomyOptions, EconomyReport, generate};
use synth::geography::overlay::{IrisOutline, overlay};
use synth::geography::{Facts, Geography, build};
use synth::outlines;

use crate::cli::SynthArguments;
use crate::failure::Failure;
use crate::interruption::interruptible;
use crate::report;

/// Writes every file.
pub async fn run(arguments: &SynthArguments) -> Result<(), Failure> {
    interruptible(written(arguments)).await
}

async fn written(arguments: &SynthArguments) -> Result<(), Failure> {
    if let Some(etablissements) = arguments.establishments {
        return country(arguments, etablissements).await;
    }
    let options = EconomyOptions { seed: arguments.seed, ..EconomyOptions::default() };
    let planted = match (&arguments.iris, &arguments.communes) {
        (Some(iris), Some(communes)) => {
            let geography = over(geography()?, iris, communes).await?;
            create(&arguments.dir)?;
            generate(&geography, &options, &arguments.dir).map_err(Failure::other)?
        }
        _ => write(&arguments.dir, &options).await?,
    };
    report::message(&format!(
        "{} établissements et {} unités légales fictifs écrits dans {} (vérité : verite.csv).",
        planted.etablissements,
        planted.unites_legales,
        arguments.dir.display()
    ));
    Ok(())
}

/// A fictive country of that many establishments.
async fn country(arguments: &SynthArguments, etablissements: u64) -> Result<(), Failure> {
    let options = CountryOptions {
        etablissements,
        seed: arguments.seed,
        packing: if arguments.zip { Packing::Zip } else { Packing::Plain },
        naf25: if arguments.sans_naf25 { Naf25::Absent } else { Naf25::Written },
    };
    let written = country::generate(&options, &arguments.dir).await.map_err(Failure::other)?;
    report::message(&format!(
        "{} établissements et {} unités légales fictifs dans {} communes, écrits dans {} (territoire : departement:01, ou la liste de territoire.txt ; vérité : verite.csv).",
        written.etablissements,
        written.unites_legales,
        written.communes,
        arguments.dir.display()
    ));
    Ok(())
}

/// Builds the schematic geography and writes all the files in `dir`.
pub async fn write(dir: &Path, options: &EconomyOptions) -> Result<EconomyReport, Failure> {
    let geography = geography()?;
    create(dir)?;
    let planted = generate(&geography, options, dir).map_err(Failure::other)?;
    outlines::write(&geography, dir).await.map_err(Failure::other)?;
    Ok(planted)
}

/// The schematic geography.
pub fn geography() -> Result<Geography, Failure> {
    build(&Facts::embedded().map_err(Failure::other)?).map_err(Failure::other)
}

fn create(dir: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).map_err(|error| Failure::other(format!("{} : {error}", dir.display())))
}

/// The same communes over the outlines of two files.
async fn over(schematic: Geography, iris: &Path, communes: &Path) -> Result<Geography, Failure> {
    let mut outlines: BTreeMap<String, MultiPolygon<f64>> = BTreeMap::new();
    read_polygons(communes, &[&["code_insee"]], |feature| {
        let code = feature.texts.into_iter().next().flatten().unwrap_or_default();
        outlines.insert(code, feature.geometry);
        true
    })
    .await
    .map_err(Failure::data)?;
    let mut drawn = Vec::new();
    read_polygons(iris, &[&["code_iris"], &["nom_iris"], &["type_iris"]], |feature| {
        let mut texts = feature.texts.into_iter().map(Option::unwrap_or_default);
        let (code, nom, kind) = (texts.next(), texts.next(), texts.next());
        drawn.push(IrisOutline {
            code: code.unwrap_or_default(),
            nom: nom.unwrap_or_default(),
            type_iris: kind.and_then(|kind| kind.chars().next()).unwrap_or('H'),
            outline: feature.geometry,
        });
        true
    })
    .await
    .map_err(Failure::data)?;
    overlay(schematic, &outlines, &drawn).map_err(Failure::other)
}
