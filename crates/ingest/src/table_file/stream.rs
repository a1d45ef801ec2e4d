//! Bytes of a CSV, whatever holds them: a file, a gzip, one member of a ZIP. Nothing is unpacked to disk.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::error::{IngestError, shown};

/// Bytes unpacked at a time, and blocks that may wait: what bounds the memory of a compressed file.
const BLOCK: usize = 1 << 18;
const WAITING: usize = 8;

/// Any readable bytes that can cross threads.
pub type ByteSource = Box<dyn Read + Send>;

/// A file whose bytes read are counted, for the progress bar.
pub struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Counted {
    /// Counts into `read`.
    pub fn new(file: File, read: Arc<AtomicU64>) -> Self {
        Self { file, read }
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// The bytes of a plain file.
pub fn plain(file: Counted) -> ByteSource {
    Box::new(BufReader::with_capacity(BLOCK, file))
}

/// The bytes in a gzip.
pub fn gzip(file: Counted) -> ByteSource {
    pumped(move |sender| copy(MultiGzDecoder::new(BufReader::with_capacity(BLOCK, file)), sender))
}

/// The bytes of the only CSV of a ZIP archive.
pub fn zipped(path: &Path, file: Counted) -> Result<ByteSource, IngestError> {
    let refuse = |detail: String| IngestError::Archive { file: shown(path), detail };
    let mut archive = ZipArchive::new(BufReader::with_capacity(BLOCK, file))
        .map_err(|error| refuse(format!("archive ZIP illisible ({error}) ; la télécharger de nouveau")))?;
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(Into::into).collect();
    let member = only_csv(names.iter().map(String::as_str)).map_err(refuse)?;
    let rank = archive.index_for_name(&member).unwrap_or_default();
    // Asked for here so that a method of compression that is not known is told before the reading starts.
    archive.by_index(rank).map_err(|error| refuse(format!("membre « {member} » illisible ({error})")))?;
    Ok(pumped(move |sender| match archive.by_index(rank) {
        Ok(member) => copy(member, sender),
        Err(error) => drop(sender.send(Err(io::Error::other(error)))),
    }))
}

/// The member to read: the only CSV, but for the dictionaries (`meta_…`) that INSEE adds to its archives.
fn only_csv<'n>(names: impl Iterator<Item = &'n str>) -> Result<String, String> {
    let is_csv = |name: &str| Path::new(name).extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("csv"));
    let is_data = |name: &&str| {
        let file = name.rsplit('/').next().unwrap_or_default();
        !name.starts_with("__MACOSX") && !file.to_ascii_lowercase().starts_with("meta") && is_csv(file)
    };
    let names: Vec<&str> = names.collect();
    let data: Vec<&str> = names.iter().copied().filter(is_data).collect();
    match data.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(format!(
            "aucun fichier .csv dans l’archive, qui contient {} ; donner le fichier lui-même",
            list(&names)
        )),
        several => Err(format!(
            "plusieurs fichiers .csv dans l’archive ({}) ; extraire celui qu’il faut et le donner",
            list(several)
        )),
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "rien".to_owned() } else { names.iter().take(8).copied().collect::<Vec<_>>().join(", ") }
}

type Block = io::Result<Vec<u8>>;

/// Runs a decompressor on its own thread; the reader takes its blocks in order.
fn pumped(work: impl FnOnce(&SyncSender<Block>) + Send + 'static) -> ByteSource {
    let (sender, receiver) = sync_channel(WAITING);
    let started = std::thread::Builder::new().name("décompression".to_owned()).spawn(move || work(&sender));
    let failed = started.err();
    Box::new(Pumped { receiver, block: Vec::new(), position: 0, failed })
}

fn copy(mut source: impl Read, sender: &SyncSender<Block>) {
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        let outcome = source.by_ref().take(BLOCK as u64).read_to_end(&mut block);
        let message = match outcome {
            Ok(0) => return,
            Ok(_) => Ok(block),
            Err(error) => Err(error),
        };
        let last = message.is_err();
        // A reader that is gone wants no more.
        if sender.send(message).is_err() || last {
            return;
        }
    }
}

struct Pumped {
    receiver: Receiver<Block>,
    block: Vec<u8>,
    position: usize,
    failed: Option<io::Error>,
}

impl Read for Pumped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.position == self.block.len() {
            match self.receiver.recv() {
                Ok(block) => (self.block, self.position) = (block?, 0),
                Err(_) => return Ok(0),
            }
        }
        let left = self.block.get(self.position..).unwrap_or_default();
        let count = left.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), left.get(..count)) {
            to.copy_from_slice(from);
        }
        self.position += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::only_csv;

    #[test]
    fn the_member_that_holds_the_data() {
        let insee = ["base-ic-evol-struct-pop-2021.CSV", "meta_base-ic-evol-struct-pop-2021.CSV"];
        assert_eq!(only_csv(insee.into_iter()).as_deref(), Ok(insee[0]));
        assert_eq!(only_csv(["a/", "a/b.csv", "__MACOSX/a/b.csv"].into_iter()).as_deref(), Ok("a/b.csv"));
        assert!(only_csv(["a.csv", "b.csv"].into_iter()).unwrap_err().contains("plusieurs"));
        assert!(only_csv(["lisez-moi.txt"].into_iter()).unwrap_err().contains("lisez-moi.txt"));
    }
}
