//! Jobs supplied from outside the register: denominators of the share of the ESS, and the counts of a partner.

use std::collections::{BTreeMap, BTreeSet};

use domain::{CelluleEmplois, ChampEmplois, CodeCommune, Famille};
use serde::Serialize;

/// Why a share cannot be told.
pub const SANS_TABLE: &str = "aucune table d’emplois par commune n’a été chargée (essaim ingest --emplois, base de l’Insee ou table d’un partenaire)";
const AUTRE_CHAMP: &str = "la table d’emplois chargée ne donne pas ces emplois";
const INCOMPLETE: &str = "la table d’emplois chargée ne couvre pas toutes les communes du territoire";
const SECRET: &str = "secret statistique : une case au moins est masquée, et le total qui la rendrait l’est aussi";

/// Jobs of one kind in a territory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmploisFournis {
    /// Jobs; unknown with a reason.
    pub emplois: Option<f64>,
    /// Year of the source.
    pub annee: Option<i32>,
    /// Cells that secrecy hides.
    pub cases_secretes: u64,
    /// Why the value is unknown.
    pub raison: Option<&'static str>,
}

/// Counted jobs of a family.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmploisFamille {
    /// Family.
    pub famille: Famille,
    /// Its jobs.
    #[serde(flatten)]
    pub emplois: EmploisFournis,
}

/// What the supplied tables say of a territory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reference {
    /// All jobs.
    pub total: EmploisFournis,
    /// Jobs of the private sector, the ESS included.
    pub prive: EmploisFournis,
    /// Jobs of the ESS, counted by a partner.
    pub ess: EmploisFournis,
    /// The same by family.
    pub familles: Vec<EmploisFamille>,
    /// Estimated jobs of the ESS / all jobs supplied, 0 to 1.
    pub part_emploi_total: Option<f64>,
    /// Estimated jobs of the ESS / private jobs supplied, 0 to 1.
    pub part_emploi_prive: Option<f64>,
    /// Estimated jobs of the ESS / private jobs outside of it, 0 to 1 and above.
    pub part_emploi_prive_hors_ess: Option<f64>,
}

/// Sums the supplied cells of some communes, and sets the estimated jobs of the ESS against them.
///
/// A sum of which a cell is hidden is hidden too, and so is a total of which a sum is: no margin gives a hidden cell
/// back, at the price of hiding more than an optimal suppression would.
pub fn reference(cells: &[CelluleEmplois], communes: &BTreeSet<CodeCommune>, ess_estimes: Option<f64>) -> Reference {
    let inside: Vec<&CelluleEmplois> = cells.iter().filter(|cell| communes.contains(&cell.code_commune)).collect();
    let of = |champ: ChampEmplois| inside.iter().copied().filter(move |cell| cell.champ == champ);
    let absent = if cells.is_empty() { SANS_TABLE } else { AUTRE_CHAMP };
    let total = sum(of(ChampEmplois::Total), Some(communes), absent);
    let prive = sum(of(ChampEmplois::Prive), Some(communes), absent);
    let mut by_family: BTreeMap<Famille, Vec<&CelluleEmplois>> = BTreeMap::new();
    for cell in of(ChampEmplois::Ess) {
        if let Some(famille) = cell.famille {
            by_family.entry(famille).or_default().push(cell);
        }
    }
    // A partner lists the communes where it counts somebody: the others have nobody.
    let familles: Vec<EmploisFamille> = by_family
        .into_iter()
        .map(|(famille, cells)| EmploisFamille { famille, emplois: sum(cells.into_iter(), None, absent) })
        .collect();
    // A total that the partner gives of a commune stands for its families: they are not added to it.
    let totals: BTreeSet<&CodeCommune> =
        of(ChampEmplois::Ess).filter(|cell| cell.famille.is_none()).map(|cell| &cell.code_commune).collect();
    let counted = |cell: &&CelluleEmplois| cell.famille.is_none() || !totals.contains(&cell.code_commune);
    let ess = sum(of(ChampEmplois::Ess).filter(counted), None, absent);
    let ratio =
        |whole: Option<f64>| ess_estimes.zip(whole).filter(|(_, whole)| *whole > 0.0).map(|(ess, whole)| ess / whole);
    let rest = prive.emplois.zip(ess_estimes).map(|(private, ess)| private - ess);
    Reference {
        part_emploi_total: ratio(total.emplois),
        part_emploi_prive: ratio(prive.emplois),
        part_emploi_prive_hors_ess: ratio(rest),
        total,
        prive,
        ess,
        familles,
    }
}

/// A sum; `whole` names the communes that must all be there.
fn sum<'c>(
    cells: impl Iterator<Item = &'c CelluleEmplois>,
    whole: Option<&BTreeSet<CodeCommune>>,
    absent: &'static str,
) -> EmploisFournis {
    let cells: Vec<_> = cells.collect();
    let annee = cells.iter().map(|cell| cell.annee).max();
    let cases_secretes = cells.iter().filter(|cell| cell.secret).count() as u64;
    let unknown = |raison| EmploisFournis { emplois: None, annee, cases_secretes, raison: Some(raison) };
    if cells.is_empty() {
        return unknown(absent);
    }
    let told: BTreeSet<&CodeCommune> = cells.iter().map(|cell| &cell.code_commune).collect();
    if whole.is_some_and(|communes| told.len() < communes.len()) {
        return unknown(INCOMPLETE);
    }
    match cells.iter().map(|cell| cell.emplois).sum::<Option<f64>>() {
        Some(jobs) if cases_secretes == 0 => {
            EmploisFournis { emplois: Some(jobs), annee, cases_secretes, raison: None }
        }
        _ => unknown(SECRET),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(commune: &str, champ: ChampEmplois, famille: Option<Famille>, emplois: Option<f64>) -> CelluleEmplois {
        CelluleEmplois {
            code_commune: commune.parse().unwrap(),
            champ,
            famille,
            annee: 2022,
            etablissements: None,
            emplois,
            secret: emplois.is_none(),
        }
    }

    fn communes(codes: &[&str]) -> BTreeSet<CodeCommune> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn shares_name_their_denominator() {
        let cells = [
            cell("94052", ChampEmplois::Total, None, Some(900.0)),
            cell("94058", ChampEmplois::Total, None, Some(100.0)),
            cell("94052", ChampEmplois::Prive, None, Some(500.0)),
        ];
        let found = reference(&cells, &communes(&["94052", "94058"]), Some(80.0));
        assert_eq!(found.part_emploi_total, Some(0.08));
        assert_eq!((found.part_emploi_prive, found.prive.raison), (None, Some(INCOMPLETE)));
        let one = reference(&cells, &communes(&["94052"]), Some(80.0));
        assert_eq!((one.part_emploi_prive, one.part_emploi_prive_hors_ess), (Some(0.16), Some(80.0 / 420.0)));
        let none = reference(&[], &communes(&["94052"]), Some(80.0));
        assert_eq!((none.part_emploi_total, none.total.raison), (None, Some(SANS_TABLE)));
    }

    #[test]
    fn a_total_of_the_partner_is_not_added_to_its_families() {
        let cells = [
            cell("94052", ChampEmplois::Ess, None, Some(130.0)),
            cell("94052", ChampEmplois::Ess, Some(Famille::Associations), Some(100.0)),
            cell("94058", ChampEmplois::Ess, Some(Famille::Associations), Some(50.0)),
        ];
        assert_eq!(reference(&cells, &communes(&["94052", "94058"]), None).ess.emplois, Some(180.0));
    }

    #[test]
    fn no_margin_gives_a_hidden_cell_back() {
        let (a, m) = (Some(Famille::Associations), Some(Famille::Mutuelles));
        let cells = [
            cell("94052", ChampEmplois::Ess, a, Some(100.0)),
            cell("94052", ChampEmplois::Ess, m, None),
            cell("94058", ChampEmplois::Ess, a, Some(50.0)),
            cell("94058", ChampEmplois::Ess, m, Some(30.0)),
        ];
        // Whatever the communes asked for, in every subset: what holds the hidden cell tells nothing.
        for codes in [&["94052"][..], &["94058"], &["94052", "94058"]] {
            let found = reference(&cells, &communes(codes), None);
            let hides = codes.contains(&"94052");
            assert_eq!(found.ess.emplois.is_none(), hides, "{codes:?}");
            for family in &found.familles {
                let hidden = hides && family.famille == Famille::Mutuelles;
                assert_eq!(family.emplois.emplois.is_none(), hidden, "{codes:?} {:?}", family.famille);
            }
        }
    }
}
