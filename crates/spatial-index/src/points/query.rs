//! Queries. Distances are compared squared; `place` is the position of a point among [`Points::placed`].

use std::collections::BinaryHeap;

use geo::{Coord, Rect};

use super::build::nodes;
use super::{Box4, Placed, Points};

/// A point found: its rank and the square of its distance, square metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Rank in the caller's order.
    pub rank: u32,
    /// Squared distance.
    pub squared: f64,
}

/// A node with its points.
#[derive(Debug, Clone, Copy)]
struct Node {
    rank: usize,
    depth: u32,
    first: usize,
    end: usize,
}

impl Node {
    /// The halves, as the bulk load cut them.
    fn halves(self) -> (Self, Self) {
        let middle = self.first + (self.end - self.first) / 2;
        let (low, high) = (self.rank + 1, self.rank + 1 + nodes(self.depth - 1));
        let depth = self.depth - 1;
        (Self { rank: low, depth, end: middle, ..self }, Self { rank: high, depth, first: middle, ..self })
    }
}

/// Where a box stands to the shape searched.
enum Meets {
    Apart,
    Partly,
    Wholly,
}

impl Points {
    /// Visits the points within `radius` metres of `centre`, the circle included, in the order of the leaves.
    pub fn within(&self, centre: Coord<f64>, radius: f64, mut visit: impl FnMut(usize, Found)) {
        let limit = radius * radius;
        let meets = |bounds: &Box4| circle_meets(bounds, centre, limit);
        self.walk(meets, |first, placed, _| {
            for (place, Placed { at, rank }) in (first..).zip(placed) {
                let squared = squared(*at, centre);
                if squared <= limit {
                    visit(place, Found { rank: *rank, squared });
                }
            }
        });
    }

    /// Number of points within `radius` metres of `centre`, the circle included; boxes wholly inside
    /// are counted without a look at their points.
    pub fn count_within(&self, centre: Coord<f64>, radius: f64) -> usize {
        let limit = radius * radius;
        let mut count = 0;
        self.walk(
            |bounds| circle_meets(bounds, centre, limit),
            |_, placed, whole| {
                count += if whole {
                    placed.len()
                } else {
                    // Sums without a branch: half of the points of these leaves are out.
                    placed.iter().map(|placed| usize::from(squared(placed.at, centre) <= limit)).sum()
                };
            },
        );
        count
    }

    /// Visits the points in a box, borders included.
    pub fn in_box(&self, bounds: Rect<f64>, mut visit: impl FnMut(usize, u32)) {
        let (low, high) = (bounds.min(), bounds.max());
        let holds = |at: Coord<f64>| at.x >= low.x && at.x <= high.x && at.y >= low.y && at.y <= high.y;
        let meets = |[west, south, east, north]: &Box4| {
            if *east < low.x || *west > high.x || *north < low.y || *south > high.y {
                Meets::Apart
            } else if holds(Coord { x: *west, y: *south }) && holds(Coord { x: *east, y: *north }) {
                Meets::Wholly
            } else {
                Meets::Partly
            }
        };
        self.walk(meets, |first, placed, whole| {
            for (place, Placed { at, rank }) in (first..).zip(placed) {
                if whole || holds(*at) {
                    visit(place, *rank);
                }
            }
        });
    }

    /// The `k` nearest points that `admits` (by place) lets in: by distance, then by rank.
    pub fn nearest(&self, centre: Coord<f64>, k: usize, admits: impl Fn(usize) -> bool) -> Vec<Found> {
        // Squares of reals are not negative: their bits sort as they do.
        let mut best: BinaryHeap<(u64, u32)> = BinaryHeap::with_capacity(k.min(self.len()) + 1);
        let mut stack: Vec<(f64, Node)> = Vec::with_capacity(2 * self.depth as usize + 2);
        stack.extend(self.root().map(|root| (0.0, root)));
        let mut worst = if k == 0 { -1.0 } else { f64::INFINITY };
        while let Some((distance, mut node)) = stack.pop() {
            if distance > worst {
                continue;
            }
            while node.depth > 0 {
                let (low, high) = node.halves();
                let (to_low, to_high) = (self.reach(low, centre), self.reach(high, centre));
                let (near, far) = if to_low <= to_high { (low, (to_high, high)) } else { (high, (to_low, low)) };
                if far.0 <= worst {
                    stack.push(far);
                }
                node = near;
            }
            for (place, Placed { at, rank }) in (node.first..).zip(self.points_of(node)) {
                let squared = squared(*at, centre);
                if squared <= worst && admits(place) {
                    best.push((squared.to_bits(), *rank));
                    if best.len() > k {
                        best.pop();
                    }
                    if best.len() == k {
                        worst = best.peek().map_or(worst, |(bits, _)| f64::from_bits(*bits));
                    }
                }
            }
        }
        let sorted = best.into_sorted_vec().into_iter();
        sorted.map(|(bits, rank)| Found { rank, squared: f64::from_bits(bits) }).collect()
    }

    fn root(&self) -> Option<Node> {
        (!self.is_empty()).then_some(Node { rank: 0, depth: self.depth, first: 0, end: self.placed.len() })
    }

    fn points_of(&self, node: Node) -> &[Placed] {
        self.placed.get(node.first..node.end).unwrap_or_default()
    }

    fn reach(&self, node: Node, centre: Coord<f64>) -> f64 {
        self.boxes.get(node.rank).map_or(f64::INFINITY, |bounds| nearest_of(bounds, centre))
    }

    /// Gives `visit` the points of every leaf that the shape meets, and of every box wholly inside it.
    fn walk(&self, meets: impl Fn(&Box4) -> Meets, mut visit: impl FnMut(usize, &[Placed], bool)) {
        let mut stack: Vec<Node> = Vec::with_capacity(self.depth as usize + 2);
        stack.extend(self.root());
        while let Some(node) = stack.pop() {
            let Some(bounds) = self.boxes.get(node.rank) else { continue };
            match meets(bounds) {
                Meets::Apart => {}
                Meets::Wholly => visit(node.first, self.points_of(node), true),
                Meets::Partly if node.depth == 0 => visit(node.first, self.points_of(node), false),
                Meets::Partly => {
                    let (low, high) = node.halves();
                    stack.push(high);
                    stack.push(low);
                }
            }
        }
    }
}

fn squared(at: Coord<f64>, centre: Coord<f64>) -> f64 {
    let (dx, dy) = (at.x - centre.x, at.y - centre.y);
    dx * dx + dy * dy
}

/// Squared distance to a box; no point of the box is nearer, rounding included.
fn nearest_of([west, south, east, north]: &Box4, centre: Coord<f64>) -> f64 {
    let dx = (west - centre.x).max(centre.x - east).max(0.0);
    let dy = (south - centre.y).max(centre.y - north).max(0.0);
    dx * dx + dy * dy
}

fn circle_meets(bounds: &Box4, centre: Coord<f64>, limit: f64) -> Meets {
    if nearest_of(bounds, centre) > limit {
        return Meets::Apart;
    }
    let [west, south, east, north] = bounds;
    let dx = (centre.x - west).abs().max((east - centre.x).abs());
    let dy = (centre.y - south).abs().max((north - centre.y).abs());
    if dx * dx + dy * dy <= limit { Meets::Wholly } else { Meets::Partly }
}
