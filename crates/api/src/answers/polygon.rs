//! Counts within a polygon that the client draws.

use geo::{CoordsIter, Geometry, MultiPolygon, Validation};
use geojson::{GeoJson, GeometryValue};
use serde_json::{Value, json};
use spatial_index::Place;

use super::{AggregatesQuery, Question};
use crate::error::ApiError;
use crate::params::Params;
use crate::provenance::provenance;
use crate::state::Served;

/// Most vertices of a polygon: far above a quarter drawn by hand, far below what would hold the service.
pub const VERTICES_MAX: usize = 10_000;

/// What a row says of its whole zone and that a part of it cannot say.
const OF_THE_WHOLE_ZONE: [&str; 4] = ["population", "superficie_km2", "densite_km2", "pour_10000_habitants"];

/// `POST /aggregates?par=`: the rows of [`AggregatesQuery`] for the structures that a polygon holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PolygonAggregates {
    query: AggregatesQuery,
    /// As given, CRS84.
    lon_lat: MultiPolygon<f64>,
    /// In the legal CRS, metres.
    outline: MultiPolygon<f64>,
}

impl PolygonAggregates {
    /// Reads the parameters and the body: a GeoJSON Polygon, MultiPolygon, or a Feature that holds one.
    pub fn parse(params: &Params, body: &str, served: &Served) -> Result<Self, ApiError> {
        let query = AggregatesQuery::parse(params, served)?;
        if query.bbox.is_some() {
            return Err(crate::params::invalid("bbox", "", "un polygone est donné ; retirer bbox"));
        }
        let lon_lat = polygon(body).map_err(|mend| ApiError::InvalidBody { mend })?;
        let refuse = |error: crs::CrsError| ApiError::InvalidBody { mend: error.to_string() };
        let outline = served.snapshot.project_outline(&lon_lat).map_err(refuse)?;
        Ok(Self { query, lon_lat, outline })
    }

    /// The answer: located structures by row, and what cannot be told in or out.
    pub fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let snapshot = &served.snapshot;
        let mut body = self.query.counts(Place::Outline(&self.outline), served)?;
        for row in body.get_mut("lignes").and_then(Value::as_array_mut).into_iter().flatten() {
            for name in OF_THE_WHOLE_ZONE {
                if let Some(value) = row.get_mut(name) {
                    *value = Value::Null;
                }
            }
        }
        let touched = snapshot.communes_near(&self.outline, 0.0);
        let mut around = self.query.filter.clone();
        around.communes = Some(match around.communes {
            Some(asked) => touched.iter().filter(|code| asked.contains(*code)).cloned().collect(),
            None => touched.iter().cloned().collect(),
        });
        let excluded = snapshot.unmeasured(&around);
        if let Some(body) = body.as_object_mut() {
            body.insert("par".to_owned(), json!(self.query.par));
            body.insert("search".to_owned(), json!({ "geometry": crate::features::multi_polygon(&self.lon_lat) }));
            body.insert(
                "exclus".to_owned(),
                json!({
                    "sans_point": excluded.sans_point,
                    "masquees": excluded.masquees,
                    "total": u64::from(excluded.sans_point) + u64::from(excluded.masquees),
                    "communes": touched,
                    "raison": "comptées dans les communes que le polygone touche, sans que l’on sache si elles sont dedans",
                }),
            );
            body.insert("metadata".to_owned(), provenance(&snapshot.atlas().manifest));
        }
        Ok(body)
    }
}

fn polygon(body: &str) -> Result<MultiPolygon<f64>, String> {
    const FORM: &str = "un Polygon ou MultiPolygon GeoJSON (RFC 7946, longitude et latitude), ou une Feature qui en porte un, est attendu";
    let geometry = match body.parse::<GeoJson>().map_err(|_| FORM)? {
        GeoJson::Geometry(geometry) => Some(geometry),
        GeoJson::Feature(feature) => feature.geometry,
        GeoJson::FeatureCollection(_) => None,
    };
    let geometry = geometry.filter(is_drawn).and_then(|geometry| Geometry::<f64>::try_from(geometry).ok());
    let outline = match geometry {
        Some(Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon]),
        Some(Geometry::MultiPolygon(polygons)) => polygons,
        _ => return Err(FORM.to_owned()),
    };
    let vertices = outline.coords_count();
    if vertices > VERTICES_MAX {
        return Err(format!("{vertices} sommets pour {VERTICES_MAX} au plus ; simplifier le polygone"));
    }
    let on_earth = |at: geo::Coord<f64>| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
    if vertices == 0 || !outline.coords_iter().all(on_earth) {
        return Err("polygone vide ou coordonnées hors de la Terre ; donner longitude et latitude en degrés".to_owned());
    }
    if !outline.is_valid() {
        return Err("polygone invalide (anneau non fermé ou qui se croise) ; le réparer dans QGIS".to_owned());
    }
    Ok(outline)
}

/// Polygons whose positions all have two numbers: the conversion takes them for granted.
fn is_drawn(geometry: &geojson::Geometry) -> bool {
    let drawn = |ring: &Vec<geojson::Position>| ring.iter().all(|position| position.len() >= 2);
    match &geometry.value {
        GeometryValue::Polygon { coordinates } => coordinates.iter().all(drawn),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().all(drawn),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::polygon;

    #[test]
    fn bodies() {
        let square = r#"{"type":"Polygon","coordinates":[[[2.4,48.8],[2.5,48.8],[2.5,48.9],[2.4,48.9],[2.4,48.8]]]}"#;
        assert_eq!(polygon(square).map(|outline| outline.0.len()), Ok(1));
        assert!(polygon(&format!(r#"{{"type":"Feature","properties":null,"geometry":{square}}}"#)).is_ok());
        let bow = r#"{"type":"Polygon","coordinates":[[[2.4,48.8],[2.5,48.9],[2.5,48.8],[2.4,48.9],[2.4,48.8]]]}"#;
        assert!(polygon(bow).unwrap_err().contains("invalide"));
        for bad in [
            "",
            "{}",
            r#"{"type":"Point","coordinates":[2,48]}"#,
            r#"{"type":"Polygon","coordinates":[]}"#,
            r#"{"type":"Polygon","coordinates":[[[2.4,48],[2.5,48],[3.49],[2.4,48]]]}"#,
        ] {
            assert!(polygon(bad).is_err(), "{bad}");
        }
        let lambert = square.replace("2.4", "652000").replace("2.5", "653000");
        assert!(polygon(&lambert).unwrap_err().contains("degrés"));
    }
}
