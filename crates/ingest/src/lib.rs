//! From the official files to an [`domain::Atlas`]: read, recognise, employer?, position, zone, mask.
//!
//! A row flows one way. Each reader knows one official format and reads it by column name; each rule
//! that drops or changes a row is counted in the waterfall. Partial diffusion is applied last, over
//! everything, in [`mask`]. Knows nothing of HTTP or of stores.

mod address;
pub mod contours;
mod couronne;
mod csv_file;
mod economie;
mod error;
pub mod etablissement;
mod geography;
pub mod geolocalisation;
pub mod locate;
pub mod mask;
mod pipeline;
pub mod population;
mod progress;
pub mod recognise;
pub mod territoires;
pub mod unite_legale;
mod version;

pub use csv_file::{ByteSource, CsvFile};
pub use error::IngestError;
pub use pipeline::{Inputs, Options, ingest};
pub use progress::{Progress, Silent};
