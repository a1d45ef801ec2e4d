//! Structures around a point.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::Feature;
use serde_json::{Value, json};
use spatial_index::{Filter, Proximity, Search, Snapshot};

use super::Question;
use super::collection::collection;
use crate::error::ApiError;
use crate::features::{self, multi_polygon};
use crate::params::{FILTERS, K_MAX, Params, RAYON_MAX, invalid};
use crate::state::Served;

/// Vertices of the drawn search circle.
const CIRCLE_VERTICES: u32 = 64;
/// Neighbours listed when no number is asked.
const K_DEFAULT: usize = 10;

/// `/proximity/nearest?lon&lat&k`: the `k` structures nearest to a point.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestQuery {
    /// Point searched from.
    pub search: Search,
    /// How many.
    pub k: usize,
    /// Structures looked at.
    pub filter: Filter,
}

impl Question for NearestQuery {
    const SUMMARY: &'static str = "Structures les plus proches d’un point";
    const PATH: &'static str = "/proximity/nearest";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["lon", "lat", "k"], &FILTERS];
    const REQUIRED: &'static [&'static str] = &["lon", "lat"];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let (search, filter) = search(params, &served.snapshot)?;
        Ok(Self { search, k: params.count("k", K_DEFAULT, K_MAX)?, filter })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let found = served.snapshot.nearest(self.search, self.k, &self.filter);
        let rayon = found.neighbours.last().map(|neighbour| neighbour.distance_m);
        let Coord { x: lon, y: lat } = self.search.lon_lat;
        neighbours(served, &found, &json!({ "lon": lon, "lat": lat, "k": self.k, "rayon": rayon }))
    }
}

/// `/proximity/within?lon&lat&rayon`: the structures at most `rayon` metres away from a point.
#[derive(Debug, Clone, PartialEq)]
pub struct WithinQuery {
    /// Point searched from.
    pub search: Search,
    /// Radius, metres in the legal projection.
    pub rayon: f64,
    /// Structures looked at.
    pub filter: Filter,
}

impl Question for WithinQuery {
    const SUMMARY: &'static str = "Structures dans un rayon autour d’un point";
    const PATH: &'static str = "/proximity/within";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["lon", "lat", "rayon"], &FILTERS];
    const REQUIRED: &'static [&'static str] = &["lon", "lat", "rayon"];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let (search, filter) = search(params, &served.snapshot)?;
        let rayon = params
            .number("rayon", (0.0, RAYON_MAX))?
            .ok_or(ApiError::MissingParameter { name: "rayon", mend: "rayon en mètres, par exemple 500" })?;
        Ok(Self { search, rayon, filter })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let found = served.snapshot.within(self.search, self.rayon, &self.filter);
        let circle = circle(&served.snapshot, self.search, self.rayon)?;
        let shape = json!({
            "lon": self.search.lon_lat.x,
            "lat": self.search.lon_lat.y,
            "rayon": self.rayon,
            "geometry": circle,
        });
        neighbours(served, &found, &shape)
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
