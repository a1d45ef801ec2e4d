//! Landing page, conformance, OpenAPI document.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::langue::Langue;
use crate::params::{Params, invalid};
use crate::provenance::{attribution, provenance};
use crate::respond::{Format, HTML, JSON, OPENAPI, Reply, base_url, negotiate};
use crate::state::{Served, Service};
use crate::tiles::{tile_matrix_sets_link, tiles_link};

/// Classes that this service holds.
pub const CONFORMANCE: [&str; 12] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
];

/// A link object.
pub fn link(href: impl Into<String>, rel: &str, kind: &str, title: &str) -> Value {
    json!({ "href": href.into(), "rel": rel, "type": kind, "title": title })
}

/// `/`: JSON for clients, the map for browsers.
pub async fn landing(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[&crate::pages::MAP_PARAMETERS])?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let format = negotiate(&request, &params)?;
    let content_type = if format == Format::Html { HTML } else { JSON };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    match format {
        Format::Json => Ok(reply.json(&landing_json(&served, &base))),
        Format::Html => {
            let plan_ign = service.settings.plan_ign;
            let page = crate::pages::map_html(&served, (&base, language(&params)?, plan_ign))?;
            let mut response = reply.body(page);
            if plan_ign {
                allow_plan_ign(&mut response);
            }
            Ok(response)
        }
    }
}

/// The only site that a page may ask besides ours, once whoever runs the service chose its base map.
const PLAN_IGN: &str = "https://data.geopf.fr";

fn allow_plan_ign(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let opened = ["img-src", "connect-src"]
        .iter()
        .fold(policy.to_owned(), |policy, rule| policy.replace(rule, &format!("{rule} {PLAN_IGN}")));
    if let Ok(value) = header::HeaderValue::from_str(&opened) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

/// `lang`, French without it.
pub(super) fn language(params: &Params) -> Result<Langue, ApiError> {
    let Some(code) = params.text("lang") else { return Ok(Langue::default()) };
    Langue::from_code(code).ok_or_else(|| invalid("lang", code, "admis : fr, en"))
}

fn landing_json(served: &Served, base: &str) -> Value {
    let manifest = &served.snapshot.atlas().manifest;
    json!({
        "title": format!("Essaim : l’ESS de {}", manifest.nom_territoire),
        "description": manifest.perimetre.description,
        "attribution": attribution(manifest),
        "links": [
            link(format!("{base}/?f=json"), "self", JSON, "Cette page en JSON"),
            link(format!("{base}/?f=html"), "alternate", "text/html", "La carte"),
            link(format!("{base}/api"), "service-desc", OPENAPI, "Description OpenAPI 3.0"),
            link(format!("{base}/api?f=html"), "service-doc", "text/html", "Documentation"),
            link(format!("{base}/conformance"), "conformance", JSON, "Classes de conformité"),
            link(format!("{base}/collections"), "data", JSON, "Collections"),
            tiles_link(base),
            tile_matrix_sets_link(base),
            link(format!("{base}/styles"), "http://www.opengis.net/def/rel/ogc/1.0/styles", JSON, "Styles de carte"),
        ],
        "metadata": provenance(manifest),
    })
}

/// `/conformance`.
pub async fn conformance(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    Params::parse(&request, &[])?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let reply = Reply { request: &request, served: &served, base: &base, content_type: JSON };
    Ok(reply.not_modified().unwrap_or_else(|| reply.json(&json!({ "conformsTo": CONFORMANCE }))))
}

/// `/api`: OpenAPI 3.0.3, or its reading page.
pub async fn openapi(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[])?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let format = negotiate(&request, &params)?;
    let content_type = if format == Format::Html { HTML } else { OPENAPI };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let document = crate::openapi::document(&base);
    match format {
        Format::Json => Ok(reply.json(&document)),
        Format::Html => Ok(reply.body(crate::pages::json_html("API d’Essaim", &document, (&served, &base))?)),
    }
}

/// Anything else.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(ApiError::NotFound {
        what: format!("« {} »", request.path()),
        mend: "les ressources sont décrites à /api".to_owned(),
    })
}
