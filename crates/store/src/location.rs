//! Where a store is: a file or a database.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::error::StoreError;

/// Address of a PostGIS database; its password is shown nowhere.
#[derive(Clone)]
pub struct PostgisUrl(Box<PgConnectOptions>);

impl PostgisUrl {
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.0
    }
}

impl FromStr for PostgisUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The text may hold a password: an error shows nothing of what follows the scheme.
        let refuse = |_| StoreError::Location { shown: "postgres://…".to_owned(), reason: "adresse illisible" };
        text.parse().map(|options| Self(Box::new(options))).map_err(refuse)
    }
}

impl fmt::Display for PostgisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, host, port) = (self.0.get_username(), self.0.get_host(), self.0.get_port());
        write!(f, "postgres://{user}@{host}:{port}/{}", self.0.get_database().unwrap_or_default())
    }
}

impl fmt::Debug for PostgisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgisUrl({self})")
    }
}

/// Where a store is.
#[derive(Debug, Clone)]
pub enum Location {
    /// One GeoPackage file.
    GeoPackage(PathBuf),
    /// A PostGIS database, for several replicas.
    Postgis(PostgisUrl),
}

impl FromStr for Location {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => text.parse().map(Self::Postgis),
            Some((scheme, _)) => Err(StoreError::Location {
                shown: format!("{scheme}://…"),
                reason: "ce type d’adresse est inconnu",
            }),
            None if text.trim().is_empty() => {
                Err(StoreError::Location { shown: String::new(), reason: "aucun dépôt donné" })
            }
            None => Ok(Self::GeoPackage(PathBuf::from(text))),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GeoPackage(path) => write!(f, "{}", path.display()),
            Self::Postgis(url) => write!(f, "{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses() {
        assert!(matches!("atlas.gpkg".parse(), Ok(Location::GeoPackage(_))));
        assert!(matches!("/a b/é.gpkg".parse(), Ok(Location::GeoPackage(_))));
        for text in ["postgres://u:p@h:5433/base", "postgresql://u@h/base"] {
            assert!(matches!(text.parse(), Ok(Location::Postgis(_))), "{text}");
        }
        for text in ["", "  ", "mysql://u:secret@h/base", "postgres://u:secret@h:port/base"] {
            let message = text.parse::<Location>().unwrap_err().to_string();
            assert!(message.contains("postgres://") && !message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn the_password_is_shown_nowhere() {
        let location: Location = "postgres://essaim:s3cr3t@serveur:5433/ess?password=s3cr3t".parse().unwrap();
        assert_eq!(location.to_string(), "postgres://essaim@serveur:5433/ess");
        assert!(!format!("{location:?}").contains("s3cr3t"));
    }
}
