//! HTML pages and the assets that they link.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use geo::MapCoords;
use geojson::{Feature, GeometryValue};
use serde_json::json;

use crate::answers::{CompareQuestion, PortraitQuestion};
use crate::error::ApiError;
use crate::features::{object, rounded};
use crate::params::Params;
use crate::provenance::provenance;
use crate::respond::{CSV, Format, GEOJSON, HTML, JSON, Reply, XLSX, base_url, negotiate};
use crate::state::Service;

use super::analysis::table;

/// Forms of a portrait that are files, with the end of their name.
const FILES: [(&str, &str); 2] = [("csv", CSV), ("xlsx", XLSX)];

/// The file asked for by `f`, or the format negotiated.
fn form(request: &HttpRequest, params: &Params) -> Result<(Option<&'static str>, Format, &'static str), ApiError> {
    let asked = params.text("f").and_then(|f| FILES.iter().find(|(name, _)| *name == f));
    if let Some((name, kind)) = asked {
        return Ok((Some(name), Format::Json, kind));
    }
    let format = negotiate(request, params)?;
    Ok((None, format, if format == Format::Html { HTML } else { JSON }))
}

/// `/portrait/{zone}`.
pub async fn portrait(
    request: HttpRequest,
    service: web::Data<Service>,
    zone: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, PortraitQuestion::PARAMETERS)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let (file, format, content_type) = form(&request, &params)?;
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let (held, root) = (Arc::clone(&served), base.clone());
    // The names nearest to an unknown territory are a computation too.
    let (body, territoire) = service
        .compute(move || {
            let question = PortraitQuestion::parse(&zone, &params, &held)?;
            let body = match (file, format) {
                (Some("xlsx"), _) => question.xlsx(&held, &root),
                (Some(_), _) => question.csv(&held).map(String::into_bytes),
                (None, Format::Json) => question.json(&held).map(String::into_bytes),
                (None, Format::Html) => question.html(&held, &root).map(String::into_bytes),
            };
            Ok((body?, question.territoire()))
        })
        .await?;
    let mut response = reply.bytes(body);
    if let Some(end) = file {
        let name = format!("attachment; filename=\"portrait-{}.{end}\"", territoire.replace([':', ','], "-"));
        if let Ok(value) = header::HeaderValue::from_str(&name) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

/// `/portrait/{zone}/compare`.
pub async fn compare(
    request: HttpRequest,
    service: web::Data<Service>,
    zone: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, CompareQuestion::PARAMETERS)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let as_csv = params.text("f") == Some("csv");
    let format = if as_csv { Format::Json } else { negotiate(&request, &params)? };
    let content_type = match format {
        Format::Html => HTML,
        Format::Json if as_csv => CSV,
        Format::Json => JSON,
    };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let (held, root) = (Arc::clone(&served), base.clone());
    let body = service
        .compute(move || {
            let question = CompareQuestion::parse(&zone, &params, &held)?;
            match format {
                Format::Html => question.html(&held, &root),
                Format::Json if as_csv => table(&question.answer(&held)?, &held),
                Format::Json => question.answer(&held).map(|value| value.to_string()),
            }
        })
        .await?;
    Ok(reply.body(body))
}

/// `/demo/verite`: planted, found, missed.
pub async fn verite(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[])?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let verite = served.verite.as_ref().ok_or_else(|| ApiError::NotFound {
        what: "vérité de la démonstration".to_owned(),
        mend: "elle n’existe que pour l’atlas de démonstration (essaim demo)".to_owned(),
    })?;
    let format = negotiate(&request, &params)?;
    let content_type = if format == Format::Html { HTML } else { JSON };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    match format {
        Format::Json => {
            let mut body = serde_json::to_value(verite).map_err(ApiError::internal)?;
            if let Some(body) = body.as_object_mut() {
                body.insert("metadata".to_owned(), provenance(&served.snapshot.atlas().manifest));
            }
            Ok(reply.json(&body))
        }
        Format::Html => Ok(reply.body(crate::pages::verite_html(verite, (&served, &base))?)),
    }
}

/// `/landmarks`: the Marne and the Bois de Vincennes of the demonstration.
pub async fn landmarks(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    Params::parse(&request, &[])?;
    let served = service.current()?;
    if served.landmarks.is_empty() {
        let mend = "seule la démonstration en a".to_owned();
        return Err(ApiError::NotFound { what: "repères du fond de carte".to_owned(), mend });
    }
    let base = base_url(&service, &request);
    let reply = Reply { request: &request, served: &served, base: &base, content_type: GEOJSON };
    let features = served.landmarks.iter().map(|landmark| Feature {
        bbox: None,
        geometry: Some(geojson::Geometry::new(GeometryValue::from(&landmark.geometry.map_coords(rounded)))),
        id: None,
        properties: Some(object(json!({ "nom": landmark.nom }))),
        foreign_members: None,
    });
    let foreign = object(json!({ "metadata": provenance(&served.snapshot.atlas().manifest) }));
    let body = geojson::FeatureCollection { bbox: None, features: features.collect(), foreign_members: Some(foreign) };
    Ok(reply.not_modified().unwrap_or_else(|| reply.body(body.to_string())))
}

/// `/accessibilite`: the accessibility statement, a page in every case.
pub async fn accessibilite(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[&["lang"]])?;
    let langue = super::common::language(&params)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let reply = Reply { request: &request, served: &served, base: &base, content_type: HTML };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    Ok(reply.body(crate::pages::accessibilite_html(&served, (&base, langue))?))
}

/// `/assets/…`: our style and scripts and the map library, embedded in the binary.
pub async fn asset(request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let found = crate::assets::find(&path).ok_or_else(|| ApiError::NotFound {
        what: format!("fichier « {path} »"),
        mend: "recharger la page qui le demande".to_owned(),
    })?;
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut response = HttpResponse::Ok();
    response.content_type(found.content_type);
    let cache = if found.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.insert_header((header::CACHE_CONTROL, cache));
    response.insert_header((header::VARY, "Accept-Encoding"));
    if accepts.is_some_and(|accepts| accepts.contains("gzip")) {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
        return Ok(response.body(found.gzip));
    }
    Ok(response.body(found.raw))
}
