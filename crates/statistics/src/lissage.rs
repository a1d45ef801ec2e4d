//! Empirical Bayes smoothing: a rate on few inhabitants is drawn towards the mean, the more so the fewer they are.

use serde::Serialize;

use crate::aggregate::{Ligne, Tableau};

/// Smoothed rates of the rows of two tables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lissage {
    /// Structures per 10,000 inhabitants of each commune, smoothed; unknown where the raw rate is.
    pub communes: Vec<Option<f64>>,
    /// The same for each IRIS.
    pub iris: Vec<Option<f64>>,
}

impl Lissage {
    /// Smooths the rates of both tables.
    pub fn of(communes: &Tableau, iris: &Tableau) -> Self {
        Self { communes: smoothed(&communes.lignes), iris: smoothed(&iris.lignes) }
    }
}

fn smoothed(rows: &[Ligne]) -> Vec<Option<f64>> {
    let known: Vec<(usize, f64, f64)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.pour_10000_habitants.is_some())
        .filter_map(|(rank, row)| Some((rank, row.comptage.structures as f64, row.population?)))
        .collect();
    let events: Vec<f64> = known.iter().map(|(_, events, _)| *events).collect();
    let people: Vec<f64> = known.iter().map(|(_, _, people)| *people).collect();
    let mut rates = vec![None; rows.len()];
    for ((rank, _, _), rate) in known.iter().zip(empirical_bayes(&events, &people)) {
        if let Some(slot) = rates.get_mut(*rank) {
            *slot = Some(rate * 1e4);
        }
    }
    rates
}

/// Smoothed rates (Marshall, 1991; `esda.smoothing.Empirical_Bayes`): θᵢ = wᵢ rᵢ + (1 − wᵢ) m, with
/// m = ΣO/ΣP, s² = ΣPᵢ(rᵢ − m)²/ΣP − m/(ΣP/n), wᵢ = s²/(s² + m/Pᵢ). The mean everywhere when s² is negative:
/// the rates differ no more than chance would have it. `people` are positive.
pub fn empirical_bayes(events: &[f64], people: &[f64]) -> Vec<f64> {
    let all: f64 = people.iter().sum();
    if all <= 0.0 {
        return Vec::new();
    }
    let mean = events.iter().sum::<f64>() / all;
    let spread: f64 = events.iter().zip(people).map(|(events, people)| people * (events / people - mean).powi(2)).sum();
    let variance = spread / all - mean / (all / people.len() as f64);
    let smooth = |(events, people): (&f64, &f64)| {
        if variance <= 0.0 {
            return mean;
        }
        let weight = variance / (variance + mean / people);
        weight * events / people + (1.0 - weight) * mean
    };
    events.iter().zip(people).map(smooth).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_esda_gives_them() {
        let found = empirical_bayes(&[3.0, 0.0, 12.0, 5.0, 40.0], &[2000.0, 150.0, 4000.0, 2500.0, 9000.0]);
        let expected = [
            30.270_965_048_060_496,
            33.383_859_908_341_21,
            32.685_013_435_646_43,
            30.725_475_315_746_36,
            39.461_535_671_448_2,
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found * 1e4 - expected).abs() < 1e-9, "{found} {expected}");
        }
    }

    #[test]
    fn rates_that_chance_explains_are_all_the_mean() {
        assert_eq!(empirical_bayes(&[1.0, 1.0], &[1000.0, 1000.0]), [0.001, 0.001]);
        assert!(empirical_bayes(&[], &[]).is_empty());
    }
}
