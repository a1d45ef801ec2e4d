use std::ops::Range;

use geo::{Coord, MultiPolygon, Polygon};

use super::facts::{CommuneFact, Facts, Role};
use super::landmarks::landmarks;
use super::mesh::Mesh;
use super::power::{Cell, Frame, Sites, norm};
use super::sampling::{Count, centre, spread};
use super::transport::Transport;
use super::{CommuneShape, Geography, GeographyError, IrisShape};

/// Ground beyond the outermost anchors, in metres.
const MARGIN_M: f64 = 1_000.0;
/// A commune gets at least this many sites, several to one IRIS if it has few of them: convex
/// cells too large for a long commune would break it.
const SITES_PER_COMMUNE: usize = 30;
/// Ground of one site at most, in square metres; it sets the detail of the outlines.
const SITE_AREA_M2: f64 = 200_000.0;

/// Builds the schematic geography, in two power diagrams. The first one has the anchor places as
/// sites and one weight per commune: it gives each commune a rough shape of the right area. Sites
/// for the pseudo-IRIS are then spread over these shapes, and the second diagram gives every
/// pseudo-IRIS the same share of its commune. A commune is the union of its pseudo-IRIS. Nothing
/// depends on chance or on threads: the same facts give the same coordinates to the last digit.
///
/// All coordinates are Lambert-93 metres (EPSG:2154), rounded to the centimetre.
pub fn build(facts: &Facts) -> Result<Geography, GeographyError> {
    let ground = Ground::of(facts)?;
    let pieces = ground.rough_shapes(facts)?;
    let sites = IrisSites::spread_over(facts, &pieces, ground.origin)?;
    let cells = ground.iris_cells(facts, &sites)?;
    let mesh = Mesh::new(&cells, ground.origin);
    let drawn = Drawing { facts, ground: &ground, sites: &sites, mesh: &mesh };
    Ok(Geography {
        communes: (0..facts.communes.len()).map(|k| drawn.commune(k)).collect(),
        iris: drawn.all_iris()?,
        landmarks: landmarks(&facts.reperes)?,
    })
}

/// Anchors in coordinates relative to the middle of the map, which keeps digits.
struct Ground {
    origin: Coord<f64>,
    frame: Frame,
    anchors: Vec<Coord<f64>>,
    /// Commune of each anchor; none outside the map.
    owners: Vec<Option<usize>>,
}

/// Sites of the pseudo-IRIS.
struct IrisSites {
    points: Vec<Coord<f64>>,
    /// IRIS of each site.
    owners: Vec<usize>,
    /// Centre of each IRIS; numbers follow the communes, then go from north to south.
    centres: Vec<Coord<f64>>,
    /// IRIS numbers of each commune.
    by_commune: Vec<Range<usize>>,
}

impl Ground {
    fn of(facts: &Facts) -> Result<Self, GeographyError> {
        if let Some(commune) = facts.communes.iter().find(|c| !c.has_ground()) {
            return Err(commune.impossible());
        }
        let mut places = Vec::new();
        let mut owners = Vec::new();
        for anchor in &facts.ancres {
            places.push(Coord { x: anchor.x_l93, y: anchor.y_l93 });
            owners.push(facts.communes.iter().position(|c| c.code_commune == anchor.code_commune));
        }
        if let Some(lost) = (0..facts.communes.len()).find(|k| !owners.contains(&Some(*k))) {
            return Err(GeographyError::NoAnchor { code_commune: facts.communes[lost].code_commune.clone() });
        }
        let (min, max) = extent(&places);
        let origin = Coord { x: f64::midpoint(min.x, max.x).round(), y: f64::midpoint(min.y, max.y).round() };
        let margin = Coord { x: MARGIN_M, y: MARGIN_M };
        Ok(Self {
            origin,
            frame: Frame { min: min - margin - origin, max: max + margin - origin },
            anchors: places.into_iter().map(|place| place - origin).collect(),
            owners,
        })
    }

    /// Convex pieces of each commune's rough shape.
    fn rough_shapes(&self, facts: &Facts) -> Result<Vec<Vec<Cell>>, GeographyError> {
        let sites = Sites::new(self.anchors.clone(), self.frame);
        let targets: Vec<f64> = facts.communes.iter().map(CommuneFact::area_m2).collect();
        let cells = Transport { sites: &sites, groups: &self.owners, targets: &targets }.solve()?;
        let mut pieces = vec![Vec::new(); facts.communes.len()];
        for (cell, owner) in cells.into_iter().zip(&self.owners) {
            if let Some(commune) = owner {
                pieces[*commune].push(cell);
            }
        }
        Ok(pieces)
    }

    /// Cells of the pseudo-IRIS in site order, then those of the places outside the map.
    fn iris_cells(&self, facts: &Facts, iris: &IrisSites) -> Result<Vec<Cell>, GeographyError> {
        let mut targets = Vec::with_capacity(iris.centres.len());
        for (commune, members) in facts.communes.iter().zip(&iris.by_commune) {
            targets.extend(members.clone().map(|_| commune.area_m2() / members.len() as f64));
        }
        let outside = self.anchors.iter().zip(&self.owners).filter(|(_, owner)| owner.is_none());
        let mut points = iris.points.clone();
        points.extend(outside.map(|(place, _)| *place));
        let mut groups: Vec<Option<usize>> = iris.owners.iter().copied().map(Some).collect();
        groups.resize(points.len(), None);
        let sites = Sites::new(points, self.frame);
        Transport { sites: &sites, groups: &groups, targets: &targets }.solve()
    }
}

impl IrisSites {
    fn spread_over(facts: &Facts, pieces: &[Vec<Cell>], origin: Coord<f64>) -> Result<Self, GeographyError> {
        let mut sites = Self { points: Vec::new(), owners: Vec::new(), centres: Vec::new(), by_commune: Vec::new() };
        for (commune, pieces) in facts.communes.iter().zip(pieces) {
            let mut parts: Vec<_> = spread(pieces, commune.count(), seed(&commune.code_commune))
                .into_iter()
                .map(|part| (centre(&part), part))
                .collect();
            if parts.len() != commune.nombre_iris {
                return Err(commune.impossible());
            }
            parts.sort_by(|a, b| b.0.y.total_cmp(&a.0.y));
            settle(&mut parts, commune.town_hall() - origin);
            sites.push(parts);
        }
        Ok(sites)
    }

    fn push(&mut self, parts: Vec<(Coord<f64>, Vec<Coord<f64>>)>) {
        let first = self.centres.len();
        for (centre, part) in parts {
            self.owners.extend(part.iter().map(|_| self.centres.len()));
            self.points.extend(part);
            self.centres.push(centre);
        }
        self.by_commune.push(first..self.centres.len());
    }

    /// Sites of some IRIS.
    fn of(&self, iris: &Range<usize>) -> Vec<usize> {
        (0..self.points.len()).filter(|site| iris.contains(&self.owners[*site])).collect()
    }
}

struct Drawing<'a> {
    facts: &'a Facts,
    ground: &'a Ground,
    sites: &'a IrisSites,
    mesh: &'a Mesh,
}

impl Drawing<'_> {
    fn commune(&self, index: usize) -> CommuneShape {
        let fact = &self.facts.communes[index];
        CommuneShape {
            code: fact.code_commune.clone(),
            nom: fact.nom_commune.clone(),
            departement: fact.departement.clone(),
            population: fact.population_municipale_2023,
            superficie_m2: fact.area_m2(),
            mairie: fact.town_hall(),
            couronne: fact.couronne,
            outline: MultiPolygon(self.mesh.union(&self.sites.of(&self.sites.by_commune[index]))),
        }
    }

    fn all_iris(&self) -> Result<Vec<IrisShape>, GeographyError> {
        let mut all = Vec::new();
        for (commune, members) in self.facts.communes.iter().zip(&self.sites.by_commune) {
            for number in members.clone() {
                all.push(self.iris(commune, members, number)?);
            }
        }
        Ok(all)
    }

    fn iris(&self, commune: &CommuneFact, siblings: &Range<usize>, number: usize) -> Result<IrisShape, GeographyError> {
        let rank = number - siblings.start;
        let code = commune.iris_code(rank);
        let nom = if commune.nombre_iris == 1 {
            format!("{} (IRIS fictif unique)", commune.nom_commune)
        } else {
            format!("{} : IRIS fictif {}", commune.nom_commune, rank + 1)
        };
        let pieces = self.mesh.union(&self.sites.of(&(number..number + 1)));
        Ok(IrisShape {
            outline: single(pieces).ok_or_else(|| GeographyError::SplitIris { code: code.clone() })?,
            type_iris: self.kind(commune, siblings, number),
            code_commune: commune.code_commune.clone(),
            population: commune.share(rank),
            nom,
            code,
        })
    }

    /// Type of the IRIS, from the anchor places that are nearer to its centre than to the others.
    fn kind(&self, commune: &CommuneFact, siblings: &Range<usize>, number: usize) -> char {
        if commune.nombre_iris == 1 {
            return 'Z';
        }
        let places = self.facts.ancres.iter().zip(&self.ground.anchors);
        let roles: Vec<Role> = places
            .filter(|(anchor, _)| anchor.code_commune == commune.code_commune)
            .filter(|(_, at)| self.nearest(siblings, **at) == Some(number))
            .map(|(anchor, _)| anchor.role)
            .collect();
        if roles.contains(&Role::Bois) {
            'D'
        } else if roles.contains(&Role::Activite) {
            'A'
        } else {
            'H'
        }
    }

    fn nearest(&self, iris: &Range<usize>, at: Coord<f64>) -> Option<usize> {
        let gap = |k: usize| norm(self.sites.centres[k] - at);
        iris.clone().min_by(|a, b| gap(*a).total_cmp(&gap(*b)))
    }
}

impl CommuneFact {
    /// Area in square metres.
    pub(super) fn area_m2(&self) -> f64 {
        self.superficie_km2 * 1e6
    }

    fn has_ground(&self) -> bool {
        self.superficie_km2.is_finite() && self.superficie_km2 > 0.0 && self.nombre_iris > 0
    }

    fn impossible(&self) -> GeographyError {
        GeographyError::ImpossibleCommune { code_commune: self.code_commune.clone() }
    }

    fn count(&self) -> Count {
        let parts = self.nombre_iris;
        let mut sites_per_part = SITES_PER_COMMUNE.div_ceil(parts);
        while self.area_m2() > SITE_AREA_M2 * (parts * sites_per_part) as f64 {
            sites_per_part += 1;
        }
        Count { parts, sites_per_part }
    }

    fn town_hall(&self) -> Coord<f64> {
        Coord { x: self.mairie_x_l93, y: self.mairie_y_l93 }
    }

    /// Real codes number the IRIS from 0101; the demonstration numbers them from 9001, so that no
    /// fictive IRIS can be joined to official figures by mistake.
    fn iris_code(&self, rank: usize) -> String {
        let suffix = if self.nombre_iris == 1 { 0 } else { 9_001 + rank };
        format!("{}{suffix:04}", self.code_commune)
    }

    /// Population of one IRIS: equal shares, the first ones taking the remainder.
    fn share(&self, rank: usize) -> u32 {
        let count = u32::try_from(self.nombre_iris).unwrap_or(u32::MAX).max(1);
        let remainder = self.population_municipale_2023 % count;
        let extra = u32::try_from(rank).is_ok_and(|rank| rank < remainder);
        self.population_municipale_2023 / count + u32::from(extra)
    }
}

/// Moves the nearest site onto the town hall, so that it falls in its commune.
fn settle(parts: &mut [(Coord<f64>, Vec<Coord<f64>>)], town_hall: Coord<f64>) {
    let sites = parts.iter_mut().flat_map(|(_, part)| part.iter_mut());
    let nearest = sites.min_by(|a, b| norm(**a - town_hall).total_cmp(&norm(**b - town_hall)));
    if let Some(site) = nearest {
        *site = town_hall;
    }
}

fn single(mut polygons: Vec<Polygon<f64>>) -> Option<Polygon<f64>> {
    let only = polygons.pop()?;
    polygons.is_empty().then_some(only)
}

fn extent(places: &[Coord<f64>]) -> (Coord<f64>, Coord<f64>) {
    let start = (Coord { x: f64::INFINITY, y: f64::INFINITY }, Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY });
    places.iter().fold(start, |(min, max), place| {
        (Coord { x: min.x.min(place.x), y: min.y.min(place.y) }, Coord { x: max.x.max(place.x), y: max.y.max(place.y) })
    })
}

/// FNV-1a (Fowler, Noll and Vo) of the commune code: a seed that no other commune shares.
fn seed(code: &str) -> u64 {
    code.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
