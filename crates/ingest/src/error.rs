//! What can go wrong with an official file, always with the place and the mend.

use std::path::{Path, PathBuf};

use domain::waterfall::WaterfallError;
use geopackage::GeopackageError;

/// A failed ingest. Nothing has been written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The file cannot be opened or read.
    #[error("{file} : lecture impossible ({source}) ; vérifier le chemin et les droits")]
    Io {
        /// File.
        file: String,
        /// Cause.
        source: std::io::Error,
    },
    /// Not CSV, or a ragged row.
    #[error("{file}, ligne {line} : {detail} ; {mend}")]
    Csv {
        /// File.
        file: String,
        /// Line, header being 1.
        line: u64,
        /// What is wrong.
        detail: String,
        /// What to do.
        mend: &'static str,
    },
    /// A file that cannot be opened as what its first bytes say.
    #[error("{file} : {detail}")]
    Archive {
        /// File.
        file: String,
        /// What is wrong and what to do.
        detail: String,
    },
    /// A form that this build cannot read.
    #[error(
        "{file} : fichier {form}, que ce programme a été construit sans lire ; le construire avec « cargo build --release -p essaim », ou fournir le CSV"
    )]
    FormatNotBuilt {
        /// File.
        file: String,
        /// Form.
        form: &'static str,
    },
    /// A row of another number of fields than the header.
    #[error("{file}, ligne {line} : {found} champs au lieu de {expected} ; {mend}")]
    Ragged {
        /// File.
        file: String,
        /// Line, header being 1.
        line: u64,
        /// Fields found.
        found: u64,
        /// Fields of the header.
        expected: u64,
        /// What to do.
        mend: &'static str,
    },
    /// Text that is not UTF-8: of the whole file, not of one row.
    #[error(
        "{file}, ligne {line}, colonne « {column} », valeur « {value} » : octets qui ne sont pas de l’UTF-8 ; convertir le fichier en UTF-8"
    )]
    Encoding {
        /// File.
        file: String,
        /// Line, header being 1.
        line: u64,
        /// Column.
        column: String,
        /// Value, its bad bytes replaced.
        value: String,
    },
    /// So many rows are rejected that the file is not what it should be.
    #[error(
        "{file} : {rejected} lignes rejetées sur {read} lues, à partir de la ligne {line}, colonne « {column} » ({reason}) ; ce n’est sans doute pas le bon fichier, ou pas la bonne édition"
    )]
    TooManyRejects {
        /// File.
        file: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// Line of the first.
        line: u64,
        /// Column of the first.
        column: String,
        /// What was wrong with the first.
        reason: String,
    },
    /// A column that the reader needs is not in the header.
    #[error("{file}, ligne 1 : colonne « {column} » absente ; colonnes lues : {found} ; {mend}")]
    MissingColumn {
        /// File.
        file: String,
        /// Column.
        column: String,
        /// Columns found.
        found: String,
        /// What to do.
        mend: String,
    },
    /// A column that a file made for us must not have: a misspelling would lose what it holds.
    #[error("{file}, ligne 1 : colonne « {column} » inconnue ; admises : {known} ; corriger son nom ou la retirer")]
    UnknownColumn {
        /// File.
        file: String,
        /// Column.
        column: String,
        /// Columns allowed.
        known: String,
    },
    /// A cell that its column does not allow.
    #[error("{file}, ligne {line}, colonne « {column} », valeur « {value} » : {reason}")]
    Value {
        /// File.
        file: String,
        /// Line, header being 1.
        line: u64,
        /// Column.
        column: String,
        /// Value.
        value: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Outlines that cannot be read.
    #[error(transparent)]
    Geopackage(#[from] GeopackageError),
    /// A code in an outline file that is none.
    #[error("{file}, objet {rank}, colonne « {column} », valeur « {value} » : {reason}")]
    Feature {
        /// File.
        file: String,
        /// Rank of the feature, from 1.
        rank: u64,
        /// Column.
        column: String,
        /// Value.
        value: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A file that does not say its own vintage, given without one.
    #[error("{file} ne dit pas son année ; la donner : --millesime {role}=2023")]
    MissingVintage {
        /// File.
        file: String,
        /// Role of the source.
        role: &'static str,
    },
    /// The territory has no commune in the outlines, or is unknown.
    #[error("territoire {territoire} : {reason}")]
    Territoire {
        /// Territory asked for.
        territoire: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A CRS that is not known here.
    #[error("{file} : {source}")]
    Crs {
        /// File.
        file: String,
        /// Cause.
        source: crs::CrsError,
    },
    /// A shipped reference table is unusable.
    #[error(transparent)]
    Table(#[from] domain::table::TableError),
    /// A defect of ours: never published.
    #[error(transparent)]
    Waterfall(#[from] WaterfallError),
}

/// The file as errors name it.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

impl IngestError {
    /// An input that is not there at all, as opposed to a bad one.
    pub fn missing_file(&self) -> Option<PathBuf> {
        match self {
            Self::Io { file, source } if source.kind() == std::io::ErrorKind::NotFound => Some(PathBuf::from(file)),
            Self::Geopackage(error) => error.missing_file().map(PathBuf::from),
            _ => None,
        }
    }
}
