//! Which zone holds a point: two levels of cells, then the exact test where a boundary crosses the cell.

mod outlines;
mod raster;

use geo::coordinate_position::CoordPos;
use geo::{BoundingRect, Coord, Distance, Euclidean, Line, MultiPolygon, Point, Rect};

use crate::parallel;
use outlines::{Outlines, index};
use raster::{Cell, Entry, Raster};

/// Outlines of one level, in one metric CRS, keyed by code.
///
/// A point on a boundary or in an overlap belongs to the smallest code. Most points fall in a cell
/// that one zone holds whole and cost one look-up; the others cost the exact test of
/// `geo::CoordinatePosition`, with the same result, against the zones whose boundary crosses the cell.
#[derive(Debug)]
pub struct ZoneIndex<K> {
    keys: Vec<K>,
    outlines: Outlines,
    raster: Raster,
}

/// Where a point fell.
#[derive(Debug, PartialEq, Eq)]
pub enum Located<'z, K> {
    /// Strictly inside one zone.
    Inside(&'z K),
    /// On a boundary or in an overlap: the smallest code of those that hold it.
    Boundary(&'z K),
    /// In no zone.
    Nowhere,
}

impl<K> Clone for Located<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Located<'_, K> {}

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
        let mut zones: Vec<_> = zones.into_iter().collect();
        zones.sort_by(|a, b| a.0.cmp(&b.0));
        let (keys, contours): (Vec<K>, Vec<MultiPolygon<f64>>) = zones.into_iter().unzip();
        let borrowed: Vec<&MultiPolygon<f64>> = contours.iter().collect();
        Self::of_sorted(keys, &borrowed)
    }

    /// Builds the index of outlines that stand elsewhere, keys in growing order, outlines parallel to them.
    pub(crate) fn of_sorted(keys: Vec<K>, contours: &[&MultiPolygon<f64>]) -> Self {
        let threads = parallel::threads(contours.len() * 64);
        let mut runs = parallel::map_runs(contours, threads, |run| {
            let (mut outlines, mut bounds) = (Outlines::default(), None);
            for contour in run {
                outlines.push(contour);
                bounds = join(bounds, contour.bounding_rect());
            }
            (outlines, bounds)
        })
        .into_iter();
        let (mut outlines, mut bounds) = runs.next().unwrap_or_default();
        for (more, further) in runs {
            outlines.append(more);
            bounds = join(bounds, further);
        }
        let bounds = bounds.unwrap_or_else(|| Rect::new((0.0, 0.0), (0.0, 0.0)));
        Self { raster: Raster::draw(&outlines, bounds), keys, outlines }
    }

    /// The zone that holds a point.
    pub fn locate(&self, point: Coord<f64>) -> Located<'_, K> {
        let key = |rank: usize| self.keys.get(rank);
        let (first, boundary) = match self.raster.at(point) {
            Cell::Empty => return Located::Nowhere,
            Cell::Held(rank) => (Some(rank), false),
            Cell::Listed(entries) => self.among(entries, point),
        };
        match (first.and_then(key), boundary) {
            (None, _) => Located::Nowhere,
            (Some(key), true) => Located::Boundary(key),
            (Some(key), false) => Located::Inside(key),
        }
    }

    /// The first zone of a list that holds the point, and whether it is on its boundary or another holds it too.
    fn among(&self, entries: &[u32], point: Coord<f64>) -> (Option<usize>, bool) {
        let (mut first, mut boundary) = (None, false);
        for entry in entries {
            let entry = Entry::of(*entry);
            let position = match entry {
                Entry::Holds(_) => CoordPos::Inside,
                Entry::Crosses(rank) => self.outlines.position(rank, point),
            };
            match position {
                CoordPos::Outside => continue,
                CoordPos::OnBoundary => boundary = true,
                CoordPos::Inside => boundary |= first.is_some(),
            }
            first = first.or(Some(entry.rank()));
            if boundary {
                break;
            }
        }
        (first, boundary)
    }

    /// The zone that holds each point, in the order of the points; shared between the cores.
    pub fn locate_all(&self, points: &[Coord<f64>]) -> Vec<Located<'_, K>>
    where
        K: Sync,
    {
        let mut located = vec![Located::Nowhere; points.len()];
        parallel::fill(points, &mut located, |points, found| self.locate_run(points, found));
        located
    }

    /// Goes through the points cell by cell: neighbours share what memory holds of the cell.
    fn locate_run<'z>(&'z self, points: &[Coord<f64>], found: &mut [Located<'z, K>]) {
        for place in self.by_block(points) {
            if let (Some(point), Some(found)) = (points.get(place as usize), found.get_mut(place as usize)) {
                *found = self.locate(*point);
            }
        }
    }

    /// Places of the points in the order of the cells of the first level (counting sort).
    fn by_block(&self, points: &[Coord<f64>]) -> Vec<u32> {
        let blocks: Vec<u32> = points.iter().map(|point| index(self.raster.block(*point))).collect();
        let mut starts = vec![0_u32; self.raster.blocks() + 1];
        for block in &blocks {
            if let Some(count) = starts.get_mut(*block as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut order = vec![0_u32; points.len()];
        for (place, block) in (0..).zip(&blocks) {
            let Some(next) = starts.get_mut(*block as usize) else { continue };
            if let Some(slot) = order.get_mut(*next as usize) {
                *slot = place;
            }
            *next += 1;
        }
        order
    }

    /// The nearest zone that `accept` admits within `radius` metres; the smallest code on ties.
    pub fn nearest_within(&self, point: Coord<f64>, radius: f64, accept: impl Fn(&K) -> bool) -> Option<&K> {
        self.around(point, radius)
            .filter_map(|rank| Some((rank, self.keys.get(rank).filter(|key| accept(key))?)))
            .map(|(rank, key)| (self.distance(rank, point), key))
            .filter(|(distance, _)| *distance <= radius)
            .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)))
            .map(|(_, key)| key)
    }

    /// Zones within `radius` metres of a point, the circle included, in the order of their codes.
    pub fn within(&self, point: Coord<f64>, radius: f64) -> Vec<&K> {
        let near = self.around(point, radius).filter(|rank| self.distance(*rank, point) <= radius);
        near.filter_map(|rank| self.keys.get(rank)).collect()
    }

    /// Zones that may reach into a box: a superset of those that do, in the order of their codes.
    pub fn reaching(&self, reach: Rect<f64>) -> impl Iterator<Item = &K> {
        self.raster.reaching(reach).into_iter().filter_map(|rank| self.keys.get(rank))
    }

    fn around(&self, Coord { x, y }: Coord<f64>, radius: f64) -> impl Iterator<Item = usize> {
        self.raster.reaching(Rect::new((x - radius, y - radius), (x + radius, y + radius))).into_iter()
    }

    /// Distance to an outline in metres, 0 inside; the rank is that of its key.
    pub(crate) fn distance(&self, rank: usize, point: Coord<f64>) -> f64 {
        if self.outlines.position(rank, point) != CoordPos::Outside {
            return 0.0;
        }
        let edges = self.outlines.edges_of(rank);
        edges.map(|(_, a, b)| Euclidean.distance(&Point(point), &Line::new(a, b))).fold(f64::INFINITY, f64::min)
    }
}

fn join(first: Option<Rect<f64>>, second: Option<Rect<f64>>) -> Option<Rect<f64>> {
    let (Some(a), Some(b)) = (first, second) else { return first.or(second) };
    let low = (a.min().x.min(b.min().x), a.min().y.min(b.min().y));
    Some(Rect::new(low, (a.max().x.max(b.max().x), a.max().y.max(b.max().y))))
}

#[cfg(test)]
mod tests;
