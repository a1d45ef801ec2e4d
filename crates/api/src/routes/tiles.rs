//! Vector tiles: plain addresses, OGC API Tiles, TileJSON and styles.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use tiles::{MAX_ZOOM, Tile};

use super::link;
use crate::error::ApiError;
use crate::pages::json_html;
use crate::params::Params;
use crate::respond::{Format, HTML, JSON, Reply, base_url, negotiate};
use crate::state::{Served, Service};
use crate::tiles::{
    self as layers, Encoded, Layer, Layers, MVT, PARAMETERS, STYLE_PARAMETERS, STYLES, TILE_MATRIX_SET, TileQuery,
    VERSION,
};

/// Cached for good: its address holds the version of its content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Asked again each time, and answered by 304.
const REVALIDATED: &str = "no-cache";

/// `/tiles/{layers}/{z}/{x}/{y}.mvt`.
pub async fn mvt(
    request: HttpRequest,
    service: web::Data<Service>,
    path: web::Path<(String, String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (names, z, x, y) = path.into_inner();
    answer((request, service), Layers::parse(&names)?, (&z, &x, &y)).await
}

/// `/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}`: the tiles of the dataset, `collections` of them.
pub async fn dataset_tile(
    request: HttpRequest,
    service: web::Data<Service>,
    path: web::Path<(String, String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (set, z, row, column) = path.into_inner();
    known_set(&set)?;
    let layers = asked(&request)?;
    answer((request, service), layers, (&z, &column, &row)).await
}

/// `/collections/{id}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}`.
pub async fn collection_tile(
    request: HttpRequest,
    service: web::Data<Service>,
    path: web::Path<(String, String, String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (collection, set, z, row, column) = path.into_inner();
    known_set(&set)?;
    answer((request, service), Layers::one(of_collection(&collection)?), (&z, &column, &row)).await
}

/// Parameters of the tiles of the dataset.
const OF_DATASET: &[&[&str]] = &[&["collections"], PARAMETERS[0], PARAMETERS[1]];

fn asked(request: &HttpRequest) -> Result<Layers, ApiError> {
    let params = Params::parse(request, OF_DATASET)?;
    params.text("collections").map_or_else(|| Ok(Layers::all()), Layers::parse)
}

fn of_collection(id: &str) -> Result<Layer, ApiError> {
    Layer::from_code(id).filter(|layer| !matches!(layer, Layer::Densite | Layer::Noms)).ok_or_else(|| {
        ApiError::NotFound {
            what: format!("tuiles de la collection « {id} »"),
            mend: "les collections qui ont une géométrie en ont ; elles sont listées à /collections".to_owned(),
        }
    })
}

fn known_set(set: &str) -> Result<(), ApiError> {
    if set == TILE_MATRIX_SET {
        return Ok(());
    }
    Err(ApiError::NotFound {
        what: format!("pyramide de tuiles « {set} »"),
        mend: format!("la seule est {TILE_MATRIX_SET}, décrite à /tileMatrixSets"),
    })
}

fn tile((z, x, y): (&str, &str, &str)) -> Result<Tile, ApiError> {
    let number = |text: &str| text.parse::<u32>().ok();
    let found = number(z).zip(number(x)).zip(number(y)).and_then(|((z, x), y)| Tile::new(z, x, y));
    found.ok_or_else(|| ApiError::NotFound {
        what: format!("tuile {z}/{x}/{y}"),
        mend: format!("zoom de 0 à {MAX_ZOOM}, colonne et ligne de 0 à 2^zoom - 1"),
    })
}

async fn answer(
    (request, service): (HttpRequest, web::Data<Service>),
    layers: Layers,
    at: (&str, &str, &str),
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, OF_DATASET)?.without("collections");
    let tile = tile(at)?;
    let served = service.current()?;
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let encoded =
        if accepts.is_some_and(|accepts| accepts.contains("gzip")) { Encoded::Gzip } else { Encoded::Identity };
    // An address of another version is answered by what is served, and asked again the next time.
    let cache = if params.text(VERSION) == Some(layers::edition(&served).as_str()) { IMMUTABLE } else { REVALIDATED };
    let reply = Reply { request: &request, served: &served, base: "", content_type: MVT };
    if let Some(mut unchanged) = reply.not_modified() {
        unchanged.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(cache));
        return Ok(unchanged);
    }
    let query = TileQuery::parse(layers, &params, &served)?;
    let key = (query.key(&served, tile), encoded);
    let held = Arc::clone(&served);
    let make = service.compute(move || query.encode(&held, tile));
    let bytes = service.tiles.get(key, make).await?;
    let mut response = if bytes.is_empty() { HttpResponse::NoContent() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, reply.etag()));
    response.insert_header((header::CACHE_CONTROL, cache));
    response.insert_header((header::VARY, "Accept-Encoding"));
    if bytes.is_empty() {
        return Ok(response.finish());
    }
    response.content_type(MVT);
    if encoded == Encoded::Gzip {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(bytes))
}

/// `/tiles`: the tilesets of the dataset.
pub async fn tilesets(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    document((&request, &service), (&[], "Tuiles"), |served, _, base| {
        Ok(layers::tilesets(served, &Layers::all(), (&format!("{base}/tiles"), base)))
    })
}

/// `/tiles/{layers}`: TileJSON, or the tileset of the dataset when it is the name of the tile matrix set.
pub async fn described(
    request: HttpRequest,
    service: web::Data<Service>,
    names: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    if *names == TILE_MATRIX_SET {
        let asked = asked(&request)?;
        return document((&request, &service), (OF_DATASET, "Tuiles"), |served, params, base| {
            Ok(layers::tileset(served, (&asked, params), (&format!("{base}/tiles"), base)))
        });
    }
    let asked = Layers::parse(&names)?;
    document((&request, &service), (PARAMETERS, "Tuiles"), |served, params, base| {
        let query = TileQuery::parse(asked.clone(), params, served)?;
        Ok(layers::tile_json(served, (&asked, &params.without(VERSION), &query.filter), base))
    })
}

/// `/collections/{id}/tiles`.
pub async fn collection_tilesets(
    request: HttpRequest,
    service: web::Data<Service>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let asked = Layers::one(of_collection(&id)?);
    document((&request, &service), (&[], "Tuiles"), |served, _, base| {
        Ok(layers::tilesets(served, &asked, (&format!("{base}/collections/{id}/tiles"), base)))
    })
}

/// `/collections/{id}/tiles/{tileMatrixSet}`.
pub async fn collection_tileset(
    request: HttpRequest,
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    known_set(&path.1)?;
    let asked = Layers::one(of_collection(&path.0)?);
    document((&request, &service), (PARAMETERS, "Tuiles"), |served, params, base| {
        let root = format!("{base}/collections/{}/tiles", path.0);
        Ok(layers::tileset(served, (&asked, params), (&root, base)))
    })
}

/// `/tileMatrixSets`.
pub async fn tile_matrix_sets(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    document((&request, &service), (&[], "Pyramides de tuiles"), |_, _, base| Ok(layers::tile_matrix_sets(base)))
}

/// `/tileMatrixSets/WebMercatorQuad`.
pub async fn tile_matrix_set(
    request: HttpRequest,
    service: web::Data<Service>,
    set: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    known_set(&set)?;
    document((&request, &service), (&[], "Pyramide de tuiles"), |_, _, _| Ok(layers::tile_matrix_set()))
}

/// `/styles`.
pub async fn styles(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    document((&request, &service), (&[], "Styles"), |_, _, base| {
        let style = |style: layers::Style| {
            json!({
                "id": style.id, "title": style.title,
                "links": [link(format!("{base}/styles/{}", style.id), "stylesheet", "application/vnd.mapbox.style+json", style.title)],
            })
        };
        Ok(json!({ "styles": STYLES.map(style) }))
    })
}

/// `/styles/{id}`.
pub async fn style(
    request: HttpRequest,
    service: web::Data<Service>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = layers::find_style(&id).ok_or_else(|| ApiError::NotFound {
        what: format!("style « {id} »"),
        mend: format!("les styles sont {}", STYLES.map(|style| style.id).join(", ")),
    })?;
    let params = Params::parse(&request, STYLE_PARAMETERS)?;
    let served = service.current()?;
    let base = base_url(&service, &request);
    let reply = Reply { request: &request, served: &served, base: &base, content_type: JSON };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let (held, root) = (Arc::clone(&served), base.clone());
    let value = service.compute(move || layers::style(&held, (found, &params), &root)).await?;
    Ok(reply.json(&value))
}

/// A small document in JSON, or as a page.
fn document(
    (request, service): (&HttpRequest, &Service),
    (parameters, title): (&[&[&str]], &str),
    make: impl FnOnce(&Served, &Params, &str) -> Result<Value, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request, parameters)?;
    let served = service.current()?;
    let base = base_url(service, request);
    let format = negotiate(request, &params)?;
    let content_type = if format == Format::Html { HTML } else { JSON };
    let reply = Reply { request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let value = make(&served, &params, &base)?;
    match format {
        Format::Json => Ok(reply.json(&value)),
        Format::Html => Ok(reply.body(json_html(title, &value, (&served, &base))?)),
    }
}
