//! A table of an official source, whatever its form: read by column name, row by row, hashed as it is read.
//!
//! The form is told from the first bytes, never from the name: CSV, CSV in a ZIP or a gzip (streamed, never
//! unpacked to disk), Parquet (only the columns asked for). Memory is bounded by a few blocks of 256 KiB or,
//! for Parquet, by the pages of one row group's columns, whatever the size of the file.

mod digest;
#[cfg(feature = "formats")]
mod guard;
#[cfg(feature = "formats")]
pub(crate) mod parquet;
mod row;
mod stream;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;
use domain::SourceMillesime;

use crate::error::{IngestError, shown};
use crate::progress::Progress;
use crate::rejets::Rejets;
use digest::Digest;
use row::Columns;
pub use row::TableRow;
use stream::{ByteSource, Counted};

/// Progress is reported about every so many rows: often enough for a bar, rarely enough to cost nothing.
const ROWS_PER_REPORT: u64 = 1 << 14;

/// What the file is, for errors and for the manifest.
#[derive(Debug, Clone)]
pub struct Description<'d> {
    /// Role in the manifest.
    pub role: &'static str,
    /// Title.
    pub titre: &'static str,
    /// Producer.
    pub producteur: &'static str,
    /// Field separator of the CSV.
    pub delimiter: u8,
    /// Columns that must be there.
    pub needed: &'d [&'d str],
    /// Columns read where the edition has them; of a Parquet file nothing else is read.
    #[cfg_attr(not(feature = "formats"), allow(dead_code, reason = "a CSV is read whole"))]
    pub optional: &'d [&'d str],
    /// What to do when a needed one is not there.
    pub mend: &'static str,
}

enum Rows {
    Csv(csv::Reader<ByteSource>),
    #[cfg(feature = "formats")]
    Parquet(parquet::ParquetRows),
}

/// An open table.
pub struct TableFile {
    file: String,
    name: String,
    rows: Rows,
    columns: Columns,
    read: Arc<AtomicU64>,
    digest: Digest,
    source: (&'static str, &'static str, &'static str),
    count: u64,
}

impl TableFile {
    /// Opens a file and checks its columns.
    pub fn open(path: &Path, description: &Description<'_>, progress: &dyn Progress) -> Result<Self, IngestError> {
        let io = |source| IngestError::Io { file: shown(path), source };
        let mut file = File::open(path).map_err(io)?;
        progress.step(description.titre, Some(file.metadata().map_err(io)?.len()));
        let form = Form::of(&mut file).map_err(io)?;
        let read = Arc::new(AtomicU64::new(0));
        let counted = |file| Counted::new(file, Arc::clone(&read));
        let bytes = match form {
            Form::Plain => stream::plain(counted(file)),
            Form::Gzip => stream::gzip(counted(file)),
            Form::Zip => stream::zipped(path, counted(file))?,
            Form::Parquet => return Self::open_parquet(path, file, description),
        };
        let digest = Digest::of_file(path).map_err(io)?;
        Self::from_csv(path, bytes, description, (digest, read))
    }

    /// Reads bytes in memory, a CSV, under the name of `path`.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>, description: &Description<'_>) -> Result<Self, IngestError> {
        let digest = Digest::of_bytes(&bytes);
        Self::from_csv(path, Box::new(std::io::Cursor::new(bytes)), description, (digest, Arc::default()))
    }

    /// Reads a CSV made of a file of another form; the digest is that of the file.
    pub fn from_decoded(
        path: &Path,
        (original, csv): (&[u8], Vec<u8>),
        description: &Description<'_>,
    ) -> Result<Self, IngestError> {
        let digest = Digest::of_bytes(original);
        Self::from_csv(path, Box::new(std::io::Cursor::new(csv)), description, (digest, Arc::default()))
    }

    fn from_csv(
        path: &Path,
        bytes: ByteSource,
        description: &Description<'_>,
        (digest, read): (Digest, Arc<AtomicU64>),
    ) -> Result<Self, IngestError> {
        let mut reader = csv::ReaderBuilder::new().delimiter(description.delimiter).from_reader(bytes);
        let file = shown(path);
        let header = reader.byte_headers().map_err(|error| csv_error(&file, &error))?;
        let columns = column_ranks(header);
        require(&file, description, (&columns, names(header)))?;
        Ok(Self::new(path, description, (Rows::Csv(reader), columns), (digest, read)))
    }

    #[cfg(feature = "formats")]
    fn open_parquet(path: &Path, file: File, description: &Description<'_>) -> Result<Self, IngestError> {
        let read = Arc::new(AtomicU64::new(0));
        let (rows, found) = parquet::ParquetRows::open(path, file, description, Arc::clone(&read))?;
        let columns = rows.columns();
        require(&shown(path), description, (&columns, found))?;
        let digest = Digest::of_file(path).map_err(|source| IngestError::Io { file: shown(path), source })?;
        Ok(Self::new(path, description, (Rows::Parquet(rows), columns), (digest, read)))
    }

    #[cfg(not(feature = "formats"))]
    fn open_parquet(path: &Path, _file: File, _description: &Description<'_>) -> Result<Self, IngestError> {
        Err(IngestError::FormatNotBuilt { file: shown(path), form: "Parquet" })
    }

    fn new(
        path: &Path,
        description: &Description<'_>,
        (rows, columns): (Rows, Columns),
        (digest, read): (Digest, Arc<AtomicU64>),
    ) -> Self {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let source = (description.role, description.titre, description.producteur);
        Self { file: shown(path), name, rows, columns, read, digest, source, count: 0 }
    }

    /// Gives each row to `visit`.
    pub fn for_each(
        &mut self,
        progress: &dyn Progress,
        mut visit: impl FnMut(&TableRow<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let mut record = ByteRecord::new();
        while self.next(&mut record)? {
            self.count += 1;
            if self.count.is_multiple_of(ROWS_PER_REPORT) {
                progress.bytes(self.read.load(Ordering::Relaxed));
            }
            let line = record.position().map_or(self.count, csv::Position::line);
            visit(&TableRow { file: &self.file, columns: &self.columns, record: &record, line })?;
        }
        progress.bytes(self.read.load(Ordering::Relaxed));
        Ok(())
    }

    /// As [`Self::for_each`], but a row that cannot be read is set aside in `rejets`.
    ///
    /// A short row that ends the file is an error all the same: the file is cut.
    pub fn for_each_readable(
        &mut self,
        progress: &dyn Progress,
        rejets: &mut Rejets,
        mut visit: impl FnMut(&TableRow<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let mut record = ByteRecord::new();
        let mut ragged: Option<IngestError> = None;
        let role = self.source.0;
        loop {
            let outcome = self.next(&mut record);
            self.count += u64::from(!matches!(outcome, Ok(false)));
            match (ragged.take(), &outcome) {
                (Some(error), Ok(false)) => return Err(error),
                (Some(error), _) => rejets.admet(error, (role, self.count), None)?,
                (None, _) => {}
            }
            if self.count.is_multiple_of(ROWS_PER_REPORT) {
                progress.bytes(self.read.load(Ordering::Relaxed));
            }
            match outcome {
                Ok(true) => {}
                Ok(false) => break,
                Err(error @ IngestError::Ragged { .. }) => {
                    ragged = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            }
            let line = record.position().map_or(self.count, csv::Position::line);
            let row = TableRow { file: &self.file, columns: &self.columns, record: &record, line };
            if let Err(error) = visit(&row) {
                rejets.admet(error, (role, self.count), Some(&row))?;
            }
        }
        progress.bytes(self.read.load(Ordering::Relaxed));
        Ok(())
    }

    fn next(&mut self, record: &mut ByteRecord) -> Result<bool, IngestError> {
        match &mut self.rows {
            Rows::Csv(reader) => reader.read_byte_record(record).map_err(|error| csv_error(&self.file, &error)),
            #[cfg(feature = "formats")]
            Rows::Parquet(rows) => rows.next(record),
        }
    }

    /// The file, as errors name it.
    pub fn shown(&self) -> &str {
        &self.file
    }

    /// Names of the columns.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Rows read.
    pub fn rows(&self) -> u64 {
        self.count
    }

    /// The manifest's line, once all rows are read; waits for the digest.
    pub fn into_source(self, millesime: Option<&str>) -> Result<SourceMillesime, IngestError> {
        let (role, titre, producteur) = self.source;
        let digest = self.digest.finish();
        let sha256 = digest.map_err(|source| IngestError::Io { file: self.file, source })?;
        Ok(SourceMillesime {
            role: role.to_owned(),
            titre: titre.to_owned(),
            producteur: producteur.to_owned(),
            millesime: millesime.unwrap_or("non renseigné").to_owned(),
            fichier: self.name,
            sha256,
            lignes: self.count,
        })
    }
}

/// What the first bytes say that a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Gzip,
    Zip,
    Parquet,
}

impl Form {
    fn of(file: &mut File) -> std::io::Result<Self> {
        let mut start = Vec::with_capacity(4);
        file.by_ref().take(4).read_to_end(&mut start)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(match start.as_slice() {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => Self::Zip,
            b"PAR1" => Self::Parquet,
            _ => Self::Plain,
        })
    }
}

fn require(file: &str, description: &Description<'_>, (columns, found): (&Columns, String)) -> Result<(), IngestError> {
    match description.needed.iter().find(|column| !columns.contains_key(**column)) {
        None => Ok(()),
        Some(column) => Err(IngestError::MissingColumn {
            file: file.to_owned(),
            column: (*column).to_owned(),
            found,
            mend: description.mend.to_owned(),
        }),
    }
}

fn column_ranks(header: &ByteRecord) -> HashMap<String, usize> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().trim_start_matches('\u{feff}').to_owned();
    header.iter().enumerate().map(|(rank, bytes)| (name(bytes), rank)).collect()
}

fn names(header: &ByteRecord) -> String {
    shortened(header.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

/// The first dozen of names, and how many more.
fn shortened(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
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
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => IngestError::Ragged {
            file,
            line,
            found: *len,
            expected: *expected_len,
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
