//! A surface as nested polygons: marching squares between the centres of the cells, linear between them.

use contour::ContourBuilder;
use geo::{Coord, CoordsIter, LineString, MapCoords, MultiPolygon, Polygon};

use super::Surface;

/// Where the density is at least a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Isoband {
    /// Threshold, per km².
    pub at_least_km2: f64,
    /// Where, legal CRS, metres; it lies within the polygons of every lower threshold.
    pub outline: MultiPolygon<f64>,
}

impl Surface {
    /// Thresholds that share the range from 0 to the largest density in equal steps, 0 left out.
    pub fn equal_thresholds(&self, classes: u32) -> Vec<f64> {
        let step = self.max() / f64::from(classes.max(1));
        (1..classes.max(1)).map(|rank| step * f64::from(rank)).filter(|threshold| *threshold > 0.0).collect()
    }

    /// The places where the density reaches each threshold, nested from the lowest to the highest.
    pub fn contours(&self, thresholds: &[f64]) -> Vec<Isoband> {
        let mut thresholds: Vec<f64> = thresholds.iter().copied().filter(|value| value.is_finite()).collect();
        thresholds.sort_by(f64::total_cmp);
        thresholds.dedup();
        // A frame of zeros closes every ring, also where the density is cut by the box.
        let (columns, rows) = (self.columns + 2, self.rows + 2);
        let mut framed = vec![0.0; columns * rows];
        for (line, values) in framed.chunks_mut(columns).skip(1).zip(self.values.chunks(self.columns)) {
            for (slot, value) in line.iter_mut().skip(1).zip(values) {
                *slot = *value;
            }
        }
        let builder = ContourBuilder::new(columns, rows, true);
        let found = builder.contours(&framed, &thresholds).unwrap_or_default();
        let in_metres = |at: Coord<f64>| Coord {
            x: self.origin.x + (at.x - 1.0) * self.cell_m,
            y: self.origin.y + (at.y - 1.0) * self.cell_m,
        };
        found
            .into_iter()
            .map(|found| {
                let (outline, at_least_km2) = found.into_inner();
                let outline = outline.map_coords(in_metres);
                Isoband { at_least_km2, outline: MultiPolygon(outline.into_iter().filter_map(clean).collect()) }
            })
            .collect()
    }
}

/// Drops vertices that repeat and rings that no longer enclose anything.
fn clean(polygon: Polygon<f64>) -> Option<Polygon<f64>> {
    let (exterior, holes) = polygon.into_inner();
    let holes = holes.into_iter().filter_map(clean_ring).collect();
    clean_ring(exterior).map(|exterior| Polygon::new(exterior, holes))
}

fn clean_ring(mut ring: LineString<f64>) -> Option<LineString<f64>> {
    ring.0.dedup();
    (ring.coords_count() > 3).then_some(ring)
}
