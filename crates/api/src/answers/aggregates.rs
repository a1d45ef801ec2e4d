//! Counts as a table, by zone or by kind.

use serde_json::{Value, json};
use spatial_index::{Bbox, Filter};
use statistics::{Dimension, aggregate};

use super::Question;
use crate::error::ApiError;
use crate::params::{FILTERS, Params, invalid};
use crate::provenance::provenance;
use crate::state::Served;

/// `/aggregates?par=`: one row per value of a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregatesQuery {
    /// What the rows are, as asked.
    pub par: String,
    /// The same, read.
    pub dimension: Dimension,
    /// Structures looked at.
    pub filter: Filter,
    /// Box that they must be in.
    pub bbox: Option<Bbox>,
}

impl Question for AggregatesQuery {
    const SUMMARY: &'static str = "Effectifs par zone, famille, secteur, tranche ou qualité";
    const PATH: &'static str = "/aggregates";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["par", "zone", "bbox"], &FILTERS];
    const HAS_GEOMETRY: bool = false;

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let name = if params.text("par").is_some() { "par" } else { "zone" };
        let asked = params.text(name).unwrap_or("commune");
        let dimension = Dimension::from_code(asked).ok_or_else(|| {
            let names: Vec<&str> = Dimension::ALL.iter().map(|(name, _)| *name).collect();
            invalid(name, asked, &format!("admis : {}", names.join(", ")))
        })?;
        let filter = params.filter(&served.snapshot)?;
        Ok(Self { par: asked.to_owned(), dimension, filter, bbox: params.bbox()? })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let selected = (&self.filter, self.bbox.as_ref());
        let table = aggregate(&served.snapshot, selected, self.dimension, &served.referentiel.estimateur);
        let mut body = serde_json::to_value(&table).map_err(ApiError::internal)?;
        if let Some(body) = body.as_object_mut() {
            body.insert("par".to_owned(), json!(self.par));
            body.insert("metadata".to_owned(), provenance(&served.snapshot.atlas().manifest));
        }
        Ok(body)
    }
}
