//! Everybody else: private and public employers, units without an employee, closed establishments.

use super::SynthError;
use super::builder::{Builder, SiteSeed, UnitSeed, refused};
use super::ess::Territory;
use super::model::Outcome;
use super::outsiders::close;
use super::quotas::{Ratio, expand, largest_remainder};
use super::random::cumulate;
use super::situation::Situation;
use super::tables::{PrivateProfile, PublicProfile};

/// Private employers outside the ESS, in Paris Est Marne & Bois.
const PRIVATE_EMPLOYERS: u64 = 15_200;
/// Units without an employee: far fewer than in life, to keep the files small.
const WITHOUT_EMPLOYEE: u64 = 9_000;
/// Closed establishments: same remark.
const CLOSED: u64 = 5_000;

/// Bands of the private sector per 10,000 employers; about 6.5 jobs each.
const PRIVATE_BANDS: [(&str, u64); 10] = [
    ("01", 6045),
    ("02", 1850),
    ("03", 900),
    ("11", 590),
    ("12", 415),
    ("21", 120),
    ("22", 60),
    ("31", 10),
    ("32", 9),
    ("41", 3),
];

/// All bands that a table may name, so that the model borrows them.
const BANDS: [&str; 12] = ["01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51"];

/// Plants everybody else; `ambient` scales the private sector down for small tests.
pub fn plant(builder: &mut Builder, territory: &Territory, ambient: Ratio) -> Result<(), SynthError> {
    public(builder, territory)?;
    employers(builder, territory, ambient.of(territory.ratio.of(PRIVATE_EMPLOYERS)))?;
    quiet(builder, territory, Quiet { closed: false, total: ambient.of(territory.ratio.of(WITHOUT_EMPLOYEE)) })?;
    quiet(builder, territory, Quiet { closed: true, total: ambient.of(territory.ratio.of(CLOSED)) })
}

fn employers(builder: &mut Builder, territory: &Territory, total: u64) -> Result<(), SynthError> {
    let shares: Vec<u64> = PRIVATE_BANDS.iter().map(|band| band.1).collect();
    let mut bands = expand(&PRIVATE_BANDS.map(|band| band.0), &largest_remainder(total, &shares));
    builder.random.shuffle(&mut bands);
    let tables = builder.tables;
    let weights = cumulate(tables.prives.iter().map(|profile| profile.poids_employeur));
    let plots = territory.spread(builder, total, |builder, plot| builder.ground.plots[plot].poids_prive);
    for (plot, tranche) in plots.into_iter().zip(bands) {
        let profile = &tables.prives[builder.random.weighted(&weights)];
        let unit = private_unit(builder, profile, plot)?;
        let issue = Outcome::of_private_profile(&profile.attendu);
        let situation = usual_situation(builder);
        let verite = refused(&[issue], "");
        let seed = SiteSeed { unit, plot, ape: &profile.ape, tranche, caractere: "O", situation, verite };
        let rank = builder.site(seed)?;
        finish(builder, rank, profile);
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Quiet {
    closed: bool,
    total: u64,
}

/// Units that employ nobody, open or closed.
fn quiet(builder: &mut Builder, territory: &Territory, plan: Quiet) -> Result<(), SynthError> {
    let tables = builder.tables;
    let weights = cumulate(tables.prives.iter().map(|profile| profile.poids_sans_salarie));
    for plot in territory.spread(builder, plan.total, |builder, plot| builder.ground.plots[plot].poids_prive) {
        let profile = &tables.prives[builder.random.weighted(&weights)];
        let unit = private_unit(builder, profile, plot)?;
        let (tranche, caractere) = [("NN", "N"), ("", "N"), ("", ""), ("00", "N"), ("", "N")][builder.random.below(5)];
        let verite = refused(&[Outcome::of_private_profile(&profile.attendu), Outcome::NonEmployeur], "");
        let situation = usual_situation(builder);
        let seed = SiteSeed { unit, plot, ape: &profile.ape, tranche, caractere, situation, verite };
        let rank = builder.site(seed)?;
        finish(builder, rank, profile);
        if plan.closed {
            close(builder, rank);
            builder.units[unit].etat = if builder.random.chance(80) { "C" } else { "A" };
        }
    }
    Ok(())
}

fn public(builder: &mut Builder, territory: &Territory) -> Result<(), SynthError> {
    let tables = builder.tables;
    for profile in &tables.publics {
        let bands: Vec<&'static str> = known_bands(profile);
        let total = territory.ratio.of(profile.nombre);
        let mut plots = territory.spread(builder, total, |builder, plot| {
            // A town hall each, whatever the population.
            if profile.theme == "mairie" { 1 } else { u64::from(builder.ground.plots[plot].shape.population) }
        });
        // The largest bands go to the most peopled communes when they are few.
        plots.sort_by_key(|&plot| std::cmp::Reverse(builder.ground.plots[plot].shape.population));
        for (turn, plot) in plots.into_iter().enumerate() {
            let (categorie, ape, theme) = (&profile.categorie, &profile.ape, &profile.theme);
            let mention = if turn % 2 == 0 { "N" } else { "" };
            let unit = builder.unit(UnitSeed { categorie, ape, theme, mention }, plot)?;
            let tranche = bands.get(turn % bands.len().max(1)).copied().unwrap_or("01");
            let situation = usual_situation(builder);
            let verite = refused(&[Outcome::HorsEss], "");
            builder.site(SiteSeed { unit, plot, ape, tranche, caractere: "O", situation, verite })?;
        }
    }
    Ok(())
}

fn known_bands(profile: &PublicProfile) -> Vec<&'static str> {
    profile.tranches.split(' ').filter_map(|word| BANDS.into_iter().find(|band| *band == word)).collect()
}

fn private_unit(builder: &mut Builder, profile: &PrivateProfile, plot: usize) -> Result<usize, SynthError> {
    let mention = if builder.random.chance(55) { "N" } else { "" };
    let (categorie, ape, theme) = (&profile.categorie, &profile.ape, &profile.theme);
    builder.unit(UnitSeed { categorie, ape, theme, mention }, plot)
}

/// Signs for some shops, partial diffusion for some natural persons.
fn finish(builder: &mut Builder, rank: usize, profile: &PrivateProfile) {
    if builder.random.chance(20) {
        builder.sign(rank, &profile.theme);
    }
    if profile.categorie == "1000" && builder.random.chance(35) {
        let site = &mut builder.establishments[rank];
        site.statut = "P";
        site.position.qualite = "commune";
        site.position.iris.clear();
        builder.units[site.unit].statut = "P";
    }
}

/// The mix of positions seen in the real files.
fn usual_situation(builder: &mut Builder) -> Situation {
    match builder.random.below(100) {
        0..68 => Situation::ExactSure,
        68..80 => Situation::ExactProbable,
        80..83 => Situation::StreetSure,
        83..85 => Situation::StreetProbable,
        85..91 => Situation::RandomInCommune,
        91..96 => Situation::LambertOnly,
        96..97 => Situation::OtherCommune,
        _ => Situation::Nowhere,
    }
}
