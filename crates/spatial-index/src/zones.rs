//! Which zone holds a point: an R-tree of outlines, then the exact test.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Coord, Distance, Euclidean, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Outlines of one level, in one metric CRS, keyed by code.
///
/// A point on a boundary or in an overlap belongs to the smallest code. Cost of a look-up:
/// logarithmic in the zones, linear in the vertices of the few candidates.
#[derive(Debug)]
pub struct ZoneIndex<K> {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    zones: Vec<(K, MultiPolygon<f64>)>,
}

/// Where a point fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Located<'z, K> {
    /// Strictly inside one zone.
    Inside(&'z K),
    /// On a boundary or in an overlap: the smallest code of those that hold it.
    Boundary(&'z K),
    /// In no zone.
    Nowhere,
}

impl<'z, K> Located<'z, K> {
    /// The zone, however it was found.
    pub fn zone(self) -> Option<&'z K> {
        match self {
            Self::Inside(zone) | Self::Boundary(zone) => Some(zone),
            Self::Nowhere => None,
        }
    }
}

impl<K: Ord> ZoneIndex<K> {
    /// Builds the index; empty outlines hold nothing.
    pub fn new(zones: impl IntoIterator<Item = (K, MultiPolygon<f64>)>) -> Self {
        let zones: Vec<_> = zones.into_iter().collect();
        let boxes = zones.iter().enumerate().filter_map(|(rank, (_, outline))| {
            let rect = outline.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, rank))
        });
        Self { tree: RTree::bulk_load(boxes.collect()), zones }
    }

    /// The zone that holds a point.
    pub fn locate(&self, point: Coord<f64>) -> Located<'_, K> {
        let mut found: Option<&K> = None;
        let mut boundary = false;
        for candidate in self.tree.locate_in_envelope_intersecting(&AABB::from_point([point.x, point.y])) {
            let Some((key, outline)) = self.zones.get(candidate.data) else { continue };
            match outline.coordinate_position(&point) {
                CoordPos::Outside => continue,
                CoordPos::OnBoundary => boundary = true,
                CoordPos::Inside => boundary |= found.is_some(),
            }
            found = Some(found.map_or(key, |best| best.min(key)));
        }
        match found {
            None => Located::Nowhere,
            Some(key) if boundary => Located::Boundary(key),
            Some(key) => Located::Inside(key),
        }
    }

    /// The nearest zone that `accept` admits within `radius` metres; the smallest code on ties.
    pub fn nearest_within(&self, point: Coord<f64>, radius: f64, accept: impl Fn(&K) -> bool) -> Option<&K> {
        let reach = AABB::from_corners([point.x - radius, point.y - radius], [point.x + radius, point.y + radius]);
        self.tree
            .locate_in_envelope_intersecting(&reach)
            .filter_map(|candidate| self.zones.get(candidate.data))
            .filter(|(key, _)| accept(key))
            .map(|(key, outline)| (Euclidean.distance(&Point(point), outline), key))
            .filter(|(distance, _)| *distance <= radius)
            .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)))
            .map(|(_, key)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;
    use proptest::prelude::*;

    fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
        MultiPolygon(vec![polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]])
    }

    fn board() -> ZoneIndex<u32> {
        let cell = |rank: u32| square(f64::from(rank % 4) * 10.0, f64::from(rank / 4) * 10.0, 10.0);
        ZoneIndex::new((0..16).rev().map(|rank| (rank, cell(rank))))
    }

    #[test]
    fn boundary_goes_to_the_smallest_code() {
        let board = board();
        assert_eq!(board.locate(Coord { x: 5.0, y: 5.0 }), Located::Inside(&0));
        assert_eq!(board.locate(Coord { x: 10.0, y: 5.0 }), Located::Boundary(&0));
        assert_eq!(board.locate(Coord { x: 10.0, y: 10.0 }), Located::Boundary(&0));
        assert_eq!(board.locate(Coord { x: 41.0, y: 5.0 }), Located::Nowhere);
    }

    #[test]
    fn overlap_goes_to_the_smallest_code() {
        let index = ZoneIndex::new([(2, square(0.0, 0.0, 10.0)), (1, square(5.0, 0.0, 10.0))]);
        assert_eq!(index.locate(Coord { x: 7.0, y: 5.0 }), Located::Boundary(&1));
    }

    #[test]
    fn nearest_respects_radius_and_condition() {
        let board = board();
        let outside = Coord { x: 50.0, y: 5.0 };
        assert_eq!(board.nearest_within(outside, 25.0, |_| true), Some(&3));
        assert_eq!(board.nearest_within(outside, 25.0, |key| *key != 3), Some(&7));
        assert_eq!(board.nearest_within(outside, 9.0, |_| true), None);
    }

    proptest! {
        #[test]
        fn agrees_with_brute_force(x in -5.0_f64..45.0, y in -5.0_f64..45.0) {
            let expected = (0_u32..16).find(|rank| {
                let (left, bottom) = (f64::from(rank % 4) * 10.0, f64::from(rank / 4) * 10.0);
                (left..=left + 10.0).contains(&x) && (bottom..=bottom + 10.0).contains(&y)
            });
            prop_assert_eq!(board().locate(Coord { x, y }).zone().copied(), expected);
        }
    }
}
