//! Bulk load: halves by the median along the longer side, the two halves of the top levels in parallel.

use std::cmp::Ordering;
use std::thread::scope;

use super::{Box4, LEAF, Placed, Points};
use crate::parallel;

impl Points {
    /// Packs points; the layout is the same whatever the number of threads.
    pub fn pack(mut placed: Vec<Placed>) -> Self {
        let mut depth = 0;
        while (placed.len() >> depth) > LEAF {
            depth += 1;
        }
        let mut boxes = vec![[0.0; 4]; nodes(depth)];
        let threads = parallel::threads(placed.len());
        split(&mut placed, &mut boxes, (depth, threads));
        Self { placed, boxes, depth }
    }
}

/// Nodes of a subtree with `depth` levels under its root.
pub(super) const fn nodes(depth: u32) -> usize {
    (2 << depth) - 1
}

fn split(placed: &mut [Placed], boxes: &mut [Box4], (depth, threads): (u32, usize)) {
    let bounds = bounds(placed);
    let Some((root, below)) = boxes.split_first_mut() else { return };
    *root = bounds;
    if depth == 0 {
        return;
    }
    let middle = placed.len() / 2;
    let [west, south, east, north] = bounds;
    if middle < placed.len() {
        if east - west >= north - south {
            placed.select_nth_unstable_by(middle, |a, b| by(a, b, |placed| placed.at.x));
        } else {
            placed.select_nth_unstable_by(middle, |a, b| by(a, b, |placed| placed.at.y));
        }
    }
    let (low, high) = placed.split_at_mut(middle);
    let (first, second) = below.split_at_mut(nodes(depth - 1));
    if threads > 1 {
        let share = (depth - 1, threads / 2);
        scope(|scope| {
            scope.spawn(move || split(low, first, share));
            split(high, second, (depth - 1, threads - threads / 2));
        });
    } else {
        split(low, first, (depth - 1, 1));
        split(high, second, (depth - 1, 1));
    }
}

/// Total order, so that the halves depend on nothing but the points.
fn by(a: &Placed, b: &Placed, side: impl Fn(&Placed) -> f64) -> Ordering {
    side(a).total_cmp(&side(b)).then_with(|| a.rank.cmp(&b.rank))
}

fn bounds(placed: &[Placed]) -> Box4 {
    let none = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    placed.iter().fold(none, |[west, south, east, north], Placed { at, .. }| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    })
}
