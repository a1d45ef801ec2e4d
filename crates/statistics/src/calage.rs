//! Raking: estimated jobs brought to a published total of the same perimeter and date.

use serde::Serialize;

use crate::aggregate::{Ligne, Tableau};

/// A line brought to the total.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LigneCalee {
    /// Code.
    pub code: String,
    /// Label.
    pub libelle: String,
    /// Central estimate times the ratio; unknown where the estimate is.
    pub emplois: Option<f64>,
}

/// Estimated jobs brought to a total.
///
/// With one total, iterative proportional fitting is one ratio, the same for every line: the shares do not move.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calage {
    /// Published total.
    pub total: f64,
    /// Central estimate of the same.
    pub estime: f64,
    /// Total over estimate: far from 1, the perimeters or the dates are not the same.
    pub rapport: f64,
    /// The total lies between the bounds of the bands: outside, it cannot be of the same establishments.
    pub dans_les_bornes: bool,
    /// By family.
    pub familles: Vec<LigneCalee>,
    /// By sector.
    pub secteurs: Vec<LigneCalee>,
}

impl Calage {
    /// Brings the tables of a portrait to a total; `None` when nothing is estimated.
    pub fn new(total: f64, (familles, secteurs): (&Tableau, &Tableau)) -> Option<Self> {
        let emplois = familles.total.emplois;
        let estime = emplois.central.filter(|central| *central > 0.0)?;
        let rapport = total / estime;
        let line = |row: &Ligne| LigneCalee {
            code: row.code.clone(),
            libelle: row.libelle.clone(),
            emplois: row.comptage.emplois.central.map(|central| central * rapport),
        };
        Some(Self {
            total,
            estime,
            rapport,
            dans_les_bornes: total >= emplois.bas as f64 && emplois.haut.is_none_or(|haut| total <= haut as f64),
            familles: familles.lignes.iter().map(line).collect(),
            secteurs: secteurs.lignes.iter().map(line).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Dimension, aggregate};
    use crate::emplois::Estimateur;
    use spatial_index::{Filter, Snapshot};
    use test_support::sample_atlas;

    #[test]
    fn lines_sum_to_the_total_and_keep_their_shares() {
        let mut atlas = sample_atlas(2);
        // Every employer with a closed band: a sum is known.
        for row in &mut atlas.structures {
            row.tranche = domain::Tranche::from_code("03");
        }
        atlas.masques.clear();
        let snapshot = Snapshot::build(atlas).unwrap();
        let filter = Filter::default();
        let table = |dimension| aggregate(&snapshot, (&filter, None), dimension, &Estimateur::from_counts(&[]));
        let (familles, secteurs) = (table(Dimension::Famille), table(Dimension::Secteur));
        let estimated = familles.total.emplois.central.unwrap();
        let found = Calage::new(estimated * 1.1, (&familles, &secteurs)).unwrap();
        assert!((found.rapport - 1.1).abs() < 1e-9 && found.dans_les_bornes);
        for lines in [&found.familles, &found.secteurs] {
            let sum: f64 = lines.iter().filter_map(|line| line.emplois).sum();
            assert!((sum - found.total).abs() < 1e-6);
        }
        assert!(!Calage::new(estimated * 9.0, (&familles, &secteurs)).unwrap().dans_les_bornes);
    }
}
