//! What the service holds: one immutable snapshot at a time, swapped whole.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use actix_web::web;
use domain::table::TableError;
use geo::{BoundingRect, MultiPoint, Point, Rect};
use spatial_index::Snapshot;
use statistics::portrait::Referentiel;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;
use crate::fragments::Fragments;
use crate::pages::accueil::Accueil;
use crate::provenance::provenance;
use crate::tiles::{TileCache, TileLayers};
use crate::zone_figures::ZoneFigures;

/// A snapshot and what is computed once from it.
#[derive(Debug)]
pub struct Served {
    /// The rows and their indexes.
    pub snapshot: Snapshot,
    /// Estimator and published figures.
    pub referentiel: Referentiel,
    /// Box of the located structures of the territory, degrees: some stand outside their commune.
    pub points: Option<Rect<f64>>,
    /// Landmarks of the demonstration, CRS84.
    pub landmarks: Vec<Landmark>,
    /// Score of the demonstration against its truth, when there is one.
    pub verite: Option<statistics::Verite>,
    /// Counts of the zones, made at the first request that needs them.
    pub(crate) zone_figures: ZoneFigures,
    /// Outlines and points of the vector tiles, made at the first tile that needs them.
    pub(crate) tiles: TileLayers,
    /// The home page, made at its first reader.
    accueil: OnceLock<Accueil>,
    /// Features already written.
    pub(crate) fragments: Fragments,
    /// The `metadata` of every answer, written.
    pub(crate) metadata: String,
}

/// A reference feature drawn under the data.
#[derive(Debug, Clone)]
pub struct Landmark {
    /// Name.
    pub nom: String,
    /// Geometry in CRS84 degrees.
    pub geometry: geo::Geometry<f64>,
}

impl Served {
    /// Prepares a snapshot for serving.
    pub fn new(snapshot: Snapshot) -> Result<Self, TableError> {
        let referentiel = Referentiel::new(&snapshot)?;
        let points = box_of_points(&snapshot);
        let fragments = Fragments::new(snapshot.atlas());
        let metadata = provenance(&snapshot.atlas().manifest).to_string();
        Ok(Self {
            snapshot,
            referentiel,
            points,
            landmarks: Vec::new(),
            verite: None,
            zone_figures: ZoneFigures::default(),
            tiles: TileLayers::default(),
            accueil: OnceLock::new(),
            fragments,
            metadata,
        })
    }

    /// What the home page shows.
    pub(crate) fn accueil(&self) -> Result<&Accueil, ApiError> {
        if let Some(made) = self.accueil.get() {
            return Ok(made);
        }
        let made = Accueil::new(self)?;
        Ok(self.accueil.get_or_init(|| made))
    }
}

fn box_of_points(snapshot: &Snapshot) -> Option<Rect<f64>> {
    let inside = snapshot.atlas().structures.iter().filter(|structure| !structure.couronne);
    let points: MultiPoint<f64> =
        inside.filter_map(|structure| structure.position).map(|at| Point::new(at.lon, at.lat)).collect();
    points.bounding_rect()
}

/// What the service refuses rather than suffers.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests answered at once; one more is told to come back (503).
    pub requests: usize,
    /// Heavy computations at once; the others wait for their turn within the deadline.
    pub computations: usize,
    /// Time after which a computation is given up (504).
    pub deadline: Duration,
    /// Bytes of vector tiles kept, their keys with them.
    pub tile_cache: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            requests: 512,
            computations: cores.saturating_mul(2),
            deadline: Duration::from_secs(20),
            tile_cache: 128 << 20,
        }
    }
}

/// Settings of the service.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Public base URL without a trailing slash; the request's `Host` without it. QGIS needs absolute links.
    pub public_url: Option<String>,
    /// The map offers the plan of the IGN under its layers: browsers then ask its servers, which the rest never does.
    pub plan_ign: bool,
    /// Caps and deadline.
    pub limits: Limits,
}

/// Shared by all workers.
#[derive(Debug)]
pub struct Service {
    /// Settings.
    pub settings: Settings,
    served: RwLock<Option<Arc<Served>>>,
    refusal: RwLock<Option<String>>,
    /// Tiles already made.
    pub(crate) tiles: TileCache,
    requests: Arc<Semaphore>,
    computations: Arc<Semaphore>,
}

impl Service {
    /// A service that is not ready yet.
    pub fn new(settings: Settings) -> Self {
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.clamp(1, Semaphore::MAX_PERMITS)));
        let (requests, computations) = (settings.limits.requests, settings.limits.computations);
        Self {
            requests: semaphore(requests),
            computations: semaphore(computations),
            tiles: TileCache::new(settings.limits.tile_cache),
            settings,
            served: RwLock::default(),
            refusal: RwLock::default(),
        }
    }

    /// Swaps what is served; requests under way keep the one that they hold.
    pub fn publish(&self, served: Served) {
        let served = Arc::new(served);
        let warming = Arc::clone(&served);
        let former = {
            let mut current = self.served.write().unwrap_or_else(PoisonError::into_inner);
            current.replace(served)
        };
        // Once the service answers; without a thread to spare, the first queries do it.
        let _ = std::thread::Builder::new().name("mise-en-train".to_owned()).spawn(move || {
            warming.snapshot.warm();
            warming.tiles.structures(&warming.snapshot);
        });
        // Freed outside the lock: a national snapshot takes a while to drop.
        drop(former);
        self.tiles.clear();
        self.accept();
    }

    /// Keeps serving what it serves, and says that the published atlas was refused.
    pub fn refuse(&self, reason: String) {
        *self.refusal.write().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    /// What is published is what is served.
    pub fn accept(&self) {
        *self.refusal.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Why the published atlas is not the served one.
    pub fn refusal(&self) -> Option<String> {
        self.refusal.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The snapshot that a request sees from start to end.
    pub fn current(&self) -> Result<Arc<Served>, ApiError> {
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(ApiError::NotReady)
    }

    /// A place among the requests under way, or a refusal at once.
    pub(crate) fn admit(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.requests).try_acquire_owned().map_err(|_| ApiError::Overloaded)
    }

    /// Computes away from the event loop, at most so many at once, and no longer than the deadline.
    ///
    /// The place is given back when the computation ends, not when its client stops waiting: what runs counts.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let places = Arc::clone(&self.computations);
        let answer = async move {
            let place = places.acquire_owned().await.map_err(ApiError::internal)?;
            let held = move || {
                let answer = work();
                drop(place);
                answer
            };
            // A computation that panics is a defect of ours: 500, and its place is given back as it unwinds.
            web::block(held).await.map_err(ApiError::internal)?
        };
        tokio::time::timeout(self.settings.limits.deadline, answer).await.map_err(|_| ApiError::TooLong)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(deadline: Duration) -> Service {
        let limits = Limits { requests: 1, computations: 1, deadline, tile_cache: 1 << 20 };
        Service::new(Settings { limits, ..Settings::default() })
    }

    #[actix_web::test]
    async fn a_full_house_refuses_and_opens_again() {
        let service = service(Duration::from_secs(5));
        let place = service.admit().unwrap();
        assert!(matches!(service.admit(), Err(ApiError::Overloaded)));
        drop(place);
        assert!(service.admit().is_ok());
    }

    #[actix_web::test]
    async fn a_computation_answers_fails_panics_or_is_given_up() {
        let service = service(Duration::from_millis(50));
        assert_eq!(service.compute(|| Ok(7)).await.unwrap(), 7);
        assert!(matches!(service.compute(|| Err::<u8, _>(ApiError::NotReady)).await, Err(ApiError::NotReady)));
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let stuck = service.compute(move || {
            let _ = held.recv();
            Ok(())
        });
        assert!(matches!(stuck.await, Err(ApiError::TooLong)));
        // Its place is still taken: the next waits for it in vain.
        assert!(matches!(service.compute(|| Ok(())).await, Err(ApiError::TooLong)));
        drop(hold);
    }

    #[actix_web::test]
    async fn a_panic_gives_its_place_back() {
        let service = service(Duration::from_secs(5));
        let broken = service.compute(|| -> Result<(), ApiError> { panic!("on purpose") });
        assert!(matches!(broken.await, Err(ApiError::Internal { .. })));
        assert_eq!(service.compute(|| Ok(1)).await.unwrap(), 1);
    }

    #[test]
    fn a_refusal_stays_until_something_is_accepted() {
        let service = service(Duration::from_secs(5));
        service.refuse("illisible".to_owned());
        assert_eq!(service.refusal().as_deref(), Some("illisible"));
        let snapshot = Snapshot::build(test_support::sample_atlas(1)).unwrap();
        service.publish(Served::new(snapshot).unwrap());
        assert_eq!(service.refusal(), None);
    }
}
