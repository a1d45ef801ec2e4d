//! The map of communes: rate as choropleth, counts as circles or points, names, landmarks, scale.

use std::fmt::Write;

use domain::Commune;
use geo::{Coord, Geometry, InteriorPoint, MapCoords, MultiPolygon};
use spatial_index::Snapshot;
use statistics::aggregate::Ligne;
use statistics::classes::{Discretisation, class_of, rounded};
use statistics::nombres::entier;
use statistics::{Portrait, Tableau};

use super::frame::{Frame, MARGIN, WIDTH};
use super::legend::legend;
use super::{escape, family_colour};
use crate::pages::territoire::method_name;
use crate::state::{Landmark, Served};

/// Classes of a map, when the method does not say how many.
pub const CLASSES: usize = 4;
/// Sequential ramps, readable without colour vision and in grey.
const RAMP: [&str; CLASSES] = ["#eaf2fb", "#b6d3ea", "#6ba3d0", "#22639f"];
const LONG_RAMP: [&str; 6] = ["#f1f6fc", "#d0e2f2", "#a3c8e4", "#6ba3d0", "#3a7ab5", "#1b4f82"];

/// Colours of the classes that breaks make.
pub(crate) fn ramp(breaks: &[f64]) -> &'static [&'static str] {
    if breaks.len() < RAMP.len() { &RAMP } else { &LONG_RAMP }
}
/// Largest circle, map units.
const LARGEST_RADIUS: f64 = 24.0;
/// Lengths of the scale bar, metres: the longest that takes at most a fifth of the sheet.
const SCALES: [f64; 8] = [100_000.0, 50_000.0, 20_000.0, 10_000.0, 5_000.0, 2_000.0, 1_000.0, 500.0];
/// Above so many communes, names would hide the map.
const NAMES_SHOWN: usize = 40;
/// Communes of an atlas that is drawn whole behind a part of it.
const WHOLE_ATLAS_MAX: usize = 300;
/// Share of the larger side left around a part of a larger atlas, which shows its neighbours.
const NEIGHBOURS: f64 = 0.5;

/// What a map shows besides the communes' rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Circles in proportion of the counts.
    Circles,
    /// One point a located structure.
    Points,
}

/// A map and its legend, both safe HTML.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// The map.
    pub svg: String,
    /// Its legend, apart: it wraps where the map shrinks.
    pub legende: String,
}

/// What is drawn.
struct Sheet<'m> {
    snapshot: &'m Snapshot,
    frame: Frame,
    /// Communes that the frame shows, with the row of those that take a colour.
    shown: Vec<(&'m Commune, Option<&'m Ligne>)>,
    breaks: Vec<f64>,
    /// The territory of the page, outlined; its codes.
    territory: Vec<&'m str>,
}

/// The map of a table of communes, with its legend.
pub fn commune_map(snapshot: &Snapshot, (communes, landmarks): (&Tableau, &[Landmark]), overlay: Overlay) -> Drawn {
    let territory = communes.lignes.iter().map(|row| row.code.as_str()).collect();
    draw(snapshot, (communes, landmarks, territory), (overlay, Discretisation::Quantiles))
}

/// The map of a portrait: a part of the atlas is outlined among all its communes.
pub fn portrait_map(portrait: &Portrait, served: &Served, method: Discretisation) -> Drawn {
    let communes = portrait.contexte.as_ref().map_or(&portrait.communes, |contexte| &contexte.communes);
    let territory = portrait.communes.lignes.iter().map(|row| row.code.as_str()).collect();
    draw(&served.snapshot, (communes, &served.landmarks, territory), (Overlay::Circles, method))
}

fn draw(
    snapshot: &Snapshot,
    (communes, landmarks, territory): (&Tableau, &[Landmark], Vec<&str>),
    (overlay, method): (Overlay, Discretisation),
) -> Drawn {
    let all = snapshot.atlas().communes.iter().map(|commune| (commune, row(communes, commune)));
    // A part of a large atlas is shown with its neighbours, not with the whole country.
    let near = communes.lignes.len() > WHOLE_ATLAS_MAX && territory.len() < communes.lignes.len();
    let framed = all.clone().filter(|(commune, row)| if near { is_in(&territory, commune) } else { row.is_some() });
    let margin = if near { NEIGHBOURS } else { MARGIN };
    let Some(frame) = Frame::around(framed.map(|(commune, _)| &commune.contour), margin) else {
        return Drawn::default();
    };
    let shown: Vec<_> = all.filter(|(commune, _)| frame.meets(&commune.contour)).collect();
    let rates: Vec<f64> = communes.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let breaks = rounded(&method.breaks(&rates, CLASSES), &rates);
    let sheet = Sheet { snapshot, frame, shown, breaks, territory };
    let mut out = opening(&sheet);
    outlines(&mut out, &sheet);
    draw_landmarks(&mut out, &sheet, landmarks);
    edge(&mut out, &sheet);
    match overlay {
        Overlay::Circles => circles(&mut out, &sheet),
        Overlay::Points => points(&mut out, &sheet),
    }
    names(&mut out, &sheet, overlay);
    out.push_str("</g>");
    scale_bar(&mut out, &sheet.frame);
    out.push_str("</svg>");
    let years = snapshot.atlas().communes.iter().filter_map(|commune| commune.population.map(|people| people.annee));
    let legende =
        legend((communes, &sheet.breaks, method_name(method)), overlay, (&snapshot.atlas().manifest, years.max()));
    Drawn { svg: out, legende }
}

fn opening(sheet: &Sheet<'_>) -> String {
    let height = sheet.frame.height();
    format!(
        "<svg class=\"carte\" viewBox=\"0 0 {WIDTH:.0} {:.0}\" role=\"img\" aria-labelledby=\"carte-titre carte-desc\">\
         <title id=\"carte-titre\">Structures employeuses de l’ESS pour 10\u{202f}000 habitants, par commune</title>\
         <desc id=\"carte-desc\">Carte des communes colorées selon le taux ; les valeurs sont dans le tableau par commune.</desc>\
         <defs><pattern id=\"hachures\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\" stroke=\"#6b7280\"/></pattern>\
         <clipPath id=\"cadre\"><path d=\"M0 0H{WIDTH:.0}V{height:.0}H0Z\"/></clipPath></defs><g clip-path=\"url(#cadre)\">",
        height + 26.0
    )
}

fn row<'t>(communes: &'t Tableau, commune: &Commune) -> Option<&'t Ligne> {
    // Rows are in the order of their codes.
    let found = communes.lignes.binary_search_by(|row| row.code.as_str().cmp(commune.code.as_str()));
    found.ok().and_then(|rank| communes.lignes.get(rank))
}

fn is_in(territory: &[&str], commune: &Commune) -> bool {
    territory.binary_search(&commune.code.as_str()).is_ok()
}

fn outlines(out: &mut String, sheet: &Sheet<'_>) {
    for (commune, row) in &sheet.shown {
        let rate = row.map(|row| row.pour_10000_habitants);
        let (fill, stroke) = match rate {
            None => ("#e4e2dd", "#b9b5ac"),
            Some(None) => ("url(#hachures)", "#34495e"),
            Some(Some(rate)) => {
                (ramp(&sheet.breaks).get(class_of(rate, &sheet.breaks)).copied().unwrap_or(RAMP[0]), "#34495e")
            }
        };
        let path = sheet.frame.path(&commune.contour);
        let _ = write!(out, "<path d=\"{path}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-linejoin=\"round\"/>");
    }
}

/// The communes of the page, when others are coloured too.
fn edge(out: &mut String, sheet: &Sheet<'_>) {
    if sheet.territory.len() == sheet.shown.iter().filter(|(_, row)| row.is_some()).count() {
        return;
    }
    for (commune, _) in &sheet.shown {
        if is_in(&sheet.territory, commune) {
            let path = sheet.frame.path(&commune.contour);
            let _ = write!(
                out,
                "<path d=\"{path}\" fill=\"none\" stroke=\"#1f2328\" stroke-width=\"3.5\" stroke-linejoin=\"round\"/>"
            );
        }
    }
}

fn draw_landmarks(out: &mut String, sheet: &Sheet<'_>, landmarks: &[Landmark]) {
    for landmark in landmarks {
        let metric = landmark.geometry.try_map_coords(|coord| sheet.snapshot.projection().project(coord));
        let nom = escape(&landmark.nom);
        let (shape, label) = match metric {
            Ok(Geometry::LineString(line)) => {
                let path = sheet.frame.line(&line);
                let shape = format!(
                    "<path d=\"{path}\" fill=\"none\" stroke=\"#7fb2d9\" stroke-width=\"4\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>"
                );
                (shape, line.coords().nth(line.0.len() * 4 / 5).copied())
            }
            Ok(Geometry::Polygon(area)) => {
                let label = area.interior_point().map(|point| point.0);
                let path = sheet.frame.path(&MultiPolygon(vec![area]));
                (format!("<path d=\"{path}\" fill=\"#a9c29a\" fill-opacity=\"0.7\"/>"), label)
            }
            _ => continue,
        };
        out.push_str(&shape);
        if let Some((x, y)) = label.map(|point| sheet.frame.at(point)) {
            let _ = write!(
                out,
                "<text x=\"{x:.1}\" y=\"{:.1}\" class=\"repere\" text-anchor=\"middle\">{nom}</text>",
                y + 18.0
            );
        }
    }
}

/// The area of a circle, not its radius, is in proportion of the count.
fn radius(count: u64, largest: u64) -> f64 {
    LARGEST_RADIUS * (count as f64 / largest.max(1) as f64).sqrt()
}

fn largest(sheet: &Sheet<'_>) -> u64 {
    sheet.shown.iter().filter_map(|(_, row)| Some(row.as_ref()?.comptage.structures)).max().unwrap_or(0)
}

fn circles(out: &mut String, sheet: &Sheet<'_>) {
    let largest = largest(sheet);
    for (commune, row) in &sheet.shown {
        let (Some(row), Some(centre)) = (row, commune.contour.interior_point()) else { continue };
        let (x, y) = sheet.frame.at(centre.0);
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"#D55E00\" fill-opacity=\"0.62\" stroke=\"#7a3600\"><title>{} : {}</title></circle>",
            radius(row.comptage.structures, largest),
            escape(&row.libelle),
            entier(row.comptage.structures)
        );
    }
    circle_key(out, &sheet.frame, largest);
}

/// Nested circles at the scale of the map: drawn in it, since they must shrink with it.
fn circle_key(out: &mut String, frame: &Frame, largest: u64) {
    let top = round_below(largest);
    let (x, bottom) = (LARGEST_RADIUS + 10.0, frame.height() - 10.0);
    for count in [top, top / 5].into_iter().filter(|count| *count > 0) {
        let radius = radius(count, largest);
        let y = bottom - 2.0 * radius;
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#1f2328\"/>\
             <path d=\"M{x:.1} {y:.1}h{:.1}\" stroke=\"#1f2328\"/><text x=\"{:.1}\" y=\"{:.1}\" class=\"nom\">{}</text>",
            bottom - radius,
            LARGEST_RADIUS + 8.0,
            x + LARGEST_RADIUS + 11.0,
            y + 4.0,
            entier(count)
        );
    }
}

/// The largest of 1, 2, 5, 10, 20… that is not above a count.
fn round_below(count: u64) -> u64 {
    let mut power = 1;
    while power * 10 <= count {
        power *= 10;
    }
    [5, 2, 1].into_iter().map(|digit| digit * power).find(|round| *round <= count).unwrap_or(0)
}

fn points(out: &mut String, sheet: &Sheet<'_>) {
    let codes: std::collections::HashSet<&str> = sheet.territory.iter().copied().collect();
    let located = sheet.snapshot.atlas().structures.iter().filter(|structure| !structure.couronne);
    for structure in located.filter(|structure| codes.contains(structure.code_commune.as_str())) {
        let Some(position) = structure.position else { continue };
        let (x, y) = sheet.frame.at(Coord { x: position.x, y: position.y });
        let colour = family_colour(structure.famille.code());
        let fill = if structure.qualite_position.est_precise() { colour } else { "none" };
        let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\" fill=\"{fill}\" stroke=\"{colour}\"/>");
    }
}

fn names(out: &mut String, sheet: &Sheet<'_>, overlay: Overlay) {
    if sheet.shown.iter().filter(|(_, row)| row.is_some()).count() > NAMES_SHOWN {
        return;
    }
    let largest = largest(sheet);
    for (commune, row) in &sheet.shown {
        let (Some(row), Some(centre)) = (row, commune.contour.interior_point()) else { continue };
        let (x, y) = sheet.frame.at(centre.0);
        // Under the circle, so that neither hides the other.
        let below = match overlay {
            Overlay::Circles => radius(row.comptage.structures, largest) + 12.0,
            Overlay::Points => 4.0,
        };
        let _ = write!(
            out,
            "<text x=\"{x:.1}\" y=\"{:.1}\" class=\"nom\" text-anchor=\"middle\">{}</text>",
            y + below,
            escape(&commune.nom)
        );
    }
}

pub(super) fn scale_bar(out: &mut String, frame: &Frame) {
    let fits = |metres: &f64| frame.length(*metres) <= WIDTH / 5.0;
    let metres = SCALES.into_iter().find(fits).unwrap_or(200.0);
    let (length, y) = (frame.length(metres), frame.height() + 8.0);
    let text = if metres < 1_000.0 { format!("{metres:.0} m") } else { format!("{:.0} km", metres / 1_000.0) };
    let _ = write!(
        out,
        "<path d=\"M{:.1} {y:.1}v6h{length:.1}v-6\" fill=\"none\" stroke=\"#333\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" class=\"legende\" text-anchor=\"end\">{text}</text>",
        WIDTH - length - 2.0,
        WIDTH - length - 8.0,
        y + 10.0
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_circles_holds_round_counts() {
        let found: Vec<u64> = [0, 1, 4, 9, 10, 167, 50_000].map(round_below).to_vec();
        assert_eq!(found, [0, 1, 2, 5, 10, 100, 50_000]);
    }

    #[test]
    fn areas_not_radii_follow_the_counts() {
        assert!((radius(25, 100) - LARGEST_RADIUS / 2.0).abs() < 1e-9);
        assert!(radius(0, 0).abs() < 1e-9);
    }
}
