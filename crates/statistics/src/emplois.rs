//! Jobs from workforce bands: always an interval, with a central value that midpoints would overstate.
//!
//! Inside each band the distribution of headcounts falls, so the midpoint is too high (INSEE, Flores:
//! 13.6 jobs on average in 10–19, 28.9 in 20–49). The class means used here are those of a discrete
//! power law `P(k) ∝ k^-α`, `1 ≤ k ≤ 9,999`, fitted by maximum likelihood to the band counts of the
//! private employers of the atlas. The ESS and the rest of the economy go through the same estimator.

use domain::effectifs::Bande;
use domain::{CelluleEconomie, SecteurInstitutionnel, Tranche};
use serde::Serialize;

/// Largest headcount of the closed bands; the open band `53` starts above.
const LARGEST: u32 = 9_999;
/// Exponents among which the likelihood is searched: real territories lie near 2.
const EXPONENTS: (f64, f64) = (1.01, 4.0);
/// Golden-section steps: the bracket shrinks to 3 × 0.618^40, about 1e-8.
const STEPS: u32 = 40;
/// Exponent when no establishment has a band: the fit of the Flores means quoted above.
const DEFAULT_EXPONENT: f64 = 2.0;

/// Fitted class means.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimateur {
    exponent: f64,
    means: Vec<Option<f64>>,
    fitted_on: u64,
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
    /// Establishments with an employing band: those that the interval covers.
    pub etablissements_estimes: u64,
    /// Employers without an employing band (`NN`, `00` or unknown): in no bound, never zero jobs.
    pub sans_tranche: u64,
}

impl Emplois {
    /// Jobs per establishment, over those that the interval covers.
    pub fn taille_moyenne(&self) -> Option<f64> {
        let central = self.central?;
        (self.etablissements_estimes > 0).then(|| central / self.etablissements_estimes as f64)
    }
}

impl Estimateur {
    /// Fits the class means on the private employers of the whole economy.
    pub fn fit(economie: &[CelluleEconomie]) -> Self {
        let mut counts = vec![0_u64; Bande::all().count()];
        let private = economie.iter().filter(|cell| cell.secteur_institutionnel == SecteurInstitutionnel::Prive);
        for cell in private {
            let slot = cell.tranche.and_then(Tranche::bande).and_then(|bande| counts.get_mut(bande.rank()));
            if let Some(slot) = slot {
                *slot += u64::from(cell.etablissements);
            }
        }
        Self::from_counts(&counts)
    }

    /// Fits on counts by band, in the order of [`Bande::all`].
    pub fn from_counts(counts: &[u64]) -> Self {
        let closed = Bande::all().zip(counts).filter(|(bande, _)| bande.plafond().is_some());
        let fitted_on = closed.map(|(_, count)| count).sum();
        let exponent = if fitted_on == 0 { DEFAULT_EXPONENT } else { most_likely(counts) };
        let means = Bande::all().map(|bande| class_mean(bande, exponent)).collect();
        Self { exponent, means, fitted_on }
    }

    /// Exponent α of the law.
    pub fn exponent(&self) -> f64 {
        self.exponent
    }

    /// Establishments on which it was fitted.
    pub fn fitted_on(&self) -> u64 {
        self.fitted_on
    }

    /// Mean headcount in a band; `None` for the open one.
    pub fn mean(&self, bande: Bande) -> Option<f64> {
        self.means.get(bande.rank()).copied().flatten()
    }

    /// Jobs of establishments given as (band, number).
    pub fn estimate(&self, establishments: impl IntoIterator<Item = (Option<Tranche>, u64)>) -> Emplois {
        let mut total = Emplois { central: Some(0.0), haut: Some(0), ..Emplois::default() };
        for (tranche, number) in establishments {
            let Some(bande) = tranche.and_then(Tranche::bande) else {
                total.sans_tranche += number;
                continue;
            };
            total.etablissements_estimes += number;
            total.bas += u64::from(bande.plancher()) * number;
            total.haut = total.haut.zip(bande.plafond()).map(|(sum, max)| sum + u64::from(max) * number);
            total.central = total.central.zip(self.mean(bande)).map(|(sum, mean)| sum + mean * number as f64);
        }
        if total.etablissements_estimes == 0 && total.sans_tranche > 0 {
            (total.central, total.haut) = (None, None);
        }
        total
    }
}

/// Sum of `k^power` over a band.
fn power_sum(bande: Bande, power: f64) -> Option<f64> {
    let max = bande.plafond()?;
    Some((bande.plancher()..=max).map(|k| f64::from(k).powf(power)).sum())
}

fn class_mean(bande: Bande, exponent: f64) -> Option<f64> {
    power_sum(bande, 1.0 - exponent).zip(power_sum(bande, -exponent)).map(|(moment, mass)| moment / mass)
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

    proptest! {
        #[test]
        fn central_lies_between_the_bounds(counts in proptest::collection::vec(0_u64..1000, 13)) {
            let estimateur = Estimateur::from_counts(&counts);
            let sets = Bande::all().zip(&counts).map(|(bande, count)| (Some(Tranche::Bande(bande)), *count));
            let emplois = estimateur.estimate(sets);
            let central = emplois.central.unwrap();
            prop_assert!(emplois.bas as f64 <= central + 1e-6);
            prop_assert!(central <= emplois.haut.unwrap() as f64 + 1e-6);
        }
    }
}
