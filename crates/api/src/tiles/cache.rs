//! Tiles already made, compressed once: bounded by their weight, one computation for many askers.
//!
//! The key of a tile holds the dataset version, its layers and its filters, and its encoding is a part of it: what
//! changes gets another key, so nothing is ever stale; what nobody asks for any more is the first to go.

use std::io::Write;
use std::sync::Arc;

use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use moka::future::Cache;

use crate::error::ApiError;

/// How the bytes of a tile leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Encoded {
    /// As they are.
    Identity,
    /// Compressed.
    Gzip,
}

/// Half the time of the default level for a few hundredths of the size.
const LEVEL: Compression = Compression::new(4);
/// What an entry weighs besides its key and bytes.
const OVERHEAD: usize = 128;

impl Encoded {
    fn of(self, raw: Vec<u8>) -> Result<Bytes, ApiError> {
        match self {
            Self::Identity => Ok(raw.into()),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(raw.len() / 2), LEVEL);
                encoder.write_all(&raw).map_err(ApiError::internal)?;
                Ok(encoder.finish().map_err(ApiError::internal)?.into())
            }
        }
    }
}

/// The cache. An empty tile is kept too: most of the requests of a map at sea.
#[derive(Debug)]
pub(crate) struct TileCache(Cache<(String, Encoded), Bytes>);

impl TileCache {
    /// Holds at most `capacity` bytes of keys and tiles.
    pub(crate) fn new(capacity: u64) -> Self {
        let weigh = |(key, _): &(String, Encoded), bytes: &Bytes| {
            u32::try_from(key.len() + bytes.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(capacity).weigher(weigh).build())
    }

    /// The bytes of a tile, made by `make` when nobody has asked for them yet.
    pub(crate) async fn get(
        &self,
        key: (String, Encoded),
        make: impl Future<Output = Result<Vec<u8>, ApiError>>,
    ) -> Result<Bytes, ApiError> {
        if let Some(known) = self.0.get(&key).await {
            return Ok(known);
        }
        let encoded = key.1;
        let made = async { make.await.and_then(|raw| if raw.is_empty() { Ok(Bytes::new()) } else { encoded.of(raw) }) };
        self.0.try_get_with(key, made).await.map_err(|error: Arc<ApiError>| error.shared())
    }

    /// Forgets everything, once another version is served.
    pub(crate) fn clear(&self) {
        self.0.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn key(name: &str) -> (String, Encoded) {
        (name.to_owned(), Encoded::Gzip)
    }

    #[actix_web::test]
    async fn a_tile_is_made_once_for_all_who_ask_at_once() {
        let cache = TileCache::new(1 << 20);
        let made = AtomicUsize::new(0);
        let ask = || {
            cache.get(key("a"), async {
                tokio::task::yield_now().await;
                made.fetch_add(1, Ordering::Relaxed);
                Ok(vec![7; 1_000])
            })
        };
        let answers = futures_util::future::join_all([ask(), ask(), ask()]).await;
        assert_eq!(made.load(Ordering::Relaxed), 1);
        let mut raw = Vec::new();
        flate2::read::GzDecoder::new(answers[2].as_ref().unwrap().as_ref()).read_to_end(&mut raw).unwrap();
        assert_eq!(raw, vec![7; 1_000]);
    }

    #[actix_web::test]
    async fn a_failure_is_told_and_not_kept() {
        let cache = TileCache::new(1 << 20);
        assert!(matches!(cache.get(key("a"), async { Err(ApiError::TooLong) }).await, Err(ApiError::TooLong)));
        assert!(cache.get(key("a"), async { Ok(vec![1]) }).await.is_ok());
    }

    #[actix_web::test]
    async fn its_weight_is_bounded() {
        let cache = TileCache::new(10_000);
        for rank in 0..100_u8 {
            let asked = (rank.to_string(), Encoded::Identity);
            cache.get(asked, async { Ok(vec![rank; 1_000]) }).await.unwrap();
        }
        cache.0.run_pending_tasks().await;
        assert!(cache.0.weighted_size() <= 10_000, "{}", cache.0.weighted_size());
        assert!(cache.0.entry_count() > 0);
        cache.clear();
        cache.0.run_pending_tasks().await;
        assert_eq!(cache.0.entry_count(), 0);
    }
}
