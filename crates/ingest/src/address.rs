//! One-line address of an establishment, as an envelope would show it.

use crate::csv_file::CsvRow;
use crate::error::IngestError;

/// Number, repetition, street type and label; `None` when nothing is left.
pub fn one_line(row: &CsvRow<'_>) -> Result<Option<String>, IngestError> {
    const PARTS: [&str; 4] = [
        "numeroVoieEtablissement",
        "indiceRepetitionEtablissement",
        "typeVoieEtablissement",
        "libelleVoieEtablissement",
    ];
    let mut parts = Vec::with_capacity(PARTS.len());
    for column in PARTS {
        parts.extend(row.text(column)?);
    }
    Ok((!parts.is_empty()).then(|| parts.join(" ")))
}
