//! Jobs supplied from outside the register: census denominators, and the counts of a partner under secrecy.

use serde::{Deserialize, Serialize};

use crate::{CodeCommune, Famille};

/// Which jobs a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChampEmplois {
    /// Of the ESS.
    Ess,
    /// Of the private sector, the ESS included.
    Prive,
    /// All jobs, public and self-employed included when the source is the census.
    Total,
}

impl ChampEmplois {
    /// All.
    pub const ALL: [Self; 3] = [Self::Ess, Self::Prive, Self::Total];

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ess => "ess",
            Self::Prive => "prive",
            Self::Total => "total",
        }
    }

    /// The value of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|champ| champ.code() == code)
    }
}

/// Jobs of a commune, by family or not.
///
/// What secrecy hides was never written here: `emplois` is `None` and `secret` true, and nothing else tells the value.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct CelluleEmplois {
    /// Commune.
    pub code_commune: CodeCommune,
    /// Which jobs.
    pub champ: ChampEmplois,
    /// Family; none for all of them.
    pub famille: Option<Famille>,
    /// Year.
    pub annee: i32,
    /// Establishments, when the source tells them: a count of the open register, never secret.
    pub etablissements: Option<u32>,
    /// Jobs; none when secret.
    pub emplois: Option<f64>,
    /// Hidden by a rule of secrecy.
    pub secret: bool,
}

/// Fewest establishments of a published cell (frequency rule of 7 July 1960).
pub const FREQUENCE: u32 = 3;
/// Largest share that one establishment may have in a published cell (dominance rule).
pub const DOMINANCE: f64 = 0.85;

/// A cell of confidential jobs may be published: at least three establishments, none above 85 % of the value.
pub fn publiable(etablissements: u32, somme: f64, maximum: f64) -> bool {
    etablissements >= FREQUENCE && maximum <= DOMINANCE * somme
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_on_the_cells_of_the_insee_example() {
        // Value, establishments, largest: those of rtauargus.
        for (value, n, max, open) in
            [(100.0, 10, 20.0, true), (30.0, 2, 20.0, false), (60.0, 8, 16.0, true), (40.0, 6, 38.0, false)]
        {
            assert_eq!(publiable(n, value, max), open, "{value} {n} {max}");
        }
        assert!(publiable(3, 100.0, 85.0), "85 % is not above 85 %");
        assert!(!publiable(3, 100.0, 85.1));
    }
}
