//! Label, population and area of the rows.

use domain::zone::Population;
use domain::{CodeCommune, Famille, Niveau, QualitePosition, Tranche};
use spatial_index::snapshot::ZoneShape;
use spatial_index::{Hexagon, Snapshot};

use super::{Comptage, Dimension, Ligne};

/// Label, population and area of a row.
pub(super) struct Describe<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) dimension: Dimension,
}

impl Describe<'_> {
    pub(super) fn row(&self, code: String, comptage: Comptage) -> Ligne {
        let (libelle, population, superficie_km2) = self.facts(&code);
        let structures = comptage.structures as f64;
        Ligne {
            densite_km2: superficie_km2.filter(|area| *area > 0.0).map(|area| structures / area),
            pour_10000_habitants: population
                .filter(|people| *people > 0.0 && self.rate_is_meaningful(&code))
                .map(|people| structures / people * 10_000.0),
            code,
            libelle,
            comptage,
            population,
            superficie_km2,
        }
    }

    /// Label, population and area of a row.
    fn facts(&self, code: &str) -> (String, Option<f64>, Option<f64>) {
        match self.dimension {
            Dimension::Zone(niveau) => self.zone(niveau, code).unwrap_or_else(|| (code.to_owned(), None, None)),
            Dimension::Hexagones(_) => (code.to_owned(), None, Hexagon::from_id(code).map(Hexagon::area_km2)),
            Dimension::Grille(grid) => (code.to_owned(), None, Some(f64::from(grid.side_m()).powi(2) / 1e6)),
            _ => (self.label(code), None, None),
        }
    }

    fn zone(&self, niveau: Niveau, code: &str) -> Option<(String, Option<f64>, Option<f64>)> {
        let (atlas, shapes) = (self.snapshot.atlas(), self.snapshot.shapes());
        let area = |shapes: &[ZoneShape], rank: usize| shapes.get(rank).map(|shape| shape.superficie_km2);
        let habitants = |population: Option<Population>| population.map(|population| population.habitants);
        match niveau {
            Niveau::Commune => {
                let rank = atlas.communes.binary_search_by(|zone| zone.code.as_str().cmp(code)).ok()?;
                let zone = atlas.communes.get(rank)?;
                Some((zone.nom.clone(), habitants(zone.population), area(&shapes.communes, rank)))
            }
            Niveau::Iris => {
                let rank = atlas.iris.binary_search_by(|zone| zone.code.as_str().cmp(code)).ok()?;
                let zone = atlas.iris.get(rank)?;
                Some((zone.nom.clone(), habitants(zone.population), area(&shapes.iris, rank)))
            }
            Niveau::Regroupe(niveau) => {
                let rank = atlas.regroupements.rang(niveau, code)?;
                let zone = atlas.regroupements.niveau(niveau).get(rank)?;
                let people = population_of(self.snapshot, &zone.communes);
                Some((zone.nom.clone(), people, area(shapes.regroupements(niveau), rank)))
            }
        }
    }

    pub(super) fn label(&self, code: &str) -> String {
        let label = match self.dimension {
            Dimension::Zone(niveau) => self.zone(niveau, code).map(|(nom, _, _)| nom),
            Dimension::Famille => Famille::from_code(code).map(|famille| famille.libelle().to_owned()),
            Dimension::Tranche if code.is_empty() => Some("tranche non renseignée".to_owned()),
            Dimension::Tranche => Tranche::from_code(code).map(Tranche::libelle),
            Dimension::Qualite => QualitePosition::from_code(code).map(|qualite| qualite.libelle().to_owned()),
            Dimension::Secteur | Dimension::Grille(_) | Dimension::Hexagones(_) => None,
        };
        label.unwrap_or_else(|| code.to_owned())
    }

    /// IRIS of activity (A) or diverse (D) have almost no residents: a rate per inhabitant means nothing.
    fn rate_is_meaningful(&self, code: &str) -> bool {
        if self.dimension != Dimension::Zone(Niveau::Iris) {
            return true;
        }
        let iris = &self.snapshot.atlas().iris;
        let found = iris.binary_search_by(|zone| zone.code.as_str().cmp(code)).ok().and_then(|rank| iris.get(rank));
        found.is_some_and(|iris| matches!(iris.type_iris.as_str(), "H" | "Z"))
    }
}

/// Sum of the populations; unknown as soon as one is.
pub fn population_of<'c>(snapshot: &Snapshot, communes: impl IntoIterator<Item = &'c CodeCommune>) -> Option<f64> {
    let atlas = snapshot.atlas();
    communes
        .into_iter()
        .map(|code| {
            let rank = atlas.communes.binary_search_by(|commune| commune.code.cmp(code)).ok()?;
            atlas.communes.get(rank)?.population.map(|population| population.habitants)
        })
        .sum()
}
