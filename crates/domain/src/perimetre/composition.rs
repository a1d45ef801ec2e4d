//! What a perimeter holds, spelled out for readers: no one should need the code to know the rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tables::{RegleCategorie, SortApe};
use super::{ExclusionTeste, Perimetre};
use crate::{Famille, Nomenclature};

/// Legal categories and activities as a perimeter treats them. Lists are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// Categories kept by their form, by family.
    pub par_forme: BTreeMap<Famille, Vec<String>>,
    /// Categories kept only with the mention or on a list.
    pub sur_preuve: Vec<String>,
    /// Among the kept ones, those whose place awaits confirmation.
    pub a_confirmer: Vec<String>,
    /// Categories known and out.
    pub hors: Vec<String>,
    /// Activities out, by nomenclature.
    pub ape_exclues: BTreeMap<Nomenclature, Vec<String>>,
    /// Activities whose fate is undecided, by nomenclature.
    pub ape_a_decider: BTreeMap<Nomenclature, Vec<String>>,
}

impl Perimetre {
    /// Spells the perimeter out.
    pub fn composition(&self) -> Composition {
        let mut composition = Composition::default();
        let mut codes: Vec<_> = self.categories.iter().collect();
        codes.sort_unstable_by_key(|(code, _)| *code);
        for (code, categorie) in codes {
            let held = |famille: &Famille| self.entete.familles.contains(famille);
            let list = match categorie.regle {
                RegleCategorie::Forme(famille) if held(&famille) => {
                    if categorie.a_verifier {
                        composition.a_confirmer.push(code.clone());
                    }
                    composition.par_forme.entry(famille).or_default()
                }
                RegleCategorie::SurPreuve(_) => &mut composition.sur_preuve,
                RegleCategorie::Forme(_) | RegleCategorie::Hors => &mut composition.hors,
            };
            list.push(code.clone());
        }
        if self.entete.exclusion_teste != ExclusionTeste::Aucune {
            composition.ape_exclues = self.activities(SortApe::Exclue);
            composition.ape_a_decider = self.activities(SortApe::ADecider);
        }
        composition
    }

    fn activities(&self, sort: SortApe) -> BTreeMap<Nomenclature, Vec<String>> {
        let mut lists: BTreeMap<Nomenclature, Vec<String>> = BTreeMap::new();
        for ((nomenclature, code), _) in self.ape.iter().filter(|(_, found)| **found == sort) {
            lists.entry(*nomenclature).or_default().push(code.clone());
        }
        for codes in lists.values_mut() {
            codes.sort_unstable();
        }
        lists
    }
}
