//! Two levels of square cells over all outlines: which outlines can hold a point of a cell.
//!
//! A cell of the first level is cut in n × n, n growing with the edges that it holds, so that memory
//! follows the number of vertices and cells follow the size of the zones: small in towns.

use geo::coordinate_position::CoordPos;
use geo::{Coord, Rect};

use super::outlines::{Outlines, index};
use crate::parallel;

/// Cells of the first level, for each outline.
const CELLS_BY_OUTLINE: f64 = 4.0;
/// Edges for each cell of the second level, about.
const EDGES_BY_CELL: f64 = 1.0;
/// Most cells of the second level along a side.
const CUT_MAX: u32 = 128;
/// Share of the coordinates by which an edge is thickened when it is drawn: far above rounding, far below a cell.
const THICKNESS: f64 = 1e-9;

/// No outline in the cell.
const EMPTY: u32 = u32::MAX;
/// Set when the word is the place of a list, clear when it is the one outline that holds the whole cell.
const LIST: u32 = 1 << 31;
/// Set in an entry of a list when the outline's boundary crosses the cell.
const CROSSED: u32 = 1 << 31;

/// An outline that reaches into a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It holds the whole cell.
    Holds(usize),
    /// Its boundary crosses the cell.
    Crosses(usize),
}

/// A cell of the second level.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'r> {
    /// No outline reaches into it.
    Empty,
    /// One outline holds it whole, no other reaches into it.
    Held(usize),
    /// Entries to read with [`Entry::of`], by rank.
    Listed(&'r [u32]),
}

/// The lattice of the first level.
#[derive(Debug, Clone, Copy)]
struct Lattice {
    west: f64,
    south: f64,
    side: f64,
    /// Inverse of the side.
    scale: f64,
    columns: u32,
    rows: u32,
    thickness: f64,
}

/// A cell of the first level: its first cell of the second, and how many along a side.
#[derive(Debug, Clone, Copy)]
struct Block {
    first: u32,
    cut: u32,
}

/// The built raster.
#[derive(Debug)]
pub(crate) struct Raster {
    lattice: Lattice,
    blocks: Vec<Block>,
    words: Vec<u32>,
    lists: Vec<u32>,
}

impl Lattice {
    fn over(bounds: Rect<f64>, outlines: usize) -> Self {
        let (width, height) = (bounds.width(), bounds.height());
        let reach = [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y];
        let largest = reach.iter().fold(f64::MIN_POSITIVE, |largest, value| value.abs().max(largest));
        let thickness = largest * THICKNESS;
        let cells = (outlines as f64 * CELLS_BY_OUTLINE).max(1.0);
        // Flat or long extents: no more cells along a side than wished in all.
        let side = (width * height / cells).sqrt().max(width.max(height) / cells).max(thickness * 1e3);
        let (columns, rows) = (whole(width / side) + 1, whole(height / side) + 1);
        Self { west: bounds.min().x, south: bounds.min().y, side, scale: side.recip(), columns, rows, thickness }
    }

    fn column(&self, x: f64) -> u32 {
        whole((x - self.west) * self.scale).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> u32 {
        whole((y - self.south) * self.scale).min(self.rows - 1)
    }

    fn corner(&self, column: u32, row: u32) -> Coord<f64> {
        Coord { x: self.west + f64::from(column) * self.side, y: self.south + f64::from(row) * self.side }
    }

    fn block(&self, column: u32, row: u32) -> usize {
        row as usize * self.columns as usize + column as usize
    }

    /// Non-decreasing in each coordinate, rounding included.
    fn cell(&self, block: Block, corner: Coord<f64>, point: Coord<f64>) -> u32 {
        let step = f64::from(block.cut) * self.scale;
        let column = whole((point.x - corner.x) * step).min(block.cut - 1);
        let row = whole((point.y - corner.y) * step).min(block.cut - 1);
        block.first + row * block.cut + column
    }

    fn holds(&self, point: Coord<f64>) -> bool {
        let (dx, dy) = (point.x - self.west, point.y - self.south);
        let (width, height) = (f64::from(self.columns) * self.side, f64::from(self.rows) * self.side);
        dx >= 0.0 && dy >= 0.0 && dx < width && dy < height
    }

    /// Calls `mark` with every cell `(column, row)` of a square lattice that the thickened edge may touch.
    fn trace(&self, square: Square, (a, b): (Coord<f64>, Coord<f64>), mut mark: impl FnMut(u32, u32)) {
        let thick = self.thickness;
        let place = |value: f64, origin: f64| whole((value - origin) / square.side).min(square.last);
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        let height = high.y - low.y;
        let at = |y: f64| low.x + (high.x - low.x) * ((y.clamp(low.y, high.y) - low.y) / height);
        let limit = square.origin.x + f64::from(square.last + 1) * square.side;
        for row in place(low.y - thick, square.origin.y)..=place(high.y + thick, square.origin.y) {
            let bottom = square.origin.y + f64::from(row) * square.side - thick;
            let top = bottom + square.side + 2.0 * thick;
            let within = height == 0.0 || (bottom <= low.y && high.y <= top);
            let (first, last) = if within { (low.x, high.x) } else { (at(bottom), at(top)) };
            let (west, east) = (first.min(last) - thick, first.max(last) + thick);
            if east >= square.origin.x && west <= limit {
                (place(west, square.origin.x)..=place(east, square.origin.x)).for_each(|column| mark(column, row));
            }
        }
    }
}

/// A square lattice of cells: where it begins, their side, the rank of the last along a side.
#[derive(Debug, Clone, Copy)]
struct Square {
    origin: Coord<f64>,
    side: f64,
    last: u32,
}

/// What is drawn of one run of outlines: cell, outline and whether it is crossed.
type Drawn = Vec<(u32, u32)>;

impl Raster {
    /// Draws the outlines, in parallel; the same whatever the number of threads.
    pub(crate) fn draw(outlines: &Outlines, bounds: Rect<f64>) -> Self {
        let lattice = Lattice::over(bounds, outlines.len());
        let ranks: Vec<usize> = (0..outlines.len()).collect();
        let threads = parallel::threads(outlines.len() * 64);
        let cuts = parallel::map_runs(&ranks, threads, |run| count_edges(outlines, &lattice, run));
        let blocks = cut_blocks(&cuts);
        let cells = blocks.last().map_or(0, |block| block.first as usize + (block.cut * block.cut) as usize);
        let drawn = parallel::map_runs(&ranks, threads, |run| {
            let mut pen = Pen { outlines, lattice: &lattice, blocks: &blocks, crossed: Vec::new(), drawn: Vec::new() };
            for rank in run {
                pen.draw(*rank);
            }
            pen.drawn
        });
        let (words, lists) = by_cell(cells, &drawn);
        Self { lattice, blocks, words, lists }
    }

    /// Number of cells of the first level.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The cell of the first level that is nearest to a point.
    pub(crate) fn block(&self, point: Coord<f64>) -> usize {
        self.lattice.block(self.lattice.column(point.x), self.lattice.row(point.y))
    }

    /// What a cell knows of a point.
    pub(crate) fn at(&self, point: Coord<f64>) -> Cell<'_> {
        if !self.lattice.holds(point) {
            return Cell::Empty;
        }
        let (column, row) = (self.lattice.column(point.x), self.lattice.row(point.y));
        let Some(block) = self.blocks.get(self.lattice.block(column, row)) else { return Cell::Empty };
        let cell = self.lattice.cell(*block, self.lattice.corner(column, row), point);
        self.words.get(cell as usize).map_or(Cell::Empty, |word| self.read(*word))
    }

    fn read(&self, word: u32) -> Cell<'_> {
        if word == EMPTY {
            return Cell::Empty;
        }
        if word & LIST == 0 {
            return Cell::Held(word as usize);
        }
        let place = (word & !LIST) as usize;
        let length = self.lists.get(place).map_or(0, |length| *length as usize);
        Cell::Listed(self.lists.get(place + 1..=place + length).unwrap_or_default())
    }

    /// Every outline that may reach into a box, sorted, each once.
    pub(crate) fn reaching(&self, reach: Rect<f64>) -> Vec<usize> {
        let (lattice, mut found) = (&self.lattice, Vec::new());
        for row in lattice.row(reach.min().y)..=lattice.row(reach.max().y) {
            for column in lattice.column(reach.min().x)..=lattice.column(reach.max().x) {
                let Some(block) = self.blocks.get(lattice.block(column, row)).copied() else { continue };
                let corner = lattice.corner(column, row);
                let ends = [reach.min(), reach.max()].map(|end| lattice.cell(block, corner, end) - block.first);
                self.gather(block, ends, &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The outlines of the cells of a block between two corners.
    fn gather(&self, block: Block, [first, last]: [u32; 2], found: &mut Vec<usize>) {
        let mut known = EMPTY;
        for line in first / block.cut..=last / block.cut {
            let from = block.first + line * block.cut;
            for cell in from + first % block.cut..=from + last % block.cut {
                let word = self.words.get(cell as usize).copied().unwrap_or(EMPTY);
                if std::mem::replace(&mut known, word) == word {
                    continue;
                }
                match self.read(word) {
                    Cell::Empty => {}
                    Cell::Held(rank) => found.push(rank),
                    Cell::Listed(entries) => found.extend(entries.iter().map(|entry| Entry::of(*entry).rank())),
                }
            }
        }
    }
}

impl Entry {
    /// Reads an entry of a list.
    pub(crate) fn of(entry: u32) -> Self {
        let rank = (entry & !CROSSED) as usize;
        if entry & CROSSED == 0 { Self::Holds(rank) } else { Self::Crosses(rank) }
    }

    /// Rank of the outline.
    pub(crate) fn rank(self) -> usize {
        match self {
            Self::Holds(rank) | Self::Crosses(rank) => rank,
        }
    }
}

/// Edges that touch each cell of the first level.
fn count_edges(outlines: &Outlines, lattice: &Lattice, ranks: &[usize]) -> Vec<u32> {
    let mut counts = vec![0_u32; lattice.columns as usize * lattice.rows as usize];
    let square = lattice.square();
    for (_, a, b) in ranks.iter().flat_map(|rank| outlines.edges_of(*rank)) {
        lattice.trace(square, (a, b), |column, row| {
            if let Some(count) = counts.get_mut(lattice.block(column.min(lattice.columns - 1), row)) {
                *count += 1;
            }
        });
    }
    counts
}

impl Lattice {
    /// The first level as a square; a side too long by some columns is cut by the caller.
    fn square(&self) -> Square {
        let origin = Coord { x: self.west, y: self.south };
        Square { origin, side: self.side, last: self.columns.max(self.rows) - 1 }
    }
}

/// Lays out the second level from the counts of every run.
fn cut_blocks(counts: &[Vec<u32>]) -> Vec<Block> {
    let mut first = 0_u32;
    let total = |rank: usize| counts.iter().filter_map(|run| run.get(rank)).sum::<u32>();
    let blocks = 0..counts.first().map_or(0, Vec::len);
    blocks
        .map(|rank| {
            let cut = whole((f64::from(total(rank)) / EDGES_BY_CELL).sqrt().ceil()).clamp(1, CUT_MAX);
            let block = Block { first, cut };
            first += cut * cut;
            block
        })
        .collect()
}

/// Draws outlines one after the other.
struct Pen<'o> {
    outlines: &'o Outlines,
    lattice: &'o Lattice,
    blocks: &'o [Block],
    /// Cells crossed by the outline at hand, with their block's place.
    crossed: Vec<(u32, u32, u32)>,
    drawn: Drawn,
}

impl Pen<'_> {
    fn draw(&mut self, rank: usize) {
        self.crossed.clear();
        let mut bounds: Option<(Coord<f64>, Coord<f64>)> = None;
        for (_, a, b) in self.outlines.edges_of(rank) {
            self.trace(a, b);
            let (low, high) = bounds.unwrap_or((a, a));
            let low = Coord { x: low.x.min(a.x).min(b.x), y: low.y.min(a.y).min(b.y) };
            bounds = Some((low, Coord { x: high.x.max(a.x).max(b.x), y: high.y.max(a.y).max(b.y) }));
        }
        let Some((low, high)) = bounds else { return };
        self.crossed.sort_unstable();
        self.crossed.dedup();
        self.fill(rank, low, high);
    }

    fn trace(&mut self, a: Coord<f64>, b: Coord<f64>) {
        let (lattice, blocks, crossed) = (self.lattice, self.blocks, &mut self.crossed);
        lattice.trace(lattice.square(), (a, b), |column, row| {
            let place = lattice.block(column.min(lattice.columns - 1), row);
            let Some(block) = blocks.get(place) else { return };
            let origin = lattice.corner(column, row);
            let side = lattice.side / f64::from(block.cut);
            let square = Square { origin, side, last: block.cut - 1 };
            lattice.trace(square, (a, b), |x, y| crossed.push((row, column, y * block.cut + x)));
        });
    }

    /// Walks the blocks of the outline's box: crossed cells, and those that it holds whole.
    fn fill(&mut self, rank: usize, low: Coord<f64>, high: Coord<f64>) {
        let lattice = self.lattice;
        let owned = std::mem::take(&mut self.crossed);
        let mut crossed = owned.as_slice();
        for row in lattice.row(low.y)..=lattice.row(high.y) {
            // Two neighbours that no edge crosses are on the same side of the boundary.
            let mut known: Option<bool> = None;
            for column in lattice.column(low.x)..=lattice.column(high.x) {
                let Some(block) = self.blocks.get(lattice.block(column, row)).copied() else { continue };
                // A thick edge reaches by a hair into blocks beyond the box, where no point of the outline is.
                let before = crossed.partition_point(|(y, x, _)| (*y, *x) < (row, column));
                let until = crossed.partition_point(|(y, x, _)| (*y, *x) <= (row, column));
                let (cells, rest) = crossed.split_at(until);
                let cells = cells.get(before..).unwrap_or_default();
                crossed = rest;
                let corner = lattice.corner(column, row);
                if cells.is_empty() {
                    let whole_block = Coord { x: lattice.side / 2.0, y: lattice.side / 2.0 };
                    let holds = *known.get_or_insert_with(|| self.holds(rank, corner + whole_block));
                    if holds {
                        let cells = block.first..block.first + block.cut * block.cut;
                        self.drawn.extend(cells.map(|cell| (cell, index(rank))));
                    }
                } else {
                    known = None;
                    self.fill_block(rank, (block, corner), cells);
                }
            }
        }
        self.crossed = owned;
    }

    fn fill_block(&mut self, rank: usize, (block, corner): (Block, Coord<f64>), crossed: &[(u32, u32, u32)]) {
        let side = self.lattice.side / f64::from(block.cut);
        let mut crossed = crossed.iter().map(|(_, _, cell)| *cell).peekable();
        for row in 0..block.cut {
            let mut known: Option<bool> = None;
            for column in 0..block.cut {
                let cell = row * block.cut + column;
                if crossed.next_if_eq(&cell).is_some() {
                    known = None;
                    self.drawn.push((block.first + cell, index(rank) | CROSSED));
                    continue;
                }
                let centre = Coord {
                    x: corner.x + (f64::from(column) + 0.5) * side,
                    y: corner.y + (f64::from(row) + 0.5) * side,
                };
                if *known.get_or_insert_with(|| self.holds(rank, centre)) {
                    self.drawn.push((block.first + cell, index(rank)));
                }
            }
        }
    }

    fn holds(&self, rank: usize, point: Coord<f64>) -> bool {
        self.outlines.position(rank, point) == CoordPos::Inside
    }
}

/// Gathers what was drawn by cell, outlines in the order of their ranks.
fn by_cell(cells: usize, drawn: &[Drawn]) -> (Vec<u32>, Vec<u32>) {
    let mut counts = vec![0_u32; cells];
    for (cell, _) in drawn.iter().flatten() {
        if let Some(count) = counts.get_mut(*cell as usize) {
            *count += 1;
        }
    }
    let mut lists: Vec<u32> = Vec::new();
    // A list is its length, then its entries; the length first serves as the number already written.
    let mut words: Vec<u32> = Vec::with_capacity(cells);
    let mut size = 0_u32;
    for count in &counts {
        words.push(if *count == 0 { EMPTY } else { LIST | size });
        size += if *count == 0 { 0 } else { count + 1 };
    }
    lists.resize(size as usize, 0);
    for (cell, entry) in drawn.iter().flatten() {
        let Some(word) = words.get(*cell as usize) else { continue };
        let place = (word & !LIST) as usize;
        let Some(length) = lists.get_mut(place) else { continue };
        *length += 1;
        let slot = place + *length as usize;
        if let Some(slot) = lists.get_mut(slot) {
            *slot = *entry;
        }
    }
    compact(&mut words, &lists)
}

/// A cell that one outline holds whole needs no list.
fn compact(words: &mut [u32], lists: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut kept: Vec<u32> = Vec::with_capacity(lists.len() / 2);
    let mut compacted = Vec::with_capacity(words.len());
    for word in words.iter() {
        if *word == EMPTY {
            compacted.push(EMPTY);
            continue;
        }
        let place = (word & !LIST) as usize;
        let length = lists.get(place).map_or(0, |length| *length as usize);
        match lists.get(place + 1..=place + length).unwrap_or_default() {
            [alone] if alone & CROSSED == 0 => compacted.push(*alone),
            entries => {
                compacted.push(LIST | index(kept.len()));
                kept.push(index(length));
                kept.extend_from_slice(entries);
            }
        }
    }
    (compacted, kept)
}

/// Whole part of a value, 0 below zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating, as wanted")]
fn whole(value: f64) -> u32 {
    value as u32
}
