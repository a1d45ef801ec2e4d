//! Outlines on a jittered lattice, Lambert-93 metres: neighbours share their vertices, so they tile the country.

use geo::Coord;

use crate::economy::random::Random;

/// Middle of the country: inland, far from the bounds of the projection.
const MIDDLE: Coord<f64> = Coord { x: 640_000.0, y: 6_580_000.0 };
/// Width of a commune, as the median one of France.
const CELL_M: f64 = 4_000.0;
/// How far a corner moves, share of the width.
const CORNER: f64 = 0.15;
/// How far a vertex leaves the side, share of the width: every outline stays star-shaped around its middle.
const MEANDER: f64 = 0.01;

/// The lattice of a country.
#[derive(Debug, Clone, Copy)]
pub struct Lattice {
    /// Seed of the jitter.
    pub seed: u64,
    /// Communes in a row.
    pub columns: u64,
}

/// The outline of a cell.
#[derive(Debug, Clone)]
pub struct Cell {
    /// A point that sees every vertex.
    pub middle: Coord<f64>,
    /// Vertices, counter-clockwise, not closed.
    pub ring: Vec<Coord<f64>>,
}

impl Lattice {
    /// The outline of a cell, from its column and row.
    pub fn cell(&self, column: u64, row: u64) -> Cell {
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
        let places = corners.map(|corner| self.corner(corner));
        let sum = places.iter().fold(Coord::zero(), |sum, place| sum + *place);
        let mut ring = Vec::with_capacity(60);
        for side in 0..4 {
            let next = (side + 1) % 4;
            let forward = side < 2;
            let (from, to) = if forward { (corners[side], corners[next]) } else { (corners[next], corners[side]) };
            let mut points = self.side(from, to);
            if forward {
                points.pop();
            } else {
                points.reverse();
                points.pop();
            }
            ring.extend(points);
        }
        Cell { middle: sum / 4.0, ring }
    }

    /// Both ends and what is between, the same whichever neighbour asks.
    fn side(&self, from: (u64, u64), to: (u64, u64)) -> Vec<Coord<f64>> {
        let (start, end) = (self.corner(from), self.corner(to));
        let upright = u64::from(from.0 == to.0);
        let mut random = self.random(from, 1 + upright);
        let pieces = random.between(5, 12);
        let across = Coord { x: start.y - end.y, y: end.x - start.x };
        let mut points = vec![start];
        for piece in 1..pieces {
            let along = f64::from(piece) / f64::from(pieces);
            let away = (2.0 * random.unit() - 1.0) * MEANDER;
            points.push(centimetre(start + (end - start) * along + across * away));
        }
        points.push(end);
        points
    }

    fn corner(&self, (column, row): (u64, u64)) -> Coord<f64> {
        let mut random = self.random((column, row), 0);
        let half = self.columns as f64 / 2.0;
        let mut place = |rank: u64| (rank as f64 - half + (2.0 * random.unit() - 1.0) * CORNER) * CELL_M;
        let (x, y) = (place(column), place(row));
        centimetre(MIDDLE + Coord { x, y })
    }

    fn random(&self, (column, row): (u64, u64), kind: u64) -> Random {
        let place = (column << 34) | (row << 4) | kind;
        Random::new(self.seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15), "lattice")
    }
}

/// Coordinates that the outlines and the tables write alike.
pub fn centimetre(point: Coord<f64>) -> Coord<f64> {
    Coord { x: (point.x * 100.0).round() / 100.0, y: (point.y * 100.0).round() / 100.0 }
}
