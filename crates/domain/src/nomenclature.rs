//! Legal categories and activity codes, always with the nomenclature that gives them their meaning.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Nomenclature of activities that a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Nomenclature {
    /// NAF rev. 2, in force from 2008 to 31 December 2026.
    #[serde(rename = "NAFRev2")]
    NafRev2,
    /// NAF 2025, in force from 1 January 2027.
    #[serde(rename = "NAF2025")]
    Naf2025,
    /// An older one (NAFRev1, NAF1993, NAP): only on establishments closed before 2008.
    #[serde(rename = "ancienne")]
    Ancienne,
}

impl Nomenclature {
    /// From `nomenclatureActivitePrincipale…`.
    pub fn from_sirene(text: &str) -> Self {
        match text {
            "NAFRev2" => Self::NafRev2,
            "NAF2025" | "NAF25" | "NAFRev3" => Self::Naf2025,
            _ => Self::Ancienne,
        }
    }
}

/// Activity code as Sirene writes it, dot included (`94.99Z`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodeApe {
    /// Code with its dot.
    pub code: Box<str>,
    /// Nomenclature that gives the code its meaning.
    pub nomenclature: Nomenclature,
}

impl CodeApe {
    /// The two-digit division.
    pub fn division(&self) -> &str {
        self.code.get(..2).unwrap_or_default()
    }
}

impl fmt::Display for CodeApe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

/// INSEE legal category, level III: 4 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CategorieJuridique(Box<str>);

impl CategorieJuridique {
    /// Left-pads to 4 and drops the `.0` that data frames leave (`9220.0`).
    pub fn normalise(text: &str) -> Option<Self> {
        let digits = text.trim().strip_suffix(".0").unwrap_or(text.trim());
        let valid = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        valid.then(|| Self(format!("{digits:0>4}").into()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Public-law bodies: level I `4` (EPIC…) and `7` (State, local authorities, EPA).
    pub fn est_publique(&self) -> bool {
        self.0.starts_with('4') || self.0.starts_with('7')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_survive_data_frames() {
        let code = |text| CategorieJuridique::normalise(text).map(|c| c.as_str().to_owned());
        assert_eq!(code("9220.0").as_deref(), Some("9220"));
        assert_eq!(code("0").as_deref(), Some("0000"));
        assert_eq!(code("[ND]"), None);
        assert_eq!(code("92200"), None);
    }
}
