//! Structures around a point.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::Feature;
use serde_json::{Value, json};
use spatial_index::{Filter, Proximity, Search, Snapshot};

use super::Question;
use super::collection::collection;
use super::reach::Reach;
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

/// `/proximity/within?rayon`, with `lon` and `lat` or with `territoire`: the structures at most `rayon`
/// metres away from a point, or from a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct WithinQuery {
    /// Searched from.
    pub from: Origin,
    /// Radius, metres in the legal projection.
    pub rayon: f64,
    /// Structures looked at.
    pub filter: Filter,
}

/// What a search starts from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// A point.
    Point(Search),
    /// A territory, as asked: itself, and its surroundings.
    Zone(String, Reach),
}

impl Question for WithinQuery {
    const SUMMARY: &'static str = "Structures dans un rayon autour d’un point ou d’un territoire";
    const PATH: &'static str = "/proximity/within";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["lon", "lat", "rayon"], &FILTERS];
    const REQUIRED: &'static [&'static str] = &["rayon"];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let snapshot = &served.snapshot;
        let rayon = params
            .number("rayon", (0.0, RAYON_MAX))?
            .ok_or(ApiError::MissingParameter { name: "rayon", mend: "rayon en mètres, par exemple 500" });
        let is_point = params.text("lon").is_some() || params.text("lat").is_some();
        // With a point, a territory is a filter like the others; without, it is what is searched from.
        if let (false, Some(text), Some(selection)) =
            (is_point, params.text("territoire"), params.territoire(snapshot)?)
        {
            let rayon = rayon?;
            let filter = with_ring_unless_told(params, params.without("territoire").filter(snapshot)?);
            return Ok(Self { from: Origin::Zone(text.to_owned(), Reach::new(selection, rayon)), rayon, filter });
        }
        let (search, filter) = search(params, snapshot)?;
        Ok(Self { from: Origin::Point(search), rayon: rayon?, filter })
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
        let snapshot = &served.snapshot;
        match &self.from {
            Origin::Point(search) => {
                let circle = circle(snapshot, *search, self.rayon)?;
                let Coord { x: lon, y: lat } = search.lon_lat;
                let shape = json!({ "lon": lon, "lat": lat, "rayon": self.rayon, "geometry": circle });
                Ok((snapshot.within(*search, self.rayon, &self.filter), shape))
            }
            Origin::Zone(territoire, reach) => {
                let outline = multi_polygon(&reach.outline(snapshot)?);
                let shape = json!({ "territoire": territoire, "rayon": self.rayon, "geometry": outline });
                Ok((reach.find(snapshot, &self.filter), shape))
            }
        }
    }
}

fn with_ring_unless_told(params: &Params, filter: Filter) -> Filter {
    if params.text("couronne").is_none() { filter.with_ring() } else { filter }
}

/// Proximity sees over the border: the ring is always admitted.
fn search(params: &Params, snapshot: &Snapshot) -> Result<(Search, Filter), ApiError> {
    let point = params.point()?;
    let search = snapshot
        .search_from(point)
        .map_err(|error| invalid("lon", &format!("{},{}", point.x, point.y), &error.to_string()))?;
    Ok((search, with_ring_unless_told(params, params.filter(snapshot)?)))
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
