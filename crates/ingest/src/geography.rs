//! The zones of an atlas: territory and ring, outlines, populations, EPT, EPCI, departments and regions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::zone::Population;
use domain::{
    CodeCommune, CodeIris, Commune, Iris, NiveauRegroupe, Regroupement, Regroupements, SourceMillesime, Territoire,
};
use geo::MultiPolygon;

use crate::contours::{self, Contours, dissolve};
use crate::couronne::ring;
use crate::error::IngestError;
use crate::pipeline::{Inputs, Options};
use crate::population;
use crate::progress::Progress;
use crate::territoires::{Passage, Territoires};

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
    /// EPT, EPCI, departments and regions that hold communes of the territory.
    pub regroupements: Regroupements,
    /// Former codes of the communes of the atlas, with the codes now.
    pub former: HashMap<CodeCommune, CodeCommune>,
    /// Communes of the outlines that have another code now, or merged.
    pub changes: Vec<(CodeCommune, CodeCommune)>,
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
    let mut sources = Vec::new();
    let table = Territoires::read(inputs, options, (progress, &mut sources))?;
    let epsg = legal_system_of(&table, &options.territoire)?;
    let (mut communes, mut iris) = read_outlines(inputs, (options, epsg, &table.passage), progress).await?;
    let changes = contours::follow_communes(&mut communes, &table.passage)?;
    sources.extend([communes.source.clone(), iris.source.clone()]);
    let populations = read_populations((inputs, options), &table.passage, (progress, &mut sources))?;
    let known: BTreeSet<CodeCommune> = communes.zones.iter().map(|zone| zone.code.clone()).collect();
    let (nom, territory) = table.resolve(&options.territoire, &known)?;
    check_territory((&territory, &known), options, &table.passage)?;
    let outlines: Vec<_> = communes.zones.iter().map(|zone| (zone.code.clone(), zone.outline.clone())).collect();
    let couronne = ring(&outlines, &territory, options.couronne_m);
    let members: BTreeMap<CodeCommune, bool> =
        territory.into_iter().map(|code| (code, false)).chain(couronne.into_iter().map(|code| (code, true))).collect();
    let held = communes.zones.iter_mut().filter(|zone| members.contains_key(&zone.code));
    let mut repaired = contours::repair(&communes.file, held)?;
    let held = iris.zones.iter_mut().filter(|zone| members.contains_key(&zone.code_commune));
    repaired.append(&mut contours::repair(&iris.file, held)?);
    let communes = build_communes(communes, &members, (&populations, &table));
    let mut iris = build_iris(iris, &members, &populations);
    let sans_iris = complete(&mut iris, &communes);
    let former = table.passage.former(|code| members.contains_key(code));
    let is_member = |(_, now): &(CodeCommune, CodeCommune)| members.contains_key(now);
    Ok(Geography {
        nom: single_name(&communes).unwrap_or(nom),
        epsg,
        regroupements: build_regroupements(&communes, (&table, &known)),
        former: former.map(|(before, after)| (before.clone(), after.clone())).collect(),
        changes: changes.into_iter().filter(is_member).collect(),
        outlines,
        communes,
        iris,
        sources,
        repaired,
        sans_iris,
        members,
    })
}

async fn read_outlines(
    inputs: &Inputs,
    (options, epsg, passage): (&Options, u32, &Passage),
    progress: &dyn Progress,
) -> Result<(Contours<CodeCommune>, Contours<CodeIris>), IngestError> {
    let vintage = (options.millesime("iris"), epsg);
    let Some(path) = &inputs.communes else {
        let mut iris = contours::iris_and_names(&inputs.iris, vintage, progress).await?;
        let communes = contours::communes_of(&iris);
        contours::follow_iris(&mut iris, passage);
        return Ok((communes, iris));
    };
    let communes = contours::communes(path, (options.millesime("communes"), epsg), progress).await?;
    let mut iris = contours::iris(&inputs.iris, vintage, progress).await?;
    contours::follow_iris(&mut iris, passage);
    Ok((communes, iris))
}

/// The legal system of a territory, EPSG code.
fn legal_system_of(table: &Territoires, territoire: &Territoire) -> Result<u32, IngestError> {
    let systems = table.legal_systems(territoire);
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
    (inputs, options): (&Inputs, &Options),
    passage: &Passage,
    (progress, sources): (&dyn Progress, &mut Vec<SourceMillesime>),
) -> Result<Populations, IngestError> {
    let mut populations = Populations { communes: HashMap::new(), iris: HashMap::new() };
    if let Some(path) = &inputs.population_communes {
        let (found, source) = population::communes(path, options.millesime("population_communes"), progress)?;
        for (code, population) in found {
            // Those of the communes that merged add up.
            let now = populations.communes.entry(passage.of(&code));
            now.and_modify(|sum| sum.habitants += population.habitants).or_insert(population);
        }
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
    (territory, known): (&BTreeSet<CodeCommune>, &BTreeSet<CodeCommune>),
    options: &Options,
    passage: &Passage,
) -> Result<(), IngestError> {
    let missing: Vec<&str> =
        territory.iter().filter(|code| !known.contains(code)).map(CodeCommune::as_str).take(20).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mend = if passage.is_empty() {
        "fournir des contours du même millésime qui couvrent le territoire, ou la table des mouvements (--mouvements)"
    } else {
        "fournir des contours qui couvrent le territoire ; les mouvements de communes fournis n’y mènent pas"
    };
    Err(IngestError::Territoire {
        territoire: options.territoire.to_string(),
        reason: format!("communes sans contour dans le fichier fourni : {} ; {mend}", missing.join(", ")),
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
    (populations, table): (&Populations, &Territoires),
) -> Vec<Commune> {
    let build = |zone: contours::Contour<CodeCommune>| {
        let couronne = *members.get(&zone.code)?;
        Some(Commune {
            population: populations.communes.get(&zone.code).copied(),
            siren_ept: table.ept_of(&zone.code).map(str::to_owned),
            siren_epci: table.epci_of(&zone.code).map(str::to_owned),
            nom: named(zone.nom, table.nom(&zone.code)),
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
        let code_commune = zone.code_commune;
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

/// The name of the outlines, as the portrait of their vintage; that of the COG where they have none.
fn named(nom: String, cog: Option<&str>) -> String {
    match cog {
        Some(cog) if nom.is_empty() => cog.to_owned(),
        _ => nom,
    }
}

/// EPT, EPCI, departments and regions that hold communes of the territory.
fn build_regroupements(communes: &[Commune], (table, known): (&Territoires, &BTreeSet<CodeCommune>)) -> Regroupements {
    let mut all = Regroupements::default();
    for niveau in NiveauRegroupe::ALL {
        let mut groups: BTreeMap<&str, Vec<&Commune>> = BTreeMap::new();
        for commune in communes.iter().filter(|commune| !commune.couronne) {
            if let Some(code) = commune.regroupement(niveau) {
                groups.entry(code).or_default().push(commune);
            }
        }
        let build = |(code, members): (&str, Vec<&Commune>)| {
            let (nom, alias, communes_officielles) = table.officiel((niveau, code), known);
            Regroupement {
                code: code.to_owned(),
                nom,
                alias,
                communes: members.iter().map(|commune| commune.code.clone()).collect(),
                communes_officielles,
                contour: dissolve(members.iter().map(|commune| &commune.contour)),
            }
        };
        all.set(niveau, groups.into_iter().map(build).collect());
    }
    all
}
