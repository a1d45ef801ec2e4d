//! The whole economy of the territory, against which the ESS is weighed.

use serde::{Deserialize, Serialize};

use crate::{CategorieJuridique, CodeCommune, Tranche};

/// Private or public, by the legal category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecteurInstitutionnel {
    /// Private law.
    Prive,
    /// Public law (levels I 4 and 7).
    Public,
    /// Legal unit absent from the file, or category absent.
    Inconnu,
}

impl SecteurInstitutionnel {
    /// From the category, when there is one.
    pub fn from_categorie(categorie: Option<&CategorieJuridique>) -> Self {
        match categorie {
            None => Self::Inconnu,
            Some(code) if code.est_publique() => Self::Public,
            Some(_) => Self::Prive,
        }
    }

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prive => "prive",
            Self::Public => "public",
            Self::Inconnu => "inconnu",
        }
    }

    /// The value of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Prive, Self::Public, Self::Inconnu].into_iter().find(|s| s.code() == code)
    }
}

/// Active employer establishments of the whole economy in one cell (`economie_reference`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CelluleEconomie {
    /// Commune.
    pub code_commune: CodeCommune,
    /// NAF division, 2 characters; empty when the activity is unknown.
    pub division_naf: String,
    /// Band; `None` is unknown.
    pub tranche: Option<Tranche>,
    /// Private or public.
    pub secteur_institutionnel: SecteurInstitutionnel,
    /// Of the ESS perimeter of the atlas.
    pub ess: bool,
    /// Number of establishments, partially diffusible ones included.
    pub etablissements: u32,
}
