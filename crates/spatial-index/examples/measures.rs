//! Measures the spatial queries on fixtures made by `benches/spatial.py`, which compares them to peers.
//!
//! `measures FOLDER RADIUS K` prints one JSON object; times are the best of some runs.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a measuring program stops at the first surprise")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use spatial_index::points::{Placed, Points};
use spatial_index::{Located, ZoneIndex};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("FOLDER");
    let radius: f64 = arguments.next().expect("RADIUS").parse().expect("metres");
    let k: usize = arguments.next().expect("K").parse().expect("a number");
    let folder = Path::new(&folder);
    let (points, queries) = (coords(&folder.join("points.bin")), coords(&folder.join("queries.bin")));
    let mut told = join(zones(&folder.join("zones.bin")), &points);
    told.extend(search(&points, &queries, (radius, k)));
    let members: Vec<String> = told.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    println!("{{{}}}", members.join(", "));
}

type Told = Vec<(&'static str, f64)>;

fn join(zones: Vec<(u32, MultiPolygon<f64>)>, points: &[Coord<f64>]) -> Told {
    let start = Instant::now();
    let index = ZoneIndex::new(zones);
    let zones_build_s = start.elapsed().as_secs_f64();
    let (locate_s, located) = best(5, || index.locate_all(black_box(points)));
    let count = |kind: fn(&Located<'_, u32>) -> bool| located.iter().filter(|one| kind(one)).count() as f64;
    vec![
        ("zones_build_s", zones_build_s),
        ("locate_s", locate_s),
        ("inside", count(|one| matches!(one, Located::Inside(_)))),
        ("boundary", count(|one| matches!(one, Located::Boundary(_)))),
    ]
}

fn search(points: &[Coord<f64>], queries: &[Coord<f64>], (radius, k): (f64, usize)) -> Told {
    let placed: Vec<Placed> = (0..).zip(points).map(|(rank, at)| Placed { at: *at, rank }).collect();
    let start = Instant::now();
    let packed = Points::pack(placed);
    let points_build_s = start.elapsed().as_secs_f64();
    let each = |seconds: f64| seconds / queries.len() as f64 * 1e6;
    let some = |place: usize| packed.placed().get(place).is_some_and(|placed| placed.rank.is_multiple_of(3));
    let (nearest, nearest_sum) = best(3, || -> f64 {
        let all = queries.iter().map(|at| packed.nearest(black_box(*at), k, |_| true));
        all.flatten().map(|found| found.squared.sqrt()).sum()
    });
    let (nearest_filtered, _) =
        best(3, || queries.iter().map(|at| packed.nearest(black_box(*at), k, some).len()).sum::<usize>());
    let (count, count_sum) =
        best(3, || queries.iter().map(|at| packed.count_within(black_box(*at), radius)).sum::<usize>());
    let (count_filtered, _) = best(3, || {
        let mut count = 0;
        for at in queries {
            packed.within(black_box(*at), radius, |place, _| count += usize::from(some(place)));
        }
        count
    });
    vec![
        ("points_build_s", points_build_s),
        ("nearest_us", each(nearest)),
        ("nearest_sum", nearest_sum),
        ("nearest_filtered_us", each(nearest_filtered)),
        ("count_us", each(count)),
        ("count_sum", count_sum as f64),
        ("count_filtered_us", each(count_filtered)),
    ]
}

/// Best time of some runs in seconds, and the last result.
fn best<R>(runs: u32, work: impl Fn() -> R) -> (f64, R) {
    let timed = || {
        let start = Instant::now();
        let result = work();
        (start.elapsed().as_secs_f64(), result)
    };
    let mut kept = timed();
    for _ in 1..runs {
        let (seconds, result) = timed();
        kept = (kept.0.min(seconds), result);
    }
    kept
}

fn coords(path: &Path) -> Vec<Coord<f64>> {
    let mut bytes = Bytes(&std::fs::read(path).expect("fixture"), 0);
    (0..bytes.0.len() / 16).map(|_| bytes.coord()).collect()
}

/// Length, code and WKB of each zone; keys are the order of the codes.
fn zones(path: &Path) -> Vec<(u32, MultiPolygon<f64>)> {
    let file = std::fs::read(path).expect("fixture");
    let mut bytes = Bytes(&file, 0);
    let mut zones = Vec::new();
    while bytes.1 < file.len() {
        bytes.1 += 4 + 9;
        zones.push((u32::try_from(zones.len()).expect("few zones"), bytes.multi_polygon()));
    }
    zones
}

/// Reads little-endian values one after the other.
struct Bytes<'b>(&'b [u8], usize);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let taken = self.0.get(self.1..self.1 + N).and_then(|bytes| bytes.try_into().ok());
        self.1 += N;
        taken.expect("fixture cut short")
    }

    fn count(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn coord(&mut self) -> Coord<f64> {
        Coord { x: f64::from_le_bytes(self.take()), y: f64::from_le_bytes(self.take()) }
    }

    fn polygon(&mut self) -> Polygon<f64> {
        let mut rings = Vec::new();
        for _ in 0..self.count() {
            let vertices = self.count();
            rings.push((0..vertices).map(|_| self.coord()).collect::<LineString<f64>>());
        }
        let mut rings = rings.into_iter();
        Polygon::new(rings.next().expect("an exterior"), rings.collect())
    }

    fn multi_polygon(&mut self) -> MultiPolygon<f64> {
        let (_order, kind): ([u8; 1], u32) = (self.take(), self.count());
        match kind {
            3 => MultiPolygon(vec![self.polygon()]),
            6 => {
                let parts = self.count();
                let part = |bytes: &mut Self| {
                    bytes.1 += 5;
                    bytes.polygon()
                };
                MultiPolygon((0..parts).map(|_| part(self)).collect())
            }
            other => unreachable!("WKB kind {other}"),
        }
    }
}
