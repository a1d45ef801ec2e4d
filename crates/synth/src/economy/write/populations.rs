//! Legal populations by commune, population by IRIS, jobs, and the tables of the EPT and the EPCI.

use std::path::Path;

use super::super::SynthError;
use super::super::headers::{DONNEES_COMMUNES, EMPLOIS_COMMUNES, EPCI, EPT, POPULATION_IRIS};
use super::super::random::Random;
use super::super::tables::Tables;
use super::{Sheet, plain};
use crate::geography::{CommuneShape, Geography, IrisShape};

/// Paris Est Marne & Bois.
const PEMB: (&str, &str) = ("200057941", "Paris Est Marne & Bois");
/// EPCI with own taxes of all its communes.
const METROPOLE: &str = "Métropole du Grand Paris";
/// Insee's way to say that a commune has no EPT.
const NO_EPT: (&str, &str) = ("ZZZZZZZZZ", "Sans objet");
/// Base of the census on jobs.
const JOBS_FILE: &str = "base-cc-emploi-pop-active-2022.CSV";
/// Jobs of the territory: the 11,234 of the ESS are 8 % of them, says the article of 2022.
const JOBS: i64 = 140_425;
/// Millionths, so that the shares of a commune sum exactly.
const UNIT: i64 = 1_000_000;

/// Arrondissements stand under their own code, as in the IRIS and in Sirene.
pub(super) fn write_communes(geography: &Geography, tables: &Tables, dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, "donnees_communes.csv", b';', &DONNEES_COMMUNES)?;
    for shape in &geography.communes {
        sheet.row(commune(shape, tables))?;
    }
    sheet.finish()
}

fn commune(shape: &CommuneShape, tables: &Tables) -> [String; 11] {
    let known = tables.communes.iter().find(|facts| facts.code == shape.code).and_then(|facts| facts.pcap);
    // People counted apart (students, soldiers) are about 0.7 % around here.
    let apart = known.unwrap_or(shape.population * 7 / 1000);
    let rank = shape.code.get(shape.departement.len()..).unwrap_or("");
    [
        "11".to_owned(),
        "Île-de-France".to_owned(),
        shape.departement.clone(),
        "2".to_owned(),
        "99".to_owned(),
        rank.to_owned(),
        shape.code.clone(),
        shape.nom.clone(),
        shape.population.to_string(),
        apart.to_string(),
        (shape.population + apart).to_string(),
    ]
}

/// Header bare, codes quoted, numbers bare with a dot, as in the member of Insee's archive.
pub(super) fn write_iris(geography: &Geography, dir: &Path) -> Result<(), SynthError> {
    let mut lines = vec![POPULATION_IRIS.join(";")];
    let mut random = Random::new(0, "population");
    for shape in &geography.communes {
        let iris: Vec<&IrisShape> = geography.iris.iter().filter(|one| one.code_commune == shape.code).collect();
        for (one, population) in iris.iter().zip(spread(&iris, &mut random)) {
            let (code, commune, kind) = (&one.code, &one.code_commune, one.type_iris);
            let (whole, rest) = (population / UNIT, population % UNIT);
            lines.push(format!("\"{code}\";\"{commune}\";\"{kind}\";\"1\";{whole}.{rest:06}"));
        }
    }
    plain(dir, "base-ic-evol-struct-pop-2022.CSV", lines.into_iter())
}

/// Gives each IRIS a fraction of a person taken from the next one: the commune's sum does not move.
fn spread(iris: &[&IrisShape], random: &mut Random) -> Vec<i64> {
    let mut shares: Vec<i64> = iris.iter().map(|one| i64::from(one.population) * UNIT).collect();
    for rank in 1..shares.len() {
        let given = i64::from(random.between(0, 999_999));
        if shares[rank] > given {
            shares[rank] -= given;
            shares[rank - 1] += given;
        }
    }
    shares
}

/// Jobs at the place of work: the total that the article implies, by inhabitants of the communes of the territory, and
/// at the same rate around it.
pub(super) fn write_jobs(geography: &Geography, dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, JOBS_FILE, b';', &EMPLOIS_COMMUNES)?;
    let people = |shape: &&CommuneShape| i64::from(shape.population);
    let inhabitants: i64 = geography.communes.iter().filter(|shape| !shape.couronne).map(|shape| people(&shape)).sum();
    for shape in &geography.communes {
        let millionths = JOBS * UNIT / inhabitants.max(1) * people(&shape);
        let (whole, rest) = (millionths / UNIT, millionths % UNIT);
        sheet.row([shape.code.as_str(), &shape.nom, &format!("{whole}.{rest:06}")])?;
    }
    sheet.finish()
}

/// EPT of the communes drawn.
pub(super) fn write_ept(geography: &Geography, tables: &Tables, dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, "ept.csv", b';', &EPT)?;
    for shape in &geography.communes {
        let known = tables.ept.iter().find(|row| row.code_commune == shape.code);
        let (siren, nom) = match known {
            _ if !shape.couronne => PEMB,
            Some(row) => (row.siren_ept.as_str(), row.nom_ept.as_str()),
            None => NO_EPT,
        };
        sheet.row([shape.code.as_str(), &shape.nom, &shape.departement, siren, nom])?;
    }
    sheet.finish()
}

/// The Métropole du Grand Paris whole: the communes of its EPTs, and Paris.
pub(super) fn write_epci(tables: &Tables, dir: &Path) -> Result<(), SynthError> {
    let mut sheet = Sheet::create(dir, "epci.csv", b';', &EPCI)?;
    let siren = tables.ept.first().map_or("", |row| row.epci_fp.as_str());
    let row = |dept, insee, nom| [dept, siren, METROPOLE, "METRO", insee, nom];
    sheet.row(row("75", "75056", "Paris"))?;
    for commune in &tables.ept {
        sheet.row(row(&commune.departement, &commune.code_commune, &commune.nom_commune))?;
    }
    sheet.finish()
}
