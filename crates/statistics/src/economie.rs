//! The ESS against the whole economy of the same communes, through the same band estimator.

use std::collections::{BTreeMap, BTreeSet};

use domain::{CelluleEconomie, CodeCommune, SecteurInstitutionnel, Secteurs};
use serde::Serialize;

use crate::emplois::{Emplois, Estimateur};

/// Establishments and jobs of one part of the economy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Part {
    /// Active employer establishments.
    pub etablissements: u64,
    /// Jobs, estimated.
    pub emplois: Emplois,
    /// Jobs per establishment with a band.
    pub taille_moyenne: Option<f64>,
}

/// Weight of the ESS in one sector.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PoidsSecteur {
    /// Sector.
    pub secteur: String,
    /// The ESS in it.
    pub ess: Part,
    /// All of it, public included.
    pub total: Part,
    /// Jobs of the ESS / jobs of the sector (*taux de pénétration*), 0 to 1.
    pub part_emplois: Option<f64>,
    /// Share of this sector in the jobs of the ESS, 0 to 1: another percentage, often confused.
    pub part_dans_ess: Option<f64>,
}

/// The comparisons of a territory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparaisonEconomie {
    /// The ESS of the perimeter.
    pub ess: Part,
    /// Private establishments outside the ESS.
    pub prive_hors_ess: Part,
    /// Public establishments.
    pub public: Part,
    /// Establishments whose legal unit or category is unknown.
    pub inconnu: Part,
    /// All of them.
    pub total: Part,
    /// Jobs of the ESS / all jobs, 0 to 1.
    pub part_emploi_total: Option<f64>,
    /// Jobs of the ESS / private jobs, 0 to 1.
    pub part_emploi_prive: Option<f64>,
    /// Establishments of the ESS / all employer establishments, 0 to 1.
    pub part_etablissements: Option<f64>,
    /// Weight in each sector, by label.
    pub secteurs: Vec<PoidsSecteur>,
}

/// Sums the cells that a test admits.
fn part(cells: &[&CelluleEconomie], estimateur: &Estimateur, admits: impl Fn(&CelluleEconomie) -> bool) -> Part {
    let kept: Vec<_> = cells.iter().filter(|cell| admits(cell)).collect();
    let emplois = estimateur.estimate(kept.iter().map(|cell| (cell.tranche, u64::from(cell.etablissements))));
    let etablissements = kept.iter().map(|cell| u64::from(cell.etablissements)).sum();
    Part { etablissements, emplois, taille_moyenne: emplois.taille_moyenne() }
}

fn ratio(numerator: Option<f64>, denominator: Option<f64>) -> Option<f64> {
    numerator.zip(denominator).filter(|(_, whole)| *whole > 0.0).map(|(some, whole)| some / whole)
}

/// Compares the ESS of some communes with their whole economy.
pub fn compare(
    economie: &[CelluleEconomie],
    communes: &BTreeSet<CodeCommune>,
    estimateur: &Estimateur,
    secteurs: &Secteurs,
) -> ComparaisonEconomie {
    let cells: Vec<_> = economie.iter().filter(|cell| communes.contains(&cell.code_commune)).collect();
    let of = |institution| move |cell: &CelluleEconomie| !cell.ess && cell.secteur_institutionnel == institution;
    let ess = part(&cells, estimateur, |cell| cell.ess);
    let prive_hors_ess = part(&cells, estimateur, of(SecteurInstitutionnel::Prive));
    let total = part(&cells, estimateur, |_| true);
    let central = |part: &Part| part.emplois.central;
    let private = central(&ess).zip(central(&prive_hors_ess)).map(|(ess, rest)| ess + rest);
    ComparaisonEconomie {
        public: part(&cells, estimateur, of(SecteurInstitutionnel::Public)),
        inconnu: part(&cells, estimateur, of(SecteurInstitutionnel::Inconnu)),
        part_emploi_total: ratio(central(&ess), central(&total)),
        part_emploi_prive: ratio(central(&ess), private),
        part_etablissements: ratio(Some(ess.etablissements as f64), Some(total.etablissements as f64)),
        secteurs: by_sector(&cells, (&ess, estimateur), secteurs),
        ess,
        prive_hors_ess,
        total,
    }
}

fn by_sector(
    cells: &[&CelluleEconomie],
    (ess, estimateur): (&Part, &Estimateur),
    secteurs: &Secteurs,
) -> Vec<PoidsSecteur> {
    let mut groups: BTreeMap<&str, Vec<&CelluleEconomie>> = BTreeMap::new();
    for cell in cells {
        groups.entry(secteurs.secteur_division(&cell.division_naf)).or_default().push(cell);
    }
    let weigh = |(secteur, cells): (&str, Vec<&CelluleEconomie>)| {
        let mine = part(&cells, estimateur, |cell| cell.ess);
        let total = part(&cells, estimateur, |_| true);
        PoidsSecteur {
            secteur: secteur.to_owned(),
            part_emplois: ratio(mine.emplois.central, total.emplois.central),
            part_dans_ess: ratio(mine.emplois.central, ess.emplois.central),
            ess: mine,
            total,
        }
    };
    groups.into_iter().map(weigh).collect()
}
