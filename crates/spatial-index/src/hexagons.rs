//! H3 cells (Uber's discrete global grid, through `h3o`), resolutions 7 to 10.
//!
//! Cells are **not** equal-area: at Nogent-sur-Marne a cell of resolution 9 has 0.0937 km², 11 % below
//! the mean of 0.1053 km². A density divides by the true area of its cell.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use h3o::{CellIndex, LatLng, Resolution};

/// A resolution that the service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hexagons {
    /// About 5.2 km² a cell.
    Res7,
    /// About 0.74 km².
    Res8,
    /// About 0.11 km².
    Res9,
    /// About 0.015 km².
    Res10,
}

/// One cell; its order is that of its identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hexagon(CellIndex);

impl Hexagons {
    /// All resolutions, coarsest first.
    pub const ALL: [Self; 4] = [Self::Res7, Self::Res8, Self::Res9, Self::Res10];

    /// Name in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Res7 => "h3:7",
            Self::Res8 => "h3:8",
            Self::Res9 => "h3:9",
            Self::Res10 => "h3:10",
        }
    }

    /// The cell that holds a point given in CRS84 degrees; `None` when it is no place on Earth.
    pub fn cell(self, lon_lat: Coord<f64>) -> Option<Hexagon> {
        let resolution = match self {
            Self::Res7 => Resolution::Seven,
            Self::Res8 => Resolution::Eight,
            Self::Res9 => Resolution::Nine,
            Self::Res10 => Resolution::Ten,
        };
        LatLng::new(lon_lat.y, lon_lat.x).ok().map(|place| Hexagon(place.to_cell(resolution)))
    }
}

impl Hexagon {
    /// Identifier, 15 hexadecimal digits, for instance `891fb466b27ffff`.
    pub fn id(self) -> String {
        self.0.to_string()
    }

    /// The cell of an identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        id.parse().ok().map(Self)
    }

    /// True area on the sphere of H3 (authalic radius of WGS 84, 6,371.007 km), km².
    pub fn area_km2(self) -> f64 {
        self.0.area_km2()
    }

    /// Outline in CRS84 degrees. France is far from the antimeridian, which is not cared for.
    pub fn outline_lon_lat(self) -> MultiPolygon<f64> {
        let vertices = self.0.boundary();
        let ring: LineString<f64> = vertices.iter().map(|vertex| Coord { x: vertex.lng(), y: vertex.lat() }).collect();
        MultiPolygon(vec![Polygon::new(ring, Vec::new())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Contains, Point};

    #[test]
    fn nogent_has_the_cell_and_area_of_the_reference_library() {
        // h3 (Python): latlng_to_cell(48.8443, 2.4836, 9) and cell_area(…, 'km^2').
        let cell = Hexagons::Res9.cell(Coord { x: 2.4836, y: 48.8443 }).unwrap();
        assert_eq!(cell.id(), "891fb466b27ffff");
        assert!((cell.area_km2() - 0.093_710_623_525_075_75).abs() < 1e-12, "{}", cell.area_km2());
        assert_eq!(Hexagon::from_id("891fb466b27ffff"), Some(cell));
        assert_eq!(Hexagon::from_id("nogent"), None);
    }

    #[test]
    fn a_cell_holds_its_point_and_seven_make_the_coarser_one_about() {
        let at = Coord { x: 2.4836, y: 48.8369 };
        let areas: Vec<f64> = Hexagons::ALL
            .iter()
            .map(|resolution| {
                let cell = resolution.cell(at).unwrap();
                assert!(cell.outline_lon_lat().contains(&Point(at)), "{}", resolution.code());
                cell.area_km2()
            })
            .collect();
        for pair in areas.windows(2) {
            assert!((pair[0] / pair[1] - 7.0).abs() < 0.05, "{areas:?}");
        }
        assert_eq!(Hexagons::Res7.cell(Coord { x: f64::NAN, y: 0.0 }), None);
    }
}
