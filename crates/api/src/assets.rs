//! Embedded assets.

/// An embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Media type.
    pub content_type: &'static str,
    /// Bytes.
    pub raw: &'static [u8],
    /// Bytes, gzip.
    pub gzip: &'static [u8],
    /// Its URL changes with its content.
    pub immutable: bool,
}

/// The asset of a path.
pub fn find(_path: &str) -> Option<&'static Asset> {
    None
}
