//! What can go wrong with a GeoPackage, always with the file, the layer and the mend.

use std::path::Path;

use crate::blob::BlobError;

/// A GeoPackage that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GeopackageError {
    /// The file cannot be opened.
    #[error("{file} : ouverture impossible ({}) ; vérifier le chemin, les droits et que c’est un GeoPackage", sqlite_reason(.source))]
    Open {
        /// File.
        file: String,
        /// Cause.
        source: sqlx::Error,
    },
    /// A SQLite file without the tables of a GeoPackage.
    #[error(
        "{file} : ce fichier n’est pas un GeoPackage (table « {table} » absente) ; le convertir avec ogr2ogr -f GPKG"
    )]
    NotGeopackage {
        /// File.
        file: String,
        /// Missing table.
        table: &'static str,
    },
    /// A layer cannot be read.
    #[error("{file}, couche « {layer} » : lecture impossible ({}) ; télécharger le fichier à nouveau", sqlite_reason(.source))]
    Read {
        /// File.
        file: String,
        /// Layer.
        layer: String,
        /// Cause.
        source: sqlx::Error,
    },
    /// A layer cannot be written.
    #[error("{file}, couche « {layer} » : écriture impossible ({}) ; vérifier la place et les droits", sqlite_reason(.source))]
    Write {
        /// File.
        file: String,
        /// Layer, or table of the format.
        layer: String,
        /// Cause.
        source: sqlx::Error,
    },
    /// The file system refuses.
    #[error("{file} : {source} ; vérifier le chemin, la place et les droits")]
    Io {
        /// File.
        file: String,
        /// Cause.
        source: std::io::Error,
    },
    /// A file stands where a new one is asked for.
    #[error("{file} existe déjà ; choisir un autre nom ou l’effacer")]
    Exists {
        /// File.
        file: String,
    },
    /// A name that no table or column of ours may bear.
    #[error("nom de couche ou de colonne « {name} » refusé : lettres sans accent, chiffres et _ seulement, 63 au plus")]
    Name {
        /// Name refused.
        name: String,
    },
    /// No layer of polygons with these columns.
    #[error("{file} : aucune couche de polygones n’a les colonnes voulues ({wanted}) ; couches lues : {found}")]
    NoLayer {
        /// File.
        file: String,
        /// Columns asked for.
        wanted: String,
        /// Layers found.
        found: String,
    },
    /// Several layers would do.
    #[error(
        "{file} : plusieurs couches conviennent ({found}) ; n’en garder qu’une (ogr2ogr -f GPKG sortie.gpkg entrée.gpkg couche)"
    )]
    AmbiguousLayer {
        /// File.
        file: String,
        /// Layers that would do.
        found: String,
    },
    /// The layer asked for is not there.
    #[error("{file} : couche « {layer} » absente ; couches lues : {found}")]
    MissingLayer {
        /// File.
        file: String,
        /// Layer asked for.
        layer: String,
        /// Layers found.
        found: String,
    },
    /// A needed column is not there.
    #[error(
        "{file}, couche « {layer} » : colonne « {column} » absente ; colonnes lues : {found} ; vérifier l’édition du fichier"
    )]
    MissingColumn {
        /// File.
        file: String,
        /// Layer.
        layer: String,
        /// Column, and its other accepted names.
        column: String,
        /// Columns found.
        found: String,
    },
    /// A geometry that cannot be read or written.
    #[error("{file}, couche « {layer} », objet {feature} : {source}")]
    Geometry {
        /// File.
        file: String,
        /// Layer.
        layer: String,
        /// Rank of the feature, from 1.
        feature: u64,
        /// Cause.
        source: BlobError,
    },
    /// A coordinate system without EPSG code, or that is not written here.
    #[error(
        "{file}, couche « {layer} » : système de coordonnées {srs_id} sans code EPSG connu ; reprojeter (ogr2ogr -t_srs EPSG:2154)"
    )]
    Srs {
        /// File.
        file: String,
        /// Layer.
        layer: String,
        /// Identifier in the file.
        srs_id: i64,
    },
    /// A row that its layer cannot hold: a defect of the caller.
    #[error("{file}, couche « {layer} », objet {feature} : {reason}")]
    Row {
        /// File.
        file: String,
        /// Layer.
        layer: String,
        /// Rank of the row, from 1.
        feature: u64,
        /// What is wrong.
        reason: String,
    },
}

/// The file as errors name it.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The cause in French; SQLite's own words are English and may quote a statement.
fn sqlite_reason(error: &sqlx::Error) -> String {
    let code = match error {
        sqlx::Error::Database(database) => database.code().map(std::borrow::Cow::into_owned).unwrap_or_default(),
        sqlx::Error::Io(io) => return io.to_string(),
        other => return format!("SQLite : {}", kind_of(other)),
    };
    // Extended codes keep the primary one in their low byte.
    let primary = code.parse::<u32>().map_or(0, |code| code & 0xff);
    match primary {
        5 | 6 => "fichier occupé par un autre programme".to_owned(),
        8 => "fichier en lecture seule".to_owned(),
        11 => "fichier abîmé".to_owned(),
        13 => "disque plein".to_owned(),
        14 => "fichier absent ou illisible".to_owned(),
        19 => "valeur en double ou manquante".to_owned(),
        26 => "ce n’est pas un fichier SQLite".to_owned(),
        _ => format!("erreur {code} de SQLite"),
    }
}

fn kind_of(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "valeur d’un type inattendu",
        sqlx::Error::RowNotFound => "ligne absente",
        sqlx::Error::Encode(_) => "valeur impossible à écrire",
        _ => "échange interrompu",
    }
}

impl GeopackageError {
    /// The file is not there at all, as opposed to a bad one.
    pub fn missing_file(&self) -> Option<&str> {
        match self {
            Self::Open { file, source: sqlx::Error::Io(error) } if error.kind() == std::io::ErrorKind::NotFound => {
                Some(file)
            }
            _ => None,
        }
    }
}
