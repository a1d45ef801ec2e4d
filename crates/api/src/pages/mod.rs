//! HTML pages, rendered by the server: they work and print without JavaScript.

use serde_json::Value;
use statistics::Portrait;

use crate::error::ApiError;
use crate::state::Served;

/// Parameters of the map page: the state of the view, read by the viewer.
pub const MAP_PARAMETERS: [&str; 6] = ["territoire", "famille", "point", "rayon", "zone", "lang"];

/// The home page.
pub fn map_html(_served: &Served, _base: &str) -> Result<String, ApiError> {
    Ok(String::new())
}

/// The portrait.
pub fn portrait_html(_portrait: &Portrait, _served: &Served, _base: &str) -> Result<String, ApiError> {
    Ok(String::new())
}

/// The score of the demonstration.
pub fn verite_html(_verite: &statistics::Verite, _base: &str) -> Result<String, ApiError> {
    Ok(String::new())
}

/// A JSON document, readable.
pub fn json_html(_title: &str, _value: &Value, _base: &str) -> Result<String, ApiError> {
    Ok(String::new())
}
