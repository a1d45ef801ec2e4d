//! Families of the ESS.

use serde::{Deserialize, Serialize};

/// Legal family of an ESS structure (law 2014-856 art. 1 II; fifth INSEE family apart).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Famille {
    /// Associations (law of 1901, local law of Alsace-Moselle).
    Associations,
    /// Cooperatives, by their legal category.
    Cooperatives,
    /// Mutuals (code de la mutualité, code des assurances).
    Mutuelles,
    /// Foundations, endowment funds included (Sirene cannot tell them apart).
    Fondations,
    /// Commercial companies with the ESS mention.
    SocietesCommercialesEss,
    /// Fifth family of INSEE: other private non-profit bodies.
    AutresOpbnl,
}

impl Famille {
    /// All families, in publication order.
    pub const ALL: [Self; 6] = [
        Self::Associations,
        Self::Cooperatives,
        Self::Mutuelles,
        Self::Fondations,
        Self::SocietesCommercialesEss,
        Self::AutresOpbnl,
    ];

    /// Code used in files and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Associations => "associations",
            Self::Cooperatives => "cooperatives",
            Self::Mutuelles => "mutuelles",
            Self::Fondations => "fondations",
            Self::SocietesCommercialesEss => "societes_commerciales_ess",
            Self::AutresOpbnl => "autres_opbnl",
        }
    }

    /// French label for readers.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Associations => "Associations",
            Self::Cooperatives => "Coopératives",
            Self::Mutuelles => "Mutuelles",
            Self::Fondations => "Fondations",
            Self::SocietesCommercialesEss => "Sociétés commerciales de l’ESS",
            Self::AutresOpbnl => "Autres organismes privés à but non lucratif",
        }
    }

    /// The family of a code, if it is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|famille| famille.code() == code)
    }
}
