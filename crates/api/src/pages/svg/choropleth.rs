//! Zones coloured by a rate: the IRIS of a territory, the communes of territories side by side.

use std::fmt::Write;

use geo::MultiPolygon;
use statistics::classes::class_of;
use statistics::nombres::decimal;

use super::frame::{Frame, MARGIN, WIDTH};
use super::map::{Drawn, ramp, scale_bar};
use super::{entry, escape};

/// What is known of a zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// The rate.
    Known(f64),
    /// The population is not known.
    Unknown,
    /// A rate per inhabitant means nothing there: almost nobody lives in it.
    Meaningless,
}

/// A map of zones.
#[derive(Debug)]
pub struct Choropleth<'c> {
    /// Identifier, unique in the page.
    pub id: &'c str,
    /// What it shows, where.
    pub title: &'c str,
    /// Zones and their rates.
    pub zones: Vec<(&'c MultiPolygon<f64>, Rate)>,
    /// Outlines drawn over them.
    pub edges: Vec<&'c MultiPolygon<f64>>,
    /// Upper bounds of the classes.
    pub breaks: &'c [f64],
    /// Lowest and highest rate that the legend tells.
    pub bounds: (f64, f64),
    /// Title of the legend: indicator, unit, method.
    pub legend: &'c str,
    /// Sources and vintages.
    pub source: &'c str,
}

/// Lowest and highest of some rates.
pub fn bounds(rates: &[f64]) -> (f64, f64) {
    rates.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), rate| (low.min(*rate), high.max(*rate)))
}

/// Draws the map and its legend.
pub fn choropleth(map: &Choropleth<'_>) -> Drawn {
    let Some(frame) = Frame::around(map.zones.iter().map(|(outline, _)| *outline), MARGIN) else {
        return Drawn::default();
    };
    let (id, height) = (map.id, frame.height());
    let mut svg = format!(
        "<svg class=\"carte\" viewBox=\"0 0 {WIDTH:.0} {:.0}\" role=\"img\" aria-labelledby=\"{id}-titre\">\
         <title id=\"{id}-titre\">{}</title><defs><pattern id=\"{id}-hachures\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\" stroke=\"#6b7280\"/></pattern></defs>",
        height + 26.0,
        escape(map.title)
    );
    for (outline, rate) in &map.zones {
        let fill = match rate {
            Rate::Known(rate) => {
                ramp(map.breaks).get(class_of(*rate, map.breaks)).copied().unwrap_or("none").to_owned()
            }
            Rate::Unknown => format!("url(#{id}-hachures)"),
            Rate::Meaningless => "#e4e2dd".to_owned(),
        };
        let path = frame.path(outline);
        let _ = write!(svg, "<path d=\"{path}\" fill=\"{fill}\" stroke=\"#8a97a6\" stroke-width=\"0.6\"/>");
    }
    for edge in &map.edges {
        let path = frame.path(edge);
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#1f2328\" stroke-width=\"1.4\" stroke-linejoin=\"round\"/>"
        );
    }
    scale_bar(&mut svg, &frame);
    svg.push_str("</svg>");
    Drawn { svg, legende: legend(map) }
}

fn legend(map: &Choropleth<'_>) -> String {
    let mut out = format!("<div class=\"legende-carte\"><p>{}</p><ul>", escape(map.legend));
    let known: Vec<f64> = map
        .zones
        .iter()
        .filter_map(|(_, rate)| if let Rate::Known(rate) = rate { Some(*rate) } else { None })
        .collect();
    let (low, high) = map.bounds;
    for (rank, colour) in ramp(map.breaks).iter().enumerate().take(map.breaks.len() + 1).filter(|_| !known.is_empty()) {
        let count = known.iter().filter(|rate| class_of(**rate, map.breaks) == rank).count();
        let from = rank.checked_sub(1).and_then(|rank| map.breaks.get(rank)).copied().unwrap_or(low);
        let to = map.breaks.get(rank).copied().unwrap_or(high);
        let symbol = format!("<rect width=\"22\" height=\"14\" fill=\"{colour}\" stroke=\"#34495e\"/>");
        entry(&mut out, &symbol, &format!("{} à {} ({count})", decimal(from, 1), decimal(to, 1)));
    }
    let count = |wanted: Rate| map.zones.iter().filter(|(_, rate)| *rate == wanted).count();
    let (unknown, meaningless) = (count(Rate::Unknown), count(Rate::Meaningless));
    if unknown > 0 {
        let symbol =
            format!("<rect width=\"22\" height=\"14\" fill=\"url(#{}-hachures)\" stroke=\"#34495e\"/>", map.id);
        entry(&mut out, &symbol, &format!("n.d. : population inconnue ({unknown})"));
    }
    if meaningless > 0 {
        let symbol = "<rect width=\"22\" height=\"14\" fill=\"#e4e2dd\" stroke=\"#b9b5ac\"/>";
        entry(
            &mut out,
            symbol,
            &format!("sans objet : IRIS d’activité ou divers, presque sans habitants ({meaningless})"),
        );
    }
    let _ = write!(out, "</ul><p>{}</p></div>", escape(map.source));
    out
}
