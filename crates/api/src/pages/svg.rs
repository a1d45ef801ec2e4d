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

/// Shape of each family, in a square of 12: the colour is never alone to tell.
const FAMILY_SHAPES: [(&str, &str); 6] = [
    ("associations", "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z"),
    ("cooperatives", "M1.5 1.5h9v9h-9z"),
    ("mutuelles", "M6 .8L11.4 10.6H.6z"),
    ("fondations", "M6 .4L11.6 6L6 11.6L.4 6z"),
    ("societes_commerciales_ess", "M3.4 1.2h5.2L11.4 6L8.6 10.8H3.4L.6 6z"),
    ("autres_opbnl", "M4 1h4v3h3v4H8v3H4V8H1V4h3z"),
];

/// Shape of a family: the path of its symbol.
pub fn family_shape(code: &str) -> &'static str {
    FAMILY_SHAPES.iter().find(|(family, _)| *family == code).map_or("M1 1h10v10H1z", |(_, shape)| shape)
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
