//! Who lives near a structure: the share of each IRIS within some distances, by family.
//!
//! The territory is cut in square cells (legal CRS). A cell is near when its centre is; an IRIS is its cells. Discs are
//! stamped on the cells, so the work follows the structures and not the product of structures and cells.

use std::collections::BTreeSet;

use domain::{CodeCommune, Famille};
use geo::{BoundingRect, Coord, MultiPolygon, Rect};

use crate::{Filter, Snapshot, parallel};

/// Side of a cell, metres, where the territory has few enough of them.
const FINEST_M: f64 = 50.0;
/// Cells of a territory, at most: a region is cut more coarsely than a town.
const CELLS_MAX: f64 = 1e6;
/// Families and distances that fit in the bits of a cell.
const FAMILIES: usize = Famille::ALL.len();
/// Distances told at once.
pub const DISTANCES: usize = 2;

/// Share of an IRIS that is near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZoneCoverage {
    /// Rank of the IRIS in the atlas.
    pub iris: usize,
    /// Its cells.
    pub cells: u32,
    /// Among them, those near a structure of any family, for each distance.
    pub near: [u32; DISTANCES],
    /// Those near a structure of each family, in the order of [`Famille::ALL`], for each distance.
    pub families: [[u32; FAMILIES]; DISTANCES],
}

/// What is near, IRIS by IRIS.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// The IRIS of the communes.
    pub zones: Vec<ZoneCoverage>,
}

/// Cells over a box.
struct Lattice {
    origin: Coord<f64>,
    side: f64,
    columns: usize,
    rows: usize,
}

impl Snapshot {
    /// How much of each IRIS of some communes lies within each distance (metres, growing) of a structure.
    pub fn coverage(&self, communes: &BTreeSet<CodeCommune>, distances: [f64; DISTANCES]) -> Coverage {
        let iris: Vec<(usize, &MultiPolygon<f64>)> = self
            .atlas()
            .iris
            .iter()
            .enumerate()
            .filter(|(_, iris)| communes.contains(&iris.code_commune))
            .map(|(rank, iris)| (rank, &iris.contour))
            .collect();
        let bounds = iris.iter().filter_map(|(_, outline)| outline.bounding_rect()).reduce(union);
        let Some(lattice) = bounds.map(Lattice::over) else {
            return Coverage { cell_m: FINEST_M, zones: Vec::new() };
        };
        let mut cells = vec![0_u16; lattice.columns * lattice.rows];
        self.stamp_all(&lattice, &mut cells, distances);
        let zones = parallel::map_runs(&iris, parallel::threads(iris.len() * 64), |run| {
            run.iter().map(|(rank, outline)| lattice.count(*rank, outline, &cells)).collect::<Vec<_>>()
        });
        Coverage { cell_m: lattice.side, zones: zones.concat() }
    }

    /// Each thread stamps a band of rows, with the structures that reach it.
    fn stamp_all(&self, lattice: &Lattice, cells: &mut [u16], distances: [f64; DISTANCES]) {
        let admission = self.compile(&Filter::default().with_ring());
        let reach = distances.into_iter().fold(0.0, f64::max);
        let rows = lattice.rows.div_ceil(parallel::threads(cells.len())).max(1);
        let stamp = |band: &Lattice, cells: &mut [u16]| {
            self.points().in_box(band.bounds(reach), |place, _| {
                let code = self.code_at(place).filter(|code| code.is_precise() && admission.admits(*code));
                let Some((code, placed)) = code.zip(self.points().placed().get(place)) else { return };
                for (rank, distance) in distances.into_iter().enumerate() {
                    band.stamp(cells, (placed.at, distance), 1 << (usize::from(code.famille) + rank * FAMILIES));
                }
            });
        };
        let stamp = &stamp;
        std::thread::scope(|scope| {
            for (rank, cells) in cells.chunks_mut(rows * lattice.columns).enumerate() {
                let band = lattice.band(rank * rows, cells.len() / lattice.columns);
                scope.spawn(move || stamp(&band, cells));
            }
        });
    }
}

impl Lattice {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by CELLS_MAX")]
    fn over(bounds: Rect<f64>) -> Self {
        let side = (bounds.width() * bounds.height() / CELLS_MAX).sqrt().max(FINEST_M);
        // Whole multiples of the side: the same place falls in the same cell whatever the territory, at the finest.
        let origin = Coord { x: (bounds.min().x / side).floor() * side, y: (bounds.min().y / side).floor() * side };
        let count = |from: f64, to: f64| ((to - from) / side).floor() as usize + 1;
        Self { origin, side, columns: count(origin.x, bounds.max().x), rows: count(origin.y, bounds.max().y) }
    }

    /// Some of its rows.
    fn band(&self, first: usize, rows: usize) -> Self {
        let origin = Coord { x: self.origin.x, y: self.origin.y + first as f64 * self.side };
        Self { origin, side: self.side, columns: self.columns, rows }
    }

    fn bounds(&self, margin: f64) -> Rect<f64> {
        let by = Coord { x: margin, y: margin };
        let size = Coord { x: self.columns as f64 * self.side, y: self.rows as f64 * self.side };
        Rect::new(self.origin - by, self.origin + size + by)
    }

    /// Columns or rows whose centres lie between two coordinates.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the lattice")]
    fn span(&self, origin: f64, count: usize, (from, to): (f64, f64)) -> std::ops::Range<usize> {
        let rank = |at: f64| ((at - origin) / self.side - 0.5).clamp(-1.0, count as f64);
        // Casts cut towards zero: `floor(x + 1)` without a call, twice a row.
        let low = (rank(from) + 1.0).max(0.0);
        // Of a whole number, the one before: `ceil(x) - 1`.
        let cut = low as usize;
        let low = if low > cut as f64 { cut } else { cut.saturating_sub(1) };
        let high = (rank(to) + 1.0) as usize;
        low.min(count)..high.clamp(low.min(count), count)
    }

    fn stamp(&self, cells: &mut [u16], (at, radius): (Coord<f64>, f64), bit: u16) {
        for row in self.span(self.origin.y, self.rows, (at.y - radius, at.y + radius)) {
            let dy = self.origin.y + (row as f64 + 0.5) * self.side - at.y;
            let half = (radius * radius - dy * dy).max(0.0).sqrt();
            let columns = self.span(self.origin.x, self.columns, (at.x - half, at.x + half));
            let start = row * self.columns;
            if let Some(run) = cells.get_mut(start + columns.start..start + columns.end) {
                for cell in run {
                    *cell |= bit;
                }
            }
        }
    }

    /// Cells whose centre an outline holds (even-odd rule), and those that are near.
    fn count(&self, iris: usize, outline: &MultiPolygon<f64>, cells: &[u16]) -> ZoneCoverage {
        let mut found = ZoneCoverage { iris, cells: 0, near: [0; DISTANCES], families: [[0; FAMILIES]; DISTANCES] };
        let Some(bounds) = outline.bounding_rect() else { return found };
        let rows = self.span(self.origin.y, self.rows, (bounds.min().y, bounds.max().y));
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
        for polygon in outline {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                for edge in ring.lines() {
                    self.cross((edge.start, edge.end), rows.start, &mut crossings);
                }
            }
        }
        for (row, mut xs) in rows.zip(crossings) {
            xs.sort_unstable_by(f64::total_cmp);
            for inside in xs.chunks_exact(2) {
                let columns = self.span(self.origin.x, self.columns, (inside[0], inside[1]));
                let start = row * self.columns;
                for cell in cells.get(start + columns.start..start + columns.end).into_iter().flatten() {
                    found.add(*cell);
                }
            }
        }
        if found.cells == 0 {
            // Smaller than a cell: the one of its middle.
            let middle = bounds.center();
            let near = |at: f64, origin: f64, count: usize| {
                self.span(origin, count, (at - self.side / 2.0, at + self.side / 2.0)).next()
            };
            let place = near(middle.y, self.origin.y, self.rows).zip(near(middle.x, self.origin.x, self.columns));
            let cell = place.and_then(|(row, column)| cells.get(row * self.columns + column));
            if let Some(cell) = cell {
                found.add(*cell);
            }
        }
        found
    }

    /// Where an edge crosses the lines through the centres of the rows; its upper end is not of it.
    fn cross(&self, (a, b): (Coord<f64>, Coord<f64>), first: usize, crossings: &mut [Vec<f64>]) {
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        for row in self.span(self.origin.y, self.rows, (low.y, high.y)) {
            let y = self.origin.y + (row as f64 + 0.5) * self.side;
            if low.y <= y && y < high.y {
                let x = low.x + (high.x - low.x) * (y - low.y) / (high.y - low.y);
                let slot = row.checked_sub(first).and_then(|row| crossings.get_mut(row));
                if let Some(row) = slot {
                    row.push(x);
                }
            }
        }
    }
}

impl ZoneCoverage {
    fn add(&mut self, cell: u16) {
        self.cells += 1;
        for (rank, (near, families)) in self.near.iter_mut().zip(&mut self.families).enumerate() {
            let bits = (cell >> (rank * FAMILIES)) & ((1 << FAMILIES) - 1);
            *near += u32::from(bits != 0);
            for (family, count) in families.iter_mut().enumerate() {
                *count += u32::from((bits >> family) & 1);
            }
        }
    }
}

fn union(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let (low, high) = (a.min(), a.max());
    Rect::new(
        Coord { x: low.x.min(b.min().x), y: low.y.min(b.min().y) },
        Coord { x: high.x.max(b.max().x), y: high.y.max(b.max().y) },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Intersects, Point};
    use test_support::sample_atlas;

    /// The same by its definition: every cell, every structure.
    fn by_definition(snapshot: &Snapshot, found: &Coverage, distances: [f64; DISTANCES]) -> Vec<ZoneCoverage> {
        let atlas = snapshot.atlas();
        let outlines = found.zones.iter().map(|zone| &atlas.iris[zone.iris].contour);
        let lattice = Lattice::over(outlines.filter_map(BoundingRect::bounding_rect).reduce(union).unwrap());
        let precise: Vec<(Coord<f64>, usize)> = atlas
            .structures
            .iter()
            .filter(|row| row.qualite_position.est_precise())
            .filter_map(|row| {
                let family = Famille::ALL.iter().position(|one| *one == row.famille)?;
                row.position.map(|position| (Coord { x: position.x, y: position.y }, family))
            })
            .collect();
        let zone = |zone: &ZoneCoverage| {
            let mut expected =
                ZoneCoverage { iris: zone.iris, cells: 0, near: [0; DISTANCES], families: [[0; FAMILIES]; DISTANCES] };
            for row in 0..lattice.rows {
                for column in 0..lattice.columns {
                    let centre = Coord {
                        x: lattice.origin.x + (column as f64 + 0.5) * lattice.side,
                        y: lattice.origin.y + (row as f64 + 0.5) * lattice.side,
                    };
                    if !atlas.iris[zone.iris].contour.intersects(&Point(centre)) {
                        continue;
                    }
                    let mut bits = 0;
                    for (rank, distance) in distances.into_iter().enumerate() {
                        for (at, family) in &precise {
                            if (at.x - centre.x).hypot(at.y - centre.y) <= distance {
                                bits |= 1 << (family + rank * FAMILIES);
                            }
                        }
                    }
                    expected.add(bits);
                }
            }
            expected
        };
        found.zones.iter().map(zone).collect()
    }

    #[test]
    fn stamps_are_the_definition() {
        for seed in 0..4 {
            let snapshot = Snapshot::build(sample_atlas(seed)).unwrap();
            let communes: BTreeSet<CodeCommune> =
                snapshot.atlas().communes.iter().filter(|row| !row.couronne).map(|row| row.code.clone()).collect();
            // Small enough to be told apart on the sample's towns.
            let distances = [130.0, 400.0];
            let found = snapshot.coverage(&communes, distances);
            assert!(found.zones.iter().any(|zone| zone.near[0] > 0 && zone.near[0] < zone.near[1]), "{found:?}");
            assert_eq!(found.zones, by_definition(&snapshot, &found, distances));
        }
    }

    #[test]
    fn nothing_is_near_nowhere() {
        let snapshot = Snapshot::build(sample_atlas(1)).unwrap();
        assert!(snapshot.coverage(&BTreeSet::new(), [500.0, 1000.0]).zones.is_empty());
    }

    #[test]
    fn a_zone_smaller_than_a_cell_is_the_cell_of_its_middle() {
        let lattice = Lattice::over(Rect::new((0.0, 0.0), (500.0, 500.0)));
        let small = MultiPolygon(vec![Rect::new((101.0, 101.0), (109.0, 109.0)).to_polygon()]);
        let mut cells = vec![0_u16; lattice.columns * lattice.rows];
        lattice.stamp(&mut cells, (Coord { x: 130.0, y: 130.0 }, 60.0), 1);
        let found = lattice.count(0, &small, &cells);
        assert_eq!((found.cells, found.near), (1, [1, 0]));
    }
}
