use super::*;
use geo::Rect;
use proptest::prelude::*;

/// Points on a small lattice, so that equal points and equal distances are common, or spread at will.
fn placed() -> impl Strategy<Value = Vec<Placed>> {
    let lattice = (0..12, 0..12).prop_map(|(x, y)| Coord { x: f64::from(x), y: f64::from(y) });
    let free = (0.0..12.0, 0.0..12.0).prop_map(|(x, y)| Coord { x, y });
    let points = proptest::collection::vec(prop_oneof![lattice, free], 0..300);
    points.prop_map(|points| (0..).zip(points).map(|(rank, at)| Placed { at, rank }).collect())
}

fn squared(at: Coord<f64>, centre: Coord<f64>) -> f64 {
    (at.x - centre.x).powi(2) + (at.y - centre.y).powi(2)
}

proptest! {
    #[test]
    fn nearest_equals_a_sort(placed in placed(), (x, y) in (-2_i32..14, -2_i32..14), k in 0_usize..40, step in 1_u32..4) {
        let centre = Coord { x: f64::from(x), y: f64::from(y) };
        let points = Points::pack(placed.clone());
        let found = points.nearest(centre, k, |place| points.placed()[place].rank.is_multiple_of(step));
        let mut wanted: Vec<_> = placed
            .iter()
            .filter(|placed| placed.rank.is_multiple_of(step))
            .map(|placed| Found { rank: placed.rank, squared: squared(placed.at, centre) })
            .collect();
        wanted.sort_by(|a, b| a.squared.total_cmp(&b.squared).then(a.rank.cmp(&b.rank)));
        wanted.truncate(k);
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn circles_equal_a_scan(placed in placed(), (x, y) in (-2_i32..14, -2_i32..14), radius in 0_i32..16) {
        let (centre, radius) = (Coord { x: f64::from(x), y: f64::from(y) }, f64::from(radius));
        let points = Points::pack(placed.clone());
        let mut found = Vec::new();
        points.within(centre, radius, |place, one| {
            assert_eq!(points.placed()[place].rank, one.rank);
            found.push(one.rank);
        });
        found.sort_unstable();
        let inside = |placed: &&Placed| squared(placed.at, centre) <= radius * radius;
        let wanted: Vec<_> = placed.iter().filter(inside).map(|placed| placed.rank).collect();
        prop_assert_eq!(points.count_within(centre, radius), wanted.len());
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn boxes_equal_a_scan(placed in placed(), a in (-1_i32..14, -1_i32..14), b in (-1_i32..14, -1_i32..14)) {
        let corner = |(x, y): (i32, i32)| Coord { x: f64::from(x), y: f64::from(y) };
        let bounds = Rect::new(corner(a), corner(b));
        let mut found = Vec::new();
        Points::pack(placed.clone()).in_box(bounds, |_, rank| found.push(rank));
        found.sort_unstable();
        let inside = |placed: &&Placed| {
            let (low, high) = (bounds.min(), bounds.max());
            (low.x..=high.x).contains(&placed.at.x) && (low.y..=high.y).contains(&placed.at.y)
        };
        let wanted: Vec<_> = placed.iter().filter(inside).map(|placed| placed.rank).collect();
        prop_assert_eq!(found, wanted);
    }
}

#[test]
fn nothing_is_found_among_nothing() {
    let none = Points::pack(Vec::new());
    assert!(none.is_empty());
    assert_eq!(none.count_within(Coord { x: 0.0, y: 0.0 }, 10.0), 0);
    assert!(none.nearest(Coord { x: 0.0, y: 0.0 }, 3, |_| true).is_empty());
}
