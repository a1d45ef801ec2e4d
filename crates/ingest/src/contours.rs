//! Outlines of communes and IRIS, brought to the legal system of the territory.

use std::collections::BTreeMap;
use std::path::Path;

use crs::{Projection, legal_system};
use domain::{CodeCommune, CodeIris, IdentifierError, SourceMillesime};
use geo::{Area, BooleanOps, MultiPolygon, Validation, unary_union};
use geopackage::Feature;

use crate::error::{IngestError, shown};
use crate::outlines::{self, Coordinates};
use crate::progress::Progress;
use crate::territoires::Passage;
use crate::version::sha256_of;

/// Columns of the codes and names, by edition: IGN 3.0 first, then the older Shapefile names.
const COMMUNE_CODE: [&str; 4] = ["code_insee", "code_commune", "INSEE_COM", "code"];
const COMMUNE_NAME: [&str; 5] = ["nom_officiel", "nom_commune", "NOM_COM", "nom", "NOM"];
const IRIS_CODE: [&str; 2] = ["code_iris", "DCOMIRIS"];
const IRIS_NAME: [&str; 1] = ["nom_iris"];
const IRIS_TYPE: [&str; 2] = ["type_iris", "typ_iris"];

/// A code that tells its commune, hence its legal system.
pub trait Code: std::str::FromStr<Err = IdentifierError> + Clone {
    /// The commune.
    fn code_commune(&self) -> CodeCommune;
    /// The code as text.
    fn texte(&self) -> &str;
}

impl Code for CodeCommune {
    fn code_commune(&self) -> CodeCommune {
        self.clone()
    }
    fn texte(&self) -> &str {
        self.as_str()
    }
}

impl Code for CodeIris {
    fn code_commune(&self) -> CodeCommune {
        self.commune()
    }
    fn texte(&self) -> &str {
        self.as_str()
    }
}

/// An outline with its code and its other texts.
#[derive(Debug, Clone)]
pub struct Contour<C> {
    /// Code.
    pub code: C,
    /// Its commune, or itself: in the codes that the movements lead to.
    pub code_commune: CodeCommune,
    /// Name.
    pub nom: String,
    /// IRIS type; empty for communes.
    pub type_iris: String,
    /// Name of the commune of an IRIS; empty for communes.
    pub nom_commune: String,
    /// Outline in the legal system, metres.
    pub outline: MultiPolygon<f64>,
    /// Rank in the file, from 1.
    pub rang: u64,
}

/// The outlines of a file that are in the legal system asked for.
#[derive(Debug)]
pub struct Contours<C> {
    /// Outlines, in file order.
    pub zones: Vec<Contour<C>>,
    /// File, as errors name it.
    pub file: String,
    /// The manifest's line.
    pub source: SourceMillesime,
}

/// What distinguishes the two files.
struct Kind {
    role: &'static str,
    titre: &'static str,
    columns: [&'static [&'static str]; 4],
}

/// Reads commune outlines into the legal system `epsg`.
pub async fn communes(
    path: &Path,
    (millesime, epsg): (Option<&str>, u32),
    progress: &dyn Progress,
) -> Result<Contours<CodeCommune>, IngestError> {
    let columns: [&[&str]; 4] = [&COMMUNE_CODE, &COMMUNE_NAME, &[], &[]];
    let kind = Kind { role: "communes", titre: "Contours des communes", columns };
    read(path, (millesime, epsg), (kind, progress)).await
}

/// Reads IRIS outlines into the legal system `epsg`.
pub async fn iris(
    path: &Path,
    (millesime, epsg): (Option<&str>, u32),
    progress: &dyn Progress,
) -> Result<Contours<CodeIris>, IngestError> {
    let columns: [&[&str]; 4] = [&IRIS_CODE, &IRIS_NAME, &IRIS_TYPE, &[]];
    let kind = Kind { role: "iris", titre: "Contours… IRIS", columns };
    read(path, (millesime, epsg), (kind, progress)).await
}

/// The same with the names of their communes, for [`communes_of`].
pub async fn iris_and_names(
    path: &Path,
    (millesime, epsg): (Option<&str>, u32),
    progress: &dyn Progress,
) -> Result<Contours<CodeIris>, IngestError> {
    let columns: [&[&str]; 4] = [&IRIS_CODE, &IRIS_NAME, &IRIS_TYPE, &COMMUNE_NAME];
    let kind = Kind { role: "iris", titre: "Contours… IRIS", columns };
    read(path, (millesime, epsg), (kind, progress)).await
}

/// Communes as unions of their IRIS, where no file of communes is given.
pub fn communes_of(iris: &Contours<CodeIris>) -> Contours<CodeCommune> {
    let mut groups: BTreeMap<CodeCommune, Vec<&Contour<CodeIris>>> = BTreeMap::new();
    for zone in &iris.zones {
        groups.entry(zone.code_commune.clone()).or_default().push(zone);
    }
    let union = |(code, members): (CodeCommune, Vec<&Contour<CodeIris>>)| Contour {
        nom: members.first().map(|zone| zone.nom_commune.clone()).unwrap_or_default(),
        rang: members.first().map_or(0, |zone| zone.rang),
        outline: dissolve(members.iter().map(|zone| &zone.outline)),
        type_iris: String::new(),
        nom_commune: String::new(),
        code_commune: code.clone(),
        code,
    };
    let zones: Vec<_> = groups.into_iter().map(union).collect();
    let source = SourceMillesime {
        role: "communes".to_owned(),
        titre: "Contours des communes, union de leurs IRIS".to_owned(),
        lignes: zones.len() as u64,
        ..iris.source.clone()
    };
    Contours { zones, file: iris.file.clone(), source }
}

async fn read<C: Code>(
    path: &Path,
    (millesime, epsg): (Option<&str>, u32),
    (kind, progress): (Kind, &dyn Progress),
) -> Result<Contours<C>, IngestError> {
    progress.step(kind.titre, None);
    let mut zones = Vec::new();
    let mut rang = 0;
    let mut failed = None;
    let coordinates = outlines::read(path, &kind.columns, |feature: Feature| {
        rang += 1;
        match zone::<C>(path, (rang, kind.columns[0]), feature) {
            // Another legal system is another part of the world: never a neighbour.
            Ok(zone) if legal_system(zone.code_commune.departement()) == epsg => zones.push(zone),
            Ok(_) => {}
            Err(error) => failed = Some(error),
        }
        failed.is_none()
    })
    .await?;
    if let Some(error) = failed {
        return Err(error);
    }
    to_legal(path, (coordinates, epsg), &mut zones)?;
    let source = SourceMillesime {
        role: kind.role.to_owned(),
        titre: kind.titre.to_owned(),
        producteur: "IGN, Insee".to_owned(),
        millesime: millesime.unwrap_or("non renseigné").to_owned(),
        fichier: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256: sha256_of(path)?,
        lignes: rang,
    };
    Ok(Contours { zones, file: shown(path), source })
}

fn zone<C: Code>(path: &Path, (rank, columns): (u64, &[&str]), feature: Feature) -> Result<Contour<C>, IngestError> {
    let mut texts = feature.texts.into_iter();
    let mut next = || texts.next().flatten().unwrap_or_default();
    let value = next();
    let code = value.parse().map_err(|error: IdentifierError| IngestError::Feature {
        file: shown(path),
        rank,
        column: columns.first().copied().unwrap_or_default().to_owned(),
        value,
        reason: error.to_string(),
    })?;
    let (nom, type_iris, nom_commune) = (next(), next(), next());
    let code_commune = C::code_commune(&code);
    Ok(Contour { code, code_commune, nom, type_iris, nom_commune, outline: feature.geometry, rang: rank })
}

/// Brings IRIS into the communes that theirs became. Their own codes stay: no table says the new ones.
pub fn follow_iris(iris: &mut Contours<CodeIris>, passage: &Passage) {
    for zone in &mut iris.zones {
        zone.code_commune = passage.of(&zone.code_commune);
    }
}

/// Brings communes into those that they became, merged ones as the union of their outlines; gives what changed.
pub fn follow_communes(
    communes: &mut Contours<CodeCommune>,
    passage: &Passage,
) -> Result<Vec<(CodeCommune, CodeCommune)>, IngestError> {
    let mut groups: BTreeMap<CodeCommune, Vec<Contour<CodeCommune>>> = BTreeMap::new();
    let mut changes = Vec::new();
    for zone in communes.zones.drain(..) {
        let now = passage.of(&zone.code);
        if now != zone.code {
            changes.push((zone.code.clone(), now.clone()));
        }
        groups.entry(now).or_default().push(zone);
    }
    for (code, mut parts) in groups {
        if parts.len() > 1 {
            // A union trusts its rings.
            repair(&communes.file, &mut parts)?;
        }
        let outline = match parts.as_mut_slice() {
            [one] => std::mem::replace(&mut one.outline, MultiPolygon::new(Vec::new())),
            several => dissolve(several.iter().map(|part| &part.outline)),
        };
        // The name of the part that kept the code, else of the first.
        let named = parts.iter().position(|part| part.code == code).unwrap_or_default();
        let part = parts.swap_remove(named);
        communes.zones.push(Contour { code_commune: code.clone(), code, outline, ..part });
    }
    Ok(changes)
}

/// Brings outlines to the legal system, unless they are there.
fn to_legal<C>(
    path: &Path,
    (coordinates, epsg): (Coordinates, u32),
    zones: &mut [Contour<C>],
) -> Result<(), IngestError> {
    if coordinates == Coordinates::Metric(epsg) {
        return Ok(());
    }
    let refuse = |source| IngestError::Crs { file: shown(path), source };
    let legal = Projection::new(epsg).map_err(refuse)?;
    let metric = match coordinates {
        Coordinates::LonLat => None,
        Coordinates::Metric(other) => Some(Projection::new(other).map_err(refuse)?),
    };
    for zone in zones {
        let lon_lat = match &metric {
            None => None,
            Some(metric) => Some(metric.unproject_polygons(&zone.outline).map_err(refuse)?),
        };
        zone.outline = legal.project_polygons(lon_lat.as_ref().unwrap_or(&zone.outline)).map_err(refuse)?;
    }
    Ok(())
}

/// Rebuilds invalid rings by a union with nothing, which applies the even-odd rule to crossings; gives the codes
/// of the outlines mended. An outline of which nothing is left is an error.
pub fn repair<'z, C: Code + 'z>(
    file: &str,
    zones: impl IntoIterator<Item = &'z mut Contour<C>>,
) -> Result<Vec<String>, IngestError> {
    let mut mended = Vec::new();
    for zone in zones {
        if zone.outline.is_valid() && zone.outline.unsigned_area() > 0.0 {
            continue;
        }
        zone.outline = zone.outline.union(&MultiPolygon::new(Vec::new()));
        if zone.outline.unsigned_area() <= 0.0 || !zone.outline.is_valid() {
            return Err(IngestError::Feature {
                file: file.to_owned(),
                rank: zone.rang,
                column: "géométrie".to_owned(),
                value: zone.code.texte().to_owned(),
                reason: "contour vide ou qui se croise, irréparable ; le réparer (QGIS, Réparer les géométries) ou prendre une autre édition".to_owned(),
            });
        }
        mended.push(zone.code.texte().to_owned());
    }
    Ok(mended)
}

/// Union of outlines that touch.
pub fn dissolve<'o>(outlines: impl IntoIterator<Item = &'o MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let polygons: Vec<_> = outlines.into_iter().flat_map(|outline| outline.0.iter()).collect();
    unary_union(polygons)
}
