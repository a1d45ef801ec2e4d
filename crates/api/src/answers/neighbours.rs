//! Structures around a point.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::Feature;
use serde_json::{Value, json};
use spatial_index::{Filter, Proximity, Search, Snapshot};

use super::Question;
use super::collection::collection;
use crate::error::ApiError;
use crate::features::{self, multi_polygon};
use crate::fragments::write_structure_with;
use crate::params::{FILTERS, K_MAX, Params, RAYON_MAX, invalid};
use crate::state::Served;

/// Vertices of the drawn search circle.
const CIRCLE_VERTICES: u32 = 64;
/// Neighbours listed when no number is asked.
const K_DEFAULT: usize = 10;
/// As many neighbours are found and written at once.
const LIGHT_K: usize = 100;

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

    /// Some microseconds with few neighbours and no filter: less than the way to another thread.
    fn is_heavy(&self) -> bool {
        self.k > LIGHT_K || self.filter != Filter::default().with_ring()
    }

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let (search, filter) = search(params, &served.snapshot)?;
        Ok(Self { search, k: params.count("k", K_DEFAULT, K_MAX)?, filter })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let (found, shape) = self.find(served);
        neighbours(served, &found, &shape)
    }

    fn json(&self, served: &Served) -> Result<String, ApiError> {
        let (found, shape) = self.find(served);
        Ok(neighbours_text(served, &found, &shape))
    }
}

impl NearestQuery {
    fn find<'s>(&self, served: &'s Served) -> (Proximity<'s>, Value) {
        let found = served.snapshot.nearest(self.search, self.k, &self.filter);
        let rayon = found.neighbours.last().map(|neighbour| neighbour.distance_m);
        let Coord { x: lon, y: lat } = self.search.lon_lat;
        (found, json!({ "lon": lon, "lat": lat, "k": self.k, "rayon": rayon }))
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
        let (found, shape) = self.find(served)?;
        neighbours(served, &found, &shape)
    }

    fn json(&self, served: &Served) -> Result<String, ApiError> {
        let (found, shape) = self.find(served)?;
        Ok(neighbours_text(served, &found, &shape))
    }
}

impl WithinQuery {
    fn find<'s>(&self, served: &'s Served) -> Result<(Proximity<'s>, Value), ApiError> {
        let found = served.snapshot.within(self.search, self.rayon, &self.filter);
        let circle = circle(&served.snapshot, self.search, self.rayon)?;
        let shape = json!({
            "lon": self.search.lon_lat.x,
            "lat": self.search.lon_lat.y,
            "rayon": self.rayon,
            "geometry": circle,
        });
        Ok((found, shape))
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
            properties.insert("distance_m".to_owned(), json!(decimetres(neighbour.distance_m)));
        }
        feature
    });
    let features: Vec<Feature> = features.collect();
    collection(features, foreign(served, found, search), served)
}

/// The same, from features already written.
fn neighbours_text(served: &Served, found: &Proximity<'_>, search: &Value) -> String {
    let mut text = String::with_capacity(found.neighbours.len().saturating_mul(1_200) + served.metadata.len() + 4_096);
    text.push_str("{\"type\":\"FeatureCollection\",\"features\":[");
    for (rank, neighbour) in found.neighbours.iter().enumerate() {
        if rank > 0 {
            text.push(',');
        }
        let distance = format!("\"distance_m\":{}", json!(decimetres(neighbour.distance_m)));
        write_structure_with(served, neighbour.structure, (&distance, &mut text));
    }
    let mut foreign = foreign(served, found, search).to_string();
    foreign.pop();
    text.push_str("],");
    text.push_str(foreign.trim_start_matches('{'));
    text.push_str(",\"metadata\":");
    text.push_str(&served.metadata);
    text.push('}');
    text
}

fn decimetres(metres: f64) -> f64 {
    (metres * 10.0).round() / 10.0
}

fn foreign(served: &Served, found: &Proximity<'_>, search: &Value) -> Value {
    let (count, excluded) = (found.neighbours.len(), found.excluded);
    json!({
        "numberMatched": count,
        "numberReturned": count,
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
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_bytes<Q: Question>(pairs: &[(&str, &str)]) {
        let served = Served::new(Snapshot::build(test_support::sample_atlas(3)).unwrap()).unwrap();
        let at = served.snapshot.atlas().structures.iter().find_map(|structure| structure.position).unwrap();
        let point = [("lon".to_owned(), at.lon.to_string()), ("lat".to_owned(), at.lat.to_string())];
        let given = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let params = Params::new(point.into_iter().chain(given).collect(), Q::PARAMETERS).unwrap();
        let question = Q::parse(&params, &served).unwrap();
        let value = question.answer(&served).unwrap();
        assert!(!value["features"].as_array().unwrap().is_empty());
        assert_eq!(question.json(&served).unwrap(), value.to_string());
    }

    #[test]
    fn the_text_is_the_value_written() {
        same_bytes::<NearestQuery>(&[("k", "5")]);
        same_bytes::<WithinQuery>(&[("rayon", "5000")]);
    }
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
