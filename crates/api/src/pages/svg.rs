//! Maps and charts drawn by the server: they print, and need no script.

mod bars;
mod frame;
mod legend;
mod map;

pub use bars::{Bar, Bars, bars};
pub use map::{Drawn, Overlay, commune_map, portrait_map};

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

/// Text safe inside markup.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
