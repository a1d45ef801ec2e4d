//! Rows of a Parquet file: only the columns asked for, turned to the texts that the CSV of the same source holds.
//!
//! In the Parquet editions of Sirene types differ from file to file (the legal category is an integer in the
//! stock): codes are padded on the left to their official length, dates written in ISO form.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;
use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::guard::guarded;
use super::row::Columns;
use super::{Description, shortened};
use crate::error::{IngestError, shown};

/// Rows decoded at a time.
const BATCH: usize = 4096;

/// A column of the file that is asked for.
struct Wanted {
    name: String,
    rank: usize,
    meaning: Meaning,
}

/// How the values of a column become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// As they are.
    Plain,
    /// A code of so many characters: integers and whole reals are padded with zeros.
    Code(usize),
    /// Days since 1970-01-01.
    Days,
    /// Instants since 1970-01-01 in units of which a day has so many; the day is kept.
    Instant(i64),
}

/// The texts of one column of a batch.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn get(&self, rank: usize) -> &[u8] {
        let start = rank.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(rank).and_then(|&end| self.bytes.get(start..end)).unwrap_or_default()
    }
}

/// The rows of a Parquet file.
pub struct ParquetRows {
    file: String,
    reader: SerializedFileReader<File>,
    wanted: Vec<Wanted>,
    group: usize,
    readers: Vec<ColumnReader>,
    batch: Vec<Texts>,
    in_batch: usize,
    next: usize,
    /// Bytes of the file per row, for a progress in bytes.
    bytes_per_row: f64,
    done: u64,
    read: Arc<AtomicU64>,
}

impl ParquetRows {
    /// Opens a file; gives also the names of its columns, for errors.
    pub fn open(
        path: &Path,
        file: File,
        description: &Description<'_>,
        read: Arc<AtomicU64>,
    ) -> Result<(Self, String), IngestError> {
        let size = file.metadata().map_err(|source| IngestError::Io { file: shown(path), source })?.len();
        let reader = decoded(|| SerializedFileReader::new(file)).map_err(|error| unreadable(&shown(path), &error))?;
        let file = shown(path);
        let metadata = reader.metadata().file_metadata();
        let schema = metadata.schema_descr();
        let asked = |name: &str| description.needed.contains(&name) || description.optional.contains(&name);
        let columns = schema.columns().iter().enumerate().filter(|(_, column)| asked(column.name()));
        let wanted: Vec<Wanted> = columns
            .map(|(rank, column)| Wanted { name: column.name().to_owned(), rank, meaning: meaning(column) })
            .collect();
        let found = shortened(schema.columns().iter().map(|column| column.name().to_owned()));
        let rows = u64::try_from(metadata.num_rows()).unwrap_or_default().max(1);
        let batch = wanted.iter().map(|_| Texts::default()).collect();
        let bytes_per_row = size as f64 / rows as f64;
        let (group, in_batch, next, done, readers) = (0, 0, 0, 0, Vec::new());
        Ok((Self { file, reader, wanted, group, readers, batch, in_batch, next, bytes_per_row, done, read }, found))
    }

    /// Ranks of the columns asked for.
    pub fn columns(&self) -> Columns {
        self.wanted.iter().enumerate().map(|(rank, column)| (column.name.clone(), rank)).collect()
    }

    /// The next row; false at the end.
    pub fn next(&mut self, record: &mut ByteRecord) -> Result<bool, IngestError> {
        if self.next == self.in_batch && !self.fill()? {
            return Ok(false);
        }
        record.clear();
        for texts in &self.batch {
            record.push_field(texts.get(self.next));
        }
        self.next += 1;
        Ok(true)
    }

    fn fill(&mut self) -> Result<bool, IngestError> {
        loop {
            if self.readers.is_empty() && !self.open_group()? {
                return Ok(false);
            }
            let (readers, batch) = (&mut self.readers, &mut self.batch);
            let count = decoded(|| read_batch(readers, batch, &self.wanted));
            let count = count.map_err(|error| unreadable(&self.file, &error))?;
            (self.in_batch, self.next) = (count, 0);
            if count > 0 {
                self.done += count as u64;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a progress, at most the file's size"
                )]
                self.read.store((self.done as f64 * self.bytes_per_row) as u64, Ordering::Relaxed);
                return Ok(true);
            }
            self.readers.clear();
        }
    }

    fn open_group(&mut self) -> Result<bool, IngestError> {
        if self.group >= self.reader.num_row_groups() || self.wanted.is_empty() {
            return Ok(false);
        }
        let refuse = |error: ParquetError| unreadable(&self.file, &error);
        let opened = decoded(|| {
            let group = self.reader.get_row_group(self.group)?;
            self.wanted.iter().map(|wanted| group.get_column_reader(wanted.rank)).collect()
        });
        self.readers = opened.map_err(refuse)?;
        self.group += 1;
        Ok(true)
    }
}

/// What a decoder gives; an assertion of its own that fails on damaged bytes is an error too.
fn decoded<T>(decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    let damaged = || Err(ParquetError::General("page endommagée".to_owned()));
    guarded(decode).unwrap_or_else(damaged)
}

/// Reads as many rows of every column; gives their number.
fn read_batch(readers: &mut [ColumnReader], batch: &mut [Texts], wanted: &[Wanted]) -> Result<usize, ParquetError> {
    let mut rows = None;
    for ((reader, texts), wanted) in readers.iter_mut().zip(batch).zip(wanted) {
        texts.clear();
        let count = read_texts(reader, wanted, texts)?;
        if rows.is_some_and(|rows| rows != count) {
            return Err(ParquetError::EOF(format!("colonne « {} » plus courte ou plus longue", wanted.name)));
        }
        rows = Some(count);
    }
    Ok(rows.unwrap_or_default())
}

fn unreadable(file: &str, error: &ParquetError) -> IngestError {
    let detail = format!("fichier Parquet illisible ({error}) ; le télécharger de nouveau, il est peut-être incomplet");
    IngestError::Archive { file: file.to_owned(), detail }
}

fn meaning(column: &ColumnDescriptor) -> Meaning {
    use parquet::basic::TimeUnit;
    const DAY_S: i64 = 86_400;
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Meaning::Days,
        (Some(LogicalType::Timestamp(stamp)), _) => Meaning::Instant(match stamp.unit {
            TimeUnit::MILLIS => DAY_S * 1_000,
            TimeUnit::MICROS => DAY_S * 1_000_000,
            TimeUnit::NANOS => DAY_S * 1_000_000_000,
        }),
        (None, ConvertedType::TIMESTAMP_MILLIS) => Meaning::Instant(DAY_S * 1_000),
        (None, ConvertedType::TIMESTAMP_MICROS) => Meaning::Instant(DAY_S * 1_000_000),
        _ => code_length(column.name()).map_or(Meaning::Plain, Meaning::Code),
    }
}

/// Official length of a code, by the name of its column.
fn code_length(column: &str) -> Option<usize> {
    let starts = |prefix: &str| column.starts_with(prefix);
    match column {
        "siren" => Some(9),
        "siret" => Some(14),
        "nic" | "plg_code_commune" => Some(5),
        "categorieJuridiqueUniteLegale" => Some(4),
        _ if starts("codePostal") || starts("codeCommune") || starts("nicSiege") => Some(5),
        _ if starts("trancheEffectifs") => Some(2),
        _ => None,
    }
}

fn read_texts(reader: &mut ColumnReader, wanted: &Wanted, texts: &mut Texts) -> Result<usize, ParquetError> {
    let meaning = wanted.meaning;
    match reader {
        ColumnReader::BoolColumnReader(reader) => fill_with(reader, texts, |value, out| {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        }),
        ColumnReader::Int32ColumnReader(reader) => {
            fill_with(reader, texts, |value, out| integer(i64::from(*value), meaning, out))
        }
        ColumnReader::Int64ColumnReader(reader) => fill_with(reader, texts, |value, out| integer(*value, meaning, out)),
        ColumnReader::FloatColumnReader(reader) => {
            fill_with(reader, texts, |value, out| real(f64::from(*value), meaning, out))
        }
        ColumnReader::DoubleColumnReader(reader) => fill_with(reader, texts, |value, out| real(*value, meaning, out)),
        ColumnReader::ByteArrayColumnReader(reader) => {
            fill_with(reader, texts, |value, out| out.extend_from_slice(value.data()))
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            fill_with(reader, texts, |value, out| out.extend_from_slice(value.data()))
        }
        ColumnReader::Int96ColumnReader(_) => {
            Err(ParquetError::NYI(format!("colonne « {} » : type INT96, inconnu ici", wanted.name)))
        }
    }
}

/// Reads a batch of a flat column; a null is an empty text.
fn fill_with<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    texts: &mut Texts,
    write: impl Fn(&T::T, &mut Vec<u8>),
) -> Result<usize, ParquetError> {
    let (mut levels, mut values) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
    let (mut records, mut missing) = (0, BATCH);
    // A reader may stop at the end of a page: rows of all columns must go together.
    while missing > 0 {
        let (read, _, _) = reader.read_records(missing, Some(&mut levels), None, &mut values)?;
        if read == 0 {
            break;
        }
        records += read;
        missing -= read;
    }
    let present = levels.iter().copied().max().unwrap_or_default();
    let required = levels.is_empty();
    let mut values = values.iter();
    for rank in 0..records {
        let is_present = required || levels.get(rank).is_some_and(|level| *level == present && *level > 0);
        if let (true, Some(value)) = (is_present, if is_present { values.next() } else { None }) {
            write(value, &mut texts.bytes);
        }
        texts.ends.push(texts.bytes.len());
    }
    Ok(records)
}

// Writing to a vector cannot fail.
fn integer(value: i64, meaning: Meaning, out: &mut Vec<u8>) {
    let _ = match meaning {
        Meaning::Plain => write!(out, "{value}"),
        Meaning::Code(length) => write!(out, "{value:0length$}"),
        Meaning::Days => date(value, out),
        Meaning::Instant(units_a_day) => date(value.div_euclid(units_a_day), out),
    };
}

fn real(value: f64, meaning: Meaning, out: &mut Vec<u8>) {
    let _ = match meaning {
        Meaning::Code(length) if value.fract() == 0.0 => write!(out, "{value:0length$.0}"),
        _ => write!(out, "{value}"),
    };
}

/// ISO date of a number of days since 1970-01-01, proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `civil_from_days`).
fn date(days: i64, out: &mut Vec<u8>) -> std::io::Result<()> {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    write!(out, "{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn codes_keep_their_zeros() {
        assert_eq!(text(|out| integer(5_420_122, Meaning::Code(9), out)), "005420122");
        assert_eq!(text(|out| real(9220.0, Meaning::Code(4), out)), "9220");
        assert_eq!(text(|out| real(652_381.25, Meaning::Plain, out)), "652381.25");
        assert_eq!(code_length("codePostalEtablissement"), Some(5));
        assert_eq!(code_length("qualite_xy"), None);
    }

    #[test]
    fn days_since_the_epoch() {
        for (days, iso) in [(0, "1970-01-01"), (11_016, "2000-02-29"), (-25_567, "1900-01-01"), (20_780, "2026-11-23")]
        {
            assert_eq!(text(|out| integer(days, Meaning::Days, out)), iso);
        }
        assert_eq!(text(|out| integer(-1, Meaning::Instant(86_400_000), out)), "1969-12-31");
    }
}
