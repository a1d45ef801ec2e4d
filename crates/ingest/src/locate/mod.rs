//! Position with its quality, and the IRIS by point in polygon.

use std::collections::hash_map::Entry;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crs::{LAMBERT_93, Projection};
use domain::{CodeCommune, CodeIris, Ensemble, Iris, MotifVerification, Position, QualitePosition, SourcePosition};
use geo::{Coord, Distance, Euclidean, Intersects, MultiPolygon, Point};
use spatial_index::{Located, ZoneIndex};

use crate::geolocalisation::{Geolocalisation, QualiteXy};

/// A point outside every zone is given to the nearest of its commune within this many metres:
/// outlines are generalised, doors stand on their borders.
const RATTACHEMENT_M: f64 = 25.0;
/// A point outside its commune by more than this is to be reviewed. In no commune at all and nearer, it is a pier,
/// a quay or a barge: outlines are generalised.
const VERIFICATION_M: f64 = 1_000.0;
/// A point further than this from its commune is of another place altogether, or of no place: it is not drawn.
const ABERRATION_M: f64 = 50_000.0;

/// What is known of a place.
#[derive(Debug, Clone, Copy)]
pub struct Indices<'i> {
    /// Commune of the register.
    pub commune: &'i CodeCommune,
    /// Longitude and latitude of a correction, degrees.
    pub correction: Option<Coord<f64>>,
    /// Row of INSEE's file.
    pub insee: Option<&'i Geolocalisation>,
    /// Lambert columns of the stock, legal CRS of the commune.
    pub lambert: Option<(f64, f64)>,
}

/// How the IRIS of a point was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouvaille {
    /// Not looked for: no point, or one that contradicts its commune.
    Aucune,
    /// Inside one.
    Dedans,
    /// On a boundary or in an overlap: the smallest code.
    EnLimite,
    /// In none: the nearest of its commune within reach.
    Rattache,
    /// In none, and none within reach.
    SansIris,
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
    /// How it was found.
    pub trouvaille: Trouvaille,
    /// IRIS that INSEE gives to the same point.
    pub iris_insee: Option<CodeIris>,
    /// Why it is to be reviewed.
    pub a_verifier: Ensemble<MotifVerification>,
    /// How far out of its commune the point given is, metres; `None` when the sources agree.
    pub ecart_m: Option<f64>,
}

impl Place {
    /// No point.
    fn nowhere(qualite: QualitePosition) -> Self {
        Self {
            position: None,
            qualite,
            code_iris: None,
            trouvaille: Trouvaille::Aucune,
            iris_insee: None,
            a_verifier: Ensemble::default(),
            ecart_m: None,
        }
    }
}

/// A possible point, best first.
struct Candidate {
    coord: Coord<f64>,
    qualite: QualitePosition,
    source: SourcePosition,
}

/// A point against the commune of the register.
#[derive(Clone, Copy)]
enum Ecart {
    /// In it, or near enough to its border.
    Accorde,
    /// Out of it, by so many metres.
    Dehors(f64),
}

/// Places establishments in the zones of one atlas.
pub struct Locator {
    projection: Projection,
    others: HashMap<u32, Projection>,
    outlines: HashMap<CodeCommune, MultiPolygon<f64>>,
    communes: ZoneIndex<CodeCommune>,
    iris: ZoneIndex<CodeIris>,
    /// The commune of each IRIS: a merged one keeps IRIS whose codes begin with a former commune.
    iris_communes: HashMap<CodeIris, CodeCommune>,
}

impl Locator {
    /// Prepares the zones, all in the CRS of `projection`; `communes` are all those of the file.
    pub fn new(projection: Projection, communes: &[(CodeCommune, MultiPolygon<f64>)], iris: &[Iris]) -> Self {
        Self {
            projection,
            others: HashMap::new(),
            outlines: communes.iter().cloned().collect(),
            communes: ZoneIndex::new(communes.iter().cloned()),
            iris_communes: iris.iter().map(|iris| (iris.code.clone(), iris.code_commune.clone())).collect(),
            iris: ZoneIndex::new(iris.iter().map(|iris| (iris.code.clone(), iris.contour.clone()))),
        }
    }

    /// Chooses the best candidate: a correction first, then the first one that the commune of the register does
    /// not contradict.
    ///
    /// Order: correction > INSEE at the number > Lambert of the stock > INSEE on the street > commune only. A
    /// random draw in the commune (33) is never a point. When every candidate lies out of the commune, the best is
    /// kept all the same, in no IRIS: the structure counts in the commune of the register, and is to be reviewed
    /// beyond a kilometre. Further than [`ABERRATION_M`] it is not drawn.
    pub fn place(&mut self, indices: Indices<'_>) -> Place {
        let mut candidates = Vec::with_capacity(4);
        for candidate in self.candidates(indices) {
            let ecart = self.ecart(indices.commune, candidate.coord);
            candidates.push((candidate, ecart));
        }
        let chosen = candidates.iter().find(|(candidate, ecart)| {
            candidate.source == SourcePosition::Correction || matches!(ecart, Ecart::Accorde)
        });
        let drawable = |ecart: &Ecart| !matches!(ecart, Ecart::Dehors(metres) if *metres > ABERRATION_M);
        let chosen = chosen.or_else(|| candidates.iter().find(|(_, ecart)| drawable(ecart)));
        match (chosen, candidates.first()) {
            (Some((candidate, ecart)), _) => self.at(indices, candidate, *ecart),
            (None, Some((_, ecart))) => aberrant(*ecart),
            (None, None) => {
                let drawn_in_commune = indices.insee.is_some_and(|row| row.qualite == QualiteXy::HasardCommune);
                let qualite = if drawn_in_commune { QualitePosition::Commune } else { QualitePosition::Inconnue };
                Place::nowhere(qualite)
            }
        }
    }

    /// The place of a candidate.
    fn at(&self, indices: Indices<'_>, candidate: &Candidate, ecart: Ecart) -> Place {
        let Ok(lon_lat) = self.projection.unproject(candidate.coord) else {
            return Place::nowhere(QualitePosition::Inconnue);
        };
        let Coord { x, y } = candidate.coord;
        let position = Position { x, y, lon: lon_lat.x, lat: lon_lat.y, source: candidate.source };
        let mut place = Place { position: Some(position), ..Place::nowhere(candidate.qualite) };
        match ecart {
            Ecart::Dehors(metres) => {
                place.ecart_m = Some(metres);
                if metres > VERIFICATION_M {
                    place.a_verifier.insert(MotifVerification::PointHorsCommune);
                }
            }
            Ecart::Accorde => {
                (place.code_iris, place.trouvaille) = self.iris_of(indices.commune, candidate.coord);
                let theirs = indices.insee.filter(|_| candidate.source == SourcePosition::InseeGeolocalisation);
                place.iris_insee = theirs.and_then(|row| row.iris.clone());
                // Another one is another vintage, another outline, or a mistake.
                if place.iris_insee.is_some() && place.iris_insee != place.code_iris {
                    place.a_verifier.insert(MotifVerification::IrisContredit);
                }
            }
        }
        place
    }

    /// One of the atlas's IRIS, in that commune.
    pub fn knows(&self, iris: &CodeIris, commune: &CodeCommune) -> bool {
        self.iris_communes.get(iris) == Some(commune)
    }

    fn candidates(&mut self, indices: Indices<'_>) -> Vec<Candidate> {
        let mut found = Vec::with_capacity(4);
        let mut push = |coord: Option<Coord<f64>>, qualite, source| {
            found.extend(coord.map(|coord| Candidate { coord, qualite, source }));
        };
        let corrected = indices.correction.and_then(|lon_lat| self.projection.project(lon_lat).ok());
        push(corrected, QualitePosition::Numero, SourcePosition::Correction);
        let insee = |qualite| indices.insee.filter(|row| row.qualite == qualite);
        let at_number = insee(QualiteXy::Numero).and_then(|row| self.in_atlas_crs(row.epsg, (row.x, row.y)));
        push(at_number, QualitePosition::Numero, SourcePosition::InseeGeolocalisation);
        let legal = legal_epsg(indices.commune);
        let of_stock = indices.lambert.and_then(|point| self.in_atlas_crs(legal, point));
        push(of_stock, QualitePosition::Numero, SourcePosition::SireneLambert);
        let on_street = insee(QualiteXy::Voie).and_then(|row| self.in_atlas_crs(row.epsg, (row.x, row.y)));
        push(on_street, QualitePosition::Voie, SourcePosition::InseeGeolocalisation);
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

    /// A point against the commune of the register: in another commune, beyond reach of the border of its own, or
    /// in none and more than a kilometre from it.
    fn ecart(&self, commune: &CodeCommune, coord: Coord<f64>) -> Ecart {
        let Some(outline) = self.outlines.get(commune) else { return Ecart::Dehors(f64::INFINITY) };
        let point = Point(coord);
        if outline.intersects(&point) {
            return Ecart::Accorde;
        }
        let metres = Euclidean.distance(&point, outline);
        let elsewhere = self.communes.locate(coord).zone().is_some();
        if metres > if elsewhere { RATTACHEMENT_M } else { VERIFICATION_M } {
            Ecart::Dehors(metres)
        } else {
            Ecart::Accorde
        }
    }

    fn iris_of(&self, commune: &CodeCommune, coord: Coord<f64>) -> (Option<CodeIris>, Trouvaille) {
        let located = self.iris.locate(coord);
        let found = if matches!(located, Located::Boundary(_)) { Trouvaille::EnLimite } else { Trouvaille::Dedans };
        if let Some(code) = located.zone().filter(|code| self.knows(code, commune)) {
            return (Some(code.clone()), found);
        }
        match self.iris.nearest_within(coord, RATTACHEMENT_M, |code| self.knows(code, commune)) {
            Some(code) => (Some(code.clone()), Trouvaille::Rattache),
            None => (None, Trouvaille::SansIris),
        }
    }
}

/// The only points known are of another place altogether.
fn aberrant(ecart: Ecart) -> Place {
    let mut place = Place::nowhere(QualitePosition::Inconnue);
    place.a_verifier.insert(MotifVerification::PointAberrant);
    if let Ecart::Dehors(metres) = ecart {
        place.ecart_m = Some(metres);
    }
    place
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
