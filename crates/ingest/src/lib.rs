//! From the official files to an [`domain::Atlas`]: read, recognise, employer?, position, zone, mask.
//!
//! A row flows one way. Each reader knows one official format and reads it by column name; each rule
//! that drops or changes a row is counted in the waterfall. Partial diffusion is applied last, over
//! everything, in [`mask`]. Knows nothing of HTTP or of stores.

mod address;
mod contours;
mod corrections;
mod couronne;
mod delimiter;
mod economie;
mod emplois;
mod error;
mod etablissement;
mod geography;
mod geolocalisation;
mod kept;
mod listes;
mod locate;
mod mask;
mod observe;
pub mod outlines;
mod pipeline;
mod placement;
mod population;
pub mod probe;
mod progress;
mod recognise;
mod rejets;
mod table_file;
mod territoires;
mod unite_legale;
mod version;

pub use error::IngestError;
pub use pipeline::{Ingestion, Inputs, Options, ingest};
pub use progress::{Progress, Silent};
pub use rejets::{LigneIllisible, Rejet, Rejets};
