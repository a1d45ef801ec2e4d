//! Schematic geography of the demonstration: communes and pseudo-IRIS built from facts by one
//! power diagram that respects areas. All coordinates are Lambert-93 metres (EPSG:2154).

mod build;
mod error;
mod facts;
mod landmarks;
mod mesh;
pub mod overlay;
mod power;
#[cfg(test)]
mod power_tests;
mod sampling;
#[cfg(test)]
mod tests;
mod transport;

use geo::{Coord, MultiPolygon, Polygon};

pub use build::build;
pub use error::GeographyError;
pub use facts::{Adjacency, Anchor, CommuneFact, Facts, LandmarkPoint, Role, Shape};

/// The whole schematic territory: the 13 towns of Paris Est Marne & Bois and a ring of neighbours.
#[derive(Debug, Clone)]
pub struct Geography {
    /// Communes in code order, territory and ring together.
    pub communes: Vec<CommuneShape>,
    /// IRIS in code order; they tile their commune exactly.
    pub iris: Vec<IrisShape>,
    /// Reference features to draw on a map (the Marne, the Bois de Vincennes).
    pub landmarks: Vec<Landmark>,
}

/// A commune: facts (code, name, population, area, town hall) and its schematic outline.
#[derive(Debug, Clone)]
pub struct CommuneShape {
    /// INSEE code, 5 characters.
    pub code: String,
    /// Official name.
    pub nom: String,
    /// Department code, 2 or 3 characters.
    pub departement: String,
    /// Municipal population (vintage 2023).
    pub population: u32,
    /// True area in square metres that the outline respects.
    pub superficie_m2: f64,
    /// Town hall.
    pub mairie: Coord<f64>,
    /// `true` for a neighbour kept only so that borders do not fade.
    pub couronne: bool,
    /// Schematic outline.
    pub outline: MultiPolygon<f64>,
}

/// A pseudo-IRIS.
#[derive(Debug, Clone)]
pub struct IrisShape {
    /// 9 characters: commune code and 4 digits (`0000` when the commune is not cut).
    pub code: String,
    /// Name, marked as fictive.
    pub nom: String,
    /// `H`, `A`, `D`, or `Z` when the commune is not cut.
    pub type_iris: char,
    /// INSEE code of the commune.
    pub code_commune: String,
    /// Population; the IRIS of a commune sum to the commune's.
    pub population: u32,
    /// Outline.
    pub outline: Polygon<f64>,
}

/// A drawn reference feature.
#[derive(Debug, Clone)]
pub struct Landmark {
    /// Name, for instance `La Marne`.
    pub nom: String,
    /// What it is.
    pub geometry: LandmarkGeometry,
}

/// Geometry of a landmark.
#[derive(Debug, Clone)]
pub enum LandmarkGeometry {
    /// A river's axis.
    Line(geo::LineString<f64>),
    /// A wood.
    Area(Polygon<f64>),
}
