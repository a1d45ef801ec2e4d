//! The readers of tables given any bytes: what fuzzing and the property tests call. Publishes nothing.

use std::path::Path;

use crate::corrections::Corrections;
use crate::error::IngestError;
use crate::progress::Silent;
use crate::rejets::Rejets;
use crate::table_file::{TableFile, TableRow};
use crate::territoires::{Cog, Passage, composition};
use crate::{emplois, etablissement, geolocalisation, population, unite_legale};

/// A table of Sirene or of its geolocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// `StockEtablissement`.
    Etablissements,
    /// `StockUniteLegale`.
    UnitesLegales,
    /// Geolocation of establishments.
    Geolocalisation,
}

/// What reading found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lecture {
    /// Rows read, header excluded.
    pub lues: u64,
    /// Rows among them that no reader takes.
    pub rejetees: u64,
}

/// Reads every row of a CSV in memory, as an ingest of a territory that holds all communes would.
pub fn read_bytes(table: Table, bytes: &[u8]) -> Result<Lecture, IngestError> {
    let description = match table {
        Table::Etablissements => &etablissement::DESCRIPTION,
        Table::UnitesLegales => &unite_legale::DESCRIPTION,
        Table::Geolocalisation => &geolocalisation::DESCRIPTION,
    };
    read_all(table, TableFile::from_bytes(Path::new("octets"), bytes.to_vec(), description)?)
}

/// Reads every row of a file of any form: CSV, ZIP, gzip, Parquet.
pub fn read_file(table: Table, path: &Path) -> Result<Lecture, IngestError> {
    let file = match table {
        Table::Etablissements => etablissement::open(path, &Silent)?,
        Table::UnitesLegales => unite_legale::open(path, &Silent)?,
        Table::Geolocalisation => geolocalisation::open(path, &Silent)?,
    };
    read_all(table, file)
}

/// A table beside Sirene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annexe {
    /// Corrections of the observatory.
    Corrections,
    /// Commune → EPT.
    Epts,
    /// Commune → EPCI.
    Epcis,
    /// Communes of the COG.
    Cog,
    /// Movements of communes.
    Mouvements,
    /// Populations of communes.
    PopulationCommunes,
    /// Populations of IRIS.
    PopulationIris,
    /// Jobs by commune.
    Emplois,
    /// Establishments and jobs by size class.
    Tailles,
}

impl Annexe {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Corrections,
        Self::Epts,
        Self::Epcis,
        Self::Cog,
        Self::Mouvements,
        Self::PopulationCommunes,
        Self::PopulationIris,
        Self::Emplois,
        Self::Tailles,
    ];
}

/// Reads a whole table beside Sirene, in any of its forms.
pub fn read_annexe(annexe: Annexe, path: &Path) -> Result<(), IngestError> {
    match annexe {
        Annexe::Corrections => Corrections::read(Some(path), None, &Silent).map(drop),
        Annexe::Epts => composition::epts(Some(path), None, &Silent).map(drop),
        Annexe::Epcis => composition::epcis(path, None, &Silent).map(drop),
        Annexe::Cog => Cog::read(path, None, &Silent).map(drop),
        Annexe::Mouvements => Passage::read(path, None, &Silent).map(drop),
        Annexe::PopulationCommunes => population::communes(path, Some("2023"), &Silent).map(drop),
        Annexe::PopulationIris => population::iris(path, None, &Silent).map(drop),
        Annexe::Emplois => emplois::cells(path, Some("2022"), (&|code| Some(code.clone()), &Silent)).map(drop),
        Annexe::Tailles => emplois::tailles(path, None, (&|_| true, &Silent)).map(drop),
    }
}

fn read_all(table: Table, mut file: TableFile) -> Result<Lecture, IngestError> {
    let mut rejets = Rejets::default();
    let visit = |row: &TableRow<'_>| match table {
        Table::Etablissements => etablissement::read(row, |_| true).map(drop),
        Table::UnitesLegales => unite_legale::read(row).map(drop),
        Table::Geolocalisation => geolocalisation::read(row).map(drop),
    };
    file.for_each_readable(&Silent, &mut rejets, visit)?;
    let lues = file.rows();
    let source = file.into_source(None)?;
    Ok(Lecture { lues, rejetees: rejets.de(&source.role) })
}
