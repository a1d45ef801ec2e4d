//! Turns the cells into outlines that share their corners exactly: each corner is written once,
//! rounded to the centimetre, and every outline refers to it, so that neighbours can neither
//! overlap nor leave a gap.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, LineString, Polygon};

use super::power::{Cell, cross};

/// Corners nearer than this many centimetres, in x and in y, are one corner.
const MERGE_CM: i64 = 3;

/// Cells as rings of shared corners.
pub(super) struct Mesh {
    corners: Vec<Coord<f64>>,
    /// Counter-clockwise corner numbers of each cell.
    rings: Vec<Vec<usize>>,
}

impl Mesh {
    /// Places the cells, whose coordinates are relative to `origin`.
    pub(super) fn new(cells: &[Cell], origin: Coord<f64>) -> Self {
        let mut register = Register::default();
        let rings = cells
            .iter()
            .map(|cell| {
                let mut ring: Vec<usize> =
                    cell.corners.iter().map(|corner| register.number(corner.at + origin)).collect();
                ring.dedup();
                if ring.len() > 1 && ring.first() == ring.last() {
                    ring.pop();
                }
                ring
            })
            .collect();
        Self { corners: register.corners, rings }
    }

    /// Union of some cells: the edges that two of them share are cancelled and the rest is chained
    /// into simple polygons with their holes.
    pub(super) fn union(&self, members: &[usize]) -> Vec<Polygon<f64>> {
        let mut edges = BTreeSet::new();
        for member in members {
            for (from, to) in ring_edges(&self.rings[*member]) {
                if !edges.remove(&(to, from)) {
                    edges.insert((from, to));
                }
            }
        }
        let rings = self.chain(edges);
        let (shells, holes): (Vec<_>, Vec<_>) =
            rings.into_iter().map(|ring| self.line(&ring)).partition(|line| signed_area(line) > 0.0);
        assemble(shells, holes)
    }

    fn chain(&self, edges: BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
        let mut leaving: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (from, to) in edges {
            leaving.entry(from).or_default().push(to);
        }
        let mut rings = Vec::new();
        while let Some((&start, _)) = leaving.iter().find(|(_, ends)| !ends.is_empty()) {
            let mut ring = vec![start];
            let mut before = None;
            let mut here = start;
            while let Some(next) = self.take_next(&mut leaving, before, here) {
                if next == start {
                    break;
                }
                ring.push(next);
                before = Some(here);
                here = next;
            }
            rings.push(ring);
        }
        rings
    }

    /// Where two outlines touch at a corner, the first edge clockwise from where we came follows
    /// the same interior, so rings never cross.
    fn take_next(
        &self,
        leaving: &mut BTreeMap<usize, Vec<usize>>,
        before: Option<usize>,
        here: usize,
    ) -> Option<usize> {
        let ends = leaving.get_mut(&here)?;
        let chosen = match before {
            Some(before) if ends.len() > 1 => {
                let back = self.corners[before] - self.corners[here];
                (0..ends.len()).min_by(|a, b| {
                    let turn = |k: usize| clockwise(back, self.corners[ends[k]] - self.corners[here]);
                    turn(*a).total_cmp(&turn(*b))
                })?
            }
            _ => ends.len().checked_sub(1)?,
        };
        Some(ends.swap_remove(chosen))
    }

    fn line(&self, ring: &[usize]) -> LineString<f64> {
        let mut line: Vec<Coord<f64>> = ring.iter().map(|k| self.corners[*k]).collect();
        line.extend(line.first().copied());
        LineString(line)
    }
}

/// Corners by their position in whole centimetres.
#[derive(Default)]
struct Register {
    corners: Vec<Coord<f64>>,
    by_centimetre: BTreeMap<(i64, i64), usize>,
}

impl Register {
    fn number(&mut self, at: Coord<f64>) -> usize {
        let (x, y) = (centimetres(at.x), centimetres(at.y));
        for dx in -MERGE_CM..=MERGE_CM {
            let column = (x + dx, y - MERGE_CM)..=(x + dx, y + MERGE_CM);
            if let Some((_, number)) = self.by_centimetre.range(column).next() {
                return *number;
            }
        }
        let number = self.corners.len();
        self.corners.push(Coord { x: x as f64 / 100.0, y: y as f64 / 100.0 });
        self.by_centimetre.insert((x, y), number);
        number
    }
}

#[allow(clippy::cast_possible_truncation, reason = "Lambert-93 coordinates are under ten million metres")]
fn centimetres(metres: f64) -> i64 {
    (metres * 100.0).round() as i64
}

fn ring_edges(ring: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(from, to)| (*from, *to))
}

/// Angle from `back` to `ahead`, clockwise, in ]0, 2π].
fn clockwise(back: Coord<f64>, ahead: Coord<f64>) -> f64 {
    let turn = -cross(back, ahead).atan2(back.x * ahead.x + back.y * ahead.y);
    if turn > 0.0 { turn } else { turn + std::f64::consts::TAU }
}

fn signed_area(line: &LineString<f64>) -> f64 {
    let Some(base) = line.0.first().copied() else {
        return 0.0;
    };
    line.lines().map(|edge| cross(edge.start - base, edge.end - base)).sum::<f64>() / 2.0
}

fn assemble(shells: Vec<LineString<f64>>, holes: Vec<LineString<f64>>) -> Vec<Polygon<f64>> {
    use geo::Contains;
    let mut polygons: Vec<Polygon<f64>> = shells.into_iter().map(|shell| Polygon::new(shell, Vec::new())).collect();
    for hole in holes {
        let around = polygons.iter_mut().find(|p| p.contains(&hole));
        if let Some(polygon) = around {
            polygon.interiors_push(hole);
        }
    }
    polygons
}
