//! Workforce bands of Sirene (`trancheEffectifs…`), headcount at 31 December of a year.

use serde::{Deserialize, Serialize};

/// A workforce band. The unknown (null) band is the absence of a `Tranche`, never a zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Tranche {
    /// `NN`: not an employer in the year; proves nothing about today.
    NonEmployeuse,
    /// `00`: no employee at 31 December, some during the year.
    Zero,
    /// `01` to `53`: an employing band, by its rank in [`BANDES`].
    Bande(Bande),
}

/// An employing band (`01` to `53`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bande(u8);

/// Code, lower and upper bound of each employing band; the last is open.
const BANDES: [(&str, u32, Option<u32>); 14] = [
    ("01", 1, Some(2)),
    ("02", 3, Some(5)),
    ("03", 6, Some(9)),
    ("11", 10, Some(19)),
    ("12", 20, Some(49)),
    ("21", 50, Some(99)),
    ("22", 100, Some(199)),
    ("31", 200, Some(249)),
    ("32", 250, Some(499)),
    ("41", 500, Some(999)),
    ("42", 1000, Some(1999)),
    ("51", 2000, Some(4999)),
    ("52", 5000, Some(9999)),
    ("53", 10000, None),
];

/// A class of a table of establishments by size (Flores): what its mean headcount comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClasseTaille {
    /// Department; none when the table is not by department.
    pub departement: Option<String>,
    /// Smallest headcount.
    pub minimum: u32,
    /// Largest; none for the open class.
    pub maximum: Option<u32>,
    /// Establishments.
    pub etablissements: u32,
    /// Their jobs.
    pub emplois: f64,
}

impl ClasseTaille {
    /// Jobs per establishment.
    pub fn moyenne(&self) -> f64 {
        self.emplois / f64::from(self.etablissements)
    }
}

impl Bande {
    /// The 14 employing bands in growing order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(BANDES.len()).map(Self)
    }

    /// Official code.
    pub fn code(self) -> &'static str {
        BANDES[usize::from(self.0)].0
    }

    /// Smallest headcount of the band.
    pub fn plancher(self) -> u32 {
        BANDES[usize::from(self.0)].1
    }

    /// Largest headcount; none for the open band.
    pub fn plafond(self) -> Option<u32> {
        BANDES[usize::from(self.0)].2
    }

    /// Rank among the employing bands, from 0.
    pub fn rank(self) -> usize {
        usize::from(self.0)
    }
}

impl Tranche {
    /// The band of an official code; `None` when the code is not one.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "NN" => Some(Self::NonEmployeuse),
            "00" => Some(Self::Zero),
            _ => Bande::all().find(|bande| bande.code() == code).map(Self::Bande),
        }
    }

    /// Official code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NonEmployeuse => "NN",
            Self::Zero => "00",
            Self::Bande(bande) => bande.code(),
        }
    }

    /// The employing band, if it is one.
    pub fn bande(self) -> Option<Bande> {
        match self {
            Self::Bande(bande) => Some(bande),
            Self::NonEmployeuse | Self::Zero => None,
        }
    }

    /// Label for readers.
    pub fn libelle(self) -> String {
        match self {
            Self::NonEmployeuse => "non employeuse dans l’année".to_owned(),
            Self::Zero => "0 salarié au 31/12".to_owned(),
            Self::Bande(bande) => match bande.plafond() {
                Some(max) => format!("{} à {max} salariés", bande.plancher()),
                None => format!("{} salariés et plus", bande.plancher()),
            },
        }
    }
}

impl TryFrom<String> for Tranche {
    type Error = String;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::from_code(&code).ok_or_else(|| format!("tranche d’effectifs inconnue : « {code} »"))
    }
}

impl From<Tranche> for String {
    fn from(tranche: Tranche) -> Self {
        tranche.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::for_each_row;

    #[test]
    fn agrees_with_the_reference_table() {
        let text = include_str!("../../../geodata/nomenclatures/tranches_effectifs.csv");
        let mut seen = 0;
        for_each_row("tranches", text, &["code", "min", "max"], |row| {
            let code = row.get("code");
            if code.is_empty() {
                assert_eq!(Tranche::from_code(code), None, "null is unknown, not a band");
                return Ok(());
            }
            let tranche = Tranche::from_code(code).unwrap();
            if let Some(bande) = tranche.bande() {
                assert_eq!(row.get("min").parse(), Ok(bande.plancher()));
                assert_eq!(row.get("max").parse().ok(), bande.plafond());
                seen += 1;
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, Bande::all().count());
    }
}
