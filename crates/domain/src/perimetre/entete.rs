//! The head of a perimeter: a dated TOML file, published with every figure.

use serde::{Deserialize, Serialize};

use super::NomListe;
use crate::ensemble::Membre;
use crate::nomenclature::CategorieJuridique;
use crate::{Famille, RegleEmployeur};

/// Whose activity is tested against the excluded activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionTeste {
    /// The establishment's own activity (default).
    #[default]
    Etablissement,
    /// The legal unit's main activity.
    UniteLegale,
    /// Nobody's: the perimeter excludes no activity.
    Aucune,
}

impl ExclusionTeste {
    /// In French, for a table.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Etablissement => "celle de l’établissement",
            Self::UniteLegale => "celle de l’unité légale",
            Self::Aucune => "aucune : ce périmètre n’exclut pas d’activité",
        }
    }
}

/// Fate of the activities marked `a_decider`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ADecider {
    /// Kept, counted apart.
    Incluses,
    /// Left out.
    Exclues,
}

/// What the Sirene flag `economieSocialeSolidaireUniteLegale` may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageMention {
    /// O makes a commercial form a commercial company of the ESS; it changes nothing for the other forms.
    #[default]
    Commerciales,
    /// It decides nothing: it only enters the agreement of the sources.
    Ignoree,
}

impl UsageMention {
    /// In French, for a table.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Commerciales => {
                "O fait d’une société commerciale une société commerciale de l’ESS ; elle ne décide de rien d’autre"
            }
            Self::Ignoree => "ne décide de rien ; elle entre seulement dans l’accord des sources",
        }
    }
}

/// A list of SIREN that may keep a commercial form, and the family it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListeNommee {
    /// Name.
    pub nom: NomListe,
    /// Family of the commercial companies on it.
    pub famille: Famille,
    /// Where it comes from, in French.
    pub source: String,
}

/// The place of a legal category in this perimeter, where it is not that of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoriePropre {
    /// Legal category, 4 digits.
    pub code: String,
    /// Family; absent: outside the perimeter.
    pub famille: Option<Famille>,
    /// Why, in French.
    pub raison: String,
}

/// Head of a perimeter file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntetePerimetre {
    /// Name, for instance `cress-employeurs`.
    pub nom: String,
    /// Version of the file.
    pub version: String,
    /// Title in French.
    pub titre: String,
    /// Description in French.
    pub description: String,
    /// Texts on which the rules rest.
    pub sources: String,
    /// What is not certain.
    pub reserve: String,
    /// First day of validity (ISO).
    pub valable_du: String,
    /// Families held.
    pub familles: Vec<Famille>,
    /// File of the legal categories.
    pub categories: String,
    /// File of the excluded activities, in both nomenclatures.
    pub ape_exclues: String,
    /// Whose activity is tested.
    pub exclusion_teste: ExclusionTeste,
    /// Fate of the undecided activities.
    pub a_decider: ADecider,
    /// Use of the Sirene flag.
    #[serde(default)]
    pub mention_ess: UsageMention,
    /// Employer rule.
    pub employeur: RegleEmployeur,
    /// Lists of SIREN, the first that holds a company decides.
    #[serde(default)]
    pub listes: Vec<ListeNommee>,
    /// Legal categories that do not follow the table.
    #[serde(default)]
    pub categories_propres: Vec<CategoriePropre>,
}

impl EntetePerimetre {
    /// What makes a head unusable although it is well-formed, in French; `None` when it is sound.
    pub fn defaut(&self) -> Option<String> {
        if self.nom.is_empty() || self.version.is_empty() {
            return Some("« nom » et « version » ne peuvent pas être vides".to_owned());
        }
        if self.familles.is_empty() {
            return Some("« familles » est vide : nommer au moins une famille".to_owned());
        }
        let date = self.valable_du.as_bytes();
        let iso = date.len() == 10
            && date.iter().enumerate().all(|(rank, byte)| match rank {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !iso {
            return Some(format!("« valable_du » vaut « {} » : écrire une date AAAA-MM-JJ", self.valable_du));
        }
        let twice =
            |rank: usize, liste: &ListeNommee| self.listes.iter().take(rank).any(|other| other.nom == liste.nom);
        if let Some((_, liste)) = self.listes.iter().enumerate().find(|(rank, liste)| twice(*rank, liste)) {
            return Some(format!("liste « {} » nommée deux fois", liste.nom.code()));
        }
        let bad = |propre: &&CategoriePropre| CategorieJuridique::normalise(&propre.code).is_none();
        let propre = self.categories_propres.iter().find(bad)?;
        Some(format!("« categories_propres » : code « {} » refusé, écrire 4 chiffres", propre.code))
    }
}
