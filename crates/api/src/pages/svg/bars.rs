//! Horizontal bars.

use std::fmt::Write;

use super::escape;

/// Width of the chart, its own units.
const WIDTH: f64 = 640.0;
/// Mean width of a letter: the bars begin after the longest label.
const LETTER: f64 = 7.6;
/// Widest room for labels.
const LABELS: f64 = 340.0;
/// Room for the number after the longest bar.
const NUMBER: f64 = 70.0;
/// Height of a row.
const ROW: f64 = 22.0;

/// A bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Label, before it.
    pub label: String,
    /// Length.
    pub value: f64,
    /// Number written after it.
    pub text: String,
    /// Colour; the label says the same.
    pub colour: &'static str,
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Bars<'b> {
    /// Identifier, unique in the page.
    pub id: &'b str,
    /// Title.
    pub title: &'b str,
    /// Bars, in order.
    pub rows: &'b [Bar],
}

/// Draws a chart: the longest bar takes the width; the table below holds the numbers.
pub fn bars(chart: &Bars<'_>) -> String {
    let largest = chart.rows.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let letters = chart.rows.iter().map(|bar| bar.label.chars().count()).max().unwrap_or(0);
    let origin = (letters as f64 * LETTER + 12.0).min(LABELS);
    let id = chart.id;
    let said: Vec<String> = chart.rows.iter().map(|bar| format!("{} : {}", bar.label, bar.text)).collect();
    let mut out = format!(
        "<svg class=\"barres\" viewBox=\"0 0 {WIDTH:.0} {:.0}\" role=\"img\" aria-labelledby=\"{id}-titre {id}-desc\">\
         <title id=\"{id}-titre\">{}</title><desc id=\"{id}-desc\">{}.</desc>",
        chart.rows.len() as f64 * ROW + 2.0,
        escape(chart.title),
        escape(&said.join(" ; "))
    );
    for (rank, bar) in chart.rows.iter().enumerate() {
        let (y, text_y) = (rank as f64 * ROW + 2.0, rank as f64 * ROW + 16.0);
        let width = if largest > 0.0 { bar.value / largest * (WIDTH - origin - NUMBER) } else { 0.0 };
        let _ = write!(
            out,
            "<text x=\"{:.0}\" y=\"{text_y:.0}\" text-anchor=\"end\" class=\"legende\">{}</text>\
             <rect x=\"{origin:.0}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{:.0}\" fill=\"{}\"/>\
             <text x=\"{:.1}\" y=\"{text_y:.0}\" class=\"legende\">{}</text>",
            origin - 8.0,
            escape(&bar.label),
            ROW - 5.0,
            bar.colour,
            origin + width + 6.0,
            escape(&bar.text)
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_nothing_divides_by_zero() {
        let bar = |value| Bar { label: "A<B & \"C\"".to_owned(), value, text: "0".to_owned(), colour: "#0072B2" };
        let drawn = bars(&Bars { id: "essai", title: "Essai", rows: &[bar(0.0), bar(0.0)] });
        assert!(drawn.contains("A&lt;B &amp; &quot;C&quot;") && !drawn.contains("NaN"), "{drawn}");
        assert!(bars(&Bars { id: "vide", title: "Vide", rows: &[] }).ends_with("</svg>"));
    }
}
