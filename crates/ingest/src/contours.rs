//! Outlines of communes and IRIS, as IGN publishes them in GeoPackage.

use std::path::Path;

use domain::{IdentifierError, SourceMillesime};
use geo::{BooleanOps, MultiPolygon, Validation, unary_union};
use geopackage::{Feature, read_polygons};

use crate::error::{IngestError, shown};
use crate::progress::Progress;
use crate::version::sha256_of;

/// Columns of the codes and names, by edition: IGN 3.0 first, then the older Shapefile names.
const COMMUNE_CODE: [&str; 4] = ["code_insee", "code_commune", "INSEE_COM", "code"];
const COMMUNE_NAME: [&str; 5] = ["nom_officiel", "nom_commune", "NOM_COM", "nom", "NOM"];
const IRIS_CODE: [&str; 2] = ["code_iris", "DCOMIRIS"];
const IRIS_NAME: [&str; 1] = ["nom_iris"];
const IRIS_TYPE: [&str; 2] = ["type_iris", "typ_iris"];

/// An outline with its code and its other texts.
#[derive(Debug, Clone)]
pub struct Contour<C> {
    /// Code.
    pub code: C,
    /// Name.
    pub nom: String,
    /// IRIS type; empty for communes.
    pub type_iris: String,
    /// Outline in the file's CRS.
    pub outline: MultiPolygon<f64>,
}

/// All the outlines of a file.
#[derive(Debug)]
pub struct Contours<C> {
    /// Outlines, in file order.
    pub zones: Vec<Contour<C>>,
    /// CRS, EPSG code.
    pub epsg: u32,
    /// Invalid outlines repaired.
    pub repaired: u64,
    /// The manifest's line.
    pub source: SourceMillesime,
}

/// What distinguishes the two files.
struct Kind {
    role: &'static str,
    titre: &'static str,
    code: &'static [&'static str],
    nom: &'static [&'static str],
    type_iris: &'static [&'static str],
}

/// Reads commune outlines.
pub async fn communes(
    path: &Path,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<Contours<domain::CodeCommune>, IngestError> {
    let kind = Kind {
        role: "communes",
        titre: "Contours des communes",
        code: &COMMUNE_CODE,
        nom: &COMMUNE_NAME,
        type_iris: &[],
    };
    read(path, millesime, (kind, progress)).await
}

/// Reads IRIS outlines.
pub async fn iris(
    path: &Path,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<Contours<domain::CodeIris>, IngestError> {
    let kind =
        Kind { role: "iris", titre: "Contours… IRIS", code: &IRIS_CODE, nom: &IRIS_NAME, type_iris: &IRIS_TYPE };
    read(path, millesime, (kind, progress)).await
}

async fn read<C: std::str::FromStr<Err = IdentifierError>>(
    path: &Path,
    millesime: Option<&str>,
    (kind, progress): (Kind, &dyn Progress),
) -> Result<Contours<C>, IngestError> {
    progress.step(kind.titre, None);
    let wanted = [kind.code, kind.nom, kind.type_iris];
    let mut zones = Vec::new();
    let mut repaired = 0;
    let mut failed = None;
    let info = read_polygons(path, &wanted, |feature: Feature| {
        match zone(path, (zones.len() as u64 + 1, kind.code), feature) {
            Ok((zone, mended)) => {
                repaired += u64::from(mended);
                zones.push(zone);
                true
            }
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    })
    .await?;
    if let Some(error) = failed {
        return Err(error);
    }
    let source = SourceMillesime {
        role: kind.role.to_owned(),
        titre: kind.titre.to_owned(),
        producteur: "IGN, Insee".to_owned(),
        millesime: millesime.unwrap_or("non renseigné").to_owned(),
        fichier: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256: sha256_of(path)?,
        lignes: zones.len() as u64,
    };
    Ok(Contours { zones, epsg: info.epsg, repaired, source })
}

fn zone<C: std::str::FromStr<Err = IdentifierError>>(
    path: &Path,
    (rank, columns): (u64, &[&str]),
    feature: Feature,
) -> Result<(Contour<C>, bool), IngestError> {
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
    let (outline, mended) = repair(feature.geometry);
    Ok((Contour { code, nom: next(), type_iris: next(), outline }, mended))
}

/// Rebuilds invalid rings by a union with nothing, which applies the even-odd rule to crossings.
fn repair(outline: MultiPolygon<f64>) -> (MultiPolygon<f64>, bool) {
    if outline.is_valid() {
        return (outline, false);
    }
    let mended = outline.union(&MultiPolygon::new(Vec::new()));
    (mended, true)
}

/// Union of outlines that touch.
pub fn dissolve<'o>(outlines: impl IntoIterator<Item = &'o MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let polygons: Vec<_> = outlines.into_iter().flat_map(|outline| outline.0.iter()).collect();
    unary_union(polygons)
}
