//! Nearest structures and structures within a radius, by planar distance in the legal CRS.

use domain::{CodeCommune, Structure};
use geo::Coord;

use crate::{Filter, Snapshot};

/// Where and how far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Centre in CRS84 degrees.
    pub lon_lat: Coord<f64>,
    /// The same in the legal CRS of the atlas, metres.
    pub metric: Coord<f64>,
}

/// A structure and its distance.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'s> {
    /// The structure.
    pub structure: &'s Structure,
    /// Straight-line distance in metres.
    pub distance_m: f64,
}

/// Structures that pass the filter but cannot enter a distance, in the communes that the search touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Placed on their street only.
    pub a_la_voie: u32,
    /// Without a point.
    pub sans_point: u32,
    /// Partially diffusible.
    pub masquees: u32,
}

impl Excluded {
    /// All of them.
    pub fn total(self) -> u32 {
        self.a_la_voie + self.sans_point + self.masquees
    }
}

/// Answer of a proximity query: neighbours by distance then SIRET, and what could not be measured.
#[derive(Debug, Clone)]
pub struct Proximity<'s> {
    /// Structures found.
    pub neighbours: Vec<Neighbour<'s>>,
    /// Left out.
    pub excluded: Excluded,
    /// Communes touched by the search.
    pub communes: Vec<CodeCommune>,
}

impl Snapshot {
    /// The `k` nearest precisely located structures; ties go to the smaller SIRET.
    pub fn nearest(&self, search: Search, k: usize, filter: &Filter) -> Proximity<'_> {
        let mut found: Vec<Neighbour<'_>> = Vec::with_capacity(k);
        for (structure, squared) in self.by_distance(search.metric) {
            let last = found.last().map(|neighbour| neighbour.distance_m);
            // Equal distances must all be seen before the smaller SIRETs can be kept.
            if found.len() >= k && last.is_some_and(|last| squared.sqrt() > last) {
                break;
            }
            if structure.qualite_position.est_precise() && filter.admits(structure) {
                found.push(Neighbour { structure, distance_m: squared.sqrt() });
            }
        }
        sort_by_distance(&mut found);
        found.truncate(k);
        let reach = found.last().map_or(0.0, |neighbour| neighbour.distance_m);
        self.with_excluded(found, (search, reach), filter)
    }

    /// Precisely located structures within `radius_m` metres, the circle included.
    pub fn within(&self, search: Search, radius_m: f64, filter: &Filter) -> Proximity<'_> {
        let mut found: Vec<Neighbour<'_>> = self
            .in_circle(search.metric, radius_m)
            .filter(|structure| structure.qualite_position.est_precise() && filter.admits(structure))
            .filter_map(|structure| {
                let position = structure.position?;
                let distance_m = (position.x - search.metric.x).hypot(position.y - search.metric.y);
                Some(Neighbour { structure, distance_m })
            })
            .collect();
        sort_by_distance(&mut found);
        self.with_excluded(found, (search, radius_m), filter)
    }

    fn with_excluded<'s>(
        &'s self,
        neighbours: Vec<Neighbour<'s>>,
        (search, radius_m): (Search, f64),
        filter: &Filter,
    ) -> Proximity<'s> {
        let communes = self.communes_touched(search.metric, radius_m);
        let mut excluded = Excluded::default();
        for commune in &communes {
            for structure in self.structures_of(commune).filter(|structure| filter.admits(structure)) {
                if structure.position.is_none() {
                    excluded.sans_point += 1;
                } else if !structure.qualite_position.est_precise() {
                    excluded.a_la_voie += 1;
                }
            }
        }
        let touched = |cell: &&domain::CelluleMasquee| communes.binary_search(&cell.code_commune).is_ok();
        let admitted = |cell: &&domain::CelluleMasquee| {
            filter.iris.is_empty()
                && filter.qualites.is_empty()
                && filter.admits_place(&cell.code_commune, cell.couronne)
                && filter.admits_kind(cell.famille, &cell.secteur, cell.tranche)
        };
        let masked = self.atlas().masques.iter().filter(touched).filter(admitted);
        excluded.masquees = masked.map(|cell| cell.effectif).sum();
        Proximity { neighbours, excluded, communes }
    }
}

fn sort_by_distance(found: &mut [Neighbour<'_>]) {
    found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then_with(|| a.structure.siret.cmp(&b.structure.siret)));
}
