//! Writes the files in their official forms.

mod geolocalisation;
mod populations;
mod stock_etablissement;
mod stock_unite_legale;
mod verite;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::SynthError;
use super::builder::Builder;
use super::model::Establishment;
use crate::geography::Geography;

pub use geolocalisation::GEOLOCALISATION_FILE;

/// Cell of a masked field.
const MASKED: &str = "[ND]";
/// Status of partial diffusion.
const PARTIAL: &str = "P";
/// Year of the workforce bands.
const BAND_YEAR: &str = "2024";

/// Writes every file; rows in SIRET or code order, whatever the order of planting.
pub fn all(builder: &Builder, geography: &Geography, dir: &Path) -> Result<(), SynthError> {
    std::fs::create_dir_all(dir).map_err(|source| SynthError::Write { path: dir.to_owned(), source })?;
    let mut sites: Vec<&Establishment> = builder.establishments.iter().collect();
    sites.sort_by(|one, other| one.siret.cmp(&other.siret));
    stock_etablissement::write(builder, &sites, dir)?;
    stock_unite_legale::write(builder, dir)?;
    geolocalisation::write(&sites, dir)?;
    populations::write_communes(geography, builder.tables, dir)?;
    populations::write_iris(geography, dir)?;
    populations::write_ept(geography, builder.tables, dir)?;
    populations::write_epci(builder.tables, dir)?;
    populations::write_jobs(geography, dir)?;
    verite::write(builder, &sites, dir)
}

/// A file being written, whose errors name it.
struct Sheet {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Sheet {
    /// Opens a file and writes its header.
    fn create(dir: &Path, name: &str, delimiter: u8, header: &[&str]) -> Result<Self, SynthError> {
        let path = dir.join(name);
        let file = File::create(&path).map_err(|source| SynthError::Write { path: path.clone(), source })?;
        let writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(BufWriter::new(file));
        let mut sheet = Self { path, writer };
        sheet.row(header)?;
        Ok(sheet)
    }

    fn row<I, T>(&mut self, cells: I) -> Result<(), SynthError>
    where
        I: IntoIterator<Item = T>,
        T: AsRef<[u8]>,
    {
        self.writer
            .write_record(cells)
            .map_err(|error| SynthError::Write { path: self.path.clone(), source: std::io::Error::other(error) })
    }

    fn finish(mut self) -> Result<(), SynthError> {
        self.writer.flush().map_err(|source| SynthError::Write { path: self.path, source })
    }
}

/// Writes text as it stands, for the file whose quotes follow no general rule.
fn plain(dir: &Path, name: &str, lines: impl Iterator<Item = String>) -> Result<(), SynthError> {
    let path = dir.join(name);
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        for line in lines {
            writeln!(file, "{line}")?;
        }
        file.flush()
    };
    write().map_err(|source| SynthError::Write { path: path.clone(), source })
}

/// A timestamp without a zone, spread over the month before the stock.
fn processed(siret: &str) -> String {
    let seed: u32 = siret.bytes().map(u32::from).sum::<u32>() + u32::from(siret.ends_with(['3', '8']));
    format!("2026-09-{:02}T{:02}:{:02}:{:02}.000", 1 + seed % 30, 6 + seed % 14, seed % 60, (seed * 7) % 60)
}
