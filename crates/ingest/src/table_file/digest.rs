//! SHA-256 of a file, on a thread of its own: parsing keeps the other core.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

/// A digest under way, or done.
#[derive(Debug)]
pub enum Digest {
    /// Of a file, by its own thread and its own handle: a reader of Parquet skips most of the bytes.
    Running {
        /// Gives the digest.
        thread: Option<JoinHandle<io::Result<String>>>,
        /// Told to stop when nobody wants the digest any more.
        stop: Arc<AtomicBool>,
    },
    /// Of bytes held in memory.
    Done(String),
}

impl Digest {
    /// Starts on a file.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("sha256".to_owned()).spawn(move || hash(file, &told))?;
        Ok(Self::Running { thread: Some(thread), stop })
    }

    /// Of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::Done(format!("{:x}", Sha256::digest(bytes)))
    }

    /// Waits for the digest, hexadecimal.
    pub fn finish(mut self) -> io::Result<String> {
        match &mut self {
            Self::Done(digest) => Ok(std::mem::take(digest)),
            Self::Running { thread, .. } => match thread.take().map(JoinHandle::join) {
                Some(Ok(digest)) => digest,
                _ => Err(io::Error::other("le calcul de l’empreinte s’est arrêté")),
            },
        }
    }
}

impl Drop for Digest {
    fn drop(&mut self) {
        if let Self::Running { stop, .. } = self {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

fn hash(mut file: File, stop: &AtomicBool) -> io::Result<String> {
    let mut state = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    while !stop.load(Ordering::Relaxed) {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(format!("{:x}", state.finalize()));
        }
        state.update(buffer.get(..count).unwrap_or_default());
    }
    Err(io::Error::from(io::ErrorKind::Interrupted))
}
