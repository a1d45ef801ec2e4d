//! What the service holds: one immutable snapshot at a time, swapped whole.

use std::sync::{Arc, PoisonError, RwLock};

use domain::table::TableError;
use geo::{BoundingRect, MultiPoint, Point, Rect};
use spatial_index::Snapshot;
use statistics::portrait::Referentiel;

use crate::error::ApiError;

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
        Ok(Self { snapshot, referentiel, points, landmarks: Vec::new(), verite: None })
    }
}

fn box_of_points(snapshot: &Snapshot) -> Option<Rect<f64>> {
    let inside = snapshot.atlas().structures.iter().filter(|structure| !structure.couronne);
    let points: MultiPoint<f64> =
        inside.filter_map(|structure| structure.position).map(|at| Point::new(at.lon, at.lat)).collect();
    points.bounding_rect()
}

/// Settings of the service.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Public base URL without a trailing slash; the request's `Host` without it. QGIS needs absolute links.
    pub public_url: Option<String>,
}

/// Shared by all workers.
#[derive(Debug, Default)]
pub struct Service {
    /// Settings.
    pub settings: Settings,
    served: RwLock<Option<Arc<Served>>>,
}

impl Service {
    /// A service that is not ready yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, served: RwLock::default() }
    }

    /// Swaps what is served; requests under way keep the one that they hold.
    pub fn publish(&self, served: Served) {
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(served));
    }

    /// The snapshot that a request sees from start to end.
    pub fn current(&self) -> Result<Arc<Served>, ApiError> {
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(ApiError::NotReady)
    }
}
