//! `essaim openapi`: the document that `api-spec/` keeps and a test compares.

use crate::failure::Failure;
use crate::report::data;

/// Base URL of the kept document.
const EXAMPLE: &str = "http://127.0.0.1:8080";

/// Prints the document.
pub fn run() -> Result<(), Failure> {
    let document = api::openapi::document(EXAMPLE);
    data(&serde_json::to_string_pretty(&document).map_err(Failure::other)?);
    Ok(())
}
