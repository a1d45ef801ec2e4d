//! The common form of the answers that have geometries.

use geojson::Feature;
use serde_json::Value;

use crate::error::ApiError;
use crate::features::object;
use crate::provenance::provenance;
use crate::state::Served;

/// Features with the foreign members of an answer and its provenance.
pub fn collection(features: Vec<Feature>, foreign: Value, served: &Served) -> Result<Value, ApiError> {
    let mut foreign = object(foreign);
    foreign.insert("metadata".to_owned(), provenance(&served.snapshot.atlas().manifest));
    let body = geojson::FeatureCollection { bbox: None, features, foreign_members: Some(foreign) };
    serde_json::to_value(&body).map_err(ApiError::internal)
}
