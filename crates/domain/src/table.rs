//! Reading of the small reference tables shipped as CSV text.

use std::collections::HashMap;

/// A reference table that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// Not CSV, or ragged rows.
    #[error("{table} : {source}")]
    Csv {
        /// Name of the table.
        table: String,
        /// Cause.
        source: csv::Error,
    },
    /// A needed column is absent.
    #[error("{table} : colonne « {column} » absente ; colonnes lues : {found}")]
    MissingColumn {
        /// Name of the table.
        table: String,
        /// Missing column.
        column: String,
        /// Columns found.
        found: String,
    },
    /// A cell holds something else than its column allows.
    #[error("{table}, ligne {line}, colonne « {column} » : valeur « {value} » refusée ; {mend}")]
    Value {
        /// Name of the table.
        table: String,
        /// Line, header being 1.
        line: u64,
        /// Column.
        column: String,
        /// Value found.
        value: String,
        /// What to do.
        mend: String,
    },
    /// Not the TOML form of a perimeter.
    #[error("{table} : {source}")]
    Toml {
        /// Name of the file.
        table: String,
        /// Cause.
        source: Box<toml::de::Error>,
    },
    /// Well-formed, and yet no rule set.
    #[error("périmètre « {nom} » : {reason}")]
    Perimetre {
        /// Name of the perimeter.
        nom: String,
        /// What is wrong, with its mend.
        reason: String,
    },
}

/// One row of a reference table, read by column name.
pub struct Row<'t> {
    table: &'t str,
    columns: &'t HashMap<String, usize>,
    record: csv::StringRecord,
}

impl Row<'_> {
    /// The text of a column; empty when the cell is.
    pub fn get(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|&rank| self.record.get(rank)).unwrap_or_default().trim()
    }

    /// An error that names this row, the column and its value.
    pub fn refuse(&self, column: &str, mend: impl Into<String>) -> TableError {
        TableError::Value {
            table: self.table.to_owned(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: column.to_owned(),
            value: self.get(column).to_owned(),
            mend: mend.into(),
        }
    }
}

/// Reads `text` as CSV and gives each row to `visit`; columns of `needed` must be there.
pub fn for_each_row(
    table: &str,
    text: &str,
    needed: &[&str],
    mut visit: impl FnMut(&Row<'_>) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let csv_error = |source| TableError::Csv { table: table.to_owned(), source };
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(csv_error)?.clone();
    let columns: HashMap<String, usize> =
        header.iter().enumerate().map(|(rank, name)| (name.trim().to_owned(), rank)).collect();
    if let Some(column) = needed.iter().find(|column| !columns.contains_key(**column)) {
        return Err(TableError::MissingColumn {
            table: table.to_owned(),
            column: (*column).to_owned(),
            found: header.iter().collect::<Vec<_>>().join(", "),
        });
    }
    for record in reader.into_records() {
        visit(&Row { table, columns: &columns, record: record.map_err(csv_error)? })?;
    }
    Ok(())
}
