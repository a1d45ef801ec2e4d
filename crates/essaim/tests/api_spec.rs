//! `api-spec/` is generated: it must be what the code says. `make api-spec` writes it again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn spec(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-spec").join(name)
}

fn same(name: &str, generated: &Value) {
    let text = format!("{generated:#}\n");
    let path = spec(name);
    if std::env::var_os("ESSAIM_WRITE_API_SPEC").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "api-spec/{name} is out of date: run « make api-spec » and look at the difference");
}

#[test]
fn the_kept_openapi_document_is_the_generated_one() {
    same("openapi.json", &api::openapi::document("http://127.0.0.1:8080"));
}

#[test]
fn the_kept_catalogue_of_problems_is_the_generated_one() {
    let problem = |(slug, status, title): (&str, u16, &str)| json!({ "type": format!("urn:essaim:probleme:{slug}"), "status": status, "title": title });
    same("problems.json", &api::error::CATALOGUE.into_iter().map(problem).collect());
}
