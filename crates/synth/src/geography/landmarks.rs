use geo::{Coord, LineString, Polygon};

use super::facts::{LandmarkPoint, Shape};
use super::{GeographyError, Landmark, LandmarkGeometry};

/// Joins the points of each landmark, in file order.
pub(super) fn landmarks(points: &[LandmarkPoint]) -> Result<Vec<Landmark>, GeographyError> {
    points.chunk_by(|a, b| a.repere == b.repere).map(landmark).collect()
}

fn landmark(points: &[LandmarkPoint]) -> Result<Landmark, GeographyError> {
    let nom = points.first().map(|point| point.repere.clone()).unwrap_or_default();
    let area = points.iter().any(|point| point.forme == Shape::Aire);
    let needed = if area { 3 } else { 2 };
    if points.len() < needed {
        return Err(GeographyError::ShortLandmark { nom });
    }
    let line = LineString(points.iter().map(|point| Coord { x: point.x_l93, y: point.y_l93 }).collect());
    let geometry =
        if area { LandmarkGeometry::Area(Polygon::new(line, Vec::new())) } else { LandmarkGeometry::Line(line) };
    Ok(Landmark { nom, geometry })
}
