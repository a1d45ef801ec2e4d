//! One dataset version in memory, immutable and indexed: what a request sees from start to end.

use std::sync::OnceLock;
use std::thread::scope;

use crs::{CrsError, Projection};
use domain::{Atlas, CodeCommune, NiveauRegroupe, Position, Structure, Territoire};
use geo::{Area, BoundingRect, Coord, MultiPolygon, Rect};

use crate::ZoneIndex;
use crate::codes::{Admission, Arranged, Chosen, Code, Codes};
use crate::filter::{Bbox, Filter};
use crate::parallel;
use crate::points::{Placed, Points};
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
    regroupements: [Vec<ZoneShape>; 4],
}

impl Shapes {
    /// Shapes of a level of zones made of communes.
    pub fn regroupements(&self, niveau: NiveauRegroupe) -> &[ZoneShape] {
        let rank = NiveauRegroupe::ALL.iter().position(|other| *other == niveau);
        rank.and_then(|rank| self.regroupements.get(rank)).map_or(&[], Vec::as_slice)
    }
}

/// The immutable snapshot.
#[derive(Debug)]
pub struct Snapshot {
    atlas: Atlas,
    shapes: OnceLock<Shapes>,
    projection: Projection,
    points: Points,
    degrees: OnceLock<Points>,
    codes: Codes,
    /// Codes of the points, by place: what a query reads beside the coordinates.
    point_codes: Vec<Code>,
    /// Ranks of the structures of each commune, and where each commune begins.
    by_commune: (Vec<u32>, Vec<u32>),
    communes: OnceLock<ZoneIndex<CodeCommune>>,
}

impl Snapshot {
    /// Indexes an atlas. What no query of the first second needs is made when first asked for, or by [`Self::warm`].
    pub fn build(atlas: Atlas) -> Result<Self, SnapshotError> {
        let projection = Projection::new(atlas.manifest.epsg)?;
        check_domain(&atlas, &projection)?;
        let (codes, points) = scope(|scope| {
            let points = scope.spawn(|| Points::pack(placed(&atlas, metric)));
            (Codes::of(&atlas), parallel::finished(points))
        });
        let point_codes = points.placed().iter().filter_map(|placed| codes.rows().get(placed.rank as usize).copied());
        Ok(Self {
            point_codes: point_codes.collect(),
            by_commune: gather_by_commune(&codes),
            shapes: OnceLock::new(),
            degrees: OnceLock::new(),
            projection,
            points,
            codes,
            communes: OnceLock::new(),
            atlas,
        })
    }

    /// The rows.
    pub fn atlas(&self) -> &Atlas {
        &self.atlas
    }

    /// The rows again, without their indexes.
    pub fn into_atlas(self) -> Atlas {
        self.atlas
    }

    /// The shapes, parallel to the rows; the first call makes them, on all cores.
    pub fn shapes(&self) -> &Shapes {
        self.shapes.get_or_init(|| {
            let (atlas, projection) = (&self.atlas, &self.projection);
            Shapes {
                communes: shapes(&atlas.communes, |zone| &zone.contour, projection),
                iris: shapes(&atlas.iris, |zone| &zone.contour, projection),
                regroupements: NiveauRegroupe::ALL
                    .map(|niveau| shapes(atlas.regroupements.niveau(niveau), |zone| &zone.contour, projection)),
            }
        })
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
        let admission = self.codes.compile(filter);
        let boxed = match bbox {
            Some(bbox) => Some(self.ranks_in(bbox, &admission)),
            None => self.ranks_of_communes(filter, &admission).map(|mut ranks| {
                ranks.sort_unstable();
                ranks
            }),
        };
        let all = boxed.is_none().then(|| {
            let admitted = move |(_, code): &(&Structure, &Code)| admission.admits(**code);
            self.atlas.structures.iter().zip(self.codes.rows()).filter(admitted).map(|(structure, _)| structure)
        });
        let boxed = boxed.into_iter().flatten().filter_map(|rank| self.atlas.structures.get(rank as usize));
        all.into_iter().flatten().chain(boxed)
    }

    /// Ranks of the structures in a box, in the order of SIRETs; the first call packs the points in degrees.
    pub(crate) fn ranks_in(&self, bbox: &Bbox, admission: &Admission) -> Vec<u32> {
        let degrees = self.points_in_degrees();
        let mut ranks = Vec::new();
        for part in bbox.parts() {
            degrees.in_box(part, |_, rank| {
                let code = self.codes.rows().get(rank as usize);
                ranks.extend(code.is_some_and(|code| admission.admits(*code)).then_some(rank));
            });
        }
        ranks.sort_unstable();
        // The two parts of a box over the antimeridian share it.
        ranks.dedup();
        ranks
    }

    /// Ranks of what a filter admits, by commune, when it names few of them: the others are not read.
    pub(crate) fn ranks_of_communes(&self, filter: &Filter, admission: &Admission) -> Option<Vec<u32>> {
        let communes = filter.communes.as_ref().filter(|_| !filter.couronne)?;
        let total: usize = communes.iter().map(|commune| self.ranks_of(commune).len()).sum();
        // Beyond, reading all the codes in order, on all cores, is faster than reading these here and there.
        if total > self.codes.rows().len() / 16 {
            return None;
        }
        let admitted = |rank: &u32| self.codes.rows().get(*rank as usize).is_some_and(|code| admission.admits(*code));
        let all = communes.iter().flat_map(|commune| self.ranks_of(commune)).copied();
        Some(all.filter(admitted).collect())
    }

    fn ranks_of(&self, commune: &CodeCommune) -> &[u32] {
        let (ranks, starts) = &self.by_commune;
        let number = self.codes.commune(commune) as usize;
        let range = starts.get(number).zip(starts.get(number + 1)).map(|(start, end)| *start as usize..*end as usize);
        range.and_then(|range| ranks.get(range)).unwrap_or_default()
    }

    /// Structures of a commune, by SIRET.
    pub fn structures_of(&self, commune: &CodeCommune) -> impl Iterator<Item = &Structure> {
        let ranks = self.ranks_of(commune);
        ranks.iter().filter_map(|rank| self.atlas.structures.get(*rank as usize))
    }

    /// Communes whose outline lies within `radius_m` of a point, in code order.
    pub fn communes_touched(&self, metric: Coord<f64>, radius_m: f64) -> Vec<CodeCommune> {
        self.commune_index().within(metric, radius_m).into_iter().cloned().collect()
    }

    /// The packed points; `rank` is the rank among the structures.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// What filters and counts look at.
    pub(crate) fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The structures of a filter, to be asked for one by one.
    pub fn chosen(&self, filter: &Filter) -> Chosen {
        Chosen::new(&self.codes, filter)
    }

    /// What filters look at, for structures in this order of their ranks.
    pub fn arrange(&self, ranks: &[u32]) -> Arranged {
        Arranged::new(&self.codes, ranks)
    }

    /// A filter read once, for tests by place.
    pub(crate) fn compile(&self, filter: &Filter) -> Admission {
        self.codes.compile(filter)
    }

    /// The outlines of the communes.
    pub(crate) fn commune_index(&self) -> &ZoneIndex<CodeCommune> {
        self.communes.get_or_init(|| index_communes(&self.atlas))
    }

    /// Makes now what the first query of each kind would wait for: the outlines of the communes and the boxes in
    /// degrees. A service does it once it answers.
    pub fn warm(&self) {
        self.commune_index();
        self.points_in_degrees();
    }

    fn points_in_degrees(&self) -> &Points {
        self.degrees.get_or_init(|| Points::pack(placed(&self.atlas, lon_lat)))
    }

    /// Code of the point at a place.
    pub(crate) fn code_at(&self, place: usize) -> Option<Code> {
        self.point_codes.get(place).copied()
    }
}

fn placed(atlas: &Atlas, at: fn(Position) -> Coord<f64>) -> Vec<Placed> {
    let positions = (0..).zip(&atlas.structures).filter_map(|(rank, structure)| Some((rank, structure.position?)));
    positions.map(|(rank, position)| Placed { at: at(position), rank }).collect()
}

fn metric(position: Position) -> Coord<f64> {
    Coord { x: position.x, y: position.y }
}

fn lon_lat(position: Position) -> Coord<f64> {
    Coord { x: position.lon, y: position.lat }
}

fn index_communes(atlas: &Atlas) -> ZoneIndex<CodeCommune> {
    let contours: Vec<&MultiPolygon<f64>> = atlas.communes.iter().map(|commune| &commune.contour).collect();
    ZoneIndex::of_sorted(atlas.communes.iter().map(|commune| commune.code.clone()).collect(), &contours)
}

/// Ranks of the structures by commune (counting sort), and where each commune begins.
fn gather_by_commune(codes: &Codes) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; codes.communes() + 1];
    for code in codes.rows() {
        if let Some(count) = starts.get_mut(code.commune as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let (mut next, mut ranks) = (starts.clone(), vec![0_u32; codes.rows().len()]);
    for (rank, code) in (0..).zip(codes.rows()) {
        let Some(place) = next.get_mut(code.commune as usize) else { continue };
        if let Some(slot) = ranks.get_mut(*place as usize) {
            *slot = rank;
        }
        *place += 1;
    }
    (ranks, starts)
}

/// Every outline stands where the projection can be inverted.
fn check_domain(atlas: &Atlas, projection: &Projection) -> Result<(), CrsError> {
    let communes = atlas.communes.iter().map(|zone| &zone.contour);
    let outlines = communes.chain(atlas.iris.iter().map(|zone| &zone.contour));
    let larger = atlas.regroupements.iter().map(|(_, zone)| &zone.contour);
    for outline in outlines.chain(larger) {
        // One vertex of each: the inverse of a system is defined all around any place of its domain.
        if let Some(vertex) = outline.0.first().and_then(|polygon| polygon.exterior().0.first()) {
            projection.unproject(*vertex)?;
        }
    }
    Ok(())
}

fn shapes<Z: Sync>(zones: &[Z], contour: fn(&Z) -> &MultiPolygon<f64>, projection: &Projection) -> Vec<ZoneShape> {
    let shape = |zone: &Z| {
        let outline = contour(zone);
        // Checked when the snapshot was built: a vertex cannot be lost here.
        let lon_lat = projection.unproject_polygons(outline).unwrap_or_else(|_| MultiPolygon(Vec::new()));
        ZoneShape { bbox: lon_lat.bounding_rect(), lon_lat, superficie_km2: outline.unsigned_area() / 1e6 }
    };
    let threads = parallel::threads(zones.len() * 64);
    parallel::map_runs(zones, threads, |run| run.iter().map(shape).collect::<Vec<_>>()).into_iter().flatten().collect()
}
