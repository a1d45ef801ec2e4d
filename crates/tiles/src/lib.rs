//! Vector tiles (Mapbox Vector Tile 2.1) of an atlas on the WebMercatorQuad tile matrix set.
//!
//! What is made once for a dataset version: structures in the order of the quadtree ([`StructureTiles`]), so that a
//! tile of any zoom is one run of them, and outlines in Web Mercator with one generalised form a zoom ([`ZoneTiles`]).
//! Knows no HTTP and no JSON; the bytes are written by `fast-mvt`.

mod clip;
pub mod grid;
mod outlines;
mod structures;

pub use fast_mvt::{MvtError, MvtTileBuilder, MvtValueRef};
pub use grid::{EXTENT, MAX_ZOOM, Tile};
pub use outlines::ZoneTiles;
pub use structures::{BUDGET, StructureTiles};
