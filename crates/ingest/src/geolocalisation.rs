//! INSEE's geolocation of establishments "pour les études statistiques".

use std::collections::HashMap;
use std::path::Path;

use domain::{CodeIris, Siret};

use crate::error::IngestError;
use crate::progress::Progress;
use crate::rejets::Rejets;
use crate::table_file::{Description, TableFile, TableRow};

pub(crate) const DESCRIPTION: Description<'static> = Description {
    role: "geolocalisation",
    titre: "Géolocalisation des établissements pour les études statistiques",
    producteur: "Insee",
    delimiter: b';',
    needed: &["siret", "x", "y", "qualite_xy", "epsg"],
    optional: &["plg_code_commune", "plg_iris"],
    mend: "fournir GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8 : CSV séparé par des points-virgules, ZIP ou Parquet",
};

/// Legal systems that INSEE writes in this file, one a row.
const INSEE_SYSTEMS: [u32; 5] = [2154, 5490, 2972, 2975, 4471];
const EPSG_MEND: &str = "code EPSG attendu : 2154, 5490, 2972, 2975 ou 4471";

/// `qualite_xy`, as INSEE documents it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualiteXy {
    /// 11 or 21: street sure or probable, number found.
    Numero,
    /// 12 or 22: a random place on the street.
    Voie,
    /// 33: a random place in the commune. Never a point.
    HasardCommune,
}

/// A row of the file.
#[derive(Debug, Clone)]
pub struct Geolocalisation {
    /// Easting in the row's CRS, metres.
    pub x: f64,
    /// Northing in the row's CRS, metres.
    pub y: f64,
    /// CRS of the row, EPSG code.
    pub epsg: u32,
    /// Quality.
    pub qualite: QualiteXy,
    /// IRIS that INSEE gives to the point, whole code.
    pub iris: Option<CodeIris>,
}

/// Opens the file.
pub fn open(path: &Path, progress: &dyn Progress) -> Result<TableFile, IngestError> {
    TableFile::open(path, &DESCRIPTION, progress)
}

/// Fills the rows of `wanted` (keys known, values absent) from the file.
pub fn fill(
    file: &mut TableFile,
    wanted: &mut HashMap<Siret, Option<Geolocalisation>>,
    (progress, rejets): (&dyn Progress, &mut Rejets),
) -> Result<(), IngestError> {
    let keys: HashMap<String, Siret> = wanted.keys().map(|siret| (siret.as_str().to_owned(), siret.clone())).collect();
    file.for_each_readable(progress, rejets, |row| {
        let Some(siret) = row.text("siret")?.and_then(|siret| keys.get(siret)) else { return Ok(()) };
        let found = read(row)?;
        wanted.insert(siret.clone(), found);
        Ok(())
    })
}

pub(crate) fn read(row: &TableRow<'_>) -> Result<Option<Geolocalisation>, IngestError> {
    let (x, y) = (row.number("x")?, row.number("y")?);
    let epsg: Option<u32> = row.parsed("epsg", EPSG_MEND)?;
    if epsg.is_some_and(|epsg| !INSEE_SYSTEMS.contains(&epsg)) {
        return Err(row.refuse("epsg", EPSG_MEND));
    }
    let qualite = match row.text("qualite_xy")? {
        Some("11" | "21") => QualiteXy::Numero,
        Some("12" | "22") => QualiteXy::Voie,
        Some("33") => QualiteXy::HasardCommune,
        None => return Ok(None),
        // A new code could mean "invented" as well as "exact": guessing would put pins at random.
        Some(_) => return Err(row.refuse("qualite_xy", "11, 12, 21, 22 ou 33 attendu ; vérifier l’édition du fichier")),
    };
    let complete = x.zip(y).zip(epsg);
    let iris = iris(row)?;
    Ok(complete.map(|((x, y), epsg)| Geolocalisation { x, y, epsg, qualite, iris }))
}

/// `plg_iris` is local to `plg_code_commune`; `CSZ` is a commune that is not cut, `HZ` a point out of every IRIS.
/// It only checks ours: what cannot be read is left out of the comparison.
fn iris(row: &TableRow<'_>) -> Result<Option<CodeIris>, IngestError> {
    let (Some(commune), Some(local)) = (row.text("plg_code_commune")?, row.text("plg_iris")?) else { return Ok(None) };
    let local = if local == "CSZ" { "0000" } else { local };
    Ok(format!("{commune}{local}").parse().ok())
}
