//! Structures: single points where they can be told apart, cells with their counts by family above.

use std::ops::Range;

use domain::{Famille, Structure, Tranche};
use fast_mvt::{MvtError, MvtGeomType, MvtLayerBuilder, MvtTileBuilder, MvtValueRef};
use geo::Coord;
use spatial_index::{Arranged, Filter, Snapshot};

use crate::grid::{EXTENT_BITS, MAX_ZOOM, Tile, key, place, unkey};

/// Bytes of a tile of structures before compression, at most.
pub const BUDGET: usize = 500_000;
/// Structures of the fullest tile of the first zoom that shows them one by one.
const LEGIBLE: usize = 2_000;
/// Zooms among which that one is chosen.
const SINGLE: std::ops::RangeInclusive<u32> = 10..=MAX_ZOOM;
/// A single point takes some fifty bytes: beyond so many, a tile is of cells at any zoom.
const SINGLES_MAX: usize = 8_000;
/// Cells along the side of a tile where points are aggregated, in bits: 16, about 32 pixels each.
const CELL_BITS: u32 = 4;
/// The same where a tile holds more than it can show one by one: 64, about 8 pixels each.
const FINE_CELL_BITS: u32 = 6;

/// The located structures of a snapshot, in the order of the quadtree.
#[derive(Debug)]
pub struct StructureTiles {
    /// Places, growing.
    keys: Vec<u64>,
    /// Rank in the atlas of what stands there.
    ranks: Vec<u32>,
    /// What filters look at, of the same.
    codes: Arranged,
    single_from: u32,
}

impl StructureTiles {
    /// Sorts the located structures of a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let rows = (0_u32..).zip(&snapshot.atlas().structures);
        let placed = rows.filter_map(|(rank, row)| row.position.map(|at| (key(place(lon_lat(at))), rank)));
        let mut placed: Vec<(u64, u32)> = placed.collect();
        placed.sort_unstable();
        let keys: Vec<u64> = placed.iter().map(|(key, _)| *key).collect();
        let ranks: Vec<u32> = placed.into_iter().map(|(_, rank)| rank).collect();
        Self { single_from: single_from(&keys), codes: snapshot.arrange(&ranks), ranks, keys }
    }

    /// First zoom at which structures are shown one by one: where the fullest tile holds few enough of them.
    pub fn single_from(&self) -> u32 {
        self.single_from
    }

    /// Adds to a tile the layer of the structures of a filter that `also` (by rank) lets in; nothing when there are
    /// none.
    ///
    /// Each of them is counted in one feature of one tile of the zoom. A feature has `structures`, how many it
    /// stands for; one that stands for several has a count by family, one that stands for one has its attributes.
    pub fn encode(
        &self,
        (snapshot, tile): (&Snapshot, Tile),
        (filter, also): (&Filter, impl Fn(u32) -> bool),
        builder: MvtTileBuilder,
    ) -> Result<MvtTileBuilder, MvtError> {
        let chosen = snapshot.chosen(filter);
        let points = self.run(tile).filter_map(|place| {
            let (key, rank) = (*self.keys.get(place)?, *self.ranks.get(place)?);
            let famille = chosen.famille(&self.codes, place)?;
            also(rank).then_some(Point { key, rank, famille })
        });
        let rows = &snapshot.atlas().structures;
        if tile.z() >= self.single_from {
            let points: Vec<Point> = points.collect();
            if points.is_empty() {
                return Ok(builder);
            }
            let mut layer = builder.layer("structures")?;
            if points.len() > SINGLES_MAX {
                return cells((rows, tile, FINE_CELL_BITS), points.into_iter(), layer);
            }
            for point in points {
                if let Some(row) = rows.get(point.rank as usize) {
                    layer = single(layer, tile.local(unkey(point.key)), row)?;
                }
            }
            return Ok(layer.end());
        }
        let mut points = points.peekable();
        if points.peek().is_none() {
            return Ok(builder);
        }
        cells((rows, tile, CELL_BITS), points, builder.layer("structures")?)
    }

    /// The structures of a tile follow one another.
    fn run(&self, tile: Tile) -> Range<usize> {
        if tile.z() == 0 {
            return 0..self.keys.len();
        }
        let (bits, of) = (64 - 2 * tile.z(), key([tile.x(), tile.y()]));
        self.keys.partition_point(|key| key >> bits < of)..self.keys.partition_point(|key| key >> bits <= of)
    }
}

fn lon_lat(at: domain::Position) -> Coord<f64> {
    Coord { x: at.lon, y: at.lat }
}

fn single_from(keys: &[u64]) -> u32 {
    let fullest = |z: u32| {
        let bits = 64 - 2 * z;
        keys.chunk_by(|a, b| a >> bits == b >> bits).map(<[u64]>::len).max().unwrap_or_default()
    };
    SINGLE.into_iter().find(|z| fullest(*z) <= LEGIBLE).unwrap_or(*SINGLE.end())
}

/// A structure to draw.
#[derive(Clone, Copy)]
struct Point {
    key: u64,
    rank: u32,
    famille: Famille,
}

/// A cell under way: how many, by family, and the sum of their coordinates.
struct Cell {
    number: u64,
    families: [u32; Famille::ALL.len()],
    sum: [i64; 2],
    count: u32,
    /// The last one, for a cell that holds no other.
    rank: u32,
}

impl Cell {
    fn new(number: u64) -> Self {
        Self { number, families: [0; Famille::ALL.len()], sum: [0; 2], count: 0, rank: 0 }
    }

    fn add(&mut self, at: Coord<i32>, Point { rank, famille, .. }: Point) {
        self.count += 1;
        self.rank = rank;
        self.sum = [self.sum[0] + i64::from(at.x), self.sum[1] + i64::from(at.y)];
        let slot = Famille::ALL.iter().position(|other| *other == famille);
        if let Some(count) = slot.and_then(|slot| self.families.get_mut(slot)) {
            *count += 1;
        }
    }

    /// The middle of its structures, which is inside the cell.
    #[expect(clippy::cast_possible_truncation, reason = "a mean of coordinates of a tile")]
    fn middle(&self) -> Coord<i32> {
        let mean = |sum: i64| (sum / i64::from(self.count.max(1))) as i32;
        Coord { x: mean(self.sum[0]), y: mean(self.sum[1]) }
    }

    fn write(&self, layer: MvtLayerBuilder, rows: &[Structure]) -> Result<MvtLayerBuilder, MvtError> {
        match (self.count, rows.get(self.rank as usize)) {
            (0, _) => return Ok(layer),
            (1, Some(row)) => return single(layer, self.middle(), row),
            _ => {}
        }
        let mut feature = layer.feature_of(MvtGeomType::Point);
        feature.points([self.middle()])?;
        feature.tag_ref("structures", MvtValueRef::UInt(u64::from(self.count)))?;
        for (famille, count) in Famille::ALL.iter().zip(self.families).filter(|(_, count)| *count > 0) {
            feature.tag_ref(famille.code(), MvtValueRef::UInt(u64::from(count)))?;
        }
        Ok(feature.end())
    }
}

/// Points in the order of the quadtree: those of a cell follow one another.
fn cells(
    (rows, tile, bits): (&[Structure], Tile, u32),
    points: impl Iterator<Item = Point>,
    mut layer: MvtLayerBuilder,
) -> Result<MvtTileBuilder, MvtError> {
    let shift = 64 - 2 * (tile.z() + bits);
    debug_assert!(bits <= EXTENT_BITS, "a cell is no smaller than a coordinate");
    let mut cell = Cell::new(0);
    for point in points {
        if point.key >> shift != cell.number {
            layer = cell.write(layer, rows)?;
            cell = Cell::new(point.key >> shift);
        }
        cell.add(tile.local(unkey(point.key)), point);
    }
    Ok(cell.write(layer, rows)?.end())
}

/// What a map draws and asks more with; the rest is at the collection's item, under the same SIRET.
fn single(layer: MvtLayerBuilder, at: Coord<i32>, row: &Structure) -> Result<MvtLayerBuilder, MvtError> {
    let mut feature = layer.feature_of(MvtGeomType::Point);
    feature.id(row.siret.as_str().parse().ok());
    feature.points([at])?;
    feature.tag_ref("structures", MvtValueRef::UInt(1))?;
    feature.tag_ref("siret", MvtValueRef::String(row.siret.as_str()))?;
    feature.tag_ref("famille", MvtValueRef::String(row.famille.code()))?;
    feature.tag_ref("secteur", MvtValueRef::String(&row.secteur))?;
    if let Some(tranche) = row.tranche {
        feature.tag_ref("tranche_effectifs", MvtValueRef::String(Tranche::code(tranche)))?;
    }
    feature.tag_ref("qualite_position", MvtValueRef::String(row.qualite_position.code()))?;
    feature.tag_ref("precise", MvtValueRef::Bool(row.qualite_position.est_precise()))?;
    Ok(feature.end())
}

#[cfg(test)]
mod tests;
