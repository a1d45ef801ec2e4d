//! The whole economy, counted in the same pass: active employers by commune, division, band and sector.

use std::collections::BTreeMap;

use domain::{CelluleEconomie, SecteurInstitutionnel};

use crate::etablissement::Etablissement;
use crate::unite_legale::UniteLegale;

/// Counts of active employer establishments.
#[derive(Debug, Default)]
pub struct Economie {
    cells: BTreeMap<CelluleEconomie, u32>,
}

impl Economie {
    /// Counts one active employer establishment, masked or not: a count by commune tells nothing of it.
    pub fn count(&mut self, etablissement: &Etablissement, unite: Option<&UniteLegale>, ess: bool) {
        let categorie = unite.and_then(|unite| unite.categorie.as_ref());
        let key = CelluleEconomie {
            code_commune: etablissement.code_commune.clone(),
            division_naf: etablissement.ape.as_ref().map(|ape| ape.division().to_owned()).unwrap_or_default(),
            tranche: etablissement.tranche,
            secteur_institutionnel: SecteurInstitutionnel::from_categorie(categorie),
            ess,
            etablissements: 0,
        };
        *self.cells.entry(key).or_default() += 1;
    }

    /// The cells, in order.
    pub fn into_cells(self) -> Vec<CelluleEconomie> {
        self.cells.into_iter().map(|(cell, etablissements)| CelluleEconomie { etablissements, ..cell }).collect()
    }
}
