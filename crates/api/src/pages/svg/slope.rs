//! Slopes: the same lines at two dates.

use std::fmt::Write;

use statistics::nombres::entier;

use super::escape;

/// Width of the chart, its own units.
const WIDTH: f64 = 640.0;
/// Height between the titles and the foot.
const HEIGHT: f64 = 260.0;
/// Room above for the titles of the dates.
const TOP: f64 = 28.0;
/// Where the dates stand; labels take the rest.
const DATES: (f64, f64) = (230.0, 410.0);
/// Least distance between two labels.
const LABEL: f64 = 15.0;

/// A line: label, value before, value now, colour.
#[derive(Debug, Clone)]
pub struct Slope {
    /// Label.
    pub label: String,
    /// Before and now.
    pub values: (u64, u64),
    /// Colour; the label says the same.
    pub colour: &'static str,
}

/// Draws the slopes; values grow upwards from zero.
pub fn slopes((id, title): (&str, &str), dates: (&str, &str), rows: &[Slope]) -> String {
    let highest = rows.iter().map(|row| row.values.0.max(row.values.1)).max().unwrap_or(0).max(1) as f64;
    let y = |value: u64| TOP + HEIGHT * (1.0 - value as f64 / highest);
    let said: Vec<String> =
        rows.iter().map(|row| format!("{} : {} → {}", row.label, entier(row.values.0), entier(row.values.1))).collect();
    let mut out = format!(
        "<svg class=\"barres\" viewBox=\"0 0 {WIDTH:.0} {:.0}\" role=\"img\" aria-labelledby=\"{id}-titre {id}-desc\">\
         <title id=\"{id}-titre\">{}</title><desc id=\"{id}-desc\">{}.</desc>",
        TOP + HEIGHT + 12.0,
        escape(title),
        escape(&said.join(" ; "))
    );
    for (x, date) in [(DATES.0, dates.0), (DATES.1, dates.1)] {
        let _ = write!(
            out,
            "<path d=\"M{x:.0} {TOP:.0}V{:.0}\" stroke=\"#d6d9de\"/><text x=\"{x:.0}\" y=\"16\" text-anchor=\"middle\" class=\"legende\">{}</text>",
            TOP + HEIGHT,
            escape(date)
        );
    }
    let left = apart(&rows.iter().map(|row| y(row.values.0)).collect::<Vec<_>>());
    let right = apart(&rows.iter().map(|row| y(row.values.1)).collect::<Vec<_>>());
    for ((row, left), right) in rows.iter().zip(left).zip(right) {
        let (before, now) = row.values;
        let _ = write!(
            out,
            "<path d=\"M{:.0} {:.1}L{:.0} {:.1}\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\" class=\"legende\">{} {}</text>\
             <text x=\"{:.0}\" y=\"{:.1}\" class=\"legende\">{} {}</text>",
            DATES.0,
            y(before),
            DATES.1,
            y(now),
            DATES.0 - 8.0,
            left + 4.0,
            escape(&row.label),
            entier(before),
            DATES.1 + 8.0,
            right + 4.0,
            entier(now),
            escape(&row.label),
            colour = row.colour
        );
    }
    out.push_str("</svg>");
    out
}

/// Heights of labels moved apart, from the lowest up: none hides another.
fn apart(heights: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|a, b| heights[*b].total_cmp(&heights[*a]));
    let (mut placed, mut floor) = (heights.to_vec(), f64::INFINITY);
    for rank in order {
        placed[rank] = placed[rank].min(floor - LABEL);
        floor = placed[rank];
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_distance_and_texts_are_escaped() {
        let placed = apart(&[100.0, 101.0, 102.0, 20.0]);
        let mut sorted = placed.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= LABEL - 1e-9), "{placed:?}");
        let row = Slope { label: "A<B".to_owned(), values: (0, 0), colour: "#000" };
        let drawn = slopes(("essai", "Essai"), ("avant", "après"), &[row]);
        assert!(drawn.contains("A&lt;B") && !drawn.contains("NaN"), "{drawn}");
    }
}
