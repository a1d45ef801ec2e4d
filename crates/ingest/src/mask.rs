//! Partial diffusion, applied last, over everything that was joined.
//!
//! A unit of status P (itself or its legal unit) leaves here as a count by commune, family, sector
//! and band: no SIRET, name, address, IRIS or point of it goes further.

use std::collections::BTreeMap;

use domain::{CelluleMasquee, Structure};

/// A structure with its diffusion status.
#[derive(Debug, Clone)]
pub struct Candidat {
    /// Everything known of it.
    pub structure: Structure,
    /// Partially diffusible.
    pub masque: bool,
}

/// Diffusible structures by SIRET, and the others as counts.
pub fn mask(candidats: Vec<Candidat>) -> (Vec<Structure>, Vec<CelluleMasquee>) {
    let mut structures = Vec::with_capacity(candidats.len());
    let mut cells: BTreeMap<CelluleMasquee, u32> = BTreeMap::new();
    for Candidat { structure, masque } in candidats {
        if masque {
            let key = CelluleMasquee {
                code_commune: structure.code_commune,
                famille: structure.famille,
                secteur: structure.secteur,
                tranche: structure.tranche,
                couronne: structure.couronne,
                effectif: 0,
            };
            *cells.entry(key).or_default() += 1;
        } else {
            structures.push(structure);
        }
    }
    structures.sort_by(|a, b| a.siret.cmp(&b.siret));
    let cells = cells.into_iter().map(|(cell, effectif)| CelluleMasquee { effectif, ..cell }).collect();
    (structures, cells)
}
