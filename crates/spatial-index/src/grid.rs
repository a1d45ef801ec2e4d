//! INSPIRE grids in LAEA Europe (EPSG:3035), equal-area.

use crs::{CrsError, LAEA_EUROPE, Projection};
use geo::{Coord, LineString, MultiPolygon, Polygon};

/// Side of a grid's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grid {
    /// 1 km.
    Km1,
    /// 200 m.
    M200,
}

/// One cell, by its south-west corner in EPSG:3035 metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GridCell {
    side: u32,
    north: i64,
    east: i64,
}

impl Grid {
    /// Both grids.
    pub const ALL: [Self; 2] = [Self::Km1, Self::M200];

    /// Side in metres.
    pub const fn side_m(self) -> u32 {
        match self {
            Self::Km1 => 1000,
            Self::M200 => 200,
        }
    }

    /// Name in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Km1 => "grid:1km",
            Self::M200 => "grid:200m",
        }
    }

    /// The cell that holds a point given in EPSG:3035 metres.
    #[expect(clippy::cast_possible_truncation, reason = "EPSG:3035 coordinates are below 10 million metres")]
    pub fn cell(self, laea: Coord<f64>) -> GridCell {
        let side = self.side_m();
        let corner = |value: f64| (value / f64::from(side)).floor() as i64 * i64::from(side);
        GridCell { side, north: corner(laea.y), east: corner(laea.x) }
    }
}

impl GridCell {
    /// INSEE identifier, for instance `CRS3035RES1000mN2886000E3770000`.
    pub fn id(&self) -> String {
        format!("CRS3035RES{}mN{}E{}", self.side, self.north, self.east)
    }

    /// The cell of an identifier made by [`GridCell::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        let (side, corner) = id.strip_prefix("CRS3035RES")?.split_once("mN")?;
        let (north, east) = corner.split_once('E')?;
        Some(Self { side: side.parse().ok()?, north: north.parse().ok()?, east: east.parse().ok()? })
    }

    /// Outline in CRS84 degrees.
    pub fn outline_lon_lat(&self, laea: &Projection) -> Result<MultiPolygon<f64>, CrsError> {
        let side = f64::from(self.side);
        let (west, south) = (self.east as f64, self.north as f64);
        let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side), (0.0, 0.0)];
        let ring: Result<LineString<f64>, _> =
            corners.iter().map(|(dx, dy)| laea.unproject(Coord { x: west + dx, y: south + dy })).collect();
        Ok(MultiPolygon(vec![Polygon::new(ring?, Vec::new())]))
    }
}

/// The projection of the grids.
pub fn grid_projection() -> Result<Projection, CrsError> {
    Projection::new(LAEA_EUROPE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nogent_has_its_insee_identifier() {
        // Golden values of PROJ: Nogent (2.4836, 48.8369).
        let laea = grid_projection().unwrap().project(Coord { x: 2.4836, y: 48.8369 }).unwrap();
        assert_eq!(Grid::M200.cell(laea).id(), "CRS3035RES200mN2886200E3770000");
        assert_eq!(Grid::Km1.cell(laea).id(), "CRS3035RES1000mN2886000E3770000");
        assert_eq!(GridCell::from_id("CRS3035RES1000mN2886000E3770000"), Some(Grid::Km1.cell(laea)));
    }

    #[test]
    fn negative_coordinates_floor() {
        assert_eq!(Grid::Km1.cell(Coord { x: -1.0, y: 1.0 }).id(), "CRS3035RES1000mN0E-1000");
    }
}
