//! Columns for a terminal: texts to the left, numbers to the right, written as French readers write them.

use serde_json::Value;
use statistics::nombres::{decimal, entier};
use unicode_width::UnicodeWidthStr;

use api::rows::{Rows, label};

/// Columns of names, whose texts are cut: their codes stand beside them.
const CUT: [&str; 2] = ["nom", "libelle"];
/// Widest text of these columns.
const WIDEST: usize = 44;

/// The table, its total under a line.
pub fn write(rows: &Rows) -> String {
    if rows.cells.is_empty() {
        return "Aucune ligne.\n".to_owned();
    }
    let headers: Vec<String> = rows.columns.iter().map(|name| label(name)).collect();
    let body: Vec<Vec<String>> = rows.cells.iter().map(|row| texts(row, &rows.columns)).collect();
    let total = rows.total.as_ref().map(|row| texts(row, &rows.columns));
    let is_number: Vec<bool> = (0..headers.len())
        .map(|rank| rows.cells.iter().all(|row| row.get(rank).is_none_or(|cell| cell.is_number() || cell.is_null())))
        .collect();
    let all = || std::iter::once(&headers).chain(&body).chain(&total);
    let widths: Vec<usize> = (0..headers.len())
        .map(|rank| all().filter_map(|row| row.get(rank)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).zip(&is_number);
        let padded: Vec<String> = cells.map(|((cell, width), number)| pad(cell, *width, *number)).collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let rule = line(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>());
    let mut out = line(&headers) + &rule;
    out.extend(body.iter().map(|row| line(row)));
    if let Some(total) = total {
        out.push_str(&rule);
        out.push_str(&line(&total));
    }
    out
}

fn texts(row: &[Value], columns: &[String]) -> Vec<String> {
    row.iter().zip(columns).map(|(cell, name)| text(cell, name)).collect()
}

fn text(cell: &Value, column: &str) -> String {
    match cell {
        Value::Null => String::new(),
        Value::Bool(flag) => if *flag { "oui" } else { "non" }.to_owned(),
        Value::String(text) if CUT.contains(&column) => cut(text),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => entier(whole),
            (None, Some(real)) => decimal(real, digits(column)),
            (None, None) => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// Decimals that mean something.
fn digits(column: &str) -> usize {
    match column {
        "population" | "emplois_bas" | "emplois_haut" => 0,
        "distance_m" | "pour_10000_habitants" => 1,
        _ => 2,
    }
}

fn cut(text: &str) -> String {
    if text.width() <= WIDEST {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if kept.width() + 2 > WIDEST {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}

fn pad(cell: &str, width: usize, number: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(cell.width()));
    if number { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_stand_to_the_right_and_the_total_below_a_rule() {
        let rows = Rows {
            columns: vec!["libelle".to_owned(), "structures".to_owned(), "densite_km2".to_owned()],
            cells: vec![vec![json!("É"), json!(1234), json!(1.5)], vec![json!("Nogent"), json!(7), Value::Null]],
            total: Some(vec![json!("Total"), json!(1241), Value::Null]),
        };
        let expected = "Libellé  Structures  Par km²\n\
                        ───────  ──────────  ───────\n\
                        É             1\u{202f}234     1,50\n\
                        Nogent            7\n\
                        ───────  ──────────  ───────\n\
                        Total         1\u{202f}241\n";
        assert_eq!(write(&rows), expected);
    }

    #[test]
    fn a_long_name_is_cut_to_its_column() {
        let long = cut(&"é".repeat(200));
        assert_eq!(long.width(), WIDEST);
        assert!(long.ends_with('…'));
    }
}
