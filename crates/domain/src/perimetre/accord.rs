//! Which rule kept a structure, and which sources agree that it is of the ESS.

use serde::{Deserialize, Serialize};

use crate::ensemble::Membre;

/// A list of SIREN that a perimeter may rest on besides the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NomListe {
    /// List of the ESS France network (data.gouv.fr, frozen in 2023).
    EssFrance,
    /// Companies with the ESUS agreement (code du travail, L3332-17-1).
    Esus,
    /// SCOP and SCIC, whatever their commercial form (CG Scop).
    Scop,
    /// A list of the observatory itself.
    Cress,
}

impl NomListe {
    /// The list of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        <Self as Membre>::ALL.iter().copied().find(|liste| liste.code() == code)
    }
}

impl Membre for NomListe {
    const ALL: &'static [Self] = &[Self::EssFrance, Self::Esus, Self::Scop, Self::Cress];

    fn code(self) -> &'static str {
        match self {
            Self::EssFrance => "ess-france",
            Self::Esus => "esus",
            Self::Scop => "scop",
            Self::Cress => "cress",
        }
    }
}

/// The rule that kept a structure in the perimeter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RegleRetenue {
    /// Legal category: of the ESS by its form.
    Forme,
    /// `economieSocialeSolidaireUniteLegale` = O.
    Mention,
    /// On a list of SIREN.
    Liste(NomListe),
    /// A correction of the observatory.
    Correction,
}

impl RegleRetenue {
    /// All rules.
    pub const ALL: [Self; 7] = [
        Self::Forme,
        Self::Mention,
        Self::Liste(NomListe::EssFrance),
        Self::Liste(NomListe::Esus),
        Self::Liste(NomListe::Scop),
        Self::Liste(NomListe::Cress),
        Self::Correction,
    ];

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Forme => "forme",
            Self::Mention => "mention",
            Self::Liste(NomListe::EssFrance) => "liste:ess-france",
            Self::Liste(NomListe::Esus) => "liste:esus",
            Self::Liste(NomListe::Scop) => "liste:scop",
            Self::Liste(NomListe::Cress) => "liste:cress",
            Self::Correction => "correction",
        }
    }

    /// The rule of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regle| regle.code() == code)
    }
}

/// Sources that say that a legal unit is of the ESS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccordSources {
    /// Its legal category is a form of one of the perimeter's families.
    pub forme: bool,
    /// The Sirene flag is O.
    pub mention: bool,
    /// It is on one of the lists given.
    pub liste: bool,
}

impl AccordSources {
    /// Every combination.
    pub const ALL: [Self; 8] = {
        let mut all = [Self { forme: false, mention: false, liste: false }; 8];
        let mut rank = 0;
        while rank < 8 {
            all[rank] = Self { forme: rank & 1 != 0, mention: rank & 2 != 0, liste: rank & 4 != 0 };
            rank += 1;
        }
        all
    };

    /// Code used in files: the sources that agree, or `aucune`.
    pub const fn code(self) -> &'static str {
        match (self.forme, self.mention, self.liste) {
            (false, false, false) => "aucune",
            (true, false, false) => "forme",
            (false, true, false) => "mention",
            (false, false, true) => "liste",
            (true, true, false) => "forme+mention",
            (true, false, true) => "forme+liste",
            (false, true, true) => "mention+liste",
            (true, true, true) => "forme+mention+liste",
        }
    }

    /// The combination of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|accord| accord.code() == code)
    }

    /// Number of sources that agree, the degree of confidence.
    pub const fn nombre(self) -> u32 {
        self.forme as u32 + self.mention as u32 + self.liste as u32
    }
}

/// Text form of a closed list, for the manifest.
macro_rules! text_form {
    ($kind:ty) => {
        impl TryFrom<String> for $kind {
            type Error = String;

            fn try_from(code: String) -> Result<Self, String> {
                Self::from_code(&code).ok_or_else(|| format!("code « {code} » inconnu"))
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.code().to_owned()
            }
        }
    };
}
text_form!(RegleRetenue);
text_form!(AccordSources);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for regle in RegleRetenue::ALL {
            assert_eq!(RegleRetenue::from_code(regle.code()), Some(regle));
        }
        for accord in AccordSources::ALL {
            assert_eq!(AccordSources::from_code(accord.code()), Some(accord));
            let named = accord.code().split('+').filter(|source| *source != "aucune").count();
            assert_eq!(accord.nombre() as usize, named, "{}", accord.code());
        }
    }
}
