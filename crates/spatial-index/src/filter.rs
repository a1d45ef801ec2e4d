//! Attribute and box filters shared by every query, parsed once at the edge.

use std::collections::BTreeSet;

use domain::{CelluleMasquee, CodeCommune, CodeIris, Famille, QualitePosition, Structure, Tranche};
use geo::Coord;

/// A box in CRS84 degrees; `west > east` crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// A box that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bbox attend ouest,sud,est,nord en degrés (CRS84), sud ≤ nord, latitudes entre -90 et 90")]
pub struct BboxError;

impl Bbox {
    /// Checks the four corners.
    pub fn new([west, south, east, north]: [f64; 4]) -> Result<Self, BboxError> {
        let finite = [west, south, east, north].iter().all(|value| value.is_finite());
        let latitudes = south <= north && south >= -90.0 && north <= 90.0;
        let longitudes = west.abs() <= 180.0 && east.abs() <= 180.0;
        if finite && latitudes && longitudes { Ok(Self { west, south, east, north }) } else { Err(BboxError) }
    }

    /// Holds the point, borders included.
    pub fn contains(&self, lon_lat: Coord<f64>) -> bool {
        let latitude = (self.south..=self.north).contains(&lon_lat.y);
        let longitude = if self.west <= self.east {
            (self.west..=self.east).contains(&lon_lat.x)
        } else {
            lon_lat.x >= self.west || lon_lat.x <= self.east
        };
        latitude && longitude
    }

    /// The ordinary boxes that make this one: two across the antimeridian.
    pub fn parts(&self) -> Vec<geo::Rect<f64>> {
        let rect = |west, east| geo::Rect::new(Coord { x: west, y: self.south }, Coord { x: east, y: self.north });
        if self.west <= self.east {
            vec![rect(self.west, self.east)]
        } else {
            vec![rect(self.west, 180.0), rect(-180.0, self.east)]
        }
    }
}

/// Which structures a query looks at. An empty list admits all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Communes of the territory asked for; `None` is the whole atlas without its ring.
    pub communes: Option<BTreeSet<CodeCommune>>,
    /// IRIS.
    pub iris: Vec<CodeIris>,
    /// Families.
    pub familles: Vec<Famille>,
    /// Sectors, by label.
    pub secteurs: Vec<String>,
    /// Bands; `None` in the list is the unknown band.
    pub tranches: Vec<Option<Tranche>>,
    /// Position qualities.
    pub qualites: Vec<QualitePosition>,
    /// Employer flag of the register; `None` in the list is the unknown flag.
    pub employeurs: Vec<Option<bool>>,
    /// Admits the ring around the territory.
    pub couronne: bool,
}

impl Filter {
    /// Admits a structure.
    pub fn admits(&self, structure: &Structure) -> bool {
        self.admits_place(&structure.code_commune, structure.couronne)
            && self.admits_kind(structure.famille, &structure.secteur, structure.tranche)
            && is_among(&self.qualites, &structure.qualite_position)
            && is_among(&self.employeurs, &structure.caractere_employeur)
            && (self.iris.is_empty() || structure.code_iris.as_ref().is_some_and(|iris| self.iris.contains(iris)))
    }

    /// Admits masked units: nothing is known of their IRIS, of their place, of their employer flag.
    pub fn admits_masked(&self, cell: &CelluleMasquee) -> bool {
        self.iris.is_empty()
            && self.qualites.is_empty()
            && self.employeurs.is_empty()
            && self.admits_place(&cell.code_commune, cell.couronne)
            && self.admits_kind(cell.famille, &cell.secteur, cell.tranche)
    }

    /// Admits a commune, of the territory or of the ring.
    pub fn admits_place(&self, commune: &CodeCommune, couronne: bool) -> bool {
        match &self.communes {
            Some(communes) => communes.contains(commune) || (couronne && self.couronne),
            None => !couronne || self.couronne,
        }
    }

    /// Admits a family, sector and band: all that is known of a masked unit.
    pub fn admits_kind(&self, famille: Famille, secteur: &str, tranche: Option<Tranche>) -> bool {
        is_among(&self.familles, &famille)
            && (self.secteurs.is_empty() || self.secteurs.iter().any(|asked| asked == secteur))
            && is_among(&self.tranches, &tranche)
    }

    /// The same filter with the ring admitted: proximity sees over the border.
    #[must_use]
    pub fn with_ring(mut self) -> Self {
        self.couronne = true;
        self
    }
}

fn is_among<T: PartialEq>(asked: &[T], value: &T) -> bool {
    asked.is_empty() || asked.contains(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes() {
        assert!(Bbox::new([2.0, 49.0, 3.0, 48.0]).is_err());
        assert!(Bbox::new([f64::NAN, 48.0, 3.0, 49.0]).is_err());
        let pacific = Bbox::new([177.0, 65.0, -177.0, 70.0]).unwrap();
        assert!(pacific.contains(Coord { x: -179.0, y: 66.0 }));
        assert!(!pacific.contains(Coord { x: 0.0, y: 66.0 }));
        assert_eq!(pacific.parts().len(), 2);
    }
}
