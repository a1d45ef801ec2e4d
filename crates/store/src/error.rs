//! What can go wrong with a store: the place, the cause and the mend, never a statement nor a password.

use geopackage::GeopackageError;

/// A store that cannot be opened, read or written. After a failed publication the previous version stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The text names no store.
    #[error("dépôt « {shown} » : {reason} ; donner un chemin de fichier .gpkg ou une adresse postgres://")]
    Location {
        /// The text, without its password.
        shown: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Nothing has been published there yet.
    #[error("{location} : aucune version publiée ; lancer d’abord « essaim ingest » ou « essaim demo » vers ce dépôt")]
    Empty {
        /// The store.
        location: String,
    },
    /// A file that is not a whole GeoPackage of ours.
    #[error(transparent)]
    Geopackage(#[from] GeopackageError),
    /// A table that is missing, damaged, or of another version of Essaim.
    #[error("{location}, table « {table} » : lecture impossible ({}) ; refaire le dépôt avec « essaim ingest »", reason(.source))]
    Read {
        /// The store.
        location: String,
        /// Table.
        table: &'static str,
        /// Cause.
        source: sqlx::Error,
    },
    /// A cell that its column does not allow.
    #[error(
        "{location}, table « {table} », ligne {row}, colonne « {column} » : {reason} ; refaire le dépôt avec « essaim ingest »"
    )]
    Field {
        /// The store.
        location: String,
        /// Table.
        table: &'static str,
        /// Rank of the row, from 1.
        row: u64,
        /// Column.
        column: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The server refuses or does not answer.
    #[error("{location}, {action} : {}", reason(.source))]
    Server {
        /// The store.
        location: String,
        /// What was being done.
        action: &'static str,
        /// Cause.
        source: sqlx::Error,
    },
    /// The schema cannot be brought to this version.
    #[error("{location} : mise à niveau du schéma impossible ({}) ; donner une base dédiée à Essaim, avec l’extension postgis", migration_reason(.source))]
    Migration {
        /// The store.
        location: String,
        /// Cause.
        source: sqlx::migrate::MigrateError,
    },
    /// The file system refuses.
    #[error("{file} : {source} ; vérifier le dossier, la place et les droits")]
    Io {
        /// File.
        file: String,
        /// Cause.
        source: std::io::Error,
    },
    /// Rows that no store may hold: a defect of the caller.
    #[error("publication refusée : {reason}")]
    Atlas {
        /// What is wrong.
        reason: String,
    },
}

fn migration_reason(error: &sqlx::migrate::MigrateError) -> String {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => reason(source),
        MigrateError::VersionMissing(version) => format!("la base vient d’un Essaim plus récent, migration {version}"),
        MigrateError::VersionMismatch(version) => format!("la migration {version} a changé"),
        MigrateError::Dirty(version) => format!("la migration {version} est restée en chemin"),
        _ => "migration illisible".to_owned(),
    }
}

/// The cause in French. The words of a server may quote a statement or a row: only its code is told.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().map(std::borrow::Cow::into_owned).unwrap_or_default();
            database_reason(&code).map_or_else(|| format!("erreur {code} de la base"), str::to_owned)
        }
        sqlx::Error::Io(io) => format!("serveur injoignable ({io}) ; vérifier l’adresse, le port et le réseau"),
        sqlx::Error::Tls(_) => "connexion chiffrée impossible".to_owned(),
        sqlx::Error::PoolTimedOut => "serveur injoignable ou trop occupé".to_owned(),
        sqlx::Error::ColumnNotFound(column) => format!("colonne « {column} » absente"),
        sqlx::Error::ColumnDecode { index, .. } => format!("colonne {index} d’un type inattendu"),
        sqlx::Error::RowNotFound => "ligne absente".to_owned(),
        _ => "échange interrompu".to_owned(),
    }
}

fn database_reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "57014" => "délai dépassé",
        "28000" | "28P01" => "identifiant ou mot de passe refusé",
        "3D000" => "cette base n’existe pas ; la créer (createdb)",
        "42501" => "droits insuffisants ; donner à ce rôle le schéma essaim",
        "53100" => "disque plein",
        "53300" => "trop de connexions",
        "57P01" | "57P02" | "57P03" => "serveur en arrêt ou en démarrage",
        "0A000" | "58P01" => "extension absente du serveur ; installer PostGIS",
        "22021" => "caractère nul dans un texte",
        "23505" => "ligne en double",
        _ => return None,
    })
}
