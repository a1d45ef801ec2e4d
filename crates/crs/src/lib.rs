//! Projections between CRS84 (longitude, latitude in degrees) and metric systems.
//!
//! A thin layer over `proj4rs`: the systems that Essaim speaks, by EPSG code, always in
//! easting-northing order. The datum shifts between RGF93, ETRS89 and WGS 84 are null here: the
//! three agree within a metre, below the precision of any source read.

use geo_types::{Coord, MultiPolygon};
use proj4rs::Proj;
use proj4rs::transform::transform;

/// Lambert-93, legal system of metropolitan France.
pub const LAMBERT_93: u32 = 2154;
/// LAEA Europe: equal-area, for INSPIRE grids.
pub const LAEA_EUROPE: u32 = 3035;

/// A projection or coordinate that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CrsError {
    /// Not one of [`SUPPORTED`].
    #[error("système de coordonnées EPSG:{0} non pris en charge ; admis : {admis}", admis = supported_list())]
    Unsupported(u32),
    /// Outside the domain of the projection.
    #[error("coordonnées ({x}, {y}) hors du domaine d’EPSG:{epsg}")]
    OutOfDomain {
        /// EPSG code.
        epsg: u32,
        /// First coordinate.
        x: f64,
        /// Second coordinate.
        y: f64,
    },
}

/// Metric systems known here: legal systems of France (2154 metropolitan, 5490 Antilles, 2972 Guyane,
/// 2975 Réunion, 4471 Mayotte), LAEA Europe and Web Mercator.
pub const SUPPORTED: [u32; 7] = [LAMBERT_93, 5490, 2972, 2975, 4471, LAEA_EUROPE, 3857];

/// Legal system of a department, EPSG code: Lambert-93, or the overseas one (décret n° 2000-1276 as amended in 2019,
/// and its order for the overseas systems). `departement` is its code: `94`, `2A`, `974`.
pub fn legal_system(departement: &str) -> u32 {
    match departement {
        "971" | "972" | "977" | "978" => 5490,
        "973" => 2972,
        "974" => 2975,
        "976" => 4471,
        _ => LAMBERT_93,
    }
}

fn supported_list() -> String {
    SUPPORTED.map(|code| code.to_string()).join(", ")
}

/// A metric system, ready to project from and to CRS84.
#[derive(Debug, Clone)]
pub struct Projection {
    epsg: u32,
    metric: Proj,
    geographic: Proj,
}

impl Projection {
    /// Prepares the system of an EPSG code.
    pub fn new(epsg: u32) -> Result<Self, CrsError> {
        let unsupported = |_| CrsError::Unsupported(epsg);
        if !SUPPORTED.contains(&epsg) {
            return Err(CrsError::Unsupported(epsg));
        }
        let code = u16::try_from(epsg).map_err(|_| CrsError::Unsupported(epsg))?;
        Ok(Self {
            epsg,
            metric: Proj::from_epsg_code(code).map_err(unsupported)?,
            geographic: Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").map_err(unsupported)?,
        })
    }

    /// EPSG code.
    pub fn epsg(&self) -> u32 {
        self.epsg
    }

    /// Longitude and latitude in degrees to easting and northing in metres.
    pub fn project(&self, lon_lat: Coord<f64>) -> Result<Coord<f64>, CrsError> {
        let mut point = (lon_lat.x.to_radians(), lon_lat.y.to_radians(), 0.0);
        transform(&self.geographic, &self.metric, &mut point).map_err(|_| self.out_of_domain(lon_lat))?;
        self.finite(point, lon_lat)
    }

    /// Easting and northing in metres to longitude and latitude in degrees.
    pub fn unproject(&self, metric: Coord<f64>) -> Result<Coord<f64>, CrsError> {
        let mut point = (metric.x, metric.y, 0.0);
        transform(&self.metric, &self.geographic, &mut point).map_err(|_| self.out_of_domain(metric))?;
        self.finite((point.0.to_degrees(), point.1.to_degrees(), 0.0), metric)
    }

    /// An outline in degrees (CRS84).
    pub fn unproject_polygons(&self, metric: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, CrsError> {
        each_vertex(metric, |coord| self.unproject(coord))
    }

    /// An outline in metres, from degrees (CRS84).
    pub fn project_polygons(&self, lon_lat: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, CrsError> {
        each_vertex(lon_lat, |coord| self.project(coord))
    }

    fn out_of_domain(&self, coord: Coord<f64>) -> CrsError {
        CrsError::OutOfDomain { epsg: self.epsg, x: coord.x, y: coord.y }
    }

    fn finite(&self, (x, y, _): (f64, f64, f64), asked: Coord<f64>) -> Result<Coord<f64>, CrsError> {
        if x.is_finite() && y.is_finite() {
            return Ok(Coord { x, y });
        }
        Err(self.out_of_domain(asked))
    }
}

fn each_vertex(
    outline: &MultiPolygon<f64>,
    turn: impl Fn(Coord<f64>) -> Result<Coord<f64>, CrsError>,
) -> Result<MultiPolygon<f64>, CrsError> {
    use geo_types::{LineString, Polygon};
    let ring = |line: &LineString<f64>| -> Result<LineString<f64>, CrsError> {
        line.coords().map(|&coord| turn(coord)).collect()
    };
    let polygon = |polygon: &Polygon<f64>| -> Result<Polygon<f64>, CrsError> {
        let interiors = polygon.interiors().iter().map(ring).collect::<Result<_, _>>()?;
        Ok(Polygon::new(ring(polygon.exterior())?, interiors))
    };
    outline.0.iter().map(polygon).collect::<Result<Vec<_>, _>>().map(MultiPolygon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// (lon, lat), Lambert-93 and LAEA Europe as PROJ gives them.
    const GOLDEN: [[f64; 6]; 3] = [
        [2.3488, 48.8534, 652_216.626, 6_861_681.5, 3_760_487.681, 2_889_156.486],
        [2.4836, 48.8369, 662_095.744, 6_859_773.71, 3_770_139.985, 2_886_312.666],
        [3.0, 46.5, 700_000.0, 6_600_000.0, 3_784_008.329, 2_623_851.54],
    ];

    #[test]
    fn agrees_with_proj_within_a_millimetre() {
        let lambert = Projection::new(LAMBERT_93).unwrap();
        let laea = Projection::new(LAEA_EUROPE).unwrap();
        for [lon, lat, x93, y93, x35, y35] in GOLDEN {
            let lon_lat = Coord { x: lon, y: lat };
            for (projection, x, y) in [(&lambert, x93, y93), (&laea, x35, y35)] {
                let found = projection.project(lon_lat).unwrap();
                assert!((found.x - x).abs() < 1e-3 && (found.y - y).abs() < 1e-3, "{found:?} against {x}, {y}");
            }
        }
    }

    #[test]
    fn overseas_systems_resolve_and_others_are_refused() {
        for (epsg, lon, lat) in [(5490, -61.5, 16.2), (2972, -52.3, 4.9), (2975, 55.5, -21.1), (4471, 45.2, -12.8)] {
            let projection = Projection::new(epsg).unwrap();
            let back = projection.unproject(projection.project(Coord { x: lon, y: lat }).unwrap()).unwrap();
            assert!((back.x - lon).abs() < 1e-9 && (back.y - lat).abs() < 1e-9, "{epsg}: {back:?}");
        }
        assert_eq!(Projection::new(27572).unwrap_err(), CrsError::Unsupported(27572));
        assert_eq!(Projection::new(99_999).unwrap_err(), CrsError::Unsupported(99_999));
    }

    proptest! {
        #[test]
        fn round_trip_in_metropolitan_france(lon in -5.0_f64..9.5, lat in 41.3_f64..51.1) {
            for epsg in [LAMBERT_93, LAEA_EUROPE, 3857] {
                let projection = Projection::new(epsg).unwrap();
                let back = projection.unproject(projection.project(Coord { x: lon, y: lat }).unwrap()).unwrap();
                prop_assert!((back.x - lon).abs() < 1e-8 && (back.y - lat).abs() < 1e-8);
            }
        }
    }
}
