//! Point in polygon and distance to an edge, on plain rings. Own code on purpose: the truth must not
//! lean on the library that the reader uses.

use geo::{Coord, LineString, MultiPolygon, Polygon};

/// Strictly inside or not; a point of the border gives no promise.
pub fn inside(polygon: &Polygon<f64>, point: Coord<f64>) -> bool {
    crossings_are_odd(polygon.exterior(), point)
        && !polygon.interiors().iter().any(|hole| crossings_are_odd(hole, point))
}

/// Same for several polygons.
pub fn inside_any(shape: &MultiPolygon<f64>, point: Coord<f64>) -> bool {
    shape.0.iter().any(|polygon| inside(polygon, point))
}

fn crossings_are_odd(ring: &LineString<f64>, point: Coord<f64>) -> bool {
    let crosses = |line: &geo::Line<f64>| {
        let (a, b) = (line.start, line.end);
        (a.y > point.y) != (b.y > point.y) && point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x)
    };
    ring.lines().filter(crosses).count() % 2 == 1
}

/// Distance to the nearest edge of a polygon, holes included.
pub fn border_distance(polygon: &Polygon<f64>, point: Coord<f64>) -> f64 {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .flat_map(LineString::lines)
        .map(|line| segment_distance(line, point))
        .fold(f64::INFINITY, f64::min)
}

/// Same for several polygons.
pub fn border_distance_any(shape: &MultiPolygon<f64>, point: Coord<f64>) -> f64 {
    shape.0.iter().map(|polygon| border_distance(polygon, point)).fold(f64::INFINITY, f64::min)
}

fn segment_distance(line: geo::Line<f64>, point: Coord<f64>) -> f64 {
    let (dx, dy) = (line.end.x - line.start.x, line.end.y - line.start.y);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((point.x - line.start.x) * dx + (point.y - line.start.y) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (point.x - line.start.x - along * dx).hypot(point.y - line.start.y - along * dy)
}

/// To the centimetre, which the official files carry.
pub fn to_centimetre(point: Coord<f64>) -> Coord<f64> {
    Coord { x: (point.x * 100.0).round() / 100.0, y: (point.y * 100.0).round() / 100.0 }
}
