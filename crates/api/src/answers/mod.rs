//! Questions and their answers, apart from HTTP: parameters in, one JSON value out of one snapshot.
//!
//! The routes and the command line ask the same questions by the same parameter names, so both give
//! the same bytes. A question owes its answer to nothing but its parameters and the snapshot: what
//! changes from one request to the next (base URL, clock) is added by the route.

mod aggregates;
mod collection;
mod compare;
mod density;
mod kernel;
mod neighbours;
mod perimetre;
mod polygon;
mod portrait;
mod reach;
mod recherche;
mod reconciliation;
mod structures;

use serde_json::Value;

pub use aggregates::AggregatesQuery;
pub use compare::{BESIDE_MAX, CompareQuestion};
pub use density::DensityQuery;
pub use kernel::KernelDensityQuery;
pub use neighbours::{NearestQuery, WithinQuery};
pub use perimetre::PerimetreQuery;
pub use polygon::{PolygonAggregates, VERTICES_MAX};
pub use portrait::{PortraitQuestion, Vue};
pub use recherche::RechercheQuery;
pub use reconciliation::ReconciliationQuery;
pub use structures::{StructuresQuery, UnlocatedQuery};
pub(crate) use structures::{members, value as page_value};

use crate::error::ApiError;
use crate::params::{LIMIT_DEFAULT, LIMIT_MAX, Params};
use crate::state::Served;

/// A question on structures, read once into types.
pub trait Question: Sized + Send + 'static {
    /// What is asked, in French, for help texts and descriptions.
    const SUMMARY: &'static str;
    /// Path of the resource that answers it.
    const PATH: &'static str;
    /// Names of its parameters, by group; no other is admitted.
    const PARAMETERS: &'static [&'static [&'static str]];
    /// Those without which there is no question.
    const REQUIRED: &'static [&'static str] = &[];
    /// Rows of an answer without `limit`, and at most.
    const LIMIT: (usize, usize) = (LIMIT_DEFAULT, LIMIT_MAX);
    /// The answer has geometries: GeoJSON rather than JSON.
    const HAS_GEOMETRY: bool = true;

    /// The computation may be long: it leaves the event loop, under a deadline and a cap.
    fn is_heavy(&self) -> bool {
        true
    }

    /// Reads the parameters, resolved against the atlas.
    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError>;

    /// The answer, with the provenance of its figures and what it leaves out.
    fn answer(&self, served: &Served) -> Result<Value, ApiError>;

    /// The answer as text: the same bytes, which some questions write without building the value.
    fn json(&self, served: &Served) -> Result<String, ApiError> {
        self.answer(served).map(|value| value.to_string())
    }
}
