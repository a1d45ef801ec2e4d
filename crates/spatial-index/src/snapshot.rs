//! One dataset version in memory, immutable and indexed: what a request sees from start to end.

use std::collections::HashMap;

use crs::{CrsError, Projection};
use domain::{Atlas, CodeCommune, Structure, Territoire};
use geo::{Area, BoundingRect, Coord, Distance, Euclidean, MultiPolygon, Point, Rect};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::filter::{Bbox, Filter};
use crate::proximity::Search;
use crate::territory::{Selection, UnknownTerritory, resolve};

/// An atlas from which no snapshot can be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Its CRS is unknown, or an outline lies outside its domain.
    #[error("atlas inutilisable : {0}")]
    Crs(#[from] CrsError),
}

/// What a zone shows besides its row: outline in degrees, box and true area.
#[derive(Debug, Clone)]
pub struct ZoneShape {
    /// Outline in CRS84 degrees.
    pub lon_lat: MultiPolygon<f64>,
    /// Box of the outline, degrees; `None` for an empty outline.
    pub bbox: Option<Rect<f64>>,
    /// Area in the legal CRS, km².
    pub superficie_km2: f64,
}

/// Shapes of each level, in the order of the atlas's rows.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    /// Communes.
    pub communes: Vec<ZoneShape>,
    /// IRIS.
    pub iris: Vec<ZoneShape>,
    /// EPT.
    pub epts: Vec<ZoneShape>,
    /// Departments.
    pub departements: Vec<ZoneShape>,
}

/// The immutable snapshot.
#[derive(Debug)]
pub struct Snapshot {
    atlas: Atlas,
    shapes: Shapes,
    projection: Projection,
    points: RTree<GeomWithData<[f64; 2], usize>>,
    by_commune: HashMap<CodeCommune, Vec<usize>>,
}

impl Snapshot {
    /// Indexes an atlas.
    pub fn build(atlas: Atlas) -> Result<Self, SnapshotError> {
        let projection = Projection::new(atlas.manifest.epsg)?;
        let shapes = Shapes {
            communes: shapes(atlas.communes.iter().map(|zone| &zone.contour), &projection)?,
            iris: shapes(atlas.iris.iter().map(|zone| &zone.contour), &projection)?,
            epts: shapes(atlas.epts.iter().map(|zone| &zone.contour), &projection)?,
            departements: shapes(atlas.departements.iter().map(|zone| &zone.contour), &projection)?,
        };
        let mut by_commune: HashMap<CodeCommune, Vec<usize>> = HashMap::new();
        let mut points = Vec::new();
        for (rank, structure) in atlas.structures.iter().enumerate() {
            by_commune.entry(structure.code_commune.clone()).or_default().push(rank);
            if let Some(position) = structure.position {
                points.push(GeomWithData::new([position.x, position.y], rank));
            }
        }
        Ok(Self { shapes, projection, points: RTree::bulk_load(points), by_commune, atlas })
    }

    /// The rows.
    pub fn atlas(&self) -> &Atlas {
        &self.atlas
    }

    /// The shapes, parallel to the rows.
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// The legal CRS.
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    /// A search centre given in degrees.
    pub fn search_from(&self, lon_lat: Coord<f64>) -> Result<Search, CrsError> {
        Ok(Search { lon_lat, metric: self.projection.project(lon_lat)? })
    }

    /// Resolves a territory.
    pub fn resolve(&self, territoire: &Territoire) -> Result<Selection, UnknownTerritory> {
        resolve(&self.atlas, territoire)
    }

    /// A structure by SIRET, located or not.
    pub fn structure(&self, siret: &str) -> Option<&Structure> {
        let found = self.atlas.structures.binary_search_by(|structure| structure.siret.as_str().cmp(siret));
        found.ok().and_then(|rank| self.atlas.structures.get(rank))
    }

    /// Name of a commune.
    pub fn nom_commune(&self, code: &CodeCommune) -> Option<&str> {
        let found = self.atlas.communes.binary_search_by(|commune| commune.code.cmp(code)).ok()?;
        self.atlas.communes.get(found).map(|commune| commune.nom.as_str())
    }

    /// Structures that pass the filter, by SIRET; `bbox` keeps the located ones inside it.
    pub fn structures<'s>(
        &'s self,
        filter: &'s Filter,
        bbox: Option<&'s Bbox>,
    ) -> impl Iterator<Item = &'s Structure> + 's {
        let inside = move |structure: &&Structure| {
            bbox.is_none_or(|bbox| structure.position.is_some_and(|p| bbox.contains(Coord { x: p.lon, y: p.lat })))
        };
        self.atlas.structures.iter().filter(|structure| filter.admits(structure)).filter(inside)
    }

    /// Structures of a commune, by SIRET.
    pub fn structures_of(&self, commune: &CodeCommune) -> impl Iterator<Item = &Structure> {
        let ranks = self.by_commune.get(commune).map(Vec::as_slice).unwrap_or_default();
        ranks.iter().filter_map(|&rank| self.atlas.structures.get(rank))
    }

    /// Communes whose outline lies within `radius_m` of a point, in code order.
    pub fn communes_touched(&self, metric: Coord<f64>, radius_m: f64) -> Vec<CodeCommune> {
        let point = Point(metric);
        let touched = |commune: &&domain::Commune| Euclidean.distance(&point, &commune.contour) <= radius_m;
        self.atlas.communes.iter().filter(touched).map(|commune| commune.code.clone()).collect()
    }

    pub(crate) fn by_distance(&self, metric: Coord<f64>) -> impl Iterator<Item = (&Structure, f64)> {
        self.points
            .nearest_neighbor_iter_with_distance_2(&[metric.x, metric.y])
            .filter_map(|(point, squared)| Some((self.atlas.structures.get(point.data)?, squared)))
    }

    pub(crate) fn in_circle(&self, metric: Coord<f64>, radius_m: f64) -> impl Iterator<Item = &Structure> {
        self.points
            .locate_within_distance([metric.x, metric.y], radius_m * radius_m)
            .filter_map(|point| self.atlas.structures.get(point.data))
    }
}

fn shapes<'z>(
    outlines: impl Iterator<Item = &'z MultiPolygon<f64>>,
    projection: &Projection,
) -> Result<Vec<ZoneShape>, CrsError> {
    outlines
        .map(|outline| {
            let lon_lat = projection.unproject_polygons(outline)?;
            let superficie_km2 = outline.unsigned_area() / 1e6;
            Ok(ZoneShape { bbox: lon_lat.bounding_rect(), lon_lat, superficie_km2 })
        })
        .collect()
}
