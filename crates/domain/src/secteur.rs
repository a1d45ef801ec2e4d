//! Observatory sectors, from the NAF division.

use std::collections::HashMap;

use crate::nomenclature::{CodeApe, Nomenclature};
use crate::table::{TableError, for_each_row};

/// Label of the catch-all activity of associations, never folded into a meaningful sector.
pub const SANS_ACTIVITE_PRECISE: &str = "Associations sans activité précise (94.99Z)";
/// Label when the division is unknown to the table.
pub const NON_CLASSE: &str = "Activité non classée";

/// A sector's label.
pub type Secteur = String;

/// Division → sector table (`geodata/nomenclatures/secteurs_ess.csv`).
#[derive(Debug, Clone)]
pub struct Secteurs {
    by_division: HashMap<String, Secteur>,
    divisions: HashMap<String, String>,
}

impl Secteurs {
    /// Reads the table.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut by_division = HashMap::new();
        let mut divisions = HashMap::new();
        let needed = ["division_naf_rev2", "libelle_division", "secteur"];
        for_each_row("secteurs_ess.csv", text, &needed, |row| {
            let division = row.get("division_naf_rev2").to_owned();
            divisions.insert(division.clone(), row.get("libelle_division").to_owned());
            by_division.insert(division, row.get("secteur").to_owned());
            Ok(())
        })?;
        Ok(Self { by_division, divisions })
    }

    /// The table shipped with this version.
    pub fn embedded() -> Result<Self, TableError> {
        Self::parse(include_str!("../../../geodata/nomenclatures/secteurs_ess.csv"))
    }

    /// Sector of an activity code. NAF 2025 keeps the divisions that matter here except 45.
    pub fn secteur(&self, ape: &CodeApe) -> &str {
        let catch_all = matches!(
            (ape.nomenclature, &*ape.code),
            (Nomenclature::NafRev2, "94.99Z") | (Nomenclature::Naf2025, "94.99Y")
        );
        if catch_all {
            return SANS_ACTIVITE_PRECISE;
        }
        if ape.nomenclature == Nomenclature::Ancienne {
            return NON_CLASSE;
        }
        self.by_division.get(ape.division()).map_or(NON_CLASSE, String::as_str)
    }

    /// The labels that a structure may carry, in alphabetical order.
    pub fn tous(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = self.by_division.values().map(String::as_str).collect();
        labels.extend([SANS_ACTIVITE_PRECISE, NON_CLASSE]);
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// One of them.
    pub fn connait(&self, label: &str) -> bool {
        self.tous().contains(&label)
    }

    /// Sector of a division, without the exception of 94.99Z.
    pub fn secteur_division(&self, division: &str) -> &str {
        self.by_division.get(division).map_or(NON_CLASSE, String::as_str)
    }

    /// Label of a division.
    pub fn libelle_division(&self, division: &str) -> &str {
        self.divisions.get(division).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catch_all_stands_apart() {
        let secteurs = Secteurs::embedded().unwrap();
        let ape = |code: &str| CodeApe { code: code.into(), nomenclature: Nomenclature::NafRev2 };
        assert_eq!(secteurs.secteur(&ape("94.99Z")), SANS_ACTIVITE_PRECISE);
        assert_eq!(secteurs.secteur(&ape("88.10A")), "Action sociale");
        assert_eq!(secteurs.secteur(&ape("04.00Z")), NON_CLASSE);
    }
}
