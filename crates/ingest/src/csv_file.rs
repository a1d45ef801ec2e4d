//! A CSV file of an official source: read by column name, hashed as it is read.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use csv::ByteRecord;
use domain::SourceMillesime;
use sha2::{Digest, Sha256};

use crate::error::{IngestError, shown};
use crate::progress::Progress;

/// Progress is reported about every so many rows: often enough for a bar, rarely enough to cost nothing.
const ROWS_PER_REPORT: u64 = 1 << 14;

/// Any readable bytes that can cross threads.
pub type ByteSource = Box<dyn Read + Send>;

/// Hashes and counts every byte that passes.
struct Hashing {
    inner: ByteSource,
    state: Arc<Mutex<(Sha256, u64)>>,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.update(buffer.get(..count).unwrap_or_default());
        state.1 += count as u64;
        Ok(count)
    }
}

/// What the file is, for errors and for the manifest.
#[derive(Debug, Clone)]
pub struct Description<'d> {
    /// Role in the manifest.
    pub role: &'static str,
    /// Title.
    pub titre: &'static str,
    /// Producer.
    pub producteur: &'static str,
    /// Field separator.
    pub delimiter: u8,
    /// Columns that must be there.
    pub needed: &'d [&'static str],
    /// What to do when one is not.
    pub mend: &'static str,
}

/// An open CSV file.
pub struct CsvFile {
    file: String,
    name: String,
    reader: csv::Reader<Hashing>,
    columns: HashMap<String, usize>,
    state: Arc<Mutex<(Sha256, u64)>>,
    source: (&'static str, &'static str, &'static str),
    rows: u64,
}

impl CsvFile {
    /// Opens a file and checks its header.
    pub fn open(path: &Path, description: &Description<'_>, progress: &dyn Progress) -> Result<Self, IngestError> {
        let io = |source| IngestError::Io { file: shown(path), source };
        let file = File::open(path).map_err(io)?;
        let size = file.metadata().map_err(io)?.len();
        progress.step(description.titre, Some(size));
        Self::from_bytes(path, Box::new(BufReader::with_capacity(1 << 18, file)), description)
    }

    /// Reads any bytes under the name of `path`.
    pub fn from_bytes(path: &Path, bytes: ByteSource, description: &Description<'_>) -> Result<Self, IngestError> {
        let state = Arc::new(Mutex::new((Sha256::new(), 0)));
        let hashing = Hashing { inner: bytes, state: Arc::clone(&state) };
        let mut reader = csv::ReaderBuilder::new().delimiter(description.delimiter).from_reader(hashing);
        let file = shown(path);
        let header = reader.byte_headers().map_err(|error| csv_error(&file, &error))?;
        let columns = column_ranks(header);
        for column in description.needed {
            if !columns.contains_key(*column) {
                let found = names(header);
                let (column, mend) = ((*column).to_owned(), description.mend.to_owned());
                return Err(IngestError::MissingColumn { file, column, found, mend });
            }
        }
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let source = (description.role, description.titre, description.producteur);
        Ok(Self { file, name, reader, columns, state, source, rows: 0 })
    }

    /// Gives each row to `visit`.
    pub fn for_each(
        &mut self,
        progress: &dyn Progress,
        mut visit: impl FnMut(&CsvRow<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let mut record = ByteRecord::new();
        while self.reader.read_byte_record(&mut record).map_err(|error| csv_error(&self.file, &error))? {
            self.rows += 1;
            if self.rows.is_multiple_of(ROWS_PER_REPORT) {
                progress.bytes(self.state.lock().unwrap_or_else(PoisonError::into_inner).1);
            }
            visit(&CsvRow { file: &self.file, columns: &self.columns, record: &record })?;
        }
        progress.bytes(self.state.lock().unwrap_or_else(PoisonError::into_inner).1);
        Ok(())
    }

    /// Names of the columns.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Rows read.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The manifest's line, once all rows are read.
    pub fn into_source(self, millesime: Option<&str>) -> SourceMillesime {
        let (role, titre, producteur) = self.source;
        let digest = self.state.lock().unwrap_or_else(PoisonError::into_inner).0.clone().finalize();
        SourceMillesime {
            role: role.to_owned(),
            titre: titre.to_owned(),
            producteur: producteur.to_owned(),
            millesime: millesime.unwrap_or("non renseigné").to_owned(),
            fichier: self.name,
            sha256: format!("{digest:x}"),
            lignes: self.rows,
        }
    }
}

fn column_ranks(header: &ByteRecord) -> HashMap<String, usize> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().trim_start_matches('\u{feff}').to_owned();
    header.iter().enumerate().map(|(rank, bytes)| (name(bytes), rank)).collect()
}

fn names(header: &ByteRecord) -> String {
    let mut names: Vec<_> = header.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    let more = names.len().saturating_sub(12);
    names.truncate(12);
    if more > 0 {
        names.push(format!("et {more} autres"));
    }
    names.join(", ")
}

fn csv_error(file: &str, error: &csv::Error) -> IngestError {
    let line = error.position().map_or(1, csv::Position::line);
    let file = file.to_owned();
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => IngestError::Csv {
            file,
            line,
            detail: format!("{len} champs au lieu de {expected_len}"),
            mend: "vérifier le séparateur et les guillemets de cette ligne, ou télécharger de nouveau le fichier",
        },
        _ => IngestError::Csv {
            file,
            line,
            detail: error.to_string(),
            mend: "télécharger de nouveau le fichier, il est peut-être incomplet",
        },
    }
}

/// One row, read by column name.
pub struct CsvRow<'r> {
    file: &'r str,
    columns: &'r HashMap<String, usize>,
    record: &'r ByteRecord,
}

impl<'r> CsvRow<'r> {
    /// The bytes of a column; empty when the column is not in this edition of the file.
    pub fn bytes(&self, column: &str) -> &'r [u8] {
        self.columns.get(column).and_then(|&rank| self.record.get(rank)).unwrap_or_default()
    }

    /// The text of a column; `None` when empty, blank or masked (`[ND]`).
    pub fn text(&self, column: &str) -> Result<Option<&'r str>, IngestError> {
        let bytes = self.bytes(column);
        let text = std::str::from_utf8(bytes).map_err(|_| IngestError::Value {
            file: self.file.to_owned(),
            line: self.line(),
            column: column.to_owned(),
            value: String::from_utf8_lossy(bytes).into_owned(),
            reason: "octets qui ne sont pas de l’UTF-8 ; convertir le fichier en UTF-8".to_owned(),
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
            line: self.line(),
            column: column.to_owned(),
            value: String::from_utf8_lossy(self.bytes(column)).into_owned(),
            reason: reason.into(),
        }
    }

    /// Line of the row, header being 1.
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}
