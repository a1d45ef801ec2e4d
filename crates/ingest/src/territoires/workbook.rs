//! A sheet of an XLSX workbook as CSV, for the readers of tables.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};

use crate::error::{IngestError, shown};

/// The header stands below some lines of titles: row 6 in INSEE's workbooks, row 1 in the DGCL's.
const HEADER_WITHIN: usize = 20;
/// Longest workbook unpacked from a ZIP.
const BYTES_MAX: u64 = 256 << 20;

/// The first sheet that has the columns of an edition, as CSV whose lines are those of the sheet; `None` when the
/// bytes are no workbook, nor a ZIP of one.
pub fn as_csv(path: &Path, bytes: &[u8], editions: &[[&str; 3]]) -> Result<Option<Vec<u8>>, IngestError> {
    let Some(workbook) = workbook_in(path, bytes)? else { return Ok(None) };
    let refuse = |detail: String| IngestError::Archive { file: shown(path), detail };
    let mut workbook = Xlsx::new(Cursor::new(workbook))
        .map_err(|error| refuse(format!("classeur illisible ({error}) ; le télécharger de nouveau")))?;
    let names = workbook.sheet_names();
    for name in &names {
        let sheet = workbook.worksheet_range(name);
        let sheet = sheet.map_err(|error| refuse(format!("feuille « {name} » illisible ({error})")))?;
        if let Some(header) = header_of(&sheet, editions) {
            return csv_of(&sheet, header).map(Some).map_err(|error| refuse(error.to_string()));
        }
    }
    let wanted: Vec<String> = editions.iter().map(|columns| columns.join(", ")).collect();
    Err(refuse(format!(
        "aucune feuille n’a les colonnes {} ; feuilles lues : {}",
        wanted.join(", ou "),
        names.join(", ")
    )))
}

/// The workbook itself, or the one that a ZIP holds.
fn workbook_in(path: &Path, bytes: &[u8]) -> Result<Option<Vec<u8>>, IngestError> {
    if !bytes.starts_with(b"PK") {
        return Ok(None);
    }
    let refuse = |detail: String| IngestError::Archive { file: shown(path), detail };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| refuse(format!("archive ZIP illisible ({error}) ; la télécharger de nouveau")))?;
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return Ok(Some(bytes.to_vec()));
    }
    let is_workbook = |name: &str| Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    let mut names = archive.file_names().filter_map(Result::ok);
    let Some(name) = names.find(|name| is_workbook(name)).map(std::borrow::Cow::into_owned) else { return Ok(None) };
    drop(names);
    let mut inner = Vec::new();
    let member = archive.by_name(&name).map_err(|error| refuse(error.to_string()))?;
    member.take(BYTES_MAX).read_to_end(&mut inner).map_err(|error| refuse(error.to_string()))?;
    Ok(Some(inner))
}

/// Rank, in the range, of the first row that has all the columns of an edition.
fn header_of(sheet: &Range<Data>, editions: &[[&str; 3]]) -> Option<usize> {
    let has = |row: &[Data]| {
        let texts: Vec<String> = row.iter().map(text).collect();
        editions.iter().any(|columns| columns.iter().all(|column| texts.iter().any(|cell| cell.trim() == *column)))
    };
    sheet.rows().take(HEADER_WITHIN).position(has)
}

fn csv_of(sheet: &Range<Data>, header: usize) -> Result<Vec<u8>, csv::Error> {
    // Empty lines are skipped by the reader and counted: an error names the row that a spreadsheet shows.
    let above = sheet.start().map_or(0, |(row, _)| row as usize) + header;
    let mut out = "\n".repeat(above).into_bytes();
    for row in sheet.rows().skip(header) {
        if row.iter().all(|cell| matches!(cell, Data::Empty)) {
            out.push(b'\n');
        } else {
            csv::Writer::from_writer(&mut out).write_record(row.iter().map(text))?;
        }
    }
    Ok(out)
}

/// A cell as its column means it: codes kept as numbers lost nothing but their type.
fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => other.to_string(),
    }
}
