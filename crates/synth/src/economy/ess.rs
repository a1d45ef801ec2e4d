//! The employer structures of the four families, in exact numbers.

use super::SynthError;
use super::builder::{Builder, SiteSeed, UnitSeed, kept};
use super::quotas::{Ratio, expand, largest_remainder};
use super::situation::Situation;
use super::tables::EssProfile;

/// Structures of Paris Est Marne & Bois, masked ones included.
pub const STRUCTURES: u64 = 1145;
/// Associations with six sites each.
const MULTI_SITE_UNITS: u64 = 3;
const SITES_OF_EACH: usize = 6;

/// Workforce band, employer flag, trap label and how many of the 1,145 carry them. With the class means
/// 1.4, 3.8, 7.2, 13.6, 29, 68, 135, 223 and 340 they hold about 11,200 jobs, 9.8 a structure.
const BANDS: [Band; 13] = [
    Band("NN", "O", "bande_nn_employeur", 20),
    Band("", "O", "bande_nulle_employeur", 20),
    Band("00", "O", "bande_00_employeur", 10),
    Band("01", "N", "caractere_n_bande_01", 15),
    Band("01", "O", "", 439),
    Band("02", "O", "", 235),
    Band("03", "O", "", 145),
    Band("11", "O", "", 122),
    Band("12", "O", "", 98),
    Band("21", "O", "", 28),
    Band("22", "O", "", 10),
    Band("31", "O", "", 2),
    Band("32", "O", "", 1),
];

#[derive(Debug, Clone, Copy)]
struct Band(&'static str, &'static str, &'static str, u64);

/// A part of the ground and its share of the recipe.
#[derive(Debug, Clone)]
pub struct Territory {
    /// Ranks of its plots.
    pub plots: Vec<usize>,
    /// Share of the numbers of Paris Est Marne & Bois.
    pub ratio: Ratio,
}

impl Territory {
    /// Plots repeated so that `total` items fall in proportion of a weight.
    pub fn spread(&self, builder: &mut Builder, total: u64, weight: impl Fn(&Builder, usize) -> u64) -> Vec<usize> {
        let weights: Vec<u64> = self.plots.iter().map(|&plot| weight(builder, plot)).collect();
        let mut spread = expand(&self.plots, &largest_remainder(total, &weights));
        builder.random.shuffle(&mut spread);
        spread
    }
}

/// Plants the kept structures of a territory and gives their ranks.
pub fn plant(builder: &mut Builder, territory: &Territory) -> Result<Vec<usize>, SynthError> {
    let total = territory.ratio.of(STRUCTURES);
    let profiles: Vec<&EssProfile> = builder.tables.ess.iter().collect();
    let weights: Vec<u64> = profiles.iter().map(|profile| profile.effectif).collect();
    let mut slots = expand(&profiles, &largest_remainder(total, &weights));
    builder.random.shuffle(&mut slots);
    let plots = territory.spread(builder, total, |builder, plot| builder.ground.plots[plot].poids_ess);
    let mut planted = Vec::with_capacity(slots.len());
    let mut affinities = Vec::with_capacity(slots.len());
    let mut shared = SharedUnit { remaining: territory.ratio.of(MULTI_SITE_UNITS), ..SharedUnit::default() };
    for (profile, &plot) in slots.iter().zip(&plots) {
        let (unit, piege) = shared.unit_for(builder, profile, plot)?;
        let situation = if builder.random.chance(82) { Situation::ExactSure } else { Situation::ExactProbable };
        let mut verite = kept(&profile.famille, piege);
        if piege.is_empty() && profile.ape.starts_with("84.") {
            verite.piege = "activite_a_decider";
        }
        let seed = SiteSeed { unit, plot, ape: &profile.ape, tranche: "", caractere: "O", situation, verite };
        planted.push(builder.site(seed)?);
        affinities.push(profile.affinite);
    }
    give_bands(builder, &planted, &affinities);
    Ok(planted)
}

/// Puts the first plain associations by six under one legal unit.
#[derive(Debug, Default)]
struct SharedUnit {
    remaining: u64,
    current: Option<usize>,
    sites: usize,
}

impl SharedUnit {
    fn unit_for(
        &mut self,
        builder: &mut Builder,
        profile: &EssProfile,
        plot: usize,
    ) -> Result<(usize, &'static str), SynthError> {
        let fits = profile.categorie == "9220" && profile.ape.starts_with("88.");
        if let (true, Some(unit)) = (fits, self.current) {
            self.sites += 1;
            if self.sites == SITES_OF_EACH {
                self.current = None;
            }
            return Ok((unit, "multi_sites"));
        }
        let mention = if builder.random.chance(85) { "O" } else { "" };
        let seed = UnitSeed { categorie: &profile.categorie, ape: &profile.ape, theme: &profile.theme, mention };
        let unit = builder.unit(seed, plot)?;
        if fits && self.remaining > 0 {
            (self.remaining, self.current, self.sites) = (self.remaining - 1, Some(unit), 1);
            return Ok((unit, "multi_sites"));
        }
        Ok((unit, ""))
    }
}

/// The large bands go to the kinds that draw them; the few unknown ones to small structures without a trap.
fn give_bands(builder: &mut Builder, planted: &[usize], affinities: &[u32]) {
    let shares: Vec<u64> = BANDS.iter().map(|band| band.3).collect();
    let bands = expand(&BANDS, &largest_remainder(planted.len() as u64, &shares));
    let mut ranked: Vec<(bool, f64, usize)> = planted
        .iter()
        .zip(affinities)
        .map(|(&rank, &affinity)| {
            let labelled = !builder.establishments[rank].verite.piege.is_empty();
            let draw = builder.random.unit();
            (labelled, f64::from(affinity) * draw * draw + draw, rank)
        })
        .collect();
    ranked.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let trapped = bands.iter().filter(|band| !band.2.is_empty()).count().min(ranked.len());
    ranked[trapped..].sort_by(|one, other| one.1.total_cmp(&other.1));
    for ((_, _, rank), band) in ranked.into_iter().zip(bands) {
        let site = &mut builder.establishments[rank];
        (site.tranche, site.caractere) = (band.0, band.1);
        if !band.2.is_empty() {
            site.verite.piege = band.2;
        }
        builder.units[site.unit].tranche = band.0;
    }
}
