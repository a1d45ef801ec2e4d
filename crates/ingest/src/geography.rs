//! The zones of an atlas: territory and ring, outlines, populations, EPT and departments.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::zone::Population;
use domain::{CodeCommune, CodeIris, Commune, Departement, Ept, Iris, SourceMillesime, Territoire};
use geo::MultiPolygon;

use crate::contours::{self, Contours, dissolve};
use crate::couronne::ring;
use crate::error::IngestError;
use crate::pipeline::{Inputs, Options};
use crate::population;
use crate::progress::Progress;
use crate::territoires::TableEpt;

/// The zones of an atlas and what they were read from.
pub struct Geography {
    /// Name of the territory.
    pub nom: String,
    /// CRS of the outlines.
    pub epsg: u32,
    /// Every outline of the communes' file, to tell a point of another commune from one of none.
    pub outlines: Vec<(CodeCommune, MultiPolygon<f64>)>,
    /// Communes of the territory and its ring; `true` for the ring.
    pub members: BTreeMap<CodeCommune, bool>,
    /// Communes, by code.
    pub communes: Vec<Commune>,
    /// IRIS, by code.
    pub iris: Vec<Iris>,
    /// EPT that hold communes of the territory.
    pub epts: Vec<Ept>,
    /// Departments that hold communes of the territory.
    pub departements: Vec<Departement>,
    /// Files read.
    pub sources: Vec<SourceMillesime>,
    /// Codes of the outlines repaired.
    pub repaired: Vec<String>,
    /// Communes of which the file has no IRIS: each is one IRIS, `xxxxx0000`.
    pub sans_iris: Vec<CodeCommune>,
}

struct Populations {
    communes: HashMap<CodeCommune, Population>,
    iris: HashMap<CodeIris, Population>,
}

/// Reads everything that is not Sirene.
pub async fn read(inputs: &Inputs, options: &Options, progress: &dyn Progress) -> Result<Geography, IngestError> {
    let (table, epts) = TableEpt::read(inputs.epts.as_deref(), options.millesime("epts"), progress)?;
    let epsg = legal_system_of(&options.territoire)?;
    let (mut communes, mut iris) = read_outlines(inputs, (options, epsg), progress).await?;
    let mut sources = vec![epts, communes.source.clone(), iris.source.clone()];
    let populations = read_populations(inputs, options, (progress, &mut sources))?;
    let codes = communes.zones.iter().map(|zone| &zone.code);
    let (nom, territory) = table.resolve(&options.territoire, codes)?;
    check_territory(&territory, &communes, options)?;
    let outlines: Vec<_> = communes.zones.iter().map(|zone| (zone.code.clone(), zone.outline.clone())).collect();
    let couronne = ring(&outlines, &territory, options.couronne_m);
    let members: BTreeMap<CodeCommune, bool> =
        territory.into_iter().map(|code| (code, false)).chain(couronne.into_iter().map(|code| (code, true))).collect();
    let held = communes.zones.iter_mut().filter(|zone| members.contains_key(&zone.code));
    let mut repaired = contours::repair(&communes.file, held)?;
    let held = iris.zones.iter_mut().filter(|zone| members.contains_key(&zone.code.commune()));
    repaired.append(&mut contours::repair(&iris.file, held)?);
    let communes = build_communes(communes, &members, (&populations, &table));
    let mut iris = build_iris(iris, &members, &populations);
    let sans_iris = complete(&mut iris, &communes);
    let nom = single_name(&communes).unwrap_or(nom);
    let epts = build_epts(&communes, &table);
    let departements = build_departements(&communes);
    Ok(Geography { nom, epsg, outlines, members, communes, iris, epts, departements, sources, repaired, sans_iris })
}

async fn read_outlines(
    inputs: &Inputs,
    (options, epsg): (&Options, u32),
    progress: &dyn Progress,
) -> Result<(Contours<CodeCommune>, Contours<CodeIris>), IngestError> {
    let vintage = (options.millesime("iris"), epsg);
    let Some(path) = &inputs.communes else {
        let iris = contours::iris_and_names(&inputs.iris, vintage, progress).await?;
        return Ok((contours::communes_of(&iris), iris));
    };
    let communes = contours::communes(path, (options.millesime("communes"), epsg), progress).await?;
    Ok((communes, contours::iris(&inputs.iris, vintage, progress).await?))
}

/// The legal system of a territory, EPSG code.
fn legal_system_of(territoire: &Territoire) -> Result<u32, IngestError> {
    let systems: BTreeSet<u32> = match territoire {
        Territoire::Ept(_) => [crs::LAMBERT_93].into(),
        Territoire::Departement(code) => [crs::legal_system(code)].into(),
        Territoire::Communes(codes) => codes.iter().map(|code| crs::legal_system(code.departement())).collect(),
    };
    match systems.first() {
        Some(epsg) if systems.len() == 1 => Ok(*epsg),
        _ => Err(IngestError::Territoire {
            territoire: territoire.to_string(),
            reason: "communes de plusieurs systèmes de coordonnées légaux (métropole, Antilles, Guyane, Réunion, Mayotte) ; faire un atlas par système".to_owned(),
        }),
    }
}

/// Gives the IRIS `xxxxx0000` to the communes that have none: INSEE cuts only those of about 5,000 inhabitants and
/// more, and some editions leave the others out.
fn complete(iris: &mut Vec<Iris>, communes: &[Commune]) -> Vec<CodeCommune> {
    let cut: BTreeSet<CodeCommune> = iris.iter().map(|iris| iris.code_commune.clone()).collect();
    let mut without = Vec::new();
    for commune in communes.iter().filter(|commune| !cut.contains(&commune.code)) {
        let Ok(code) = format!("{}0000", commune.code).parse() else { continue };
        without.push(commune.code.clone());
        iris.push(Iris {
            code,
            nom: commune.nom.clone(),
            type_iris: "Z".to_owned(),
            code_commune: commune.code.clone(),
            population: commune.population,
            couronne: commune.couronne,
            contour: commune.contour.clone(),
        });
    }
    iris.sort_by(|a, b| a.code.cmp(&b.code));
    without
}

fn read_populations(
    inputs: &Inputs,
    options: &Options,
    (progress, sources): (&dyn Progress, &mut Vec<SourceMillesime>),
) -> Result<Populations, IngestError> {
    let mut populations = Populations { communes: HashMap::new(), iris: HashMap::new() };
    if let Some(path) = &inputs.population_communes {
        let (found, source) = population::communes(path, options.millesime("population_communes"), progress)?;
        populations.communes = found;
        sources.push(source);
    }
    if let Some(path) = &inputs.population_iris {
        let (found, source) = population::iris(path, options.millesime("population_iris"), progress)?;
        populations.iris = found;
        sources.push(source);
    }
    Ok(populations)
}

/// A commune asked for without an outline would silently lose its structures.
fn check_territory(
    territory: &BTreeSet<CodeCommune>,
    communes: &Contours<CodeCommune>,
    options: &Options,
) -> Result<(), IngestError> {
    let known: BTreeSet<&CodeCommune> = communes.zones.iter().map(|zone| &zone.code).collect();
    let missing: Vec<&str> =
        territory.iter().filter(|code| !known.contains(code)).map(CodeCommune::as_str).take(20).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(IngestError::Territoire {
        territoire: options.territoire.to_string(),
        reason: format!(
            "communes sans contour dans le fichier fourni : {} ; fournir des contours du même millésime qui couvrent le territoire",
            missing.join(", ")
        ),
    })
}

fn single_name(communes: &[Commune]) -> Option<String> {
    let mut inside = communes.iter().filter(|commune| !commune.couronne);
    let first = inside.next()?;
    inside.next().is_none().then(|| first.nom.clone())
}

fn build_communes(
    contours: Contours<CodeCommune>,
    members: &BTreeMap<CodeCommune, bool>,
    (populations, table): (&Populations, &TableEpt),
) -> Vec<Commune> {
    let build = |zone: contours::Contour<CodeCommune>| {
        let couronne = *members.get(&zone.code)?;
        Some(Commune {
            population: populations.communes.get(&zone.code).copied(),
            siren_ept: table.ept_of(&zone.code).map(str::to_owned),
            nom: zone.nom,
            couronne,
            contour: zone.outline,
            code: zone.code,
        })
    };
    let mut communes: Vec<Commune> = contours.zones.into_iter().filter_map(build).collect();
    communes.sort_by(|a, b| a.code.cmp(&b.code));
    communes
}

fn build_iris(
    contours: Contours<CodeIris>,
    members: &BTreeMap<CodeCommune, bool>,
    populations: &Populations,
) -> Vec<Iris> {
    let build = |zone: contours::Contour<CodeIris>| {
        let code_commune = zone.code.commune();
        let couronne = *members.get(&code_commune)?;
        Some(Iris {
            population: populations.iris.get(&zone.code).copied(),
            nom: zone.nom,
            type_iris: zone.type_iris,
            code_commune,
            couronne,
            contour: zone.outline,
            code: zone.code,
        })
    };
    let mut iris: Vec<Iris> = contours.zones.into_iter().filter_map(build).collect();
    iris.sort_by(|a, b| a.code.cmp(&b.code));
    iris
}

fn build_epts(communes: &[Commune], table: &TableEpt) -> Vec<Ept> {
    let held = by_key(communes, |commune| commune.siren_ept.clone());
    let build = |(siren, members): (String, Vec<&Commune>)| {
        let officiel = table.epts.get(&siren)?;
        Some(Ept {
            nom: officiel.nom.clone(),
            alias: officiel.alias.clone(),
            communes: members.iter().map(|commune| commune.code.clone()).collect(),
            communes_officielles: u32::try_from(officiel.communes.len()).unwrap_or(u32::MAX),
            contour: union_of(&members),
            siren,
        })
    };
    held.into_iter().filter_map(build).collect()
}

fn build_departements(communes: &[Commune]) -> Vec<Departement> {
    let held = by_key(communes, |commune| Some(commune.code.departement().to_owned()));
    let build = |(code, members): (String, Vec<&Commune>)| Departement {
        code,
        communes: members.iter().map(|commune| commune.code.clone()).collect(),
        contour: union_of(&members),
    };
    held.into_iter().map(build).collect()
}

fn by_key(communes: &[Commune], key: impl Fn(&Commune) -> Option<String>) -> BTreeMap<String, Vec<&Commune>> {
    let mut groups: BTreeMap<String, Vec<&Commune>> = BTreeMap::new();
    for commune in communes.iter().filter(|commune| !commune.couronne) {
        if let Some(key) = key(commune) {
            groups.entry(key).or_default().push(commune);
        }
    }
    groups
}

fn union_of(communes: &[&Commune]) -> MultiPolygon<f64> {
    dissolve(communes.iter().map(|commune| &commune.contour))
}
