//! Structures of a zone and around it.

use std::collections::BTreeSet;

use domain::{CodeCommune, Commune};
use geo::{BoundingRect, Buffer, Distance, Euclidean, MultiPolygon, Point, Rect};
use spatial_index::{Excluded, Filter, Neighbour, Proximity, Selection, Snapshot};

use crate::error::ApiError;

/// A zone and how far around it to look.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// Communes of the zone.
    communes: BTreeSet<CodeCommune>,
    /// Distance around its outline, metres in the legal projection.
    rayon: f64,
}

impl Reach {
    /// The communes of a territory and what lies within `rayon` metres of their outlines.
    pub fn new(selection: Selection, rayon: f64) -> Self {
        Self { communes: selection.communes.into_iter().collect(), rayon }
    }

    /// Precisely located structures at most that far from the zone, those inside at distance 0; by
    /// distance, then SIRET.
    pub fn find<'s>(&self, snapshot: &'s Snapshot, filter: &Filter) -> Proximity<'s> {
        let outlines = self.outlines(snapshot);
        let structures = &snapshot.atlas().structures;
        let admitted = structures.iter().filter(|each| each.qualite_position.est_precise() && filter.admits(each));
        let mut neighbours: Vec<Neighbour<'s>> = admitted
            .filter_map(|structure| {
                let position = structure.position?;
                let distance_m = self.distance(&outlines, Point::new(position.x, position.y))?;
                Some(Neighbour { structure, distance_m })
            })
            .collect();
        // The rows are in SIRET order and the sort is stable.
        neighbours.sort_by(|one, two| one.distance_m.total_cmp(&two.distance_m));
        let communes = self.communes_touched(snapshot, &outlines);
        let excluded = excluded(snapshot, &communes, filter);
        Proximity { neighbours, excluded, communes }
    }

    /// The outline of what is searched, in degrees.
    pub fn outline(&self, snapshot: &Snapshot) -> Result<MultiPolygon<f64>, ApiError> {
        let parts = self.outlines(snapshot).into_iter().flat_map(|(_, outline)| outline.0.iter());
        let zone = geo::algorithm::unary_union(parts);
        let reach = if self.rayon > 0.0 { zone.buffer(self.rayon) } else { zone };
        snapshot.projection().unproject_polygons(&reach).map_err(ApiError::internal)
    }

    /// Outlines of the zone with their boxes grown by the radius.
    fn outlines<'s>(&self, snapshot: &'s Snapshot) -> Vec<(Rect<f64>, &'s MultiPolygon<f64>)> {
        let of_zone = |commune: &&Commune| self.communes.contains(&commune.code);
        let rows = snapshot.atlas().communes.iter().filter(of_zone);
        rows.filter_map(|commune| Some((grown(commune.contour.bounding_rect()?, self.rayon), &commune.contour)))
            .collect()
    }

    fn distance(&self, outlines: &[(Rect<f64>, &MultiPolygon<f64>)], point: Point<f64>) -> Option<f64> {
        let near = outlines.iter().filter(|(reach, _)| geo::Intersects::intersects(reach, &point));
        let distances = near.map(|(_, outline)| Euclidean.distance(&point, *outline));
        distances.min_by(f64::total_cmp).filter(|distance| *distance <= self.rayon)
    }

    fn communes_touched(&self, snapshot: &Snapshot, outlines: &[(Rect<f64>, &MultiPolygon<f64>)]) -> Vec<CodeCommune> {
        let reached = |commune: &&Commune| {
            self.communes.contains(&commune.code)
                || commune.contour.bounding_rect().is_some_and(|own| {
                    outlines.iter().any(|(reach, outline)| {
                        geo::Intersects::intersects(reach, &own)
                            && Euclidean.distance(&commune.contour, *outline) <= self.rayon
                    })
                })
        };
        snapshot.atlas().communes.iter().filter(reached).map(|commune| commune.code.clone()).collect()
    }
}

fn grown(rect: Rect<f64>, by: f64) -> Rect<f64> {
    let corner = geo::Coord { x: by, y: by };
    Rect::new(rect.min() - corner, rect.max() + corner)
}

/// What passes the filter in these communes but has no place precise enough for a distance.
fn excluded(snapshot: &Snapshot, communes: &[CodeCommune], filter: &Filter) -> Excluded {
    let mut excluded = Excluded::default();
    for structure in communes.iter().flat_map(|commune| snapshot.structures_of(commune)) {
        if !structure.qualite_position.est_precise() && filter.admits(structure) {
            match structure.position {
                Some(_) => excluded.a_la_voie += 1,
                None => excluded.sans_point += 1,
            }
        }
    }
    // A masked unit has no IRIS and no quality: it is left out only of what could have held it.
    if filter.iris.is_empty() && filter.qualites.is_empty() {
        let masked = snapshot.atlas().masques.iter().filter(|cell| {
            communes.contains(&cell.code_commune)
                && filter.admits_place(&cell.code_commune, cell.couronne)
                && filter.admits_kind(cell.famille, &cell.secteur, cell.tranche)
        });
        excluded.masquees = masked.map(|cell| cell.effectif).sum();
    }
    excluded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_and_its_surroundings_hold_what_plain_distances_say() {
        let snapshot = Snapshot::build(test_support::sample_atlas(3)).unwrap();
        let commune = &snapshot.atlas().communes[0];
        let selection = || snapshot.resolve(&format!("commune:{}", commune.code).parse().unwrap()).unwrap();
        let filter = Filter::default().with_ring();
        let mut former = 0;
        for rayon in [0.0, 300.0, 3_000.0, 20_000.0] {
            let found = Reach::new(selection(), rayon).find(&snapshot, &filter);
            let plain = snapshot.atlas().structures.iter().filter(|structure| {
                structure.qualite_position.est_precise()
                    && structure
                        .position
                        .is_some_and(|at| Euclidean.distance(&Point::new(at.x, at.y), &commune.contour) <= rayon)
            });
            assert_eq!(found.neighbours.len(), plain.count(), "{rayon}");
            assert!(found.neighbours.is_sorted_by(|one, two| one.distance_m <= two.distance_m));
            assert!(found.neighbours.len() >= former && found.communes.contains(&commune.code));
            former = found.neighbours.len();
        }
        assert!(former > 0);
    }

    #[test]
    fn the_outline_grows_by_the_radius() {
        let snapshot = Snapshot::build(test_support::sample_atlas(3)).unwrap();
        let code = &snapshot.atlas().communes[0].code;
        let selection = || snapshot.resolve(&format!("commune:{code}").parse().unwrap()).unwrap();
        let area = |rayon| geo::Area::unsigned_area(&Reach::new(selection(), rayon).outline(&snapshot).unwrap());
        assert!(area(0.0) > 0.0 && area(0.0) < area(200.0) && area(200.0) < area(400.0));
    }
}
