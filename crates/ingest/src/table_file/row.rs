//! One row, read by column name.

use std::collections::HashMap;

use csv::ByteRecord;

use crate::error::IngestError;

/// Ranks of the columns by name.
pub type Columns = HashMap<String, usize>;

/// One row, read by column name, whatever the form of its file.
pub struct TableRow<'r> {
    pub(super) file: &'r str,
    pub(super) columns: &'r Columns,
    pub(super) record: &'r ByteRecord,
    pub(super) line: u64,
}

impl<'r> TableRow<'r> {
    /// The bytes of a column; empty when the column is not in this edition of the file.
    pub fn bytes(&self, column: &str) -> &'r [u8] {
        self.columns.get(column).and_then(|&rank| self.record.get(rank)).unwrap_or_default()
    }

    /// The text of a column; `None` when empty, blank or masked (`[ND]`).
    pub fn text(&self, column: &str) -> Result<Option<&'r str>, IngestError> {
        let bytes = self.bytes(column);
        let text = std::str::from_utf8(bytes).map_err(|_| IngestError::Encoding {
            file: self.file.to_owned(),
            line: self.line,
            column: column.to_owned(),
            value: String::from_utf8_lossy(bytes).into_owned(),
        })?;
        let text = text.trim();
        Ok((!text.is_empty() && text != "[ND]").then_some(text))
    }

    /// The text of a column that must not be empty.
    pub fn required(&self, column: &str) -> Result<&'r str, IngestError> {
        self.text(column)?.ok_or_else(|| self.refuse(column, "valeur obligatoire"))
    }

    /// A parsed column; `None` when empty or masked.
    pub fn parsed<T: std::str::FromStr>(&self, column: &str, mend: &str) -> Result<Option<T>, IngestError> {
        self.text(column)?.map(|text| text.parse().map_err(|_| self.refuse(column, mend))).transpose()
    }

    /// A finite number, with a dot; `None` when empty or masked.
    pub fn number(&self, column: &str) -> Result<Option<f64>, IngestError> {
        const MEND: &str = "nombre attendu, avec un point décimal";
        let number: Option<f64> = self.parsed(column, MEND)?;
        match number {
            Some(value) if !value.is_finite() => Err(self.refuse(column, MEND)),
            other => Ok(other),
        }
    }

    /// An error that names this file, line, column and value.
    pub fn refuse(&self, column: &str, reason: impl Into<String>) -> IngestError {
        IngestError::Value {
            file: self.file.to_owned(),
            line: self.line,
            column: column.to_owned(),
            value: String::from_utf8_lossy(self.bytes(column)).into_owned(),
            reason: reason.into(),
        }
    }

    /// Line of the row in a CSV (header being 1), rank of the row in Parquet (first row being 1).
    pub fn line(&self) -> u64 {
        self.line
    }
}
