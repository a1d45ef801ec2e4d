//! Maps and charts drawn by the server: they print, and need no script.

mod bars;
mod choropleth;
mod frame;
mod legend;
mod map;
mod slope;

pub use bars::{Bar, Bars, bars};
pub use choropleth::{Choropleth, Rate, bounds, choropleth};
pub(crate) use map::ramp;
pub use map::{CLASSES, Drawn, Overlay, commune_map, portrait_map};
pub use slope::{Slope, slopes};

/// Colour of each family, its contrast on white checked.
const FAMILY_COLOURS: [(&str, &str); 6] = [
    ("associations", "#0072B2"),
    ("cooperatives", "#D55E00"),
    ("mutuelles", "#007A5E"),
    ("fondations", "#882255"),
    ("societes_commerciales_ess", "#5D5D00"),
    ("autres_opbnl", "#555555"),
];

/// Colour of a family.
pub fn family_colour(code: &str) -> &'static str {
    FAMILY_COLOURS.iter().find(|(family, _)| *family == code).map_or("#555555", |(_, colour)| colour)
}

/// A symbol and its meaning, in the list of a legend.
fn entry(out: &mut String, symbol: &str, text: &str) {
    out.push_str("<li><svg class=\"cle\" width=\"22\" height=\"14\" viewBox=\"0 0 22 14\" aria-hidden=\"true\">");
    out.push_str(symbol);
    out.push_str("</svg> ");
    out.push_str(&escape(text));
    out.push_str("</li>");
}

/// Text safe inside markup.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
