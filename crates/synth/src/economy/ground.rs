//! The ground to plant in: communes with their IRIS, their weights, and points at a known place.

use geo::Coord;

use super::SynthError;
use super::plane::{border_distance, border_distance_any, inside, inside_any, to_centimetre};
use super::random::{Random, cumulate};
use super::tables::Tables;
use crate::geography::{CommuneShape, Geography, IrisShape};

/// Every planted point stays this far from the edges of its IRIS (metres).
const MARGIN: f64 = 2.0;
/// A point of a wrong commune is at least this far from the right one: beyond any tolerance of a reader.
const CLEARLY_ELSEWHERE: f64 = 150.0;
const TRIES: usize = 4_000;

/// A commune ready to be planted.
#[derive(Debug)]
pub struct Plot<'g> {
    /// Outline and facts.
    pub shape: &'g CommuneShape,
    /// Its IRIS.
    pub iris: Vec<&'g IrisShape>,
    /// Main postcode.
    pub code_postal: String,
    /// Weight of the commune for ESS structures.
    pub poids_ess: u64,
    /// Weight of the commune for other establishments.
    pub poids_prive: u64,
    cumulated: Vec<u64>,
}

/// A point and the IRIS that holds it.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'g> {
    /// The point, to the centimetre except on a border.
    pub point: Coord<f64>,
    /// Its IRIS.
    pub iris: &'g IrisShape,
}

/// All plots, in code order.
#[derive(Debug)]
pub struct Ground<'g> {
    /// Plots.
    pub plots: Vec<Plot<'g>>,
}

impl<'g> Ground<'g> {
    /// Prepares the communes of a geography.
    pub fn new(geography: &'g Geography, tables: &Tables) -> Result<Self, SynthError> {
        let plots: Vec<Plot> = geography.communes.iter().map(|shape| plot(shape, geography, tables)).collect();
        if let Some(bare) = plots.iter().find(|plot| plot.iris.is_empty()) {
            return Err(SynthError::Geography(format!("commune {} has no IRIS", bare.shape.code)));
        }
        if plots.iter().all(|plot| plot.shape.couronne) {
            return Err(SynthError::Geography("no commune of the territory".to_owned()));
        }
        Ok(Self { plots })
    }

    /// A point of a commune, at least two metres inside its IRIS; one in three near the town hall.
    pub fn draw(&self, plot: usize, random: &mut Random) -> Result<Spot<'g>, SynthError> {
        let plot = &self.plots[plot];
        if random.chance(35) {
            for _ in 0..12 {
                let near = Coord {
                    x: plot.shape.mairie.x + 330.0 * random.bell(),
                    y: plot.shape.mairie.y + 330.0 * random.bell(),
                };
                if let Some(spot) = plot.spot(to_centimetre(near)) {
                    return Ok(spot);
                }
            }
        }
        let iris = plot.iris[random.weighted(&plot.cumulated)];
        point_of(iris, random).map(|point| Spot { point, iris })
    }

    /// A point of another commune, far from the border of this one; `None` when there is no other.
    pub fn elsewhere(&self, plot: usize, random: &mut Random) -> Option<Spot<'g>> {
        let home = &self.plots[plot].shape.outline;
        for _ in 0..200 {
            let other = random.below(self.plots.len());
            if other == plot {
                continue;
            }
            if let Ok(spot) = self.draw(other, random)
                && !inside_any(home, spot.point)
                && border_distance_any(home, spot.point) >= CLEARLY_ELSEWHERE
            {
                return Some(spot);
            }
        }
        None
    }

    /// Vertices shared by several IRIS of the commune and off its outline, each with the smallest code.
    pub fn inner_vertices(&self, plot: usize) -> Vec<Spot<'g>> {
        let plot = &self.plots[plot];
        let mut found: Vec<Spot> = Vec::new();
        for &iris in &plot.iris {
            for &point in iris.outline.exterior().0.iter().skip(1) {
                let known = found.iter().any(|spot| spot.point == point);
                let touching: Vec<&IrisShape> =
                    plot.iris.iter().copied().filter(|other| border_distance(&other.outline, point) < 0.05).collect();
                // A vertex in the middle of a neighbour's edge is only almost on it.
                let exact = touching.iter().all(|other| other.outline.exterior().0.contains(&point));
                let off_outline = border_distance_any(&plot.shape.outline, point) > MARGIN;
                if let Some(first) = touching.iter().min_by_key(|other| &other.code)
                    && !known
                    && exact
                    && off_outline
                    && touching.len() > 1
                {
                    found.push(Spot { point, iris: first });
                }
            }
        }
        found
    }
}

impl<'g> Plot<'g> {
    fn spot(&self, point: Coord<f64>) -> Option<Spot<'g>> {
        let iris = *self.iris.iter().find(|iris| inside(&iris.outline, point))?;
        (border_distance(&iris.outline, point) >= MARGIN).then_some(Spot { point, iris })
    }
}

fn plot<'g>(shape: &'g CommuneShape, geography: &'g Geography, tables: &Tables) -> Plot<'g> {
    let facts = tables.communes.iter().find(|facts| facts.code == shape.code);
    let iris: Vec<&IrisShape> = geography.iris.iter().filter(|iris| iris.code_commune == shape.code).collect();
    let factor = |known: Option<u64>| u64::from(shape.population) * known.unwrap_or(90);
    Plot {
        shape,
        code_postal: facts.map_or_else(|| format!("{}000", shape.departement), |facts| facts.code_postal.clone()),
        poids_ess: factor(facts.map(|facts| facts.facteur_ess)),
        poids_prive: factor(facts.map(|facts| facts.facteur_prive)),
        // An IRIS of activity has few residents and many establishments.
        cumulated: cumulate(iris.iter().map(|one| u64::from(one.population.max(400)))),
        iris,
    }
}

/// A point within about `reach` metres of another and in the same IRIS.
pub fn near<'g>(spot: Spot<'g>, reach: f64, random: &mut Random) -> Spot<'g> {
    for _ in 0..40 {
        let point = to_centimetre(Coord {
            x: spot.point.x + reach * (random.unit() - 0.5),
            y: spot.point.y + reach * (random.unit() - 0.5),
        });
        if inside(&spot.iris.outline, point) && border_distance(&spot.iris.outline, point) >= MARGIN {
            return Spot { point, iris: spot.iris };
        }
    }
    spot
}

fn point_of(iris: &IrisShape, random: &mut Random) -> Result<Coord<f64>, SynthError> {
    let ring = &iris.outline.exterior().0;
    let low = |pick: fn(&Coord<f64>) -> f64| ring.iter().map(pick).fold(f64::INFINITY, f64::min);
    let high = |pick: fn(&Coord<f64>) -> f64| ring.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
    let (west, south) = (low(|corner| corner.x), low(|corner| corner.y));
    let (width, height) = (high(|corner| corner.x) - west, high(|corner| corner.y) - south);
    for _ in 0..TRIES {
        let point = to_centimetre(Coord { x: west + width * random.unit(), y: south + height * random.unit() });
        if inside(&iris.outline, point) && border_distance(&iris.outline, point) >= MARGIN {
            return Ok(point);
        }
    }
    Err(SynthError::Geography(format!("no point two metres inside IRIS {}", iris.code)))
}
