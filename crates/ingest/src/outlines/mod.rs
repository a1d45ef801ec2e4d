//! Outlines in every form that IGN, INSEE and GIS technicians publish: GeoPackage, GeoJSON, Shapefile (also in a
//! ZIP), FlatGeobuf, GeoParquet. The form is told from the first bytes, never from the name.

#[cfg(feature = "formats")]
mod flatgeobuf;
mod geojson;
#[cfg(feature = "formats")]
mod geoparquet;
#[cfg(feature = "formats")]
mod shapefile;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use geo::{Geometry, MultiPolygon};
use geopackage::{Feature, read_polygons};

use crate::error::{IngestError, shown};

/// System of the coordinates of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coordinates {
    /// Longitude, latitude in degrees. WGS 84, RGF93 and the overseas geodetic systems differ by less than a metre.
    LonLat,
    /// Metres, EPSG code.
    Metric(u32),
}

/// Geodetic systems given in degrees: WGS 84, RGF93 (v1, v2b), ETRS89, RGAF09, RGFG95, RGR92, RGM04.
const GEOGRAPHIC: [u32; 8] = [4326, 4171, 9777, 4258, 5489, 4624, 4627, 4470];

impl Coordinates {
    /// From an EPSG code.
    pub fn from_epsg(epsg: u32) -> Self {
        if GEOGRAPHIC.contains(&epsg) { Self::LonLat } else { Self::Metric(epsg) }
    }
}

/// Names of the columns asked for: each a list of accepted names, case apart; an empty list asks for nothing.
pub type Wanted<'w> = &'w [&'w [&'w str]];

/// Reads the polygons of a file; `visit` says whether to go on.
pub async fn read(
    path: &Path,
    wanted: Wanted<'_>,
    visit: impl FnMut(Feature) -> bool,
) -> Result<Coordinates, IngestError> {
    match Form::of(path)? {
        Form::GeoPackage => Ok(Coordinates::from_epsg(read_polygons(path, wanted, visit).await?.epsg)),
        Form::GeoJson => geojson::read(path, wanted, visit),
        other => heavy(path, other, (wanted, visit)),
    }
}

#[cfg(feature = "formats")]
fn heavy(
    path: &Path,
    form: Form,
    (wanted, visit): (Wanted<'_>, impl FnMut(Feature) -> bool),
) -> Result<Coordinates, IngestError> {
    match form {
        Form::FlatGeobuf => flatgeobuf::read(path, wanted, visit),
        Form::Parquet => geoparquet::read(path, wanted, visit),
        _ => shapefile::read(path, wanted, visit),
    }
}

#[cfg(not(feature = "formats"))]
fn heavy(
    path: &Path,
    form: Form,
    (_wanted, _visit): (Wanted<'_>, impl FnMut(Feature) -> bool),
) -> Result<Coordinates, IngestError> {
    Err(IngestError::FormatNotBuilt { file: shown(path), form: form.name() })
}

/// What the first bytes say that a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    GeoPackage,
    GeoJson,
    Shapefile,
    ZippedShapefile,
    FlatGeobuf,
    Parquet,
}

impl Form {
    fn of(path: &Path) -> Result<Self, IngestError> {
        let io = |source| IngestError::Io { file: shown(path), source };
        let mut start = Vec::with_capacity(512);
        File::open(path).map_err(io)?.take(512).read_to_end(&mut start).map_err(io)?;
        let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).trim_ascii_start();
        match start.as_slice() {
            [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => Ok(Self::GeoPackage),
            [b'f', b'g', b'b', ..] => Ok(Self::FlatGeobuf),
            [b'P', b'A', b'R', b'1', ..] => Ok(Self::Parquet),
            [0, 0, 0x27, 0x0a, ..] => Ok(Self::Shapefile),
            [b'P', b'K', 3, 4, ..] => Ok(Self::ZippedShapefile),
            _ if text.first() == Some(&b'{') => Ok(Self::GeoJson),
            _ => Err(IngestError::Archive {
                file: shown(path),
                detail: "forme de contours inconnue ; fournir un GeoPackage, un GeoJSON, un Shapefile (.shp ou .zip), un FlatGeobuf ou un GeoParquet".to_owned(),
            }),
        }
    }

    #[cfg(not(feature = "formats"))]
    const fn name(self) -> &'static str {
        match self {
            Self::GeoPackage => "GeoPackage",
            Self::GeoJson => "GeoJSON",
            Self::Shapefile | Self::ZippedShapefile => "Shapefile",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::Parquet => "GeoParquet",
        }
    }
}

/// Ranks of the columns asked for among those that a file has.
fn resolve(path: &Path, wanted: Wanted<'_>, held: &[String]) -> Result<Vec<Option<usize>>, IngestError> {
    let rank = |name: &str| held.iter().position(|held| held.eq_ignore_ascii_case(name));
    let pick = |names: &&[&str]| match names {
        [] => Ok(None),
        names => names.iter().find_map(|name| rank(name)).map(Some).ok_or_else(|| IngestError::MissingColumn {
            file: shown(path),
            column: names.join(" » ou « "),
            found: held.join(", "),
            mend: "fournir les contours tels que l’IGN et l’Insee les publient, ou renommer la colonne".to_owned(),
        }),
    };
    wanted.iter().map(pick).collect()
}

/// The polygons of a geometry; `None` for anything else.
fn polygons(geometry: Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match geometry {
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon])),
        Geometry::MultiPolygon(polygons) => Some(polygons),
        _ => None,
    }
}

/// A feature that is no polygon, or cannot be read: `rank` counts from 1.
fn unreadable(path: &Path, rank: u64, why: &str) -> IngestError {
    IngestError::Archive { file: shown(path), detail: format!("objet {rank} : {why}") }
}

const NOT_POLYGON: &str = "géométrie absente ou qui n’est pas un polygone ; fournir des contours";
