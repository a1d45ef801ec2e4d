//! What an ingest tells while it runs.

/// Receives the progress of an ingest; the command line draws it, tests ignore it.
pub trait Progress: Send + Sync {
    /// A step starts; `total_bytes` when it reads a file of known size.
    fn step(&self, name: &str, total_bytes: Option<u64>);
    /// Bytes read so far in this step.
    fn bytes(&self, read: u64);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _name: &str, _total_bytes: Option<u64>) {}
    fn bytes(&self, _read: u64) {}
}
