//! Density, proximity, aggregates: GeoJSON or JSON, with what each answer leaves out.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::answers::{AggregatesQuery, PolygonAggregates, Question};
use crate::error::ApiError;
use crate::pages::json_html;
use crate::params::Params;
use crate::respond::{CSV, Format, GEOJSON, HTML, JSON, Reply, base_url, negotiate};
use crate::rows::Rows;
use crate::spreadsheet::{self, Decimal};
use crate::state::{Served, Service};

/// Reads a question, answers 304 when it can, computes, and renders in the format asked.
pub async fn answer<Q: Question>(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, Q::PARAMETERS)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let as_csv = params.text("f") == Some("csv");
    let format = if as_csv { Format::Json } else { negotiate(&request, &params)? };
    let content_type = match format {
        Format::Html => HTML,
        Format::Json if as_csv => CSV,
        Format::Json if Q::HAS_GEOMETRY => GEOJSON,
        Format::Json => JSON,
    };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let question = Q::parse(&params, &served)?;
    match format {
        Format::Json if as_csv => {
            let held = Arc::clone(&served);
            let value = service.compute(move || question.answer(&held)).await?;
            Ok(reply.body(table(&value, &served)?))
        }
        Format::Json if question.is_heavy() => {
            let held = Arc::clone(&served);
            Ok(reply.body(service.compute(move || question.json(&held)).await?))
        }
        Format::Json => Ok(reply.body(question.json(&served)?)),
        Format::Html => {
            let held = Arc::clone(&served);
            let value = service.compute(move || question.answer(&held)).await?;
            Ok(reply.body(json_html(Q::SUMMARY, &value, (&served, &base))?))
        }
    }
}

/// The rows of an answer for a spreadsheet; each says the perimeter and the version that it rests on.
pub(super) fn table(answer: &Value, served: &Served) -> Result<String, ApiError> {
    let manifest = &served.snapshot.atlas().manifest;
    let mut rows = Rows::complete(answer);
    let carried = [
        ("perimetre", json!(format!("{} {}", manifest.perimetre.nom, manifest.perimetre.version))),
        ("regle_employeur", json!(manifest.regle_employeur.code())),
        ("version_jeu", json!(manifest.version)),
        ("jeu_fictif", json!(manifest.fictif)),
    ];
    for (name, value) in carried {
        rows.columns.push(name.to_owned());
        rows.cells.iter_mut().for_each(|row| row.push(value.clone()));
    }
    let bytes = spreadsheet::write(&rows, Decimal::Point).map_err(ApiError::internal)?;
    String::from_utf8(bytes).map_err(ApiError::internal)
}

/// `POST /aggregates`: the counts within the polygon of the body.
pub async fn within_polygon(
    request: HttpRequest,
    body: web::Bytes,
    service: web::Data<Service>,
) -> Result<HttpResponse, ApiError> {
    let kind = request.content_type();
    if !["application/geo+json", "application/json"].contains(&kind) {
        return Err(ApiError::UnsupportedType { found: kind.to_owned() });
    }
    let params = Params::parse(&request, AggregatesQuery::PARAMETERS)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let text = std::str::from_utf8(&body)
        .map_err(|_| ApiError::InvalidBody { mend: "envoyer du GeoJSON en UTF-8".to_owned() })?;
    let question = PolygonAggregates::parse(&params, text, &served)?;
    let held = Arc::clone(&served);
    let value = service.compute(move || question.answer(&held)).await?;
    let reply = Reply { request: &request, served: &served, base: &base, content_type: JSON };
    Ok(reply.json(&value))
}
