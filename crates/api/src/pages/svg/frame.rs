//! From metres of the legal CRS to the sheet.

use std::fmt::Write;

use geo::{BoundingRect, Coord, Intersects, LineString, MultiPolygon, Rect};

/// Width of a map, in its own units; the page scales it.
pub(super) const WIDTH: f64 = 760.0;
/// Tallest map: a long territory must not fill a page.
const TALLEST: f64 = 700.0;
/// Share of the larger side left around what is drawn.
pub(super) const MARGIN: f64 = 0.05;

/// Places metres on the sheet, north up.
pub(super) struct Frame {
    rect: Rect<f64>,
    scale: f64,
}

impl Frame {
    /// Around some outlines; none when they are empty.
    pub(super) fn around<'z>(outlines: impl Iterator<Item = &'z MultiPolygon<f64>>, margin: f64) -> Option<Self> {
        let union = outlines.filter_map(BoundingRect::bounding_rect).reduce(|a, b| {
            let (min, max) = (a.min(), a.max());
            Rect::new(
                Coord { x: min.x.min(b.min().x), y: min.y.min(b.min().y) },
                Coord { x: max.x.max(b.max().x), y: max.y.max(b.max().y) },
            )
        })?;
        let margin = union.width().max(union.height()) * margin;
        let height = union.height() + 2.0 * margin;
        // A tall territory is widened to the sides, so that the sheet keeps its proportions.
        let width = (union.width() + 2.0 * margin).max(height * WIDTH / TALLEST);
        let half = Coord { x: width / 2.0, y: height / 2.0 };
        let rect = Rect::new(union.center() - half, union.center() + half);
        (width > 0.0).then(|| Self { scale: WIDTH / rect.width(), rect })
    }

    /// Some of an outline may be on the sheet.
    pub(super) fn meets(&self, outline: &MultiPolygon<f64>) -> bool {
        outline.bounding_rect().is_some_and(|rect| rect.intersects(&self.rect))
    }

    /// Height of the sheet.
    pub(super) fn height(&self) -> f64 {
        self.rect.height() * self.scale
    }

    /// Units for so many metres.
    pub(super) fn length(&self, metres: f64) -> f64 {
        metres * self.scale
    }

    /// A point on the sheet: y grows downwards.
    pub(super) fn at(&self, point: Coord<f64>) -> (f64, f64) {
        ((point.x - self.rect.min().x) * self.scale, (self.rect.max().y - point.y) * self.scale)
    }

    /// Path data of an outline, holes included.
    pub(super) fn path(&self, outline: &MultiPolygon<f64>) -> String {
        let rings = outline.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        rings.fold(String::new(), |mut out, ring| {
            out.push_str(&self.line(ring));
            out.push('Z');
            out
        })
    }

    /// Path data of a line; vertices that the sheet cannot tell from the one before are left out.
    pub(super) fn line(&self, line: &LineString<f64>) -> String {
        let mut out = String::new();
        let mut last = None;
        for coord in line.coords() {
            let (x, y) = self.at(*coord);
            let tenths = ((x * 10.0).round(), (y * 10.0).round());
            if last == Some(tenths) {
                continue;
            }
            // Writing to a String cannot fail.
            let _ = write!(out, "{}{x:.1} {y:.1}", if last.is_none() { 'M' } else { 'L' });
            last = Some(tenths);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_up_and_the_sheet_is_never_too_tall() {
        let tall = Rect::new((0.0, 0.0), (1_000.0, 9_000.0)).to_polygon();
        let outline = MultiPolygon(vec![tall]);
        let frame = Frame::around(std::iter::once(&outline), MARGIN).unwrap();
        assert!(frame.height() <= TALLEST + 1e-6, "{}", frame.height());
        let (_, top) = frame.at(Coord { x: 500.0, y: 9_000.0 });
        let (middle, bottom) = frame.at(Coord { x: 500.0, y: 0.0 });
        assert!(top < bottom);
        assert!((middle - WIDTH / 2.0).abs() < 1e-6, "centred");
        assert!(Frame::around(std::iter::empty(), MARGIN).is_none());
    }
}
