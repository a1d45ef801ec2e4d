//! Negotiation, validators and headers shared by every answer.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::params::Params;
use crate::state::{Served, Service};

/// Media types offered.
pub const JSON: &str = "application/json";
/// GeoJSON (RFC 7946).
pub const GEOJSON: &str = "application/geo+json";
/// The exact text that OGC's test suite and QGIS look for.
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
/// CSV.
pub const CSV: &str = "text/csv; charset=utf-8";
/// XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// HTML.
pub const HTML: &str = "text/html; charset=utf-8";

/// Same origin only; no inline script or style.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                   connect-src 'self'; worker-src 'self' blob:; font-src 'self'; form-action 'self'; \
                   base-uri 'none'; frame-ancestors *";

/// Representation chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON or GeoJSON.
    Json,
    /// HTML.
    Html,
}

/// `f` first, then `Accept`; JSON when a client says nothing of HTML.
pub fn negotiate(request: &HttpRequest, params: &Params) -> Result<Format, ApiError> {
    match params.text("f") {
        Some("json" | "geojson") => return Ok(Format::Json),
        Some("html") => return Ok(Format::Html),
        Some(other) => return Err(crate::params::invalid("f", other, "json, geojson ou html attendu")),
        None => {}
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let quality = |kind: &str| quality_of(accept, kind);
    if quality("text/html") > 0.0 && accept.contains("text/html") && !prefers_json(accept) {
        return Ok(Format::Html);
    }
    let json = [JSON, GEOJSON, "application/vnd.oai.openapi+json"].iter().any(|kind| quality(kind) > 0.0);
    if json {
        Ok(Format::Json)
    } else {
        Err(ApiError::NotAcceptable { offered: "application/json, application/geo+json, text/html" })
    }
}

fn prefers_json(accept: &str) -> bool {
    let named = [JSON, GEOJSON].iter().filter(|kind| accept.contains(**kind));
    named.map(|kind| quality_of(accept, kind)).any(|quality| quality >= quality_of(accept, "text/html"))
}

/// Quality that an `Accept` header gives to a type; the most specific range wins (RFC 9110, 12.5.1).
fn quality_of(accept: &str, kind: &str) -> f64 {
    let group = kind.split('/').next().unwrap_or_default();
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        let rank = match name {
            _ if name.eq_ignore_ascii_case(kind) => 3,
            _ if name.strip_suffix("/*") == Some(group) => 2,
            "*/*" => 1,
            _ => 0,
        };
        if rank > best.0 {
            best = (rank, quality);
        }
    }
    best.1
}

/// Absolute base URL: configured, or the request's host. Forwarded headers are not believed.
pub fn base_url(service: &Service, request: &HttpRequest) -> String {
    if let Some(url) = &service.settings.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    format!("http://{}", host.unwrap_or_else(|| request.app_config().host()))
}

/// A representation and what decides it.
pub struct Reply<'r> {
    /// Request.
    pub request: &'r HttpRequest,
    /// Snapshot that it rests on.
    pub served: &'r Served,
    /// Base URL of its links.
    pub base: &'r str,
    /// Media type.
    pub content_type: &'static str,
}

impl Reply<'_> {
    /// 304 when the client holds this very representation, before any work is done.
    pub fn not_modified(&self) -> Option<HttpResponse> {
        let etag = self.etag();
        let known = self.request.headers().get(header::IF_NONE_MATCH)?.to_str().ok()?;
        let matches = known.split(',').map(str::trim).any(|tag| tag == "*" || weak(tag) == weak(&etag));
        matches.then(|| self.headers(HttpResponse::NotModified()).finish())
    }

    /// 200 with a body.
    pub fn body(&self, body: impl Into<String>) -> HttpResponse {
        self.headers(HttpResponse::Ok()).content_type(self.content_type).body(body.into())
    }

    /// 200 with the bytes of a file.
    pub fn bytes(&self, body: Vec<u8>) -> HttpResponse {
        self.headers(HttpResponse::Ok()).content_type(self.content_type).body(body)
    }

    /// 200 with JSON.
    pub fn json(&self, value: &Value) -> HttpResponse {
        self.body(value.to_string())
    }

    fn headers(&self, mut builder: actix_web::HttpResponseBuilder) -> actix_web::HttpResponseBuilder {
        builder.insert_header((header::ETAG, self.etag()));
        // Revalidated each time, answered by 304: a new version is seen at once.
        builder.insert_header((header::CACHE_CONTROL, "no-cache"));
        builder.insert_header((header::VARY, "Accept, Accept-Encoding"));
        if self.content_type == HTML {
            builder.insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)));
            builder.insert_header((header::REFERRER_POLICY, "no-referrer"));
        }
        builder
    }

    /// Weak: the same representation may leave compressed or not.
    pub(crate) fn etag(&self) -> String {
        let manifest = &self.served.snapshot.atlas().manifest;
        let mut digest = Sha256::new();
        let asked = [self.base, self.request.path(), self.request.query_string(), self.content_type];
        for part in asked.into_iter().chain([manifest.essaim.as_str(), crate::BUILD]) {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let hash = format!("{:x}", digest.finalize());
        format!("W/\"{}-{}\"", manifest.version, hash.get(..12).unwrap_or_default())
    }
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn format_for(accept: &str) -> Result<Format, ApiError> {
        let request = TestRequest::with_uri("/").insert_header((header::ACCEPT, accept)).to_http_request();
        let params = Params::parse(&request, &[])?;
        negotiate(&request, &params)
    }

    #[test]
    fn browsers_get_html_and_clients_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert_eq!(format_for(browser).unwrap(), Format::Html);
        for client in ["*/*", JSON, GEOJSON, OPENAPI, "application/json, text/html;q=0.5"] {
            assert_eq!(format_for(client).unwrap(), Format::Json, "{client}");
        }
        assert!(format_for("image/png").is_err());
    }
}
