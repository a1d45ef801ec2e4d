//! Density, proximity, aggregates: GeoJSON or JSON, with what each answer leaves out.

use actix_web::{HttpRequest, HttpResponse, web};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::Feature;
use serde_json::{Value, json};
use spatial_index::grid::{GridCell, grid_projection};
use spatial_index::{Filter, Proximity, Search, Snapshot};
use statistics::aggregate::Ligne;
use statistics::{Dimension, aggregate};

use crate::error::ApiError;
use crate::features::{self, multi_polygon, object};
use crate::pages::json_html;
use crate::params::{FILTERS, K_MAX, Params, RAYON_MAX, invalid};
use crate::provenance::provenance;
use crate::respond::{Format, GEOJSON, HTML, JSON, Reply, base_url, negotiate};
use crate::state::{Served, Service};

/// Vertices of the drawn search circle.
const CIRCLE_VERTICES: u32 = 64;

/// `/density?zone=`: counts and rates by zone, as outlines.
pub async fn density(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[&["zone", "bbox"], &FILTERS])?;
    answer((&request, &params, &service), GEOJSON, |served| {
        let zone = params.text("zone").unwrap_or("commune");
        let dimension = zone_dimension(zone)?;
        let filter = params.filter(&served.snapshot)?;
        let bbox = params.bbox()?;
        let table = aggregate(&served.snapshot, (&filter, bbox.as_ref()), dimension, &served.referentiel.estimateur);
        let shapes = ShapeOf::new(&served.snapshot, dimension)?;
        let features: Vec<Feature> = table.lignes.iter().filter_map(|row| zone_feature(row, &shapes)).collect();
        let foreign = json!({
            "zone": zone,
            "numberReturned": features.len(),
            "total": table.total,
            "laissees_de_cote": table.laissees_de_cote,
        });
        collection(features, foreign, served)
    })
}

/// `/aggregates?par=`: the same counts as a table, by zone or by kind.
pub async fn aggregates(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[&["par", "zone", "bbox"], &FILTERS])?;
    answer((&request, &params, &service), JSON, |served| {
        let name = if params.text("par").is_some() { "par" } else { "zone" };
        let asked = params.text(name).unwrap_or("commune");
        let dimension = Dimension::from_code(asked).ok_or_else(|| {
            let names: Vec<&str> = Dimension::ALL.iter().map(|(name, _)| *name).collect();
            invalid(name, asked, &format!("admis : {}", names.join(", ")))
        })?;
        let filter = params.filter(&served.snapshot)?;
        let bbox = params.bbox()?;
        let table = aggregate(&served.snapshot, (&filter, bbox.as_ref()), dimension, &served.referentiel.estimateur);
        let mut body = serde_json::to_value(&table).map_err(ApiError::internal)?;
        if let Some(body) = body.as_object_mut() {
            body.insert("par".to_owned(), json!(asked));
            body.insert("essaim".to_owned(), provenance(&served.snapshot.atlas().manifest));
        }
        Ok(body)
    })
}

/// `/proximity/nearest?lon&lat&k`.
pub async fn nearest(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[&["lon", "lat", "k"], &FILTERS])?;
    answer((&request, &params, &service), GEOJSON, |served| {
        let (search, filter) = search(&params, &served.snapshot)?;
        let k = params.count("k", 10, K_MAX)?;
        let found = served.snapshot.nearest(search, k, &filter);
        let rayon = found.neighbours.last().map(|neighbour| neighbour.distance_m);
        neighbours(served, &found, &json!({ "lon": search.lon_lat.x, "lat": search.lon_lat.y, "k": k, "rayon": rayon }))
    })
}

/// `/proximity/within?lon&lat&rayon`.
pub async fn within(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(&request, &[&["lon", "lat", "rayon"], &FILTERS])?;
    answer((&request, &params, &service), GEOJSON, |served| {
        let (search, filter) = search(&params, &served.snapshot)?;
        let rayon = params
            .number("rayon", (0.0, RAYON_MAX))?
            .ok_or(ApiError::MissingParameter { name: "rayon", mend: "rayon en mètres, par exemple 500" })?;
        let found = served.snapshot.within(search, rayon, &filter);
        let circle = circle(&served.snapshot, search, rayon)?;
        let shape = json!({
            "lon": search.lon_lat.x,
            "lat": search.lon_lat.y,
            "rayon": rayon,
            "geometry": circle,
        });
        neighbours(served, &found, &shape)
    })
}

/// Reads, answers 304 when it can, computes, and renders in the format asked.
fn answer(
    (request, params, service): (&HttpRequest, &Params, &Service),
    content_type: &'static str,
    compute: impl FnOnce(&Served) -> Result<Value, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let served = service.current()?;
    let base = base_url(service, request);
    let format = negotiate(request, params)?;
    let content_type = if format == Format::Html { HTML } else { content_type };
    let reply = Reply { request, served: &served, base: &base, content_type };
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let value = compute(&served)?;
    match format {
        Format::Json => Ok(reply.json(&value)),
        Format::Html => Ok(reply.body(json_html("Essaim", &value, (&served, &base))?)),
    }
}

/// Proximity sees over the border: the ring is always admitted.
fn search(params: &Params, snapshot: &Snapshot) -> Result<(Search, Filter), ApiError> {
    let point = params.point()?;
    let search = snapshot
        .search_from(point)
        .map_err(|error| invalid("lon", &format!("{},{}", point.x, point.y), &error.to_string()))?;
    let filter = params.filter(snapshot)?;
    Ok((search, if params.text("couronne").is_none() { filter.with_ring() } else { filter }))
}

fn neighbours(served: &Served, found: &Proximity<'_>, search: &Value) -> Result<Value, ApiError> {
    let features = found.neighbours.iter().map(|neighbour| {
        let mut feature = features::structure(&served.snapshot, neighbour.structure);
        if let Some(properties) = &mut feature.properties {
            properties.insert("distance_m".to_owned(), json!((neighbour.distance_m * 10.0).round() / 10.0));
        }
        feature
    });
    let features: Vec<Feature> = features.collect();
    let excluded = found.excluded;
    let foreign = json!({
        "numberMatched": features.len(),
        "numberReturned": features.len(),
        "search": search,
        "exclus": {
            "a_la_voie": excluded.a_la_voie,
            "sans_point": excluded.sans_point,
            "masquees": excluded.masquees,
            "total": excluded.total(),
            "communes": found.communes,
        },
        "methode": format!(
            "distance à vol d’oiseau, en mètres, dans le système légal (EPSG:{}) ; seules les structures localisées au numéro y entrent",
            served.snapshot.atlas().manifest.epsg
        ),
    });
    collection(features, foreign, served)
}

fn collection(features: Vec<Feature>, foreign: Value, served: &Served) -> Result<Value, ApiError> {
    let mut foreign = object(foreign);
    foreign.insert("essaim".to_owned(), provenance(&served.snapshot.atlas().manifest));
    let body = geojson::FeatureCollection { bbox: None, features, foreign_members: Some(foreign) };
    serde_json::to_value(&body).map_err(ApiError::internal)
}

/// The circle as drawn in the legal CRS, then in degrees.
fn circle(snapshot: &Snapshot, search: Search, radius: f64) -> Result<geojson::Geometry, ApiError> {
    let vertex = |step: u32| {
        let angle = f64::from(step % CIRCLE_VERTICES) / f64::from(CIRCLE_VERTICES) * std::f64::consts::TAU;
        Coord { x: search.metric.x + radius * angle.cos(), y: search.metric.y + radius * angle.sin() }
    };
    let ring: LineString<f64> = (0..=CIRCLE_VERTICES).map(vertex).collect();
    let outline = MultiPolygon(vec![Polygon::new(ring, Vec::new())]);
    let lon_lat = snapshot.projection().unproject_polygons(&outline).map_err(ApiError::internal)?;
    Ok(multi_polygon(&lon_lat))
}

fn zone_dimension(zone: &str) -> Result<Dimension, ApiError> {
    let dimension = Dimension::from_code(zone);
    dimension.filter(|dimension| matches!(dimension, Dimension::Zone(_) | Dimension::Grille(_))).ok_or_else(|| {
        let zones = Dimension::ALL.iter().filter(|(_, d)| matches!(d, Dimension::Zone(_) | Dimension::Grille(_)));
        let names: Vec<&str> = zones.map(|(name, _)| *name).collect();
        invalid("zone", zone, &format!("admis : {}", names.join(", ")))
    })
}

fn zone_feature(row: &Ligne, shapes: &ShapeOf<'_>) -> Option<Feature> {
    let outline = shapes.outline(&row.code)?;
    let counts = &row.comptage;
    let properties = object(json!({
        "code": row.code,
        "libelle": row.libelle,
        "structures": counts.structures,
        "au_numero": counts.au_numero,
        "a_la_voie": counts.a_la_voie,
        "non_localisees": counts.non_localisees,
        "masquees": counts.masquees,
        "emplois_bas": counts.emplois.bas,
        "emplois_central": counts.emplois.central,
        "emplois_haut": counts.emplois.haut,
        "emplois_sans_tranche": counts.emplois.sans_tranche,
        "population": row.population,
        "superficie_km2": row.superficie_km2,
        "densite_km2": row.densite_km2,
        "pour_10000_habitants": row.pour_10000_habitants,
    }));
    Some(features::feature(&row.code, Some(multi_polygon(&outline)), properties))
}

/// Finds the outline of a row, in degrees.
struct ShapeOf<'s> {
    snapshot: &'s Snapshot,
    dimension: Dimension,
    laea: crs::Projection,
}

impl<'s> ShapeOf<'s> {
    fn new(snapshot: &'s Snapshot, dimension: Dimension) -> Result<Self, ApiError> {
        Ok(Self { snapshot, dimension, laea: grid_projection().map_err(ApiError::internal)? })
    }

    fn outline(&self, code: &str) -> Option<MultiPolygon<f64>> {
        use domain::Niveau;
        let (atlas, shapes) = (self.snapshot.atlas(), self.snapshot.shapes());
        match self.dimension {
            Dimension::Zone(Niveau::Commune) => {
                let rank = atlas.communes.iter().position(|row| row.code.as_str() == code)?;
                shapes.communes.get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Zone(Niveau::Iris) => {
                let rank = atlas.iris.binary_search_by(|row| row.code.as_str().cmp(code)).ok()?;
                shapes.iris.get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Zone(Niveau::Ept) => {
                let rank = atlas.epts.iter().position(|row| row.siren == code)?;
                shapes.epts.get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Zone(Niveau::Departement) => {
                let rank = atlas.departements.iter().position(|row| row.code == code)?;
                shapes.departements.get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Grille(_) => GridCell::from_id(code)?.outline_lon_lat(&self.laea).ok(),
            _ => None,
        }
    }
}
