//! Outlines of zones: brought to Web Mercator once, generalised once a zoom, cut to a tile when asked.
//!
//! Neighbours stay joined at any zoom because nothing looks at more than a vertex: each is brought to the nearest
//! crossing of the zoom's grid, whatever the ring that it is in, so an edge that two zones share stays one edge. What is
//! taken away afterwards (repeated vertices, vertices in the middle of a straight line, spikes) covers no area.

use std::sync::OnceLock;

use fast_mvt::{MvtError, MvtGeomType, MvtTileBuilder, MvtValueRef};
use geo::{Area, Centroid, Coord, LineString, MultiPolygon};

use crate::clip::{MARGIN, clip};
use crate::grid::{EXTENT, EXTENT_BITS, Tile, place};

/// From this zoom on vertices keep the finest grid of their tile.
const EXACT_FROM: u32 = 15;
/// Bits lost by a vertex before it: a grid of 1/1024 of a tile, half a pixel.
const COARSER: u32 = 2;

/// A ring of places, open.
type Ring = Vec<[u32; 2]>;

/// A zone at a zoom: polygons, each its exterior ring then its holes, and their box.
#[derive(Debug, Clone, Default)]
struct Shape {
    polygons: Vec<Vec<Ring>>,
    low: [u32; 2],
    high: [u32; 2],
}

/// The outlines of a level of zones, in the order of the atlas's rows.
#[derive(Debug)]
pub struct ZoneTiles {
    exact: Vec<Shape>,
    /// Where a name or a circle stands: the centre of gravity of the largest polygon.
    anchors: Vec<Option<[u32; 2]>>,
    generalised: [OnceLock<Vec<Shape>>; EXACT_FROM as usize],
}

impl ZoneTiles {
    /// Brings outlines given in CRS84 degrees to Web Mercator.
    pub fn new<'o>(outlines: impl Iterator<Item = &'o MultiPolygon<f64>>) -> Self {
        let outlines: Vec<&MultiPolygon<f64>> = outlines.collect();
        let ring = |line: &LineString<f64>| {
            let mut places: Ring = line.0.iter().map(|vertex| place(*vertex)).collect();
            if places.first() == places.last() {
                places.pop();
            }
            places
        };
        let shape = |outline: &MultiPolygon<f64>| {
            let polygons = outline.0.iter();
            Shape::new(polygons.map(|polygon| {
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect::<Vec<_>>()
            }))
        };
        let anchor = |outline: &&MultiPolygon<f64>| {
            let largest = outline.0.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
            largest.and_then(Centroid::centroid).map(|at| place(at.0))
        };
        Self {
            anchors: outlines.iter().map(anchor).collect(),
            exact: outlines.into_iter().map(shape).collect(),
            generalised: Default::default(),
        }
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.exact.len()
    }

    /// No zone at all.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty()
    }

    /// Adds to a tile the layer of the zones that are in it and that `tags` (by rank) describes; nothing when there are
    /// none.
    pub fn encode<'t>(
        &self,
        (name, tile): (&str, Tile),
        tags: impl Fn(usize) -> Option<Vec<(&'t str, MvtValueRef<'t>)>>,
        builder: MvtTileBuilder,
    ) -> Result<MvtTileBuilder, MvtError> {
        let mut here = Vec::new();
        for (rank, shape) in self.at(tile.z()).iter().enumerate() {
            if !shape.meets(tile) {
                continue;
            }
            let rings = shape.rings_in(tile);
            if rings.is_empty() {
                continue;
            }
            here.extend(tags(rank).map(|tags| (rank, rings, tags)));
        }
        if here.is_empty() {
            return Ok(builder);
        }
        let mut layer = builder.layer(name)?;
        for (rank, rings, tags) in here {
            let mut feature = layer.feature_of(MvtGeomType::Polygon);
            feature.id(Some(rank as u64 + 1));
            for (ring, exterior) in rings {
                feature.ring(ring, exterior)?;
            }
            for (key, value) in tags {
                feature.tag_ref(key, value)?;
            }
            layer = feature.end();
        }
        Ok(layer.end())
    }

    /// Adds to a tile the layer of the points that stand for zones, each in one tile of a zoom.
    pub fn encode_anchors<'t>(
        &self,
        (name, tile): (&str, Tile),
        tags: impl Fn(usize) -> Option<Vec<(&'t str, MvtValueRef<'t>)>>,
        builder: MvtTileBuilder,
    ) -> Result<MvtTileBuilder, MvtError> {
        let inside = 0..EXTENT.cast_signed();
        let here = self.anchors.iter().enumerate().filter_map(|(rank, anchor)| {
            let at = tile.local((*anchor)?);
            (inside.contains(&at.x) && inside.contains(&at.y)).then_some((rank, at))
        });
        let mut here = here.filter_map(|(rank, at)| tags(rank).map(|tags| (rank, at, tags))).peekable();
        if here.peek().is_none() {
            return Ok(builder);
        }
        let mut layer = builder.layer(name)?;
        for (rank, at, tags) in here {
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.id(Some(rank as u64 + 1));
            feature.points([at])?;
            for (key, value) in tags {
                feature.tag_ref(key, value)?;
            }
            layer = feature.end();
        }
        Ok(layer.end())
    }

    fn at(&self, z: u32) -> &[Shape] {
        let Some(level) = self.generalised.get(z as usize) else { return &self.exact };
        level.get_or_init(|| self.exact.iter().map(|shape| shape.generalised(z)).collect())
    }
}

impl Shape {
    fn new(polygons: impl Iterator<Item = Vec<Ring>>) -> Self {
        let mut shape = Self { polygons: polygons.collect(), low: [u32::MAX; 2], high: [0; 2] };
        for [x, y] in shape.polygons.iter().flatten().flatten() {
            shape.low = [shape.low[0].min(*x), shape.low[1].min(*y)];
            shape.high = [shape.high[0].max(*x), shape.high[1].max(*y)];
        }
        shape
    }

    fn generalised(&self, z: u32) -> Self {
        let step = 32 - EXTENT_BITS - z + COARSER;
        let polygons = self.polygons.iter().map(|rings| {
            let mut rings: Vec<Ring> = rings.iter().map(|ring| generalise(ring, step)).collect();
            // A hole of nothing is nothing; so is the polygon, without its exterior ring.
            if rings.first().is_none_or(|exterior| exterior.len() < 3) {
                rings.clear();
            }
            rings.retain(|ring| ring.len() >= 3);
            rings
        });
        Self::new(polygons.filter(|rings| !rings.is_empty()))
    }

    /// The box meets the tile with its margin.
    fn meets(&self, tile: Tile) -> bool {
        if self.polygons.is_empty() {
            return false;
        }
        let (low, high) = (tile.local(self.low), tile.local(self.high));
        let (from, to) = (-MARGIN, EXTENT.cast_signed() + MARGIN);
        low.x <= to && low.y <= to && high.x >= from && high.y >= from
    }

    fn rings_in(&self, tile: Tile) -> Vec<(Vec<Coord<i32>>, bool)> {
        let mut found = Vec::new();
        for rings in &self.polygons {
            for (rank, ring) in rings.iter().enumerate() {
                let local: Vec<Coord<i32>> = ring.iter().map(|at| tile.local(*at)).collect();
                let mut piece = clip(local);
                piece.dedup();
                let exterior = rank == 0;
                if piece.len() < 3 || doubled_area(&piece) == 0 {
                    if exterior {
                        break;
                    }
                    continue;
                }
                found.push((piece, exterior));
            }
        }
        found
    }
}

fn doubled_area(ring: &[Coord<i32>]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)).sum()
}

/// Every vertex at the nearest crossing of a grid of 2^step, without what covers no area.
fn generalise(ring: &Ring, step: u32) -> Ring {
    let half = 1_u64 << (step - 1);
    let last = (u64::from(u32::MAX) >> step) << step;
    #[expect(clippy::cast_possible_truncation, reason = "at most the last crossing of the square")]
    let snapped = |value: u32| (((u64::from(value) + half) >> step) << step).min(last) as u32;
    let mut kept: Ring = Vec::with_capacity(ring.len());
    for [x, y] in ring {
        push(&mut kept, [snapped(*x), snapped(*y)]);
    }
    // The ends meet: what holds between two vertices holds across the seam.
    while kept.len() >= 3 {
        let (first, second, last, before) = (kept[0], kept[1], kept[kept.len() - 1], kept[kept.len() - 2]);
        if straight(before, last, first) {
            kept.pop();
        } else if straight(last, first, second) {
            kept.remove(0);
        } else {
            break;
        }
    }
    if kept.len() < 3 {
        kept.clear();
    }
    kept
}

/// Adds a vertex; those that it makes useless go: repeated, in the middle of a straight line, the end of a spike.
fn push(kept: &mut Ring, vertex: [u32; 2]) {
    while let [.., before, last] = kept[..] {
        if !straight(before, last, vertex) {
            break;
        }
        kept.pop();
    }
    if kept.last() != Some(&vertex) {
        kept.push(vertex);
    }
}

/// The middle one stands on the line of the two others, between them or not: a turn there covers no area.
fn straight(a: [u32; 2], b: [u32; 2], c: [u32; 2]) -> bool {
    let along = |from: [u32; 2], to: [u32; 2], axis: usize| i128::from(to[axis]) - i128::from(from[axis]);
    along(a, b, 0) * along(b, c, 1) == along(a, b, 1) * along(b, c, 0)
}

#[cfg(test)]
mod tests;
