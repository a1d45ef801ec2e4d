//! Where atlases are kept: one GeoPackage file or a PostGIS database, behind one trait.
//!
//! The tables of a store are the truth: [`Store::load`] gives back the very [`Atlas`] that was
//! published. A publication is atomic: readers see the old version or the new one, and a publication
//! that is killed leaves the old one.

mod decode;
mod encode;
pub mod error;
pub mod file;
pub mod layers;
pub mod location;
pub mod packed;
pub mod postgis;
pub mod tables;

use async_trait::async_trait;
use domain::{Agregat, Atlas, VersionJeu};

pub use error::StoreError;
pub use location::{Location, PostgisUrl};

/// A place that keeps the published atlas.
#[async_trait]
pub trait Store: Send + Sync {
    /// The published version; cheap enough to be asked every few seconds.
    async fn version(&self) -> Result<VersionJeu, StoreError>;
    /// The whole published version.
    async fn load(&self) -> Result<Atlas, StoreError>;
    /// Publishes a version and the counts of its zones, all or nothing. The counts follow from the rows: they are
    /// for those who read the tables, and [`Store::load`] does not give them back.
    async fn publish(&self, atlas: &Atlas, agregats: &[Agregat]) -> Result<(), StoreError>;
}

/// Opens a store. A file need not exist yet; a database is asked at the first call.
pub async fn open(location: &Location) -> Result<Box<dyn Store>, StoreError> {
    match location {
        Location::GeoPackage(path) => Ok(Box::new(file::FileStore::new(path.clone()))),
        Location::Postgis(url) => Ok(Box::new(postgis::PostgisStore::open(url).await?)),
    }
}
