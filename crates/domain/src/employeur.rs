//! Named employer rules: two Sirene fields disagree, so the rule that decided is always published.

use serde::{Deserialize, Serialize};

use crate::Tranche;

/// When does an active establishment count as an employer?
///
/// `caractereEmployeurUniteLegale` is empty for every legal unit since Sirene 4: only fields of the
/// establishment are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegleEmployeur {
    /// Band `01`–`53` (31 December of year N-2) **or** `caractereEmployeurEtablissement` = O (today).
    #[default]
    BandeOuCaractere,
    /// Band `01`–`53` only.
    Bande,
    /// `caractereEmployeurEtablissement` = O only.
    Caractere,
}

/// The two facts on which every rule rests.
#[derive(Debug, Clone, Copy, Default)]
pub struct IndicesEmployeur {
    /// Band of the establishment; `None` is unknown.
    pub tranche: Option<Tranche>,
    /// `caractereEmployeurEtablissement`: O, N or unknown.
    pub caractere: Option<bool>,
}

impl IndicesEmployeur {
    /// Band `01`–`53`.
    pub fn par_bande(self) -> bool {
        self.tranche.and_then(Tranche::bande).is_some()
    }

    /// Flag O.
    pub fn par_caractere(self) -> bool {
        self.caractere == Some(true)
    }
}

/// Establishments by the two facts on which the employer rules rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComptesEmployeur {
    /// Employers by the band only.
    pub bande_seule: u64,
    /// Employers by the flag only.
    pub caractere_seul: u64,
    /// Employers by both.
    pub bande_et_caractere: u64,
    /// Employers by neither.
    pub ni_bande_ni_caractere: u64,
}

impl ComptesEmployeur {
    /// Counts one establishment.
    pub fn compte(&mut self, indices: IndicesEmployeur) {
        let line = match (indices.par_bande(), indices.par_caractere()) {
            (true, true) => &mut self.bande_et_caractere,
            (true, false) => &mut self.bande_seule,
            (false, true) => &mut self.caractere_seul,
            (false, false) => &mut self.ni_bande_ni_caractere,
        };
        *line += 1;
    }

    /// How many of them are employers under a rule.
    pub const fn selon(&self, regle: RegleEmployeur) -> u64 {
        match regle {
            RegleEmployeur::Bande => self.bande_seule + self.bande_et_caractere,
            RegleEmployeur::Caractere => self.caractere_seul + self.bande_et_caractere,
            RegleEmployeur::BandeOuCaractere => self.bande_seule + self.caractere_seul + self.bande_et_caractere,
        }
    }

    /// All of them.
    pub const fn total(&self) -> u64 {
        self.selon(RegleEmployeur::BandeOuCaractere) + self.ni_bande_ni_caractere
    }
}

impl RegleEmployeur {
    /// All rules.
    pub const ALL: [Self; 3] = [Self::BandeOuCaractere, Self::Bande, Self::Caractere];

    /// Name used in files and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BandeOuCaractere => "bande-ou-caractere",
            Self::Bande => "bande",
            Self::Caractere => "caractere",
        }
    }

    /// The rule in one French sentence.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::BandeOuCaractere => {
                "établissement actif dont la tranche d’effectifs est de 01 à 53 (au 31 décembre) ou dont le caractère employeur est O (aujourd’hui)"
            }
            Self::Bande => "établissement actif dont la tranche d’effectifs est de 01 à 53 (au 31 décembre)",
            Self::Caractere => "établissement actif dont le caractère employeur est O (aujourd’hui)",
        }
    }

    /// The rule of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regle| regle.code() == code)
    }

    /// Applies the rule to an **active** establishment (the flag survives closure: test the state first).
    pub fn est_employeur(self, indices: IndicesEmployeur) -> bool {
        match self {
            Self::BandeOuCaractere => indices.par_bande() || indices.par_caractere(),
            Self::Bande => indices.par_bande(),
            Self::Caractere => indices.par_caractere(),
        }
    }
}
