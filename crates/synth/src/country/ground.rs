//! Communes of the country: codes, weights, populations, IRIS.

use geo::Coord;

use super::lattice::{Cell, Lattice, centimetre};
use crate::economy::random::Random;

/// Establishments to a commune, on average.
const PER_COMMUNE: u64 = 1_250;
/// Fewest communes, most communes (about those of France).
const COMMUNES: (u64, u64) = (13, 36_000);
/// Largest grid of departments: 8 by 12 is the 96 of metropolitan France.
const DEPARTMENTS: (u64, u64) = (8, 12);
/// Communes to a department, about, in a small country.
const PER_DEPARTMENT: u64 = 100;
/// Cut into arrondissements in the official files: these codes would name something else.
const ARRONDISSEMENTS: [(&str, u64); 3] = [("13", 55), ("69", 123), ("75", 56)];
/// Heaviest commune, in units of the lightest.
const HEAVIEST: f64 = 2_000.0;
/// Inhabitants to an establishment, about, closed ones included.
const INHABITANTS: u64 = 2;

/// A commune.
#[derive(Debug, Clone)]
pub struct Commune {
    /// Code.
    pub code: String,
    /// Name, upper case.
    pub nom: String,
    /// Department.
    pub departement: String,
    /// Share of the establishments.
    pub weight: u64,
    /// Number of IRIS.
    pub iris: usize,
    /// Inhabitants.
    pub population: u64,
    /// Outline.
    pub cell: Cell,
}

/// All communes.
#[derive(Debug)]
pub struct Ground {
    /// In order of code.
    pub communes: Vec<Commune>,
    /// Running sums of the weights.
    pub cumulated: Vec<u64>,
}

impl Ground {
    /// Draws the communes of a country of so many establishments.
    pub fn new(etablissements: u64, seed: u64) -> Self {
        let count = (etablissements / PER_COMMUNE).clamp(COMMUNES.0, COMMUNES.1);
        let columns = count.isqrt() + u64::from(count.isqrt().pow(2) < count);
        let rows = count.div_ceil(columns);
        let lattice = Lattice { seed, columns };
        let wide = (count / PER_DEPARTMENT).isqrt().clamp(1, DEPARTMENTS.0);
        let high = (count / PER_DEPARTMENT / wide).clamp(1, DEPARTMENTS.1);
        let mut ranks = vec![0_u64; usize::try_from(wide * high).unwrap_or(0)];
        let mut random = Random::new(seed, "communes");
        let mut communes: Vec<Commune> = (0..count)
            .map(|place| {
                let (column, row) = (place % columns, place / columns);
                let rank = usize::try_from(column * wide / columns + wide * (row * high / rows)).unwrap_or(0);
                let departement = department(rank);
                let cell = lattice.cell(column, row);
                ranks[rank] += 1 + u64::from(ARRONDISSEMENTS.contains(&(departement.as_str(), ranks[rank] + 1)));
                commune((departement, ranks[rank]), cell, &mut random)
            })
            .collect();
        communes.sort_by(|one, other| one.code.cmp(&other.code));
        let cumulated = crate::economy::random::cumulate(communes.iter().map(|commune| commune.weight));
        let total = cumulated.last().copied().unwrap_or(1).max(1);
        for commune in &mut communes {
            let inhabitants = u128::from(etablissements * INHABITANTS) * u128::from(commune.weight) / u128::from(total);
            commune.population = 20 + u64::try_from(inhabitants).unwrap_or(0);
        }
        Self { communes, cumulated }
    }
}

fn commune((departement, rank): (String, u64), cell: Cell, random: &mut Random) -> Commune {
    // A Pareto law of exponent 1.25: a few towns hold most establishments.
    let weight = (1.0 - random.unit()).powf(-0.8).min(HEAVIEST);
    let iris = if weight < 3.0 { 1 } else { 1 + random.below(12) };
    Commune {
        code: format!("{departement}{rank:03}"),
        nom: format!("COMMUNE FICTIVE {departement} {rank}"),
        departement,
        weight: u64::try_from(super::digits::scaled(weight, 100.0)).unwrap_or(1),
        iris,
        population: 0,
        cell,
    }
}

/// `01` to `19`, `2A`, `2B`, `21` to `95`.
fn department(rank: usize) -> String {
    match rank {
        0..19 => format!("{:02}", rank + 1),
        19 => "2A".to_owned(),
        20 => "2B".to_owned(),
        _ => rank.to_string(),
    }
}

impl Commune {
    /// Four digits of an IRIS; `0000` when the commune is not cut.
    pub fn iris_code(&self, rank: usize) -> u64 {
        if self.iris == 1 { 0 } else { 101 + rank as u64 }
    }

    /// Ranks of the sides of the outline that bound an IRIS: it is the fan between them and the middle.
    pub fn sides(&self, iris: usize) -> std::ops::Range<usize> {
        let sides = self.cell.ring.len();
        iris * sides / self.iris..(iris + 1) * sides / self.iris
    }

    /// The outline of an IRIS, not closed.
    pub fn iris_ring(&self, iris: usize) -> Vec<Coord<f64>> {
        if self.iris == 1 {
            return self.cell.ring.clone();
        }
        let sides = self.sides(iris);
        let vertices = (sides.start..=sides.end).map(|rank| self.cell.ring[rank % self.cell.ring.len()]);
        vertices.chain([centimetre(self.cell.middle)]).collect()
    }

    /// A point well inside an IRIS.
    pub fn point(&self, iris: usize, random: &mut Random) -> Coord<f64> {
        let sides = self.sides(iris);
        let side = sides.start + random.below(sides.len());
        let (one, other) = (self.cell.ring[side], self.cell.ring[(side + 1) % self.cell.ring.len()]);
        // Between a tenth and nine tenths of the way out, and of the width of the triangle.
        let (out, along) = (0.1 + 0.8 * random.unit(), 0.1 + 0.8 * random.unit());
        let middle = self.cell.middle;
        centimetre(middle + (one + (other - one) * along - middle) * out)
    }
}
