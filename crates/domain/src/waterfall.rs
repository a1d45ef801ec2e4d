//! The waterfall: every row read is kept or leaves by one named reason, and the sum is checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Motif;

/// Rows read, rows out by reason, rows kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waterfall {
    /// Rows of `StockEtablissement` read.
    pub lus: u64,
    /// Rows out, by the first rule that put them out.
    pub exclus: BTreeMap<Motif, u64>,
    /// Kept in the territory: located at a point.
    pub localises: u64,
    /// Kept in the territory: no point (quality `commune` or `inconnue`).
    pub non_localises: u64,
    /// Kept in the territory: partially diffusible, counted by commune only.
    pub masques: u64,
    /// Kept in the ring around the territory; in no published figure.
    pub couronne: u64,
}

/// A waterfall that does not add up: a defect of ours, never published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("la cascade ne tombe pas juste : {read} lignes lues, {accounted} expliquées")]
pub struct WaterfallError {
    read: u64,
    accounted: u64,
}

impl Waterfall {
    /// One row leaves for a reason.
    pub fn exclut(&mut self, motif: Motif) {
        *self.exclus.entry(motif).or_default() += 1;
    }

    /// Structures of the territory: located, not located and masked.
    pub fn retenus(&self) -> u64 {
        self.localises + self.non_localises + self.masques
    }

    /// Checks that read = kept + each reason.
    pub fn verifie(&self) -> Result<(), WaterfallError> {
        let accounted = self.retenus() + self.couronne + self.exclus.values().sum::<u64>();
        if accounted == self.lus {
            return Ok(());
        }
        Err(WaterfallError { read: self.lus, accounted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn must_add_up() {
        let mut waterfall = Waterfall { lus: 4, localises: 1, masques: 1, couronne: 1, ..Waterfall::default() };
        assert!(waterfall.verifie().is_err());
        waterfall.exclut(Motif::Ferme);
        assert_eq!(waterfall.verifie(), Ok(()));
    }
}
