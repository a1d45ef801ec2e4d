//! The economy of the demonstration: fictive establishments in the exact official forms, with the truth
//! about each. Nothing here calls recognition code: facts and truth are planted side by side, so that the
//! generator and the reader cannot share an error.

mod builder;
mod error;
mod ess;
mod ground;
pub(crate) mod headers;
mod identifiers;
pub(crate) mod lambert;
mod model;
mod names;
mod nomenclature;
mod outsiders;
mod plane;
mod quotas;
pub(crate) mod random;
mod report;
mod rest;
mod situation;
#[cfg(test)]
mod specimens;
mod tables;
#[cfg(test)]
mod tests;
mod traps;
mod write;

use std::path::Path;

use crate::geography::Geography;
use builder::Builder;
use ess::Territory;
use ground::Ground;
use quotas::Ratio;
use tables::Tables;

pub use error::SynthError;
pub use report::EconomyReport;
pub use write::GEOLOCALISATION_FILE;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EconomyOptions {
    /// Same seed, same bytes.
    pub seed: u64,
    /// Density of the ring, per cent of that of Paris Est Marne & Bois.
    pub densite_couronne: u32,
    /// Private sector and closed establishments, per cent of the usual number: less for a quick test.
    pub reste: u32,
}

impl Default for EconomyOptions {
    fn default() -> Self {
        Self { seed: 20_261_123, densite_couronne: 33, reste: 100 }
    }
}

/// Generates the files in `dir` and says what was planted.
pub fn generate(geography: &Geography, options: &EconomyOptions, dir: &Path) -> Result<EconomyReport, SynthError> {
    let tables = Tables::embedded()?;
    let ground = Ground::new(geography, &tables)?;
    let mut builder = Builder::new(&ground, &tables, options.seed);
    plant(&mut builder, options)?;
    write::all(&builder, geography, dir)?;
    Ok(EconomyReport::of(&builder))
}

fn plant(builder: &mut Builder, options: &EconomyOptions) -> Result<(), SynthError> {
    let (territory, ring) = territories(builder.ground, options.densite_couronne);
    let ambient = Ratio { part: u64::from(options.reste), whole: 100 };
    for part in [&territory, &ring] {
        if part.plots.is_empty() {
            continue;
        }
        let kept = ess::plant(builder, part)?;
        traps::set(builder, &kept, part.ratio)?;
        outsiders::plant(builder, part)?;
        rest::plant(builder, part, ambient)?;
    }
    match territory.plots.first() {
        Some(&plot) => outsiders::plant_far_away(builder, plot),
        None => Ok(()),
    }
}

/// The thirteen towns at full scale, the ring in proportion of its population and of its density.
fn territories(ground: &Ground, density: u32) -> (Territory, Territory) {
    let (ring, home): (Vec<usize>, Vec<usize>) =
        (0..ground.plots.len()).partition(|&plot| ground.plots[plot].shape.couronne);
    let population =
        |plots: &[usize]| plots.iter().map(|&plot| u64::from(ground.plots[plot].shape.population)).sum::<u64>();
    let ratio = Ratio { part: population(&ring) * u64::from(density), whole: (population(&home) * 100).max(1) };
    (Territory { plots: home, ratio: Ratio::ONE }, Territory { plots: ring, ratio })
}
