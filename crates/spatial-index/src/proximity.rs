//! Nearest structures and structures within a radius, by planar distance in the legal CRS.

use domain::{CodeCommune, Structure};
use geo::Coord;

use crate::codes::Admission;
use crate::points::Found;
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
        let admission = self.compile(filter);
        let found = self.points().nearest(search.metric, k, |place| self.measurable(place, &admission));
        let found: Vec<Neighbour<'_>> = found.into_iter().filter_map(|found| self.neighbour(found)).collect();
        let reach = found.last().map_or(0.0, |neighbour| neighbour.distance_m);
        self.with_excluded(found, self.communes_touched(search.metric, reach), filter)
    }

    /// Precisely located structures within `radius_m` metres, the circle included.
    pub fn within(&self, search: Search, radius_m: f64, filter: &Filter) -> Proximity<'_> {
        let admission = self.compile(filter);
        let mut found = Vec::new();
        self.points().within(search.metric, radius_m, |place, point| {
            if self.measurable(place, &admission) {
                found.push(point);
            }
        });
        sort_by_distance(&mut found);
        let found = found.into_iter().filter_map(|found| self.neighbour(found)).collect();
        self.with_excluded(found, self.communes_touched(search.metric, radius_m), filter)
    }

    /// Number of precisely located structures within `radius_m` metres, the circle included.
    pub fn count_within(&self, metric: Coord<f64>, radius_m: f64, filter: &Filter) -> usize {
        let (admission, mut count) = (self.compile(filter), 0);
        self.points().within(metric, radius_m, |place, _| count += usize::from(self.measurable(place, &admission)));
        count
    }

    /// The point at a place is precise and admitted.
    pub(crate) fn measurable(&self, place: usize, admission: &Admission) -> bool {
        self.code_at(place).is_some_and(|code| code.is_precise() && admission.admits(code))
    }

    pub(crate) fn neighbour(&self, found: Found) -> Option<Neighbour<'_>> {
        let structure = self.atlas().structures.get(found.rank as usize)?;
        Some(Neighbour { structure, distance_m: found.squared.sqrt() })
    }

    pub(crate) fn with_excluded<'s>(
        &'s self,
        neighbours: Vec<Neighbour<'s>>,
        communes: Vec<CodeCommune>,
        filter: &Filter,
    ) -> Proximity<'s> {
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
        let masked = self.atlas().masques.iter().filter(touched).filter(|cell| filter.admits_masked(cell));
        excluded.masquees = masked.map(|cell| cell.effectif).sum();
        Proximity { neighbours, excluded, communes }
    }
}

/// Ranks follow the SIRETs, so that they break ties.
pub(crate) fn sort_by_distance(found: &mut [Found]) {
    found.sort_unstable_by(|a, b| a.squared.total_cmp(&b.squared).then_with(|| a.rank.cmp(&b.rank)));
}
