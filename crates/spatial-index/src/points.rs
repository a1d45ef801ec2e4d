//! Points packed in a balanced tree of boxes: nearest, within a circle, within a box.
//!
//! Bulk-loaded once, never edited: points lie in the order of the leaves, boxes in the order of a
//! depth-first walk, so that a query reads memory forward and nothing holds a pointer.

mod build;
mod query;

use geo::Coord;

pub use query::Found;

/// Points that a leaf holds at most.
const LEAF: usize = 16;

/// A box: west, south, east, north.
type Box4 = [f64; 4];

/// A point and the rank of what stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Planar coordinates, metres.
    pub at: Coord<f64>,
    /// Rank in the caller's own order; breaks ties of distance.
    pub rank: u32,
}

/// The packed points.
#[derive(Debug, Default)]
pub struct Points {
    placed: Vec<Placed>,
    /// Boxes of the nodes, each before its two halves.
    boxes: Vec<Box4>,
    /// Levels under the root.
    depth: u32,
}

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.placed.len()
    }

    /// No point at all.
    pub fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    /// The points, in the order of the leaves: the places that queries speak of.
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }
}

#[cfg(test)]
mod tests;
