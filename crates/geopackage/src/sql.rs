//! The statements that depend on a layer. Only [`Name`]s, types of ours and `?` go in: no text of a user.

use sqlx::AssertSqlSafe;

use crate::layer::{GeometryColumn, Layer, Name};

/// Identifier column of every layer.
pub const FID: &str = "fid";

/// Most values that one statement binds: few statements without a statement too long to prepare.
const BINDS: usize = 2_000;

pub(crate) type Sql = AssertSqlSafe<String>;

/// A name of a file that we did not write, between double quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) fn create_table(layer: &Layer) -> Sql {
    let geometry = layer.geometry.iter().map(|geometry| format!("\"{}\" {}", geometry.name, geometry.kind.sql()));
    let columns = layer.columns.iter().map(|column| format!("\"{}\" {}", column.name, column.kind.sql()));
    let columns: Vec<String> = geometry.chain(columns).collect();
    AssertSqlSafe(format!(
        "CREATE TABLE \"{}\" (\"{FID}\" INTEGER PRIMARY KEY NOT NULL, {})",
        layer.name,
        columns.join(", ")
    ))
}

pub(crate) fn create_rtree(table: &Name, column: &Name) -> Sql {
    AssertSqlSafe(format!("CREATE VIRTUAL TABLE \"rtree_{table}_{column}\" USING rtree(id, minx, maxx, miny, maxy)"))
}

pub(crate) fn create_triggers(table: &Name, geometry: &GeometryColumn) -> Sql {
    let template = include_str!("rtree.sql");
    AssertSqlSafe(template.replace("{T}", table.as_str()).replace("{C}", geometry.name.as_str()).replace("{I}", FID))
}

/// Values bound for one row: identifier, geometry if any, columns.
pub(crate) fn binds_per_row(layer: &Layer) -> usize {
    1 + usize::from(layer.geometry.is_some()) + layer.columns.len()
}

/// Rows that one statement inserts.
pub(crate) fn rows_per_statement(layer: &Layer) -> usize {
    (BINDS / binds_per_row(layer)).max(1)
}

pub(crate) fn insert(layer: &Layer, rows: usize) -> Sql {
    AssertSqlSafe(format!("INSERT INTO \"{}\" VALUES {}", layer.name, tuples(binds_per_row(layer), rows)))
}

pub(crate) fn insert_rtree(table: &Name, column: &Name, rows: usize) -> Sql {
    AssertSqlSafe(format!("INSERT INTO \"rtree_{table}_{column}\" VALUES {}", tuples(5, rows)))
}

pub(crate) fn create_blobs(table: &Name) -> Sql {
    AssertSqlSafe(format!(
        "CREATE TABLE \"{table}\" (rang INTEGER PRIMARY KEY NOT NULL, partie TEXT NOT NULL, somme INTEGER NOT NULL, octets BLOB NOT NULL)"
    ))
}

pub(crate) fn insert_blob(table: &Name) -> Sql {
    AssertSqlSafe(format!("INSERT INTO \"{table}\" (partie, somme, octets) VALUES (?, ?, ?)"))
}

fn tuples(width: usize, rows: usize) -> String {
    let tuple = format!("({})", vec!["?"; width].join(","));
    vec![tuple; rows].join(",")
}
