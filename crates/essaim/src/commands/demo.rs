//! `essaim demo`: builds the demonstration atlas if it is absent, then serves it with its truth.

use std::collections::HashMap;
use std::path::Path;

use crs::{LAMBERT_93, Projection};
use domain::{Atlas, NiveauRegroupe, Perimetre, Territoire};
use geo::{Coord, Geometry, MapCoords};
use ingest::{Inputs, LigneIllisible, Options};
use spatial_index::Snapshot;
use store::Location;
use synth::economy::{EconomyOptions, GEOLOCALISATION_FILE};
use synth::geography::{Geography, LandmarkGeometry};
use synth::outlines::{COMMUNES_FILE, IRIS_FILE};

use crate::cli::DemoArguments;
use crate::commands::{check, ingest as ingest_command, serve, synth as synth_command};
use crate::failure::Failure;
use crate::report;

/// SIREN of Paris Est Marne & Bois.
const PEMB: &str = "200057941";

/// Builds when needed, tells the truth score, serves.
pub async fn run(arguments: &DemoArguments) -> Result<(), Failure> {
    let location =
        arguments.store.clone().unwrap_or_else(|| Location::GeoPackage(arguments.dir.join("pemb-demo.gpkg")));
    let truth = arguments.dir.join("sources").join("verite.csv");
    let atlas = match existing(&location, &truth).await {
        Some(atlas) => atlas,
        None => build(&arguments.dir, &location).await?,
    };
    let score = check::score(&atlas, &truth)?;
    report::message(&format!(
        "Démonstration : structures fictives, contours schématiques. {} lignes plantées, {} retrouvées, {} manquées.",
        score.plantes, score.trouves, score.manques
    ));
    if arguments.build_only {
        return Ok(());
    }
    let snapshot = Snapshot::build(atlas).map_err(Failure::data)?;
    let mut served = api::Served::new(snapshot).map_err(Failure::data)?;
    served.landmarks = landmarks(&synth_command::geography()?)?;
    served.verite = Some(score);
    serve::serve(served, &arguments.listen).await
}

/// An atlas of this very version of the generator and reader, with its truth beside it.
async fn existing(location: &Location, truth: &Path) -> Option<Atlas> {
    if !truth.exists() {
        return None;
    }
    let atlas = store::open(location).await.ok()?.load().await.ok()?;
    (atlas.manifest.fictif && atlas.manifest.essaim == env!("CARGO_PKG_VERSION")).then_some(atlas)
}

async fn build(dir: &Path, location: &Location) -> Result<Atlas, Failure> {
    let sources = dir.join("sources");
    report::message("Construction de la démonstration (Paris Est Marne & Bois, structures fictives) :");
    synth_command::write(&sources, &EconomyOptions::default()).await?;
    let inputs = Inputs {
        etablissements: sources.join("StockEtablissement_utf8.csv"),
        unites_legales: sources.join("StockUniteLegale_utf8.csv"),
        geolocalisation: Some(sources.join(GEOLOCALISATION_FILE)),
        iris: sources.join(IRIS_FILE),
        communes: Some(sources.join(COMMUNES_FILE)),
        epts: Some(sources.join("ept.csv")),
        epcis: Some(sources.join("epci.csv")),
        cog: None,
        mouvements: None,
        population_communes: Some(sources.join("donnees_communes.csv")),
        population_iris: Some(sources.join("base-ic-evol-struct-pop-2022.CSV")),
        listes: HashMap::new(),
        corrections: None,
        emplois: Some(sources.join("base-cc-emploi-pop-active-2022.CSV")),
        tailles: None,
    };
    let fictive = "démonstration, fictif";
    let vintages = [
        "stock_etablissement",
        "stock_unite_legale",
        "geolocalisation",
        "iris",
        "communes",
        "population_iris",
        "emplois",
    ];
    let mut millesimes: HashMap<String, String> =
        vintages.into_iter().map(|role| (role.to_owned(), fictive.to_owned())).collect();
    millesimes.insert("population_communes".to_owned(), "2023".to_owned());
    for role in ["epts", "epcis"] {
        millesimes.insert(role.to_owned(), "2025-01-01".to_owned());
    }
    let options = Options {
        territoire: Territoire::Zone(NiveauRegroupe::Ept, PEMB.to_owned()),
        perimetre: Perimetre::cress_employeurs().map_err(Failure::data)?,
        regle_employeur: None,
        couronne_m: 1000.0,
        millesimes,
        fictif: true,
        // Ours: a row that cannot be read is a defect.
        illisibles: LigneIllisible::Refusee,
    };
    Ok(ingest_command::publish(&inputs, &options, location).await?.atlas)
}

/// The Marne and the Bois de Vincennes, in degrees.
fn landmarks(geography: &Geography) -> Result<Vec<api::Landmark>, Failure> {
    let projection = Projection::new(LAMBERT_93).map_err(Failure::other)?;
    let degrees = |coord: Coord<f64>| projection.unproject(coord);
    let convert = |landmark: &synth::geography::Landmark| {
        let geometry = match &landmark.geometry {
            LandmarkGeometry::Line(line) => Geometry::LineString(line.try_map_coords(degrees)?),
            LandmarkGeometry::Area(area) => Geometry::Polygon(area.try_map_coords(degrees)?),
        };
        Ok(api::Landmark { nom: landmark.nom.clone(), geometry })
    };
    geography.landmarks.iter().map(convert).collect::<Result<_, crs::CrsError>>().map_err(Failure::other)
}
