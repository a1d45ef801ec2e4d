use super::*;
use geo::{Centroid, CoordinatePosition, LineString, LinesIter, MapCoords, Polygon, polygon};
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

/// An irregular outline on whole coordinates, so that points fall on vertices and edges often: a star
/// around a centre, sometimes with a hole, sometimes with a second part that touches or overlaps it.
fn outline() -> impl Strategy<Value = MultiPolygon<f64>> {
    let spokes = proptest::collection::vec(2_i32..12, 3..9);
    let star = |(x, y): (i32, i32), spokes: &[i32]| -> LineString<f64> {
        let step = std::f64::consts::TAU / spokes.len() as f64;
        let at = |(rank, reach): (usize, &i32)| {
            let (sin, cos) = (rank as f64 * step).sin_cos();
            Coord {
                x: f64::from(x) + (cos * f64::from(*reach)).round(),
                y: f64::from(y) + (sin * f64::from(*reach)).round(),
            }
        };
        spokes.iter().enumerate().map(at).collect()
    };
    ((0..40, 0..40), spokes.clone(), any::<bool>(), any::<bool>(), (0..40, 0..40), spokes).prop_map(
        move |(at, spokes, holed, doubled, other, more)| {
            let hole = star(at, &spokes.iter().map(|reach| reach / 2).collect::<Vec<_>>());
            let mut parts = vec![Polygon::new(star(at, &spokes), if holed { vec![hole] } else { Vec::new() })];
            if doubled {
                parts.push(Polygon::new(star(other, &more), Vec::new()));
            }
            MultiPolygon(parts)
        },
    )
}

/// What the rule says, by the definition: every outline in turn, with `geo`'s own test.
fn by_definition(zones: &[(u32, MultiPolygon<f64>)], point: Coord<f64>) -> Located<'_, u32> {
    let positions = zones.iter().map(|(key, outline)| (key, outline.coordinate_position(&point)));
    let mut holding: Vec<_> = positions.filter(|(_, position)| *position != CoordPos::Outside).collect();
    holding.sort_by_key(|(key, _)| **key);
    match holding.as_slice() {
        [] => Located::Nowhere,
        [(key, CoordPos::Inside)] => Located::Inside(key),
        [(key, _), ..] => Located::Boundary(key),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn equals_the_definition_on_vertices_edges_holes_and_overlaps(
        outlines in proptest::collection::vec(outline(), 1..12),
        free in proptest::collection::vec((-15.0..55.0, -15.0..55.0), 50),
        shift in proptest::sample::select(vec![0.0, 6_850_000.25, -3.0e6]),
    ) {
        let moved = |outline: MultiPolygon<f64>| outline.map_coords(|c| Coord { x: c.x + shift, y: c.y + shift });
        let zones: Vec<_> = (0..).zip(outlines.into_iter().map(moved)).collect();
        let index = ZoneIndex::new(zones.iter().rev().cloned());
        let lattice = (-14..54).flat_map(|x| (-14..54).map(move |y| (f64::from(x), f64::from(y))));
        let halves = zones.iter().flat_map(|(_, outline)| outline.lines_iter()).map(|line| line.centroid().0);
        let points: Vec<Coord<f64>> = lattice
            .chain(free)
            .map(|(x, y)| Coord { x: x + shift, y: y + shift })
            .chain(halves)
            .collect();
        let together = index.locate_all(&points);
        for (point, found) in points.iter().zip(&together) {
            prop_assert_eq!(*found, by_definition(&zones, *point), "at {:?}", point);
            prop_assert_eq!(*found, index.locate(*point));
        }
    }

    #[test]
    fn distances_equal_the_definition(
        outlines in proptest::collection::vec(outline(), 1..12),
        (x, y) in (-15.0..55.0, -15.0..55.0),
        radius in 0.0..20.0,
    ) {
        let zones: Vec<_> = (0_u32..).zip(outlines).collect();
        let index = ZoneIndex::new(zones.iter().cloned());
        let point = Coord { x, y };
        let distance = |outline: &MultiPolygon<f64>| match outline.coordinate_position(&point) {
            CoordPos::Outside => outline
                .lines_iter()
                .map(|line| Euclidean.distance(&Point(point), &line))
                .fold(f64::INFINITY, f64::min),
            _ => 0.0,
        };
        let near: Vec<_> = zones.iter().filter(|(_, outline)| distance(outline) <= radius).map(|(key, _)| key).collect();
        prop_assert_eq!(index.within(point, radius), near.clone());
        let nearest = near.into_iter().min_by(|a, b| {
            distance(&zones[**a as usize].1).total_cmp(&distance(&zones[**b as usize].1)).then(a.cmp(b))
        });
        prop_assert_eq!(index.nearest_within(point, radius, |_| true), nearest);
    }
}

#[test]
fn no_zone_and_empty_outlines_hold_nothing() {
    let none: ZoneIndex<u32> = ZoneIndex::new([]);
    assert_eq!(none.locate(Coord { x: 0.0, y: 0.0 }), Located::Nowhere);
    let empty = ZoneIndex::new([(1, MultiPolygon(Vec::new())), (2, square(0.0, 0.0, 1.0))]);
    assert_eq!(empty.locate(Coord { x: 0.5, y: 0.5 }), Located::Inside(&2));
    assert_eq!(empty.nearest_within(Coord { x: 3.0, y: 0.5 }, 2.0, |_| true), Some(&2));
}
