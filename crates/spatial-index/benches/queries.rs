//! Hot paths: point in polygon, nearest, within. Each has a brute-force peer in the same run.
#![allow(missing_docs, reason = "criterion's macros make an undocumented function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use geo::{Coord, Intersects, MultiPolygon, Point, Rect};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use spatial_index::ZoneIndex;
use spatial_index::points::{Placed, Points};

/// Zones of the board: a department's IRIS, about.
const SIDE: u32 = 24;

fn board() -> Vec<(u32, MultiPolygon<f64>)> {
    let cell = |rank: u32| {
        let (x, y) = (f64::from(rank % SIDE) * 500.0, f64::from(rank / SIDE) * 500.0);
        (rank, MultiPolygon(vec![Rect::new((x, y), (x + 500.0, y + 500.0)).to_polygon()]))
    };
    (0..SIDE * SIDE).map(cell).collect()
}

/// Points of a low-discrepancy sequence (additive recurrence of the golden ratio).
fn points(count: u32) -> Vec<Coord<f64>> {
    let width = f64::from(SIDE) * 500.0;
    let at = |rank: u32| {
        let rank = f64::from(rank);
        Coord { x: (rank * 0.754_877_666).fract() * width, y: (rank * 0.569_840_29).fract() * width }
    };
    (0..count).map(at).collect()
}

fn locate(criterion: &mut Criterion) {
    let zones = board();
    let index = ZoneIndex::new(zones.clone());
    let points = points(1_000);
    let mut group = criterion.benchmark_group("locate_1000_points_576_zones");
    group.bench_function("zone_index", |bencher| {
        bencher.iter(|| points.iter().filter_map(|point| index.locate(black_box(*point)).zone()).count());
    });
    group.bench_function("brute_force", |bencher| {
        bencher.iter(|| {
            let holds = |point: &Coord<f64>| zones.iter().find(|(_, outline)| outline.intersects(&Point(*point)));
            points.iter().filter_map(|point| holds(black_box(point))).count()
        });
    });
    group.finish();
}

fn within(criterion: &mut Criterion) {
    let (points, packed, tree) = trees();
    let centre = Coord { x: 6_000.0, y: 6_000.0 };
    let mut group = criterion.benchmark_group("count_within_200m_of_100000_points");
    group.bench_function("packed", |bencher| bencher.iter(|| packed.count_within(black_box(centre), 200.0)));
    group.bench_function("r_tree", |bencher| {
        bencher.iter(|| tree.locate_within_distance(black_box([centre.x, centre.y]), 200.0 * 200.0).count());
    });
    group.bench_function("brute_force", |bencher| {
        bencher.iter(|| {
            let near = |point: &&Coord<f64>| (point.x - centre.x).hypot(point.y - centre.y) <= 200.0;
            points.iter().filter(near).count()
        });
    });
    group.finish();
}

fn nearest(criterion: &mut Criterion) {
    let (_, packed, tree) = trees();
    let centre = Coord { x: 6_001.0, y: 5_999.0 };
    let mut group = criterion.benchmark_group("ten_nearest_of_100000_points");
    group.bench_function("packed", |bencher| bencher.iter(|| packed.nearest(black_box(centre), 10, |_| true).len()));
    group.bench_function("r_tree", |bencher| {
        bencher.iter(|| tree.nearest_neighbor_iter(black_box(&[centre.x, centre.y])).take(10).count());
    });
    group.finish();
}

type Peer = RTree<GeomWithData<[f64; 2], u32>>;

fn trees() -> (Vec<Coord<f64>>, Points, Peer) {
    let points = points(100_000);
    let placed = (0..).zip(&points).map(|(rank, at)| Placed { at: *at, rank }).collect();
    let peers = (0..).zip(&points).map(|(rank, at)| GeomWithData::new([at.x, at.y], rank)).collect();
    (points, Points::pack(placed), RTree::bulk_load(peers))
}

criterion_group!(benches, locate, within, nearest);
criterion_main!(benches);
