//! What was planted.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::model::Outcome;

/// Counts of a generation. `pemb` maps concern Paris Est Marne & Bois only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EconomyReport {
    /// Rows of the stock of establishments.
    pub etablissements: usize,
    /// Rows of the stock of legal units.
    pub unites_legales: usize,
    /// Rows of the geolocation file.
    pub geolocalisations: usize,
    /// Establishments of Paris Est Marne & Bois by expected outcome.
    pub pemb_attendus: BTreeMap<&'static str, usize>,
    /// Establishments of the ring by expected outcome.
    pub couronne_attendus: BTreeMap<&'static str, usize>,
    /// Kept structures of Paris Est Marne & Bois, masked ones included, by family.
    pub pemb_familles: BTreeMap<String, usize>,
    /// Traps by label, everywhere.
    pub pieges: BTreeMap<&'static str, usize>,
}

impl EconomyReport {
    pub(super) fn of(builder: &Builder) -> Self {
        let mut report = Self {
            etablissements: builder.establishments.len(),
            unites_legales: builder.units.iter().filter(|unit| unit.publiee).count(),
            ..Self::default()
        };
        for site in &builder.establishments {
            let attendu = site.verite.attendu();
            report.geolocalisations += usize::from(site.position.geolocalisation.is_some());
            if !site.verite.piege.is_empty() {
                *report.pieges.entry(site.verite.piege).or_default() += 1;
            }
            match site.plot.map(|plot| builder.ground.plots[plot].shape.couronne) {
                Some(false) => {
                    *report.pemb_attendus.entry(attendu.word()).or_default() += 1;
                    if site.verite.counted() {
                        *report.pemb_familles.entry(site.verite.famille.clone()).or_default() += 1;
                    }
                }
                Some(true) => *report.couronne_attendus.entry(attendu.word()).or_default() += 1,
                None => {}
            }
        }
        report
    }

    /// Kept structures of Paris Est Marne & Bois, masked ones included.
    pub fn structures(&self) -> usize {
        let count = |outcome: Outcome| self.pemb_attendus.get(outcome.word()).copied().unwrap_or(0);
        count(Outcome::Retenu) + count(Outcome::Masque)
    }
}
