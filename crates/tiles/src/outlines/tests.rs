use fast_mvt::{MvtGeometry, MvtReaderRef, MvtTileBuilder};
use geo::Polygon;
use proptest::prelude::*;

use super::*;
use crate::grid::MAX_ZOOM;

/// Zones side by side that cover a square of degrees: shared borders are the same vertices, walked both ways.
struct Country {
    zones: Vec<MultiPolygon<f64>>,
}

const SIDE: usize = 6;
const WIGGLES: usize = 7;
const SOUTH_WEST: (f64, f64) = (2.0, 48.0);

impl Country {
    /// Corners of a grid moved about, and borders that wind between them.
    fn new(moves: &[f64]) -> Self {
        let drawn = |rank: usize| moves[rank % moves.len()] - 0.5;
        let corner = |column: usize, row: usize| {
            let rank = row * (SIDE + 1) + column;
            let inner = |at: usize| if at == 0 || at == SIDE { 0.0 } else { 0.5 };
            Coord {
                x: SOUTH_WEST.0 + (column as f64 + drawn(rank) * inner(column)) * 0.1,
                y: SOUTH_WEST.1 + (row as f64 + drawn(rank + 31) * inner(row)) * 0.1,
            }
        };
        // Always from the lesser corner to the greater: both neighbours get the same vertices.
        let border = |from: (usize, usize), to: (usize, usize)| {
            let (a, b) = (corner(from.0, from.1), corner(to.0, to.1));
            let outer = |at: usize, other: usize| at == other && (at == 0 || at == SIDE);
            let still = outer(from.0, to.0) || outer(from.1, to.1);
            let step = |rank: usize| {
                let part = rank as f64 / WIGGLES as f64;
                let sway = if still || rank == 0 { 0.0 } else { drawn(from.0 * 7 + from.1 * 13 + rank) * 0.02 };
                let (dx, dy) = (b.x - a.x, b.y - a.y);
                Coord { x: a.x + dx * part - dy * sway * 5.0, y: a.y + dy * part + dx * sway * 5.0 }
            };
            (0..WIGGLES).map(step).chain([b]).collect::<Vec<_>>()
        };
        let reversed = |mut line: Vec<Coord<f64>>| {
            line.reverse();
            line
        };
        let zone = |column: usize, row: usize| {
            let south = border((column, row), (column + 1, row));
            let east = border((column + 1, row), (column + 1, row + 1));
            let north = reversed(border((column, row + 1), (column + 1, row + 1)));
            let west = reversed(border((column, row), (column, row + 1)));
            let ring: LineString<f64> = [south, east, north, west].concat().into();
            MultiPolygon(vec![Polygon::new(ring, Vec::new())])
        };
        Self { zones: (0..SIDE * SIDE).map(|rank| zone(rank % SIDE, rank / SIDE)).collect() }
    }
}

/// How often the rings of a zone turn around a point that is on no vertex and no edge.
fn turns(rings: impl Iterator<Item = Vec<[f64; 2]>>, at: [f64; 2]) -> i32 {
    let mut turns = 0;
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let side = (b[0] - a[0]) * (at[1] - a[1]) - (at[0] - a[0]) * (b[1] - a[1]);
            if a[1] <= at[1] && b[1] > at[1] && side > 0.0 {
                turns += 1;
            } else if a[1] > at[1] && b[1] <= at[1] && side < 0.0 {
                turns -= 1;
            }
        }
    }
    turns
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn at_any_zoom_every_place_is_in_one_zone_and_one_only(
        moves in proptest::collection::vec(0.0_f64..1.0, 61),
        samples in proptest::collection::vec((0.02_f64..0.98, 0.02_f64..0.98), 40),
        z in 0..=MAX_ZOOM,
    ) {
        let country = Country::new(&moves);
        let tiles = ZoneTiles::new(country.zones.iter());
        // At low zooms the whole square is a few units wide: only places well inside it are asked for.
        let span = SIDE as f64 * 0.1;
        prop_assume!(span / 360.0 * f64::from(1_u32 << z) * 1_024.0 > 64.0);
        for (east, north) in samples {
            let here = Coord { x: SOUTH_WEST.0 + east * span, y: SOUTH_WEST.1 + north * span };
            // Off the grid, by a third: never on a vertex, seldom on an edge.
            let [x, y] = place(here).map(|value| f64::from(value) + 1.0 / 3.0);
            let around = tiles.at(z).iter().map(|shape| {
                let rings = shape.polygons.iter().flatten();
                turns(rings.map(|ring| ring.iter().map(|at| at.map(f64::from)).collect()), [x, y])
            });
            let found: i32 = around.sum();
            prop_assert_eq!(found.abs(), 1, "at {:?}, zoom {}", here, z);
        }
    }

    #[test]
    fn in_a_tile_too_nothing_is_left_bare(
        moves in proptest::collection::vec(0.0_f64..1.0, 61),
        at in (0.1_f64..0.9, 0.1_f64..0.9),
        z in 9..=MAX_ZOOM,
    ) {
        let country = Country::new(&moves);
        let span = SIDE as f64 * 0.1;
        let middle = Coord { x: SOUTH_WEST.0 + at.0 * span, y: SOUTH_WEST.1 + at.1 * span };
        let tile = Tile::holding(z, middle).unwrap();
        let bytes = ZoneTiles::new(country.zones.iter())
            .encode(("communes", tile), |_| Some(Vec::new()), MvtTileBuilder::new())
            .unwrap()
            .encode();
        let decoded = MvtReaderRef::new(&bytes).unwrap().to_tile().unwrap();
        let point = tile.local(place(middle));
        let point = [f64::from(point.x) + 1.0 / 3.0, f64::from(point.y) + 1.0 / 7.0];
        let mut found = 0;
        for feature in &decoded.layers[0].features {
            let polygons = match &feature.geometry {
                MvtGeometry::Polygon(one) => vec![one.clone()],
                MvtGeometry::MultiPolygon(many) => many.0.clone(),
                other => panic!("{other:?}"),
            };
            let rings = polygons.iter().flat_map(|one| std::iter::once(one.exterior()).chain(one.interiors()));
            let open = rings.map(|ring| ring.0.iter().skip(1).map(|at| [f64::from(at.x), f64::from(at.y)]).collect());
            found += turns(open, point).abs();
        }
        prop_assert_eq!(found, 1);
    }
}

#[test]
fn a_hole_stays_a_hole() {
    let ring = |a: f64, b: f64| -> LineString<f64> {
        vec![(a, a + 46.0), (b, a + 46.0), (b, b + 46.0), (a, b + 46.0), (a, a + 46.0)].into()
    };
    let holed = MultiPolygon(vec![Polygon::new(ring(2.0, 3.0), vec![ring(2.4, 2.6)])]);
    let middle = Coord { x: 2.5, y: 48.5 };
    let tiles = ZoneTiles::new(std::iter::once(&holed));
    for (z, rings) in [(7, 2), (0, 1)] {
        let tile = Tile::holding(z, middle).unwrap();
        assert_eq!(tiles.at(z)[0].rings_in(tile).len(), rings, "zoom {z}: a hole of nothing is nothing");
    }
    // In the middle of the hole nothing is drawn.
    let tile = Tile::holding(12, middle).unwrap();
    let built = tiles.encode(("communes", tile), |_| Some(Vec::new()), MvtTileBuilder::new()).unwrap().encode();
    let decoded = MvtReaderRef::new(&built).unwrap().to_tile().unwrap();
    let rings: usize = decoded
        .layers
        .iter()
        .flat_map(|layer| &layer.features)
        .map(|feature| match &feature.geometry {
            MvtGeometry::Polygon(one) => 1 + one.interiors().len(),
            _ => 0,
        })
        .sum();
    assert!(rings == 0 || rings == 2, "{rings} rings");
}

#[test]
fn what_covers_no_area_is_taken_away() {
    let spike = vec![[0, 0], [1 << 20, 0], [3 << 20, 0], [1 << 20, 0], [1 << 20, 1 << 20], [0, 1 << 20]];
    assert_eq!(generalise(&spike, 10), vec![[0, 0], [1 << 20, 0], [1 << 20, 1 << 20], [0, 1 << 20]]);
    let line = vec![[0, 0], [1 << 20, 0], [1 << 19, 0]];
    assert_eq!(generalise(&line, 10), Ring::new());
    // The seam is a vertex like another.
    let seamed = vec![[1 << 19, 0], [1 << 20, 0], [1 << 20, 1 << 20], [0, 1 << 20], [0, 0]];
    assert_eq!(generalise(&seamed, 10).len(), 4);
}
