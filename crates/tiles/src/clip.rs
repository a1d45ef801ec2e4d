//! A ring cut to a tile and its margin (Sutherland and Hodgman, one side after the other).
//!
//! A cut falls on the same place whichever way an edge is walked, so two neighbours that share an edge are cut alike.

use geo::Coord;

use crate::grid::EXTENT;

/// Margin drawn around a tile, so that the stroke of an outline is not seen at its side: 8 pixels of 512.
pub(crate) const MARGIN: i32 = 64;

/// The ring in the tile, open; fewer than three vertices when nothing of it is there.
pub(crate) fn clip(ring: Vec<Coord<i32>>) -> Vec<Coord<i32>> {
    let (low, high) = (-MARGIN, EXTENT.cast_signed() + MARGIN);
    let inside = |value: i32| (low..=high).contains(&value);
    if ring.iter().all(|at| inside(at.x) && inside(at.y)) {
        return ring;
    }
    let swapped = |at: Coord<i32>| Coord { x: at.y, y: at.x };
    let mut ring = cut(&ring, low, |x| x >= low);
    ring = cut(&ring, high, |x| x <= high);
    ring = ring.into_iter().map(swapped).collect();
    ring = cut(&ring, low, |y| y >= low);
    ring = cut(&ring, high, |y| y <= high);
    ring.into_iter().map(swapped).collect()
}

/// The part of a ring on the side of the line `x = at` that `keeps` says.
fn cut(ring: &[Coord<i32>], at: i32, keeps: impl Fn(i32) -> bool) -> Vec<Coord<i32>> {
    let Some(mut former) = ring.last().copied() else { return Vec::new() };
    let mut kept = Vec::with_capacity(ring.len() + 4);
    for &vertex in ring {
        if keeps(former.x) != keeps(vertex.x) {
            kept.push(crossing(former, vertex, at));
        }
        if keeps(vertex.x) {
            kept.push(vertex);
        }
        former = vertex;
    }
    kept
}

#[expect(clippy::cast_possible_truncation, reason = "between two coordinates of 32 bits")]
fn crossing(a: Coord<i32>, b: Coord<i32>, at: i32) -> Coord<i32> {
    let (a, b) = if (a.x, a.y) <= (b.x, b.y) { (a, b) } else { (b, a) };
    let (run, rise) = (i64::from(b.x) - i64::from(a.x), i64::from(b.y) - i64::from(a.y));
    // Never level: a and b are on the two sides of the line.
    let along = (i128::from(rise) * i128::from(i64::from(at) - i64::from(a.x))).div_euclid(i128::from(run.max(1)));
    Coord { x: at, y: (i64::from(a.y) + along as i64) as i32 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ring(corners: &[(i32, i32)]) -> Vec<Coord<i32>> {
        corners.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
    }

    /// Twice the signed area.
    fn area(ring: &[Coord<i32>]) -> i64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)).sum()
    }

    #[test]
    fn what_is_inside_stays_as_it_is_and_what_is_outside_goes() {
        let inside = ring(&[(0, 0), (100, 0), (100, 100)]);
        assert_eq!(clip(inside.clone()), inside);
        assert!(clip(ring(&[(9_000, 0), (9_100, 0), (9_100, 100)])).len() < 3);
    }

    #[test]
    fn a_ring_around_the_tile_becomes_its_frame() {
        let side = i64::from(EXTENT) + 2 * i64::from(MARGIN);
        let around = ring(&[(-90_000, -90_000), (90_000, -90_000), (90_000, 90_000), (-90_000, 90_000)]);
        assert_eq!(area(&clip(around)), 2 * side * side);
    }

    proptest! {
        #[test]
        fn an_edge_is_cut_at_the_same_place_both_ways(
            a in (-100_000_i32..-64, any::<i16>()),
            b in (-63_i32..100_000, any::<i16>()),
        ) {
            let (a, b) = (Coord { x: a.0, y: i32::from(a.1) }, Coord { x: b.0, y: i32::from(b.1) });
            let there = crossing(a, b, -MARGIN);
            prop_assert_eq!(there, crossing(b, a, -MARGIN));
            prop_assert!(there.y >= a.y.min(b.y) && there.y <= a.y.max(b.y));
        }

        #[test]
        fn two_halves_of_a_square_cover_its_part_of_the_tile(
            at in (-3_000_i32..7_000, -3_000_i32..7_000),
            side in 1_i32..9_000,
        ) {
            // A square cut along its diagonal: the two triangles, cut to the tile, have its area and no more.
            let ((x, y), to) = (at, side);
            let square = clip(ring(&[(x, y), (x + to, y), (x + to, y + to), (x, y + to)]));
            let upper = clip(ring(&[(x, y), (x + to, y), (x + to, y + to)]));
            let lower = clip(ring(&[(x, y), (x + to, y + to), (x, y + to)]));
            prop_assert_eq!(area(&square), area(&upper) + area(&lower));
        }
    }
}
