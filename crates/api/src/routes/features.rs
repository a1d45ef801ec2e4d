//! OGC API Features, Part 1: collections, items, item.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use geojson::JsonObject;
use serde_json::{Value, json};

use crate::answers::{members, page_value};
use crate::collections::{COLLECTIONS, Collection, CollectionId, find};
use crate::error::ApiError;
use crate::features::box_of;
use crate::fragments;
use crate::items::{ItemsQuery, PAGING, Page, item};
use crate::pages::json_html;
use crate::params::Params;
use crate::provenance::{LICENCE, attribution, provenance};
use crate::respond::{CSV, Format, GEOJSON, HTML, JSON, Reply, base_url, negotiate};
use crate::routes::analysis::table;
use crate::routes::common::link;
use crate::state::{Served, Service};
use crate::tiles::tiles_link;
use crate::token;

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// `/collections`.
pub async fn collections(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[])?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let make = || {
        json!({
            "title": "Collections",
            "links": self_links(&format!("{base}/collections"), JSON),
            "collections": COLLECTIONS.iter().map(|each| describe(&served, each, &base)).collect::<Vec<_>>(),
            "metadata": provenance(&served.snapshot.atlas().manifest),
        })
    };
    json_or_html((&request, &params), (&served, &base), make)
}

/// `/collections/{id}`.
pub async fn collection(
    request: HttpRequest,
    service: web::Data<Service>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[])?;
    let found = known(&id)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    json_or_html((&request, &params), (&served, &base), || describe(&served, found, &base))
}

/// `/collections/{id}/items`.
pub async fn items(
    request: HttpRequest,
    service: web::Data<Service>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = known(&id)?;
    let params = Params::parse(&request, &[&PAGING, found.filters])?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let query = ItemsQuery::parse(&params, &served, found)?;
    if params.text("f") == Some("csv") {
        return items_csv((&request, &service), (&served, found, query.whole())).await;
    }
    let format = negotiate(&request, &params)?;
    let content_type = if format == Format::Html { HTML } else { GEOJSON };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let (held, base) = (Arc::clone(&served), base.clone());
    let read = move || {
        let page = query.page(&held, found);
        let url = format!("{base}/collections/{}/items", found.id.code());
        let next = query.next_token(&held, (found, &page));
        let mut foreign = members(&held, found, (&query, &page));
        foreign.insert("timeStamp".to_owned(), json!(now()));
        foreign.insert("links".to_owned(), json!(paging_links(&params, &query, (&url, next))));
        match format {
            Format::Json => Ok(page_text(&held, (found, &page), &foreign)),
            Format::Html => {
                foreign.insert("metadata".to_owned(), provenance(&held.snapshot.atlas().manifest));
                let value = page_value(&held, (found, &page), foreign)?;
                json_html(found.title, &value, (&held, &base))
            }
        }
    };
    let text = service.compute(read).await?;
    Ok(reply.body(text))
}

/// Every item that matches, as a French spreadsheet opens it: a file is never a page of a list.
async fn items_csv(
    (request, service): (&HttpRequest, &Service),
    (served, found, query): (&Arc<Served>, &'static Collection, ItemsQuery),
) -> Result<HttpResponse, ApiError> {
    let reply = Reply { request, served, base: "", content_type: CSV };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let held = Arc::clone(served);
    let write = move || {
        let page = query.page(&held, found);
        let value = page_value(&held, (found, &page), JsonObject::new())?;
        table(&value, &held)
    };
    let mut response = reply.body(service.compute(write).await?);
    let name = format!("attachment; filename=\"{}.csv\"", found.id.code());
    if let Ok(value) = header::HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// A page as text, from features already written.
fn page_text(served: &Served, (collection, page): (&Collection, &Page), foreign: &JsonObject) -> String {
    let mut foreign = Value::Object(foreign.clone()).to_string();
    foreign.pop();
    let mut text = String::with_capacity(page.ranks.len().saturating_mul(1_200) + served.metadata.len() + 2_048);
    text.push_str("{\"type\":\"FeatureCollection\",\"features\":[");
    for (rank, row) in page.ranks.iter().enumerate() {
        if rank > 0 {
            text.push(',');
        }
        fragments::write(served, (collection.id, *row), &mut text);
    }
    text.push_str("],");
    text.push_str(foreign.trim_start_matches('{'));
    text.push_str(",\"metadata\":");
    text.push_str(&served.metadata);
    text.push('}');
    text
}

/// `/collections/{id}/items/{fid}`.
pub async fn one_item(
    request: HttpRequest,
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[])?;
    let found = known(&path.0)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let format = negotiate(&request, &params)?;
    let mut feature = item(&served, found, &path.1).ok_or_else(|| ApiError::NotFound {
        what: format!("objet « {} » de la collection « {} »", path.1, found.id.code()),
        mend: format!("les objets sont listés à /collections/{}/items", found.id.code()),
    })?;
    let content_type = if format == Format::Html { HTML } else { GEOJSON };
    let reply = Reply { request: &request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let collection = format!("{base}/collections/{}", found.id.code());
    let mut links = self_links(&format!("{collection}/items/{}", path.1), GEOJSON);
    links.push(link(collection, "collection", JSON, found.title));
    let mut foreign = JsonObject::new();
    foreign.insert("links".to_owned(), json!(links));
    foreign.insert("metadata".to_owned(), provenance(&served.snapshot.atlas().manifest));
    feature.foreign_members = Some(foreign);
    match format {
        Format::Json => Ok(reply.body(feature.to_string())),
        Format::Html => {
            let value = serde_json::to_value(&feature).map_err(ApiError::internal)?;
            Ok(reply.body(json_html(found.title, &value, (&served, &base))?))
        }
    }
}

fn known(id: &str) -> Result<&'static Collection, ApiError> {
    find(id).ok_or_else(|| ApiError::NotFound {
        what: format!("collection « {id} »"),
        mend: "les collections sont listées à /collections".to_owned(),
    })
}

fn json_or_html(
    (request, params): (&HttpRequest, &Params),
    (served, base): (&Served, &str),
    make: impl FnOnce() -> Value,
) -> Result<HttpResponse, ApiError> {
    let format = negotiate(request, params)?;
    let content_type = if format == Format::Html { HTML } else { JSON };
    let reply = Reply { request, served, base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let value = make();
    match format {
        Format::Json => Ok(reply.json(&value)),
        Format::Html => Ok(reply.body(json_html("Collections", &value, (served, base))?)),
    }
}

fn self_links(url: &str, kind: &str) -> Vec<Value> {
    vec![
        link(format!("{url}?f=json"), "self", kind, "Ce document"),
        link(format!("{url}?f=html"), "alternate", "text/html", "Ce document en HTML"),
    ]
}

fn describe(served: &Served, collection: &Collection, base: &str) -> Value {
    let manifest = &served.snapshot.atlas().manifest;
    let url = format!("{base}/collections/{}", collection.id.code());
    let mut links = self_links(&url, JSON);
    links.push(link(format!("{url}/items?f=geojson"), "items", GEOJSON, collection.title));
    links.push(link(format!("{url}/items?f=html"), "items", "text/html", collection.title));
    if collection.id != CollectionId::StructuresNonLocalisees {
        links.push(tiles_link(&url));
    }
    links.push(link(LICENCE.1, "license", "text/html", LICENCE.0));
    let mut description = json!({
        "id": collection.id.code(),
        "title": collection.title,
        "description": collection.description,
        "attribution": attribution(manifest),
        "keywords": ["ESS", "économie sociale et solidaire", manifest.nom_territoire],
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "itemCount": count(served, collection),
        "links": links,
        "metadata": provenance(manifest),
    });
    if let (Some(extent), Some(object)) = (extent(served, collection), description.as_object_mut()) {
        object.insert("extent".to_owned(), json!({ "spatial": { "bbox": [extent], "crs": CRS84 } }));
    }
    description
}

fn count(served: &Served, collection: &Collection) -> usize {
    let (atlas, flow) = (served.snapshot.atlas(), &served.snapshot.atlas().manifest.waterfall);
    let as_count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    match collection.id {
        CollectionId::Structures => as_count(flow.localises),
        CollectionId::StructuresNonLocalisees => as_count(flow.non_localises),
        CollectionId::Communes => atlas.communes.iter().filter(|row| !row.couronne).count(),
        CollectionId::Iris => atlas.iris.iter().filter(|row| !row.couronne).count(),
        CollectionId::Regroupes(niveau) => atlas.regroupements.niveau(niveau).len(),
    }
}

/// Box of the territory, its ring left out, and of the structures that stand outside it.
fn extent(served: &Served, collection: &Collection) -> Option<Vec<f64>> {
    let (atlas, shapes) = (served.snapshot.atlas(), served.snapshot.shapes());
    let inside = atlas.communes.iter().zip(&shapes.communes).filter(|(row, _)| !row.couronne);
    let points = served.points.filter(|_| collection.id == CollectionId::Structures);
    let boxes = inside.filter_map(|(_, shape)| shape.bbox).chain(points);
    let union = boxes.reduce(|a, b| {
        let min = geo::Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        let max = geo::Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
        geo::Rect::new(min, max)
    });
    union.map(box_of)
}

/// Forward by token, which no publication can shift; back by count, for those who came by count.
fn paging_links(params: &Params, query: &ItemsQuery, (url, next): (&str, Option<String>)) -> Vec<Value> {
    let at = |params: &Params, name: &str, value: &str| format!("{url}?{}", params.with(name, value));
    let mut links = vec![
        link(at(params, "limit", &query.limit.to_string()), "self", GEOJSON, "Cette page"),
        link(at(params, "f", "html"), "alternate", "text/html", "Cette page en HTML"),
    ];
    if let Some(token) = next {
        links.push(link(at(&params.without("offset"), token::PARAMETER, &token), "next", GEOJSON, "Page suivante"));
    }
    if query.offset > 0 {
        let before = query.offset.saturating_sub(query.limit).to_string();
        links.push(link(at(params, "offset", &before), "prev", GEOJSON, "Page précédente"));
    }
    links
}

/// UTC now, RFC 3339, to the second.
fn now() -> String {
    let seconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    rfc3339(seconds)
}

/// Civil date of a Unix time (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn known_instants() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_827_696), "2000-02-29T12:34:56Z");
        assert_eq!(rfc3339(1_795_392_000), "2026-11-23T00:00:00Z");
    }
}
