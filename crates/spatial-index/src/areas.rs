//! Proximity to an outline, and what a user's own polygon holds.

use crs::CrsError;
use domain::{CodeCommune, Structure};
use geo::{BoundingRect, Coord, Distance, Euclidean, MapCoords, MultiPolygon, Rect};

use crate::points::Found;
use crate::proximity::{Proximity, sort_by_distance};
use crate::{Filter, Snapshot, ZoneIndex};

impl Snapshot {
    /// A user's outline, given in CRS84 degrees, in the legal CRS. Its edges stay straight there.
    pub fn project_outline(&self, lon_lat: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, CrsError> {
        lon_lat.try_map_coords(|at| self.projection().project(at))
    }

    /// Located structures that an outline (legal CRS, metres) holds, its boundary included, by SIRET.
    ///
    /// Those placed on their street only are among them, as in the counts by zone: the quality of each
    /// tells how far the count may be trusted.
    pub fn inside(&self, outline: &MultiPolygon<f64>, filter: &Filter) -> Vec<&Structure> {
        let ranks = self.ranks_inside(outline, filter);
        ranks.into_iter().filter_map(|rank| self.atlas().structures.get(rank as usize)).collect()
    }

    /// Ranks of those of [`Self::inside`], in order.
    pub(crate) fn ranks_inside(&self, outline: &MultiPolygon<f64>, filter: &Filter) -> Vec<u32> {
        let Some(bounds) = outline.bounding_rect() else { return Vec::new() };
        let (zone, admission) = (ZoneIndex::new([((), outline.clone())]), self.compile(filter));
        let mut ranks = Vec::new();
        self.points().in_box(bounds, |place, rank| {
            let admitted = self.code_at(place).is_some_and(|code| admission.admits(code));
            let at = self.points().placed().get(place).filter(|_| admitted).map(|placed| placed.at);
            if at.is_some_and(|at| zone.locate(at).zone().is_some()) {
                ranks.push(rank);
            }
        });
        ranks.sort_unstable();
        ranks
    }

    /// Precisely located structures within `radius_m` metres of an outline (legal CRS): distance 0 inside
    /// it, else to its boundary, the limit included; by distance, then by SIRET.
    pub fn within_outline(&self, outline: &MultiPolygon<f64>, radius_m: f64, filter: &Filter) -> Proximity<'_> {
        let (zone, admission) = (ZoneIndex::new([((), outline.clone())]), self.compile(filter));
        let mut found = Vec::new();
        if let Some(reach) = outline.bounding_rect().map(|bounds| widened(bounds, radius_m)) {
            self.points().in_box(reach, |place, rank| {
                let at = self.points().placed().get(place).filter(|_| self.measurable(place, &admission));
                let distance = at.map_or(f64::INFINITY, |placed| zone.distance(0, placed.at));
                if distance <= radius_m {
                    found.push(Found { rank, squared: distance * distance });
                }
            });
        }
        sort_by_distance(&mut found);
        let neighbours = found.into_iter().filter_map(|found| self.neighbour(found)).collect();
        self.with_excluded(neighbours, self.communes_near(outline, radius_m), filter)
    }

    /// Communes within `radius_m` metres of an outline (legal CRS), in code order.
    pub fn communes_near(&self, outline: &MultiPolygon<f64>, radius_m: f64) -> Vec<CodeCommune> {
        let Some(reach) = outline.bounding_rect().map(|bounds| widened(bounds, radius_m)) else { return Vec::new() };
        let communes = &self.atlas().communes;
        let near = |code: &&CodeCommune| {
            let rank = communes.binary_search_by(|commune| commune.code.cmp(code)).ok();
            let contour = rank.and_then(|rank| communes.get(rank)).map(|commune| &commune.contour);
            contour.is_some_and(|contour| Euclidean.distance(contour, outline) <= radius_m)
        };
        self.commune_index().reaching(reach).filter(near).cloned().collect()
    }
}

fn widened(bounds: Rect<f64>, by: f64) -> Rect<f64> {
    let by = Coord { x: by, y: by };
    Rect::new(bounds.min() - by, bounds.max() + by)
}
