//! What sets the ESS of a territory apart from a larger one: location quotients and the effect of structure.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::economie::{ComparaisonEconomie, PoidsSecteur};

/// A sector of the territory beside the same of the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndiceSecteur {
    /// Sector.
    pub secteur: String,
    /// *Indice de spécificité*: its share of the jobs of the ESS here, over its share there; 1 is as there.
    pub quotient_localisation: Option<f64>,
    /// Share of the ESS in the jobs of the sector here.
    pub penetration: Option<f64>,
    /// The same in the reference.
    pub penetration_reference: Option<f64>,
}

/// Location quotients and the effect of structure, over central estimates of jobs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Specificite {
    /// By sector of the territory, by label.
    pub secteurs: Vec<IndiceSecteur>,
    /// Share of the ESS that the territory would have with its own sectors and the penetration of the reference:
    /// Σₖ Eₖ,t · (E_ess,k,r / Eₖ,r) / Eₜ. Unknown as soon as one sector's is.
    pub part_attendue: Option<f64>,
    /// Observed share less expected share: what sectors do not explain.
    pub effet_residuel: Option<f64>,
}

/// *Indice de spécificité*: a share here over the same share there; unknown when there is none there.
pub fn quotient_localisation(here: Option<f64>, there: Option<f64>) -> Option<f64> {
    here.zip(there).filter(|(_, there)| *there > 0.0).map(|(here, there)| here / there)
}

/// Compares a territory with a reference that holds it.
///
/// The formulas are those of the observatories: LQ = (E_ess,k,t / E_ess,t) / (E_ess,k,r / E_ess,r).
pub fn compare(territoire: &ComparaisonEconomie, reference: &ComparaisonEconomie) -> Specificite {
    let there: BTreeMap<&str, &PoidsSecteur> =
        reference.secteurs.iter().map(|poids| (poids.secteur.as_str(), poids)).collect();
    let index = |here: &PoidsSecteur| {
        let there = there.get(here.secteur.as_str()).copied();
        IndiceSecteur {
            secteur: here.secteur.clone(),
            quotient_localisation: there
                .and_then(|there| quotient_localisation(here.part_dans_ess, there.part_dans_ess)),
            penetration: here.part_emplois,
            penetration_reference: there.and_then(|there| there.part_emplois),
        }
    };
    let expected = |here: &PoidsSecteur| {
        let jobs = here.total.emplois.central?;
        // A sector without a job weighs nothing, whatever its penetration elsewhere.
        if jobs == 0.0 { Some(0.0) } else { Some(jobs * there.get(here.secteur.as_str())?.part_emplois?) }
    };
    let all = territoire.total.emplois.central.filter(|jobs| *jobs > 0.0);
    let sum: Option<f64> = territoire.secteurs.iter().map(expected).sum();
    let part_attendue = sum.zip(all).map(|(expected, all)| expected / all);
    Specificite {
        secteurs: territoire.secteurs.iter().map(index).collect(),
        effet_residuel: territoire.part_emploi_total.zip(part_attendue).map(|(observed, expected)| observed - expected),
        part_attendue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economie::Part;
    use crate::emplois::Emplois;

    fn part(jobs: f64) -> Part {
        let emplois = Emplois { central: Some(jobs), ..Emplois::default() };
        Part { etablissements: 1, emplois, taille_moyenne: None }
    }

    /// Jobs of the ESS and of everyone, by sector.
    fn economie(sectors: &[(&str, f64, f64)]) -> ComparaisonEconomie {
        let ess: f64 = sectors.iter().map(|(_, ess, _)| ess).sum();
        let total: f64 = sectors.iter().map(|(_, _, total)| total).sum();
        let weigh = |(secteur, mine, all): &(&str, f64, f64)| PoidsSecteur {
            secteur: (*secteur).to_owned(),
            ess: part(*mine),
            total: part(*all),
            part_emplois: (*all > 0.0).then(|| mine / all),
            part_dans_ess: (ess > 0.0).then(|| mine / ess),
        };
        ComparaisonEconomie {
            ess: part(ess),
            prive_hors_ess: part(total - ess),
            public: part(0.0),
            inconnu: part(0.0),
            total: part(total),
            part_emploi_total: Some(ess / total),
            part_emploi_prive: Some(ess / total),
            part_etablissements: None,
            secteurs: sectors.iter().map(weigh).collect(),
        }
    }

    fn close(found: Option<f64>, expected: f64) {
        let found = found.expect("known");
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn by_hand() {
        let here = economie(&[("action sociale", 60.0, 100.0), ("sport", 40.0, 300.0)]);
        let there = economie(&[("action sociale", 300.0, 1000.0), ("sport", 700.0, 9000.0)]);
        let found = compare(&here, &there);
        close(found.secteurs[0].quotient_localisation, 0.6 / 0.3);
        close(found.secteurs[1].quotient_localisation, 0.4 / 0.7);
        // (100 × 0.3 + 300 × 7/90) / 400
        close(found.part_attendue, (30.0 + 300.0 * 7.0 / 90.0) / 400.0);
        close(found.effet_residuel, 0.25 - (30.0 + 300.0 * 7.0 / 90.0) / 400.0);
    }

    #[test]
    fn a_territory_is_no_different_from_itself() {
        let one = economie(&[("action sociale", 60.0, 100.0), ("sport", 40.0, 300.0), ("santé", 0.0, 50.0)]);
        let found = compare(&one, &one);
        close(found.effet_residuel, 0.0);
        assert_eq!(found.secteurs[0].quotient_localisation, Some(1.0));
        assert_eq!(found.secteurs[2].quotient_localisation, None, "no job of the ESS there: no quotient");
    }

    #[test]
    fn a_sector_that_the_reference_does_not_know_leaves_the_expected_share_unknown() {
        let here = economie(&[("action sociale", 60.0, 100.0), ("sport", 40.0, 300.0)]);
        let there = economie(&[("action sociale", 300.0, 1000.0)]);
        let found = compare(&here, &there);
        assert_eq!((found.part_attendue, found.effet_residuel), (None, None));
        assert_eq!(found.secteurs[1].quotient_localisation, None);
    }
}
