//! The waterfall: every row read is kept or leaves by one named reason, and the sum is checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Etape, Motif};

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

/// What a line of a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Rows that leave here.
    Sortie,
    /// Some of the rows that go on: in no sum.
    Dont,
}

/// A line of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LigneEtape {
    /// What it is.
    pub nature: Nature,
    /// Code of the reason.
    pub code: &'static str,
    /// The reason in French.
    pub libelle: &'static str,
    /// Rows.
    pub lignes: u64,
}

/// A stage: what enters, what leaves by which reason, what goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EtapeCascade {
    /// Stage.
    pub etape: Etape,
    /// Its name in French.
    pub libelle: &'static str,
    /// Rows that enter.
    pub entrees: u64,
    /// Rows out, each by its reason, and details of those that go on.
    pub lignes: Vec<LigneEtape>,
    /// Rows that go on to the next stage.
    pub gardees: u64,
}

/// A number of the waterfall, as tables and files have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LigneCascade {
    /// Code of the stage.
    pub etape: &'static str,
    /// Its name in French.
    pub libelle_etape: &'static str,
    /// `entree`, `sortie`, `dont` (in no sum) or `gardee`.
    pub nature: &'static str,
    /// Code of the reason.
    pub code: &'static str,
    /// The reason in French.
    pub libelle: &'static str,
    /// Rows.
    pub lignes: u64,
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

    /// So many rows leave for a reason; none leaves no line.
    pub fn exclut_lot(&mut self, motif: Motif, lignes: u64) {
        if lignes > 0 {
            *self.exclus.entry(motif).or_default() += lignes;
        }
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

    /// The stages in order; what goes on from one enters the next.
    pub fn etapes(&self) -> Vec<EtapeCascade> {
        let mut entrees = self.lus;
        let stage = |etape: Etape| {
            let lignes = self.lignes(etape);
            let out: u64 = lignes.iter().filter(|ligne| ligne.nature == Nature::Sortie).map(|ligne| ligne.lignes).sum();
            // A waterfall that does not add up is refused by `verifie` before anyone reads its stages.
            let gardees = entrees.saturating_sub(out);
            let stage = EtapeCascade { etape, libelle: etape.libelle(), entrees, lignes, gardees };
            entrees = gardees;
            stage
        };
        Etape::ALL.into_iter().map(stage).collect()
    }

    fn lignes(&self, etape: Etape) -> Vec<LigneEtape> {
        let line = |nature, code, libelle, lignes| LigneEtape { nature, code, libelle, lignes };
        match etape {
            Etape::Position => vec![
                line(Nature::Sortie, "couronne", "couronne autour du territoire : dans aucun chiffre", self.couronne),
                line(Nature::Dont, "localisees", "localisées, au numéro ou à la voie", self.localises),
                line(Nature::Dont, "non_localisees", "sans point, comptées dans leur commune", self.non_localises),
                line(Nature::Dont, "jamais_placees", "à diffusion partielle, jamais placées", self.masques),
            ],
            Etape::Diffusion => vec![line(
                Nature::Sortie,
                "diffusion_partielle",
                "à diffusion partielle : comptées dans leur commune, lignes nulle part",
                self.masques,
            )],
            _ => {
                let mine = self.exclus.iter().filter(|(motif, _)| motif.etape() == etape);
                mine.map(|(motif, &lignes)| line(Nature::Sortie, motif.code(), motif.libelle(), lignes)).collect()
            }
        }
    }

    /// The stages as a table, one line a number.
    pub fn lignes_de_table(&self) -> Vec<LigneCascade> {
        let mut table = Vec::new();
        for stage in self.etapes() {
            let mut line = |nature, code, libelle, lignes| {
                let (etape, libelle_etape) = (stage.etape.code(), stage.libelle);
                table.push(LigneCascade { etape, libelle_etape, nature, code, libelle, lignes });
            };
            line("entree", "entrees", "lignes qui entrent", stage.entrees);
            for ligne in &stage.lignes {
                let nature = if ligne.nature == Nature::Sortie { "sortie" } else { "dont" };
                line(nature, ligne.code, ligne.libelle, ligne.lignes);
            }
            line("gardee", "gardees", "lignes gardées", stage.gardees);
        }
        table
    }

    /// The same as CSV: `etape,libelle_etape,nature,code,libelle,lignes`.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for line in self.lignes_de_table() {
            writer.serialize(line)?;
        }
        let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn must_add_up() {
        let mut waterfall = Waterfall { lus: 4, localises: 1, masques: 1, couronne: 1, ..Waterfall::default() };
        assert!(waterfall.verifie().is_err());
        waterfall.exclut(Motif::Ferme);
        assert_eq!(waterfall.verifie(), Ok(()));
    }

    /// A waterfall where every row read was given one fate.
    fn any_waterfall() -> impl Strategy<Value = Waterfall> {
        let fates = Motif::ALL.len() + 4;
        prop::collection::vec(0..fates, 0..400).prop_map(|rows| {
            let mut waterfall = Waterfall { lus: rows.len() as u64, ..Waterfall::default() };
            for row in rows {
                match Motif::ALL.get(row) {
                    Some(&motif) => waterfall.exclut(motif),
                    None => match row - Motif::ALL.len() {
                        0 => waterfall.localises += 1,
                        1 => waterfall.non_localises += 1,
                        2 => waterfall.masques += 1,
                        _ => waterfall.couronne += 1,
                    },
                }
            }
            waterfall
        })
    }

    proptest! {
        #[test]
        fn the_stages_chain_and_end_with_the_rows_that_have_a_line(waterfall in any_waterfall()) {
            prop_assert_eq!(waterfall.verifie(), Ok(()));
            let etapes = waterfall.etapes();
            prop_assert_eq!(etapes.len(), Etape::ALL.len());
            prop_assert_eq!(etapes[0].entrees, waterfall.lus);
            for pair in etapes.windows(2) {
                prop_assert_eq!(pair[0].gardees, pair[1].entrees);
            }
            for etape in &etapes {
                let out: u64 = etape.lignes.iter().filter(|l| l.nature == Nature::Sortie).map(|l| l.lignes).sum();
                prop_assert_eq!(etape.entrees, etape.gardees + out);
                let details: u64 = etape.lignes.iter().filter(|l| l.nature == Nature::Dont).map(|l| l.lignes).sum();
                prop_assert!(details == 0 || details == etape.gardees);
            }
            let named: u64 = etapes.iter().flat_map(|e| &e.lignes).filter(|l| l.nature == Nature::Sortie).map(|l| l.lignes).sum();
            prop_assert_eq!(etapes[etapes.len() - 1].gardees, waterfall.localises + waterfall.non_localises);
            prop_assert_eq!(named + waterfall.localises + waterfall.non_localises, waterfall.lus);
        }

        #[test]
        fn one_row_lost_is_refused(mut waterfall in any_waterfall(), lost in 1..5_u64) {
            waterfall.lus += lost;
            prop_assert!(waterfall.verifie().is_err());
        }

        #[test]
        fn the_csv_holds_every_number(waterfall in any_waterfall()) {
            let text = waterfall.csv().unwrap();
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let sum = |nature: &str| -> u64 {
                rows.iter().filter(|row| &row[2] == nature).map(|row| row[5].parse::<u64>().unwrap()).sum()
            };
            let last: u64 = rows[rows.len() - 1][5].parse().unwrap();
            prop_assert_eq!(waterfall.lus, sum("sortie") + last);
        }
    }
}
