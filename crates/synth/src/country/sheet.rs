//! A file written by a thread of its own, in blocks: the rows are made meanwhile.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::CountryError;

/// Bytes handed over at once.
const BLOCK: usize = 1 << 18;
/// Blocks waiting at most: memory stays constant.
const WAITING: usize = 4;

/// How the national files are put on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// CSV as it stands.
    Plain,
    /// A ZIP of one member, as Insee publishes it.
    Zip,
}

/// A file being written.
pub struct Sheet {
    path: PathBuf,
    block: Vec<u8>,
    blocks: SyncSender<Vec<u8>>,
    writer: JoinHandle<std::io::Result<()>>,
}

impl Sheet {
    /// Opens `name` (with its extension) in `dir` and writes its header.
    pub fn create(
        (dir, name): (&Path, &str),
        packing: Packing,
        (delimiter, header): (&str, &[&str]),
    ) -> Result<Self, CountryError> {
        let plain = dir.join(name);
        let path = if packing == Packing::Zip { plain.with_extension("zip") } else { plain };
        let file = File::create(&path).map_err(|source| CountryError::Write { path: path.clone(), source })?;
        let (blocks, received) = sync_channel(WAITING);
        let member = name.to_owned();
        let writer = std::thread::spawn(move || match packing {
            Packing::Plain => drain(&received, BufWriter::new(file)),
            Packing::Zip => zipped(&received, file, &member),
        });
        let mut block = Vec::with_capacity(BLOCK + 1024);
        block.extend_from_slice(header.join(delimiter).as_bytes());
        block.push(b'\n');
        Ok(Self { path, block, blocks, writer })
    }

    /// Where to push the next row.
    pub fn row(&mut self) -> &mut Vec<u8> {
        &mut self.block
    }

    /// Ends the row and hands the block over once it is full.
    pub fn end(&mut self) -> Result<(), CountryError> {
        self.block.push(b'\n');
        if self.block.len() < BLOCK {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK + 1024));
        self.blocks.send(full).map_err(|_| CountryError::Interrupted(self.path.clone()))
    }

    /// Writes what remains and waits for the disk.
    pub fn finish(self) -> Result<(), CountryError> {
        let Self { path, block, blocks, writer } = self;
        // A writer that stopped tells why when joined.
        let sent = blocks.send(block);
        drop(blocks);
        let written = writer.join().map_err(|_| CountryError::Interrupted(path.clone()))?;
        written.map_err(|source| CountryError::Write { path: path.clone(), source })?;
        sent.map_err(|_| CountryError::Interrupted(path))
    }
}

fn drain(blocks: &Receiver<Vec<u8>>, mut output: impl Write) -> std::io::Result<()> {
    for block in blocks {
        output.write_all(&block)?;
    }
    output.flush()
}

fn zipped(blocks: &Receiver<Vec<u8>>, file: File, member: &str) -> std::io::Result<()> {
    let mut archive = ZipWriter::new(BufWriter::new(file));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    archive.start_file(member, options)?;
    drain(blocks, &mut archive)?;
    archive.finish()?.flush()
}
