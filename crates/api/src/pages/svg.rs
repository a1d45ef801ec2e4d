//! Maps and charts drawn by the server: they print, and need no script.

use std::fmt::Write;

use geo::{BoundingRect, Centroid, Coord, InteriorPoint, LineString, MultiPolygon, Rect};
use spatial_index::Snapshot;
use statistics::classes::{class_of, quantile_breaks};
use statistics::{Portrait, Tableau};

use crate::state::Landmark;
use statistics::nombres::decimal;

/// Width of a map, in its own units; the page scales it.
const WIDTH: f64 = 760.0;
/// Sequential ramp, readable without colour vision and in grey.
const RAMP: [&str; 4] = ["#eaf2fb", "#b6d3ea", "#6ba3d0", "#22639f"];
/// Largest circle, map units.
const LARGEST_RADIUS: f64 = 26.0;
/// Room under the map for the legend and the scale bar, map units.
const LEGEND_HEIGHT: f64 = 72.0;
/// Classes of a choropleth: four at most for a dozen communes.
const CLASSES: usize = 4;

/// Colour of each family, its contrast on white checked.
pub const FAMILY_COLOURS: [(&str, &str); 6] = [
    ("associations", "#0072B2"),
    ("cooperatives", "#D55E00"),
    ("mutuelles", "#007A5E"),
    ("fondations", "#882255"),
    ("societes_commerciales_ess", "#5D5D00"),
    ("autres_opbnl", "#555555"),
];

/// What a map shows besides the communes' rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Circles in proportion of the counts.
    Circles,
    /// One point a located structure.
    Points,
}

/// Places metres of the legal CRS on the sheet.
struct Frame {
    rect: Rect<f64>,
    scale: f64,
}

impl Frame {
    /// Around the territory, with a margin that shows its neighbours.
    fn new(snapshot: &Snapshot) -> Option<Self> {
        let inside = snapshot.atlas().communes.iter().filter(|commune| !commune.couronne);
        let boxes = inside.filter_map(|commune| commune.contour.bounding_rect());
        let union = boxes.reduce(|a, b| {
            let (min, max) = (a.min(), a.max());
            Rect::new(
                Coord { x: min.x.min(b.min().x), y: min.y.min(b.min().y) },
                Coord { x: max.x.max(b.max().x), y: max.y.max(b.max().y) },
            )
        })?;
        let margin = union.width().max(union.height()) * 0.04;
        let grow = Coord { x: margin, y: margin };
        let rect = Rect::new(union.min() - grow, union.max() + grow);
        Some(Self { scale: WIDTH / rect.width(), rect })
    }

    fn height(&self) -> f64 {
        self.rect.height() * self.scale
    }

    fn at(&self, point: Coord<f64>) -> (f64, f64) {
        ((point.x - self.rect.min().x) * self.scale, (self.rect.max().y - point.y) * self.scale)
    }

    fn path(&self, outline: &MultiPolygon<f64>) -> String {
        let rings = outline.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        rings.fold(String::new(), |mut out, ring| {
            self.line(&mut out, ring);
            out.push('Z');
            out
        })
    }

    fn line(&self, out: &mut String, line: &LineString<f64>) {
        for (rank, coord) in line.coords().enumerate() {
            let (x, y) = self.at(*coord);
            // Writing to a String cannot fail.
            let _ = write!(out, "{}{x:.1} {y:.1}", if rank == 0 { 'M' } else { 'L' });
        }
    }
}

/// The map of a territory's communes: rate as choropleth, ring in grey, names, landmarks, scale, legend.
pub fn commune_map(snapshot: &Snapshot, (communes, landmarks): (&Tableau, &[Landmark]), overlay: Overlay) -> String {
    let Some(frame) = Frame::new(snapshot) else { return String::new() };
    let rates: Vec<f64> = communes.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let breaks = quantile_breaks(&rates, CLASSES);
    let height = frame.height();
    let mut out = format!(
        "<svg class=\"carte\" viewBox=\"0 0 {WIDTH:.0} {:.0}\" role=\"img\" aria-labelledby=\"carte-titre carte-desc\">\
         <title id=\"carte-titre\">Structures employeuses de l’ESS pour 10 000 habitants, par commune</title>\
         <desc id=\"carte-desc\">Carte des communes colorées selon le taux ; les valeurs sont dans le tableau par commune.</desc>\
         <defs><pattern id=\"hachures\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 6L6 0\" stroke=\"#777\"/></pattern>\
         <clipPath id=\"cadre\"><path d=\"M0 0H{WIDTH:.0}V{height:.0}H0Z\"/></clipPath></defs><g clip-path=\"url(#cadre)\">",
        height + LEGEND_HEIGHT
    );
    outlines(&mut out, snapshot, (&frame, communes, &breaks));
    draw_landmarks(&mut out, snapshot, (&frame, landmarks));
    match overlay {
        Overlay::Circles => circles(&mut out, snapshot, (&frame, communes)),
        Overlay::Points => points(&mut out, snapshot, &frame),
    }
    names(&mut out, snapshot, &frame);
    out.push_str("</g>");
    scale_bar(&mut out, &frame);
    legend(&mut out, &frame, (communes, &breaks));
    out.push_str("</svg>");
    out
}

fn outlines(out: &mut String, snapshot: &Snapshot, (frame, communes, breaks): (&Frame, &Tableau, &[f64])) {
    for commune in &snapshot.atlas().communes {
        let row = communes.lignes.iter().find(|row| row.code == commune.code.as_str());
        let fill = match row {
            None => "#e4e2dd",
            Some(row) => match row.pour_10000_habitants {
                None => "url(#hachures)",
                Some(rate) => RAMP.get(class_of(rate, breaks)).copied().unwrap_or(RAMP[0]),
            },
        };
        let stroke = if row.is_some() { "#34495e" } else { "#b9b5ac" };
        let _ = write!(
            out,
            "<path d=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1\" stroke-linejoin=\"round\"/>",
            frame.path(&commune.contour)
        );
    }
}

fn draw_landmarks(out: &mut String, snapshot: &Snapshot, (frame, landmarks): (&Frame, &[Landmark])) {
    use geo::{Geometry, MapCoords};
    for landmark in landmarks {
        let metric = landmark.geometry.try_map_coords(|coord| snapshot.projection().project(coord));
        match metric {
            Ok(Geometry::LineString(line)) => {
                let mut path = String::new();
                frame.line(&mut path, &line);
                let _ = write!(
                    out,
                    "<path d=\"{path}\" fill=\"none\" stroke=\"#3f8fc4\" stroke-width=\"4\" stroke-opacity=\"0.75\" stroke-linejoin=\"round\"><title>{}</title></path>",
                    escape(&landmark.nom)
                );
            }
            Ok(Geometry::Polygon(area)) => {
                let _ = write!(
                    out,
                    "<path d=\"{}\" fill=\"#7fa86b\" fill-opacity=\"0.45\"><title>{}</title></path>",
                    frame.path(&MultiPolygon(vec![area])),
                    escape(&landmark.nom)
                );
            }
            _ => {}
        }
    }
}

fn circles(out: &mut String, snapshot: &Snapshot, (frame, communes): (&Frame, &Tableau)) {
    let largest = communes.lignes.iter().map(|row| row.comptage.structures).max().unwrap_or(1).max(1);
    for commune in &snapshot.atlas().communes {
        let row = communes.lignes.iter().find(|row| row.code == commune.code.as_str());
        let (Some(row), Some(centre)) = (row, commune.contour.interior_point()) else { continue };
        let (x, y) = frame.at(centre.0);
        // The area of a circle, not its radius, is in proportion of the count.
        let radius = LARGEST_RADIUS * (row.comptage.structures as f64 / largest as f64).sqrt();
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#D55E00\" fill-opacity=\"0.55\" stroke=\"#8a3d00\"><title>{} : {}</title></circle>",
            escape(&row.libelle),
            row.comptage.structures
        );
    }
}

fn points(out: &mut String, snapshot: &Snapshot, frame: &Frame) {
    let located = snapshot.atlas().structures.iter().filter(|structure| !structure.couronne);
    for structure in located {
        let Some(position) = structure.position else { continue };
        let (x, y) = frame.at(Coord { x: position.x, y: position.y });
        let colour = family_colour(structure.famille.code());
        let fill = if structure.qualite_position.est_precise() { colour } else { "none" };
        let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\" fill=\"{fill}\" stroke=\"{colour}\"/>");
    }
}

/// Colour of a family.
pub fn family_colour(code: &str) -> &'static str {
    FAMILY_COLOURS.iter().find(|(family, _)| *family == code).map_or("#555555", |(_, colour)| colour)
}

fn names(out: &mut String, snapshot: &Snapshot, frame: &Frame) {
    for commune in snapshot.atlas().communes.iter().filter(|commune| !commune.couronne) {
        let Some(centre) = commune.contour.centroid() else { continue };
        let (x, y) = frame.at(centre.0);
        let _ = write!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"nom\" text-anchor=\"middle\">{}</text>",
            escape(&commune.nom)
        );
    }
}

fn scale_bar(out: &mut String, frame: &Frame) {
    let kilometre = 1_000.0 * frame.scale;
    let (x, y) = (WIDTH - 2.0 * kilometre - 12.0, frame.height() + 18.0);
    let _ = write!(
        out,
        "<path d=\"M{x:.1} {y:.1}v6h{:.1}v-6M{:.1} {y:.1}v6\" fill=\"none\" stroke=\"#333\"/><text x=\"{:.1}\" y=\"{:.1}\" class=\"legende\" text-anchor=\"end\">2 km</text>",
        2.0 * kilometre,
        x + kilometre,
        WIDTH - 12.0,
        y + 22.0
    );
}

fn legend(out: &mut String, frame: &Frame, (communes, breaks): (&Tableau, &[f64])) {
    let rates: Vec<f64> = communes.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let (low, high) = rates.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), r| (l.min(*r), h.max(*r)));
    let top = frame.height() + 20.0;
    let _ = write!(
        out,
        "<text x=\"0\" y=\"{top:.0}\" class=\"legende\">Structures employeuses pour 10 000 habitants (nombre de communes par classe)</text>"
    );
    for (rank, colour) in RAMP.iter().enumerate().take(breaks.len() + 1) {
        let count = rates.iter().filter(|rate| class_of(**rate, breaks) == rank).count();
        let from = rank.checked_sub(1).and_then(|rank| breaks.get(rank)).copied().unwrap_or(low);
        let to = breaks.get(rank).copied().unwrap_or(high);
        let x = rank as f64 * 132.0;
        let _ = write!(
            out,
            "<rect x=\"{x:.0}\" y=\"{:.0}\" width=\"22\" height=\"14\" fill=\"{colour}\" stroke=\"#34495e\"/><text x=\"{:.0}\" y=\"{:.0}\" class=\"legende\">{} – {} ({count})</text>",
            top + 10.0,
            x + 28.0,
            top + 22.0,
            decimal(from, 1),
            decimal(to, 1)
        );
    }
    let unknown = communes.lignes.len() - rates.len();
    if unknown > 0 {
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{:.0}\" class=\"legende\">Hachures : population inconnue ({unknown})</text>",
            top + 44.0
        );
    }
}

/// Horizontal bars, largest value full width; the table beside holds the numbers.
pub fn bars(title: &str, rows: &[(String, f64, &str)]) -> String {
    let largest = rows.iter().map(|(_, value, _)| *value).fold(0.0, f64::max);
    let height = rows.len() as f64 * 26.0 + 4.0;
    let mut out = format!(
        "<svg class=\"barres\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\"><title>{}</title>",
        escape(title)
    );
    for (rank, (label, value, colour)) in rows.iter().enumerate() {
        let y = rank as f64 * 26.0 + 4.0;
        let width = if largest > 0.0 { value / largest * (WIDTH - 330.0) } else { 0.0 };
        let _ = write!(
            out,
            "<text x=\"262\" y=\"{:.0}\" text-anchor=\"end\" class=\"legende\">{}</text><rect x=\"270\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"18\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"{:.0}\" class=\"legende\">{}</text>",
            y + 13.0,
            escape(label),
            276.0 + width,
            y + 13.0,
            decimal(*value, 0)
        );
    }
    out.push_str("</svg>");
    out
}

/// The bars of a portrait's families.
pub fn family_bars(portrait: &Portrait) -> String {
    let mut rows: Vec<(String, f64, &str)> = portrait
        .familles
        .lignes
        .iter()
        .map(|row| (row.libelle.clone(), row.comptage.structures as f64, family_colour(&row.code)))
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    bars("Structures employeuses par famille", &rows)
}

/// Text safe inside markup.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
