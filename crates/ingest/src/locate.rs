//! Position with its quality, and the IRIS by point in polygon.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crs::{LAMBERT_93, Projection};
use domain::manifest::Constats;
use domain::{CodeCommune, CodeIris, Iris, Position, QualitePosition, SourcePosition};
use geo::{Coord, Distance, Euclidean, Intersects, MultiPolygon, Point};
use spatial_index::{Located, ZoneIndex};

use crate::geolocalisation::{Geolocalisation, QualiteXy};

/// A point outside every zone is given to the nearest of its commune within this many metres:
/// outlines are generalised, doors stand on their borders.
const RATTACHEMENT_M: f64 = 25.0;
/// A point of no commune, further than this from its own, is a mistake of the file and not a pier.
const CONTRADICTION_M: f64 = 1_000.0;

/// What is known of a place.
#[derive(Debug, Clone, Copy)]
pub struct Indices<'i> {
    /// Commune of the register.
    pub commune: &'i CodeCommune,
    /// Row of INSEE's file.
    pub insee: Option<Geolocalisation>,
    /// Lambert columns of the stock, legal CRS of the commune.
    pub lambert: Option<(f64, f64)>,
}

/// Where a structure is put.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Point, when there is one.
    pub position: Option<Position>,
    /// Its quality, or why there is none.
    pub qualite: QualitePosition,
    /// IRIS of the point.
    pub code_iris: Option<CodeIris>,
}

/// A possible point, best first.
struct Candidate {
    coord: Coord<f64>,
    qualite: QualitePosition,
    source: SourcePosition,
}

/// Places establishments in the zones of one atlas.
pub struct Locator {
    projection: Projection,
    others: HashMap<u32, Projection>,
    outlines: HashMap<CodeCommune, MultiPolygon<f64>>,
    communes: ZoneIndex<CodeCommune>,
    iris: ZoneIndex<CodeIris>,
}

impl Locator {
    /// Prepares the zones, all in the CRS of `projection`; `communes` are all those of the file.
    pub fn new(projection: Projection, communes: &[(CodeCommune, MultiPolygon<f64>)], iris: &[Iris]) -> Self {
        Self {
            projection,
            others: HashMap::new(),
            outlines: communes.iter().cloned().collect(),
            communes: ZoneIndex::new(communes.iter().cloned()),
            iris: ZoneIndex::new(iris.iter().map(|iris| (iris.code.clone(), iris.contour.clone()))),
        }
    }

    /// Chooses the best candidate that lies in the commune of the register.
    ///
    /// Order: INSEE at the number > Lambert of the stock > INSEE on the street > commune only. A
    /// random draw in the commune (33) is never a point. A point in another commune, or in none and
    /// more than a kilometre from its own, contradicts the register: it is refused and counted.
    pub fn place(&mut self, indices: Indices<'_>, constats: &mut Constats) -> Place {
        let mut refused = false;
        for candidate in self.candidates(indices) {
            if self.contradicts(indices.commune, candidate.coord) {
                refused = true;
                continue;
            }
            if let Ok(lon_lat) = self.projection.unproject(candidate.coord) {
                let code_iris = self.iris_of(indices.commune, candidate.coord, constats);
                let Coord { x, y } = candidate.coord;
                let position = Position { x, y, lon: lon_lat.x, lat: lon_lat.y, source: candidate.source };
                return Place { position: Some(position), qualite: candidate.qualite, code_iris };
            }
        }
        if refused {
            constats.points_hors_commune += 1;
            return Place { position: None, qualite: QualitePosition::Inconnue, code_iris: None };
        }
        let drawn_in_commune = indices.insee.is_some_and(|row| row.qualite == QualiteXy::HasardCommune);
        let qualite = if drawn_in_commune { QualitePosition::Commune } else { QualitePosition::Inconnue };
        Place { position: None, qualite, code_iris: None }
    }

    fn candidates(&mut self, indices: Indices<'_>) -> Vec<Candidate> {
        let mut found = Vec::with_capacity(2);
        let insee = |qualite| indices.insee.filter(|row| row.qualite == qualite);
        if let Some(coord) = insee(QualiteXy::Numero).and_then(|row| self.in_atlas_crs(row.epsg, (row.x, row.y))) {
            let source = SourcePosition::InseeGeolocalisation;
            found.push(Candidate { coord, qualite: QualitePosition::Numero, source });
        }
        let legal = legal_epsg(indices.commune);
        if let Some(coord) = indices.lambert.and_then(|point| self.in_atlas_crs(legal, point)) {
            let source = SourcePosition::SireneLambert;
            found.push(Candidate { coord, qualite: QualitePosition::Numero, source });
        }
        if let Some(coord) = insee(QualiteXy::Voie).and_then(|row| self.in_atlas_crs(row.epsg, (row.x, row.y))) {
            let source = SourcePosition::InseeGeolocalisation;
            found.push(Candidate { coord, qualite: QualitePosition::Voie, source });
        }
        found
    }

    /// A point in the CRS of the atlas; `None` when its own is unknown or it lies outside it.
    fn in_atlas_crs(&mut self, epsg: u32, (x, y): (f64, f64)) -> Option<Coord<f64>> {
        let coord = Coord { x, y };
        if epsg == self.projection.epsg() {
            return Some(coord);
        }
        let other = match self.others.entry(epsg) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Projection::new(epsg).ok()?),
        };
        let lon_lat = other.unproject(coord).ok()?;
        self.projection.project(lon_lat).ok()
    }

    /// In another commune, and not within reach of the border of its own.
    fn contradicts(&self, commune: &CodeCommune, coord: Coord<f64>) -> bool {
        let Some(outline) = self.outlines.get(commune) else { return true };
        let point = Point(coord);
        if outline.intersects(&point) {
            return false;
        }
        let distance = Euclidean.distance(&point, outline);
        let elsewhere = self.communes.locate(coord).zone().is_some();
        distance > if elsewhere { RATTACHEMENT_M } else { CONTRADICTION_M }
    }

    fn iris_of(&self, commune: &CodeCommune, coord: Coord<f64>, constats: &mut Constats) -> Option<CodeIris> {
        let located = self.iris.locate(coord);
        let on_boundary = matches!(located, Located::Boundary(_));
        if let Some(code) = located.zone().filter(|code| code.commune() == *commune) {
            constats.points_en_limite += u64::from(on_boundary);
            return Some(code.clone());
        }
        let nearest = self.iris.nearest_within(coord, RATTACHEMENT_M, |code| code.commune() == *commune);
        match nearest {
            Some(_) => constats.points_rattaches_25m += 1,
            None => constats.points_sans_iris += 1,
        }
        nearest.cloned()
    }
}

/// Legal CRS of a commune, in which the Lambert columns of the stock are written.
fn legal_epsg(commune: &CodeCommune) -> u32 {
    match commune.departement() {
        "971" | "972" | "977" | "978" => 5490,
        "973" => 2972,
        "974" => 2975,
        "976" => 4471,
        _ => LAMBERT_93,
    }
}
