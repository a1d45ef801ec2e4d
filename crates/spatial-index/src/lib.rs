//! The immutable snapshot of an atlas and its spatial queries.
//!
//! Knows no SQL, no HTTP, no JSON. Distances are planar, in metres, in the legal CRS of the atlas
//! (Lambert-93 in metropolitan France): "à vol d'oiseau".

mod areas;
mod codes;
pub mod coverage;
pub mod filter;
pub mod grid;
pub mod hexagons;
pub mod kernel;
mod parallel;
pub mod points;
pub mod proximity;
pub mod snapshot;
pub mod tally;
pub mod territory;
pub mod zones;

pub use codes::{Arranged, Chosen};
pub use coverage::{Coverage, ZoneCoverage};
pub use filter::{Bbox, BboxError, Filter};
pub use grid::{Grid, GridCell};
pub use hexagons::{Hexagon, Hexagons};
pub use kernel::{Kernel, KernelError, KernelQuery, Surface};
pub use proximity::{Excluded, Neighbour, Proximity, Search};
pub use snapshot::{Snapshot, SnapshotError};
pub use tally::{Attribut, Groupe, Place, Tally};
pub use territory::{Selection, UnknownTerritory};
pub use zones::{Located, ZoneIndex};
