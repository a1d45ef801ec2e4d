//! The questions that the service answers, as `essaim query` asks them: one table, made of the same types.

use api::answers::{
    AggregatesQuery, DensityQuery, KernelDensityQuery, NearestQuery, PerimetreQuery, Question, RechercheQuery,
    ReconciliationQuery, StructuresQuery, UnlocatedQuery, WithinQuery,
};
use api::{ApiError, Params, Served};
use serde_json::Value;

/// Answers named values on what is served.
pub type Answer = fn(Vec<(String, String)>, &Served) -> Result<Value, ApiError>;

/// A question by its name on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Name of the sub-command.
    pub name: &'static str,
    /// What is asked, in French.
    pub summary: &'static str,
    /// Names of its parameters, as in URLs.
    pub parameters: &'static [&'static [&'static str]],
    /// Those that must be given.
    pub required: &'static [&'static str],
    /// Rows of an answer without `limit`.
    pub limit: usize,
    /// The answer is GeoJSON.
    pub has_geometry: bool,
    /// Reads the parameters and answers.
    pub answer: Answer,
}

const fn asked<Q: Question>(name: &'static str) -> Asked {
    Asked {
        name,
        summary: Q::SUMMARY,
        parameters: Q::PARAMETERS,
        required: Q::REQUIRED,
        limit: Q::LIMIT.0,
        has_geometry: Q::HAS_GEOMETRY,
        answer: answer::<Q>,
    }
}

fn answer<Q: Question>(pairs: Vec<(String, String)>, served: &Served) -> Result<Value, ApiError> {
    let params = Params::new(pairs, Q::PARAMETERS)?;
    Q::parse(&params, served)?.answer(served)
}

/// All of them.
pub static QUESTIONS: [Asked; 10] = [
    asked::<NearestQuery>("nearest"),
    asked::<WithinQuery>("within"),
    asked::<DensityQuery>("density"),
    asked::<KernelDensityQuery>("kernel"),
    asked::<AggregatesQuery>("aggregates"),
    asked::<PerimetreQuery>("perimetre"),
    asked::<RechercheQuery>("recherche"),
    asked::<ReconciliationQuery>("reconciliation"),
    asked::<StructuresQuery>("structures"),
    asked::<UnlocatedQuery>("structures-non-localisees"),
];
