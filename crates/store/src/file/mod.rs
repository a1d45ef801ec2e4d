//! The GeoPackage store: one file, replaced whole by a rename.

mod read;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Agregat, Atlas, VersionJeu};

use crate::encode::verify;
use crate::packed::{self, Unused};
use crate::{Store, StoreError};

/// A partial file that nobody has written to for so long belongs to a dead process.
const ABANDONED: Duration = Duration::from_hours(1);
const PARTIAL: &str = ".partiel";

/// One GeoPackage file.
#[derive(Debug, Clone)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// The store of a file, that exists or not yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The atlas of the tables, whatever the packed form holds.
    pub async fn load_tables(&self) -> Result<Atlas, StoreError> {
        self.present().await?;
        read::atlas(&self.path).await
    }

    /// The atlas of the packed form, or why it is not used.
    pub async fn load_packed(&self) -> Result<Atlas, Unused> {
        packed::read(&self.path).await
    }

    fn io(&self, source: std::io::Error) -> StoreError {
        StoreError::Io { file: self.path.display().to_string(), source }
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
    }

    /// Beginning of the names of the partial files of this store.
    fn partial_prefix(&self) -> String {
        format!(".{}.", self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    fn partial(&self) -> Partial {
        static RANK: AtomicU32 = AtomicU32::new(0);
        let rank = RANK.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}{}-{rank}{PARTIAL}", self.partial_prefix(), std::process::id());
        Partial { path: Some(self.folder().join(name)) }
    }

    /// Removes what killed publications left behind.
    fn sweep(&self) -> std::io::Result<()> {
        let prefix = self.partial_prefix();
        for entry in std::fs::read_dir(self.folder())? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name.starts_with(&prefix) && name.ends_with(PARTIAL);
            let silent = |entry: &std::fs::DirEntry| entry.metadata().ok()?.modified().ok()?.elapsed().ok();
            if ours && silent(&entry).is_some_and(|silent| silent > ABANDONED) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    async fn present(&self) -> Result<(), StoreError> {
        match tokio::fs::metadata(&self.path).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(StoreError::Empty { location: self.path.display().to_string() })
            }
            Err(error) => Err(self.io(error)),
        }
    }
}

/// A file being written aside; removed unless it has taken its place.
struct Partial {
    path: Option<PathBuf>,
}

impl Partial {
    fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or_else(|| Path::new(""))
    }

    /// Takes the place of `target`, and makes the change of name last.
    async fn take_place(mut self, target: &Path) -> std::io::Result<()> {
        // At once: a rename given to another thread could happen after this future is dropped.
        std::fs::rename(self.path(), target)?;
        let renamed = self.path.take();
        // Only Unix opens a folder to put its entries on the disk.
        #[cfg(unix)]
        if let Some(folder) = renamed.as_deref().and_then(Path::parent) {
            tokio::fs::File::open(folder).await?.sync_all().await?;
        }
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nothing better can be done in a drop; the next publication sweeps.
            let _ = std::fs::remove_file(path);
        }
    }
}

#[async_trait]
impl Store for FileStore {
    async fn version(&self) -> Result<VersionJeu, StoreError> {
        self.present().await?;
        read::version(&self.path).await
    }

    async fn load(&self) -> Result<Atlas, StoreError> {
        self.present().await?;
        match packed::read(&self.path).await {
            Ok(atlas) => Ok(atlas),
            Err(why) => {
                tracing::info!(fichier = %self.path.display(), "forme compacte ignorée ({why}) : lecture des tables");
                read::atlas(&self.path).await
            }
        }
    }

    async fn publish(&self, atlas: &Atlas, agregats: &[Agregat]) -> Result<(), StoreError> {
        verify(atlas)?;
        self.sweep().map_err(|error| self.io(error))?;
        let partial = self.partial();
        write::atlas(partial.path(), (atlas, agregats)).await?;
        partial.take_place(&self.path).await.map_err(|error| self.io(error))
    }
}
