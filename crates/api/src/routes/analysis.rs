//! Density, proximity, aggregates: GeoJSON or JSON, with what each answer leaves out.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use crate::answers::{AggregatesQuery, PolygonAggregates, Question};
use crate::error::ApiError;
use crate::pages::json_html;
use crate::params::Params;
use crate::respond::{Format, GEOJSON, HTML, JSON, Reply, base_url, negotiate};
use crate::state::Service;

/// Reads a question, answers 304 when it can, computes, and renders in the format asked.
pub async fn answer<Q: Question>(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, Q::PARAMETERS)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let format = negotiate(&request, &params)?;
    let content_type = match format {
        Format::Html => HTML,
        Format::Json if Q::HAS_GEOMETRY => GEOJSON,
        Format::Json => JSON,
    };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let question = Q::parse(&params, &served)?;
    match format {
        Format::Json if question.is_heavy() => {
            let held = Arc::clone(&served);
            Ok(reply.body(service.compute(move || question.json(&held)).await?))
        }
        Format::Json => Ok(reply.body(question.json(&served)?)),
        Format::Html => {
            let held = Arc::clone(&served);
            let value = service.compute(move || question.answer(&held)).await?;
            Ok(reply.body(json_html("Essaim", &value, (&served, &base))?))
        }
    }
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
