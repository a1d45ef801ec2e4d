//! Jobs from workforce bands: always an interval, with a central value that midpoints would overstate.
//!
//! Inside each band the distribution of headcounts falls, so the midpoint is too high (INSEE, Flores:
//! 13.6 jobs on average in 10–19, 28.9 in 20–49). The class means used here are those of a discrete
//! power law `P(k) ∝ k^-α`, `1 ≤ k ≤ 9,999`, fitted by maximum likelihood to the band counts of the
//! private employers of the atlas. The ESS and the rest of the economy go through the same estimator.
//!
//! When a table of sizes is supplied (Flores: establishments and jobs by size class), its class means replace those of
//! the law: a band that is a class takes the mean of the class; several bands in one class (1–9) keep the form of the
//! law, with the exponent that gives the class its mean.
//!
//! The 80 % interval is that of the sum of as many independent draws inside each band (closed form, normal): it tells
//! what the bands leave unknown, not the error of the register.

use domain::effectifs::Bande;
use domain::{Atlas, CelluleEconomie, ClasseTaille, SecteurInstitutionnel, Tranche};
use serde::Serialize;

/// Largest headcount of the closed bands; the open band `53` starts above.
const LARGEST: u32 = 9_999;
/// Exponents among which the likelihood is searched: real territories lie near 2.
const EXPONENTS: (f64, f64) = (1.01, 4.0);
/// Golden-section steps: the bracket shrinks to 3 × 0.618^40, about 1e-8.
const STEPS: u32 = 40;
/// Exponents among which the mean of a class is searched: a class may rise as well as fall.
const CLASS_EXPONENTS: (f64, f64) = (-20.0, 20.0);
/// Quantile 0.9 of the normal law: a centred interval of 80 %.
const Z_80: f64 = 1.281_551_565_544_6;
/// From this headcount on, one establishment weighs on a territory: its true number is worth looking up.
const TO_LOOK_UP: u32 = 250;
/// Exponent when no establishment has a band: the fit of the Flores means quoted above.
const DEFAULT_EXPONENT: f64 = 2.0;

/// Fitted class means.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimateur {
    exponent: f64,
    moments: Vec<Option<Moments>>,
    fitted_on: u64,
    table: bool,
}

/// Mean and variance of the headcount in a band.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moments {
    mean: f64,
    variance: f64,
}

/// Jobs of a set of establishments: bounds, central value and what could not be estimated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Emplois {
    /// Sum of the lower bounds of the bands.
    pub bas: u64,
    /// Central estimate; unknown when an establishment is in the open band.
    pub central: Option<f64>,
    /// Sum of the upper bounds; unknown when an establishment is in the open band.
    pub haut: Option<u64>,
    /// Lower bound of the 80 % interval around the central estimate; unknown as it is.
    pub bas_80: Option<f64>,
    /// Upper bound of the 80 % interval.
    pub haut_80: Option<f64>,
    /// Establishments with an employing band: those that the interval covers.
    pub etablissements_estimes: u64,
    /// Employers without an employing band (`NN`, `00` or unknown): in no bound, never zero jobs.
    pub sans_tranche: u64,
    /// Establishments of 250 employees and more, open band included: to look up one by one.
    pub a_verifier: u64,
}

impl Emplois {
    /// Jobs per establishment, over those that the interval covers.
    pub fn taille_moyenne(&self) -> Option<f64> {
        let central = self.central?;
        (self.etablissements_estimes > 0).then(|| central / self.etablissements_estimes as f64)
    }
}

impl Estimateur {
    /// The estimator of an atlas.
    pub fn of(atlas: &Atlas) -> Self {
        Self::fit(&atlas.economie, &atlas.manifest.tailles)
    }

    /// Fits the class means on the private employers of the whole economy, then takes those of the table of sizes.
    pub fn fit(economie: &[CelluleEconomie], tailles: &[ClasseTaille]) -> Self {
        let mut counts = vec![0_u64; Bande::all().count()];
        let private = economie.iter().filter(|cell| cell.secteur_institutionnel == SecteurInstitutionnel::Prive);
        for cell in private {
            let slot = cell.tranche.and_then(Tranche::bande).and_then(|bande| counts.get_mut(bande.rank()));
            if let Some(slot) = slot {
                *slot += u64::from(cell.etablissements);
            }
        }
        let mut fitted = Self::from_counts(&counts);
        fitted.take(tailles, &counts);
        fitted
    }

    /// Fits on counts by band, in the order of [`Bande::all`].
    pub fn from_counts(counts: &[u64]) -> Self {
        let closed = Bande::all().zip(counts).filter(|(bande, _)| bande.plafond().is_some());
        let fitted_on = closed.map(|(_, count)| count).sum();
        let exponent = if fitted_on == 0 { DEFAULT_EXPONENT } else { most_likely(counts) };
        let moments = Bande::all().map(|bande| moments(bande, exponent)).collect();
        Self { exponent, moments, fitted_on, table: false }
    }

    /// The means of a table of sizes, where its classes hold whole closed bands.
    fn take(&mut self, tailles: &[ClasseTaille], counts: &[u64]) {
        for classe in tailles {
            let inside = |bande: &Bande| {
                bande.plancher() >= classe.minimum
                    && bande.plafond().is_some_and(|top| classe.maximum.is_none_or(|maximum| top <= maximum))
            };
            let bandes: Vec<Bande> = Bande::all().filter(inside).collect();
            let Some(exponent) = exponent_of_mean(&bandes, counts, classe.moyenne()) else { continue };
            for bande in bandes {
                if let Some(slot) = self.moments.get_mut(bande.rank()) {
                    *slot = moments(bande, exponent);
                    self.table = true;
                }
            }
        }
    }

    /// Exponent α of the law.
    pub fn exponent(&self) -> f64 {
        self.exponent
    }

    /// Establishments on which it was fitted.
    pub fn fitted_on(&self) -> u64 {
        self.fitted_on
    }

    /// The means of some bands come from a table of sizes.
    pub fn has_table(&self) -> bool {
        self.table
    }

    /// Mean headcount in a band; `None` for the open one.
    pub fn mean(&self, bande: Bande) -> Option<f64> {
        self.moments(bande).map(|moments| moments.mean)
    }

    fn moments(&self, bande: Bande) -> Option<Moments> {
        self.moments.get(bande.rank()).copied().flatten()
    }

    /// Jobs of establishments given as (band, number).
    pub fn estimate(&self, establishments: impl IntoIterator<Item = (Option<Tranche>, u64)>) -> Emplois {
        let mut total = Emplois { central: Some(0.0), haut: Some(0), ..Emplois::default() };
        let mut variance = 0.0;
        for (tranche, number) in establishments {
            let Some(bande) = tranche.and_then(Tranche::bande) else {
                total.sans_tranche += number;
                continue;
            };
            total.etablissements_estimes += number;
            total.bas += u64::from(bande.plancher()) * number;
            total.haut = total.haut.zip(bande.plafond()).map(|(sum, max)| sum + u64::from(max) * number);
            let moments = self.moments(bande);
            total.central = total.central.zip(moments).map(|(sum, of)| sum + of.mean * number as f64);
            variance += moments.map_or(0.0, |of| of.variance * number as f64);
            if bande.plancher() >= TO_LOOK_UP {
                total.a_verifier += number;
            }
        }
        if total.etablissements_estimes == 0 && total.sans_tranche > 0 {
            (total.central, total.haut) = (None, None);
        }
        let half = Z_80 * variance.sqrt();
        // No draw leaves its band.
        total.bas_80 = total.central.map(|central| (central - half).max(total.bas as f64));
        total.haut_80 = total.central.zip(total.haut).map(|(central, haut)| (central + half).min(haut as f64));
        total
    }
}

/// Sum of `k^power` over a band.
fn power_sum(bande: Bande, power: f64) -> Option<f64> {
    let max = bande.plafond()?;
    Some((bande.plancher()..=max).map(|k| f64::from(k).powf(power)).sum())
}

fn moments(bande: Bande, exponent: f64) -> Option<Moments> {
    // Weights relative to the lower bound: a steep law would leave the range of numbers.
    let (bottom, top) = (f64::from(bande.plancher()), bande.plafond()?);
    let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
    for k in bande.plancher()..=top {
        let k = f64::from(k);
        let weight = (k / bottom).powf(-exponent);
        mass += weight;
        first += weight * k;
        second += weight * k * k;
    }
    let mean = first / mass;
    Some(Moments { mean, variance: (second / mass - mean * mean).max(0.0) })
}

/// The exponent that gives a mean to a class of bands, each weighing as many establishments as it has.
/// `None` when no exponent can: an empty class, or a mean outside of its bounds.
fn exponent_of_mean(bandes: &[Bande], counts: &[u64], mean: f64) -> Option<f64> {
    let weights: Vec<f64> = bandes.iter().map(|bande| counts.get(bande.rank()).map_or(0.0, |n| *n as f64)).collect();
    let known = weights.iter().sum::<f64>() > 0.0;
    let of = |exponent: f64| {
        let (mut jobs, mut establishments) = (0.0, 0.0);
        for (bande, weight) in bandes.iter().zip(&weights) {
            let weight = if known { *weight } else { power_sum(*bande, -DEFAULT_EXPONENT)? };
            jobs += weight * moments(*bande, exponent)?.mean;
            establishments += weight;
        }
        (establishments > 0.0).then(|| jobs / establishments)
    };
    let (mut low, mut high) = CLASS_EXPONENTS;
    if !(of(high)? <= mean && mean <= of(low)?) {
        return None;
    }
    // The mean falls as the exponent rises.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if of(middle)? > mean { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

fn log_likelihood(counts: &[u64], exponent: f64) -> f64 {
    let total: f64 = (1..=LARGEST).map(|k| f64::from(k).powf(-exponent)).sum();
    let observed = Bande::all().zip(counts).filter(|(_, count)| **count > 0);
    observed.filter_map(|(bande, count)| Some(*count as f64 * (power_sum(bande, -exponent)? / total).ln())).sum()
}

/// Golden-section search: the likelihood of an exponential family has one maximum.
fn most_likely(counts: &[u64]) -> f64 {
    let ratio = (5_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = EXPONENTS;
    let (mut left, mut right) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_left, mut at_right) = (log_likelihood(counts, left), log_likelihood(counts, right));
    for _ in 0..STEPS {
        if at_left > at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - ratio * (high - low);
            at_left = log_likelihood(counts, left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + ratio * (high - low);
            at_right = log_likelihood(counts, right);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bande(code: &str) -> Bande {
        Tranche::from_code(code).and_then(Tranche::bande).unwrap()
    }

    #[test]
    fn recovers_the_exponent_that_made_the_counts() {
        for exponent in [1.6, 2.0, 2.5] {
            let mass = |bande| power_sum(bande, -exponent).map_or(0.0, |mass| mass * 1e7);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, below 1e8")]
            let counts: Vec<u64> = Bande::all().map(|bande| mass(bande).round() as u64).collect();
            let found = Estimateur::from_counts(&counts).exponent();
            assert!((found - exponent).abs() < 1e-4, "{found} instead of {exponent}");
        }
    }

    #[test]
    fn means_lie_near_the_published_flores_means_and_below_midpoints() {
        let estimateur = Estimateur::from_counts(&[]);
        let teens = estimateur.mean(bande("11")).unwrap();
        let twenties = estimateur.mean(bande("12")).unwrap();
        assert!((teens - 13.64).abs() < 0.4, "{teens}");
        assert!((twenties - 28.9).abs() < 1.5, "{twenties}");
        assert!(teens < 14.5 && twenties < 34.5);
    }

    #[test]
    fn unknown_is_not_zero() {
        let estimateur = Estimateur::from_counts(&[]);
        let only_unknown = estimateur.estimate([(None, 3), (Some(Tranche::NonEmployeuse), 2)]);
        assert_eq!((only_unknown.central, only_unknown.haut, only_unknown.sans_tranche), (None, None, 5));
        let open = estimateur.estimate([(Tranche::from_code("53"), 1), (Tranche::from_code("01"), 1)]);
        assert_eq!((open.bas, open.central, open.haut), (10_001, None, None));
    }

    fn classe(minimum: u32, maximum: Option<u32>, etablissements: u32, emplois: f64) -> ClasseTaille {
        ClasseTaille { departement: None, minimum, maximum, etablissements, emplois }
    }

    #[test]
    fn the_means_of_a_table_of_sizes_replace_those_of_the_law() {
        // CC du Val de Drôme, end of 2021 (Flores): 2.83 in 1–9, 13.64 in 10–19, 28.9 in 20–49.
        let cell = |code: &str, etablissements| CelluleEconomie {
            code_commune: "26001".parse().unwrap(),
            division_naf: "94".to_owned(),
            tranche: Tranche::from_code(code),
            secteur_institutionnel: SecteurInstitutionnel::Prive,
            ess: false,
            etablissements,
        };
        let economie = [cell("01", 700), cell("02", 250), cell("03", 120), cell("11", 60), cell("12", 40)];
        let tailles =
            [classe(1, Some(9), 1000, 2830.0), classe(10, Some(19), 100, 1364.0), classe(20, Some(49), 10, 289.0)];
        let fitted = Estimateur::fit(&economie, &tailles);
        assert!(fitted.has_table());
        assert!((fitted.mean(bande("11")).unwrap() - 13.64).abs() < 1e-9);
        assert!((fitted.mean(bande("12")).unwrap() - 28.9).abs() < 1e-9);
        let small: f64 = [("01", 700.0), ("02", 250.0), ("03", 120.0)]
            .map(|(code, n)| n * fitted.mean(bande(code)).unwrap())
            .iter()
            .sum();
        assert!((small / 1070.0 - 2.83).abs() < 1e-9, "the three bands of 1–9 have the mean of their class");
        let law = Estimateur::fit(&economie, &[]);
        assert_eq!(fitted.mean(bande("21")), law.mean(bande("21")), "no class: the law stays");
        assert!(!Estimateur::fit(&economie, &[classe(10, Some(19), 100, 2500.0)]).has_table(), "25 is not in 10–19");
    }

    #[test]
    fn four_draws_in_five_fall_in_the_80_percent_interval() {
        let estimateur = Estimateur::from_counts(&[]);
        let sets = [("01", 60_u64), ("02", 25), ("03", 12), ("11", 9), ("12", 5), ("21", 2)];
        let emplois = estimateur.estimate(sets.iter().map(|(code, n)| (Tranche::from_code(code), *n)));
        let interval = emplois.bas_80.unwrap()..=emplois.haut_80.unwrap();
        let mut random = test_support::Random::new(20_261_123);
        let draw = |bande: Bande, random: &mut test_support::Random| {
            let mut left = random.unit() * power_sum(bande, -DEFAULT_EXPONENT).unwrap();
            (bande.plancher()..=bande.plafond().unwrap())
                .find(|k| {
                    left -= f64::from(*k).powf(-DEFAULT_EXPONENT);
                    left <= 0.0
                })
                .unwrap_or(bande.plancher())
        };
        let runs = 4_000;
        let inside = (0..runs).filter(|_| {
            let jobs: u32 = sets
                .iter()
                .flat_map(|(code, n)| (0..*n).map(|_| bande(code)))
                .map(|bande| draw(bande, &mut random))
                .sum();
            interval.contains(&f64::from(jobs))
        });
        let share = inside.count() as f64 / f64::from(runs);
        assert!((share - 0.8).abs() < 0.03, "{share}");
    }

    #[test]
    fn large_units_are_told_apart() {
        let estimateur = Estimateur::from_counts(&[]);
        let codes = ["31", "32", "53"].map(|code| (Tranche::from_code(code), 1));
        let emplois = estimateur.estimate(codes);
        assert_eq!((emplois.a_verifier, emplois.bas_80, emplois.haut_80), (2, None, None));
    }

    proptest! {
        #[test]
        fn central_lies_between_the_bounds(counts in proptest::collection::vec(0_u64..1000, 13)) {
            let estimateur = Estimateur::from_counts(&counts);
            let sets = Bande::all().zip(&counts).map(|(bande, count)| (Some(Tranche::Bande(bande)), *count));
            let emplois = estimateur.estimate(sets);
            let central = emplois.central.unwrap();
            prop_assert!(emplois.bas as f64 <= central + 1e-6);
            prop_assert!(central <= emplois.haut.unwrap() as f64 + 1e-6);
            let (low, high) = (emplois.bas_80.unwrap(), emplois.haut_80.unwrap());
            prop_assert!(emplois.bas as f64 - 1e-6 <= low && low <= central + 1e-6);
            prop_assert!(central - 1e-6 <= high && high <= emplois.haut.unwrap() as f64 + 1e-6);
        }
    }
}
