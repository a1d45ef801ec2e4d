//! Power diagrams (Laguerre–Voronoi): F. Aurenhammer, "Power diagrams: properties, algorithms and
//! applications", SIAM J. Comput. 16 (1987). A point x belongs to the site i that minimises
//! |x − pᵢ|² − wᵢ. Cells are convex; a cell grows with its weight.

use geo::Coord;

/// Axis-aligned frame that bounds every cell, in the units of the sites.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) min: Coord<f64>,
    pub(super) max: Coord<f64>,
}

/// One convex cell, counter-clockwise.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// Corners; edge `k` goes from corner `k` to the next one.
    pub(super) corners: Vec<Corner>,
}

/// A corner and what lies across the edge that starts there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) at: Coord<f64>,
    /// Site across the edge; `None` on the frame.
    pub(super) across: Option<usize>,
}

/// Sites with, for each, the others by rising distance: weights change often, positions do not.
pub(super) struct Sites {
    points: Vec<Coord<f64>>,
    nearest: Vec<Vec<usize>>,
    frame: Frame,
}

impl Cell {
    /// Area, by the shoelace formula from the first corner (keeps digits far from the origin).
    pub(super) fn area(&self) -> f64 {
        let Some(base) = self.corners.first() else {
            return 0.0;
        };
        self.edges().map(|(from, to, _)| cross(from - base.at, to - base.at)).sum::<f64>() / 2.0
    }

    /// Edges as (start, end, site across).
    pub(super) fn edges(&self) -> impl Iterator<Item = (Coord<f64>, Coord<f64>, Option<usize>)> {
        let next = self.corners.iter().cycle().skip(1);
        self.corners.iter().zip(next).map(|(corner, next)| (corner.at, next.at, corner.across))
    }

    /// Whether `point` lies in the cell, border included.
    pub(super) fn contains(&self, point: Coord<f64>) -> bool {
        !self.corners.is_empty() && self.edges().all(|(from, to, _)| cross(to - from, point - from) >= 0.0)
    }

    fn of_frame(frame: Frame) -> Self {
        let corner = |x, y| Corner { at: Coord { x, y }, across: None };
        Self {
            corners: vec![
                corner(frame.min.x, frame.min.y),
                corner(frame.max.x, frame.min.y),
                corner(frame.max.x, frame.max.y),
                corner(frame.min.x, frame.max.y),
            ],
        }
    }

    /// Keeps the side where `excess` is negative or null; the cut becomes an edge towards `site`.
    fn clip(&mut self, excess: impl Fn(Coord<f64>) -> f64, site: usize) {
        let excesses: Vec<f64> = self.corners.iter().map(|c| excess(c.at)).collect();
        if excesses.iter().all(|e| *e <= 0.0) {
            return;
        }
        let count = self.corners.len();
        let mut kept = Vec::with_capacity(count + 1);
        for k in 0..count {
            let next = (k + 1) % count;
            let (here, there) = (excesses[k], excesses[next]);
            let (from, to) = (self.corners[k], self.corners[next]);
            if here <= 0.0 {
                kept.push(from);
            }
            if (here <= 0.0) != (there <= 0.0) {
                kept.push(Corner {
                    at: from.at + (to.at - from.at) * (here / (here - there)),
                    across: if here <= 0.0 { Some(site) } else { from.across },
                });
            }
        }
        self.corners = kept;
    }

    fn radius_from(&self, point: Coord<f64>) -> f64 {
        self.corners.iter().map(|c| norm(c.at - point)).fold(0.0, f64::max)
    }
}

impl Sites {
    pub(super) fn new(points: Vec<Coord<f64>>, frame: Frame) -> Self {
        let nearest = (0..points.len())
            .map(|i| {
                let mut others: Vec<(f64, usize)> =
                    (0..points.len()).filter(|j| *j != i).map(|j| (norm(points[j] - points[i]), j)).collect();
                others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                others.into_iter().map(|(_, j)| j).collect()
            })
            .collect();
        Self { points, nearest, frame }
    }

    pub(super) fn distance(&self, i: usize, j: usize) -> f64 {
        norm(self.points[j] - self.points[i])
    }

    /// All cells for these weights, in site order; a dominated site has an empty cell.
    pub(super) fn cells(&self, weights: &[f64]) -> Vec<Cell> {
        let heaviest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (0..self.points.len()).map(|i| self.cell(i, weights, heaviest)).collect()
    }

    fn cell(&self, i: usize, weights: &[f64], heaviest: f64) -> Cell {
        let here = self.points[i];
        let mut cell = Cell::of_frame(self.frame);
        let mut radius = cell.radius_from(here);
        for &j in &self.nearest[i] {
            let towards = self.points[j] - here;
            let distance = norm(towards);
            // Even the heaviest site this far away would cut beyond the farthest corner, and the
            // cut only recedes with distance.
            if (distance * distance + weights[i] - heaviest) > 2.0 * distance * radius {
                break;
            }
            let limit = (distance * distance + weights[i] - weights[j]) / 2.0;
            cell.clip(|p| dot(p - here, towards) - limit, j);
            radius = cell.radius_from(here);
        }
        cell
    }
}

pub(super) fn norm(v: Coord<f64>) -> f64 {
    v.x.hypot(v.y)
}

fn dot(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

pub(super) fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}
