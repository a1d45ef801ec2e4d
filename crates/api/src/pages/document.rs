//! Any JSON answer as a readable page: its scalars, its links, its features as a table.

use askama::Template;
use serde_json::{Map, Value};

use statistics::nombres::{INCONNU, decimal};

use crate::collections::{COLLECTIONS, Collection};
use crate::pages::table::{Line, Table};
use crate::pages::verite::Document;

/// Features listed at most; the JSON holds them all.
const FEATURES_SHOWN: usize = 100;

/// Columns equal on every row of a list: shown on the page of each object.
const REPEATED: [&str; 3] = ["attribution", "itemType", "storageCrs"];

/// Renders the page.
pub fn render(
    title: &str,
    value: &Value,
    (avertissement, base): (Option<&'static str>, &str),
) -> Result<String, askama::Error> {
    let object = value.as_object().cloned().unwrap_or_default();
    let shown = object.get("title").and_then(Value::as_str).unwrap_or(title);
    let mut tables = Vec::new();
    let scalars = scalars(&object);
    if !scalars.lines.is_empty() {
        tables.push(scalars);
    }
    if let Some(properties) = object.get("properties").and_then(Value::as_object) {
        tables.push(Table { caption: "Propriétés".to_owned(), ..self::scalars(properties) });
    }
    for (name, key) in [("features", "properties"), ("collections", ""), ("lignes", "")] {
        let rows = object.get(name).and_then(Value::as_array);
        tables.extend(rows.filter(|rows| !rows.is_empty()).map(|rows| list(name, key, rows)));
    }
    if let Some(paths) = object.get("paths").and_then(Value::as_object) {
        tables.push(paths_table(paths));
    }
    let page = Document {
        base,
        css: crate::assets::url("pages.css"),
        title: shown,
        avertissement,
        intro: object.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        links: links(&object),
        tables,
    };
    page.render()
}

/// A scalar as readers write it; integers stay bare, for most are years and codes.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_f64() => number.as_f64().map(real),
        Value::Number(_) => Some(value.to_string()),
        Value::Bool(yes) => Some(if *yes { "oui" } else { "non" }.to_owned()),
        Value::Null => Some(INCONNU.to_owned()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn real(value: f64) -> String {
    if value.fract() == 0.0 { decimal(value, 0) } else { decimal(value, 3) }
}

/// French labels of columns, from the collection that has them all; else those of tables, or their names.
fn labels(columns: &[String]) -> Vec<String> {
    let title = |collection: &Collection, column: &String| {
        collection.properties().find(|property| property.name == column).map(|property| property.title.to_owned())
    };
    let found = COLLECTIONS
        .iter()
        .find_map(|collection| columns.iter().map(|column| title(collection, column)).collect::<Option<Vec<_>>>());
    found.unwrap_or_else(|| columns.iter().map(|column| crate::rows::label(column)).collect())
}

fn scalars(object: &Map<String, Value>) -> Table {
    let named: Vec<(&String, String)> = object.iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
    let names: Vec<String> = named.iter().map(|(name, _)| (*name).clone()).collect();
    let lines = labels(&names).into_iter().zip(named).map(|(label, (_, value))| Line::new(label, vec![value]));
    Table {
        caption: "Description".to_owned(),
        headers: vec!["Nom".to_owned(), "Valeur".to_owned()],
        lines: lines.collect(),
        textual: true,
        ..Table::default()
    }
}

fn list(name: &str, inside: &str, rows: &[Value]) -> Table {
    let object = |row: &Value| {
        let holder = if inside.is_empty() { Some(row) } else { row.get(inside) };
        holder.and_then(Value::as_object).cloned().unwrap_or_default()
    };
    let first = rows.first().map(object).unwrap_or_default();
    let columns = first.iter().filter(|(name, value)| text(value).is_some() && !REPEATED.contains(&name.as_str()));
    let columns: Vec<String> = columns.map(|(name, _)| name.clone()).collect();
    let line = |row: &Value| {
        let values = object(row);
        let mut cells = columns.iter().map(|column| values.get(column).and_then(text).unwrap_or_default());
        Line { head: cells.next().unwrap_or_default(), href: first_link(row), cells: cells.collect() }
    };
    let shown = rows.len().min(FEATURES_SHOWN);
    Table {
        caption: format!("{name} : {shown} sur les {} de cette réponse", rows.len()),
        lines: rows.iter().take(FEATURES_SHOWN).map(line).collect(),
        headers: labels(&columns),
        textual: true,
        ..Table::default()
    }
}

/// The page of a listed object, when it links itself.
fn first_link(row: &Value) -> String {
    let links = row.get("links").and_then(Value::as_array);
    let html = links.and_then(|links| links.iter().find(|link| link["rel"] == "items" && link["type"] == "text/html"));
    html.and_then(|link| link["href"].as_str()).unwrap_or_default().to_owned()
}

fn links(object: &Map<String, Value>) -> Vec<(String, String)> {
    let links = object.get("links").and_then(Value::as_array).cloned().unwrap_or_default();
    let pair = |link: &Value| {
        let title = link["title"].as_str().or_else(|| link["rel"].as_str())?;
        Some((link["href"].as_str()?.to_owned(), title.to_owned()))
    };
    links.iter().filter_map(pair).collect()
}

fn paths_table(paths: &Map<String, Value>) -> Table {
    let line = |(path, operations): (&String, &Value)| {
        let operation = &operations["get"];
        let names: Vec<&str> = operation["parameters"]
            .as_array()
            .map(|parameters| parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect())
            .unwrap_or_default();
        Line::new(path.clone(), vec![operation["summary"].as_str().unwrap_or_default().to_owned(), names.join(", ")])
    };
    Table {
        caption: "Ressources (GET)".to_owned(),
        headers: vec!["Chemin".to_owned(), "Ce qu’il donne".to_owned(), "Paramètres".to_owned()],
        lines: paths.iter().map(line).collect(),
        textual: true,
        ..Table::default()
    }
}
