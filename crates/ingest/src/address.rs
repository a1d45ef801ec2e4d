//! One-line address of an establishment, as an envelope would show it.

use crate::error::IngestError;
use crate::table_file::TableRow;

/// Number, repetition, street type and label; `None` when nothing is left.
pub fn one_line(row: &TableRow<'_>) -> Result<Option<String>, IngestError> {
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
