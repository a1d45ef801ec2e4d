//! Perimeters: named, versioned rule sets kept as data files, and the decision they take.

pub mod accord;
pub mod motif;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::nomenclature::{CategorieJuridique, CodeApe, Nomenclature};
use crate::table::{TableError, for_each_row};
use crate::{Famille, RegleEmployeur};

pub use accord::{AccordSources, NomListe, RegleRetenue};
pub use motif::{Etape, Motif};

/// Rule of a legal category in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RegleCategorie {
    /// Never ESS.
    Hors,
    /// ESS by its form.
    Forme(Famille),
    /// ESS only with the mention (flag O).
    AvecMention(Famille),
}

/// Whose activity is tested against the excluded activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionTeste {
    /// The establishment's own activity (default).
    #[default]
    Etablissement,
    /// The legal unit's main activity.
    UniteLegale,
}

/// Fate of an activity in the exclusion table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortApe {
    Exclue,
    ADecider,
    Incluse,
}

/// What a perimeter looks at.
#[derive(Debug, Clone, Copy)]
pub struct Faits<'f> {
    /// Legal category; `None` when absent or masked.
    pub categorie: Option<&'f CategorieJuridique>,
    /// `economieSocialeSolidaireUniteLegale`: O, N or unknown.
    pub mention_ess: Option<bool>,
    /// Activity of the establishment.
    pub ape_etablissement: Option<&'f CodeApe>,
    /// Activity of the legal unit.
    pub ape_unite_legale: Option<&'f CodeApe>,
}

/// What a perimeter decides, employer rule apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Of the perimeter.
    Retenu {
        /// Family.
        famille: Famille,
        /// Rule that decided.
        regle: RegleRetenue,
        /// Sources that agree.
        accord: AccordSources,
        /// The activity's fate is undecided in the table: kept, and counted apart.
        a_decider: bool,
    },
    /// Out, with its reason.
    Exclu(Motif),
}

/// Head of a perimeter file, published with every figure.
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
    /// File of the excluded activities.
    pub ape_exclues: String,
    /// Whose activity is tested.
    pub exclusion_teste: ExclusionTeste,
    /// Fate of the undecided activities.
    pub a_decider: ADecider,
    /// Employer rule.
    pub employeur: RegleEmployeur,
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

/// A perimeter ready to decide.
#[derive(Debug, Clone)]
pub struct Perimetre {
    /// Its head.
    pub entete: EntetePerimetre,
    /// Fingerprint of its texts: two perimeters of one name and version that differ are told apart.
    pub empreinte: u64,
    categories: HashMap<String, RegleCategorie>,
    ape: HashMap<(Nomenclature, String), SortApe>,
}

/// The texts of a perimeter: its head and its two tables.
#[derive(Debug, Clone, Copy)]
pub struct TextesPerimetre<'t> {
    /// TOML head.
    pub entete: &'t str,
    /// CSV of legal categories.
    pub categories: &'t str,
    /// CSV of excluded activities.
    pub ape_exclues: &'t str,
}

/// The texts shipped with this version.
pub const CRESS_EMPLOYEURS: TextesPerimetre<'static> = TextesPerimetre {
    entete: include_str!("../../../../geodata/perimetres/cress-employeurs.toml"),
    categories: include_str!("../../../../geodata/nomenclatures/categories_juridiques_ess.csv"),
    ape_exclues: include_str!("../../../../geodata/nomenclatures/ape_exclues_ess.csv"),
};

impl Perimetre {
    /// Reads a perimeter.
    pub fn parse(textes: &TextesPerimetre<'_>) -> Result<Self, TableError> {
        let entete: EntetePerimetre = toml::from_str(textes.entete)
            .map_err(|source| TableError::Toml { table: "périmètre".to_owned(), source: Box::new(source) })?;
        Ok(Self {
            empreinte: fingerprint([textes.entete, textes.categories, textes.ape_exclues]),
            categories: parse_categories(&entete.categories, textes.categories)?,
            ape: parse_ape(&entete.ape_exclues, textes.ape_exclues)?,
            entete,
        })
    }

    /// The default perimeter, `cress-employeurs`.
    pub fn cress_employeurs() -> Result<Self, TableError> {
        Self::parse(&CRESS_EMPLOYEURS)
    }

    /// Decides for one establishment; the employer rule comes after.
    pub fn decide(&self, faits: Faits<'_>) -> Decision {
        let regle = faits.categorie.and_then(|code| self.categories.get(code.as_str()));
        let (famille, regle) = match regle {
            None => return Decision::Exclu(Motif::NonClasse),
            Some(RegleCategorie::Hors) => return Decision::Exclu(Motif::HorsEss),
            Some(RegleCategorie::Forme(famille)) => (*famille, RegleRetenue::Forme),
            Some(RegleCategorie::AvecMention(famille)) if faits.mention_ess == Some(true) => {
                (*famille, RegleRetenue::Mention)
            }
            Some(RegleCategorie::AvecMention(_)) => return Decision::Exclu(Motif::CommercialeSansMention),
        };
        if !self.entete.familles.contains(&famille) {
            // The fifth family is INSEE's, not the law's: outside a perimeter that holds it, it is not ESS.
            if famille == Famille::AutresOpbnl {
                return Decision::Exclu(Motif::HorsEss);
            }
            return Decision::Exclu(Motif::FamilleHorsPerimetre);
        }
        let sort = self.sort_ape(faits);
        let a_decider = sort == SortApe::ADecider;
        if sort == SortApe::Exclue || (a_decider && self.entete.a_decider == ADecider::Exclues) {
            return Decision::Exclu(Motif::ApeExclue);
        }
        let accord = AccordSources {
            forme: regle == RegleRetenue::Forme,
            mention: faits.mention_ess == Some(true),
            liste: false,
        };
        Decision::Retenu { famille, regle, accord, a_decider }
    }

    fn sort_ape(&self, faits: Faits<'_>) -> SortApe {
        let ape = match self.entete.exclusion_teste {
            ExclusionTeste::Etablissement => faits.ape_etablissement,
            ExclusionTeste::UniteLegale => faits.ape_unite_legale,
        };
        ape.and_then(|ape| self.ape.get(&(ape.nomenclature, ape.code.to_string()))).copied().unwrap_or(SortApe::Incluse)
    }
}

/// FNV-1a, 64 bits: stable across versions of Rust and machines, unlike the standard hasher.
fn fingerprint(texts: [&str; 3]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn parse_categories(table: &str, text: &str) -> Result<HashMap<String, RegleCategorie>, TableError> {
    let mut categories = HashMap::new();
    for_each_row(table, text, &["code", "famille", "dans_ess"], |row| {
        let famille = || {
            Famille::from_code(row.get("famille"))
                .ok_or_else(|| row.refuse("famille", "mettre un code de famille connu"))
        };
        let regle = match row.get("dans_ess") {
            "non" => RegleCategorie::Hors,
            "oui" | "famille5" => RegleCategorie::Forme(famille()?),
            "conditionnel" => RegleCategorie::AvecMention(famille()?),
            _ => return Err(row.refuse("dans_ess", "mettre oui, non, conditionnel ou famille5")),
        };
        let code = CategorieJuridique::normalise(row.get("code"))
            .ok_or_else(|| row.refuse("code", "mettre une catégorie juridique de 4 chiffres"))?;
        categories.insert(code.as_str().to_owned(), regle);
        Ok(())
    })?;
    Ok(categories)
}

fn parse_ape(table: &str, text: &str) -> Result<HashMap<(Nomenclature, String), SortApe>, TableError> {
    let mut ape = HashMap::new();
    for_each_row(table, text, &["code_naf_rev2", "code_naf2025", "decision"], |row| {
        let sort = match row.get("decision") {
            "exclue" => SortApe::Exclue,
            "a_decider" => SortApe::ADecider,
            "incluse" => SortApe::Incluse,
            _ => return Err(row.refuse("decision", "mettre exclue, incluse ou a_decider")),
        };
        ape.insert((Nomenclature::NafRev2, row.get("code_naf_rev2").to_owned()), sort);
        ape.insert((Nomenclature::Naf2025, row.get("code_naf2025").to_owned()), sort);
        Ok(())
    })?;
    Ok(ape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(categorie: &str, mention: Option<bool>, ape: &str) -> Decision {
        let categorie = CategorieJuridique::normalise(categorie);
        let nomenclature = if ape.ends_with('Y') { Nomenclature::Naf2025 } else { Nomenclature::NafRev2 };
        let ape = CodeApe { code: ape.into(), nomenclature };
        Perimetre::cress_employeurs().unwrap().decide(Faits {
            categorie: categorie.as_ref(),
            mention_ess: mention,
            ape_etablissement: Some(&ape),
            ape_unite_legale: None,
        })
    }

    #[test]
    fn a_changed_table_is_another_perimeter() {
        let shipped = Perimetre::cress_employeurs().unwrap().empreinte;
        let ape_exclues = CRESS_EMPLOYEURS.ape_exclues.replace("94.12Z", "94.13Z");
        let changed = TextesPerimetre { ape_exclues: &ape_exclues, ..CRESS_EMPLOYEURS };
        assert_ne!(Perimetre::parse(&changed).unwrap().empreinte, shipped);
    }

    #[test]
    fn families_by_form() {
        let accord = AccordSources { forme: true, mention: false, liste: false };
        let kept = |famille, a_decider| Decision::Retenu { famille, regle: RegleRetenue::Forme, accord, a_decider };
        assert_eq!(decide("9220", None, "94.99Z"), kept(Famille::Associations, false));
        assert_eq!(decide("5458", Some(false), "62.01Z"), kept(Famille::Cooperatives, false));
        assert_eq!(decide("8210", None, "65.12Z"), kept(Famille::Mutuelles, false));
        assert_eq!(decide("9300", None, "84.24Z"), kept(Famille::Fondations, true));
    }

    #[test]
    fn traps_of_the_domain() {
        let out = Decision::Exclu;
        assert_eq!(decide("8140", Some(true), "65.12Z"), out(Motif::HorsEss), "MSA is Social Security");
        assert_eq!(decide("9220", Some(true), "94.91Z"), out(Motif::ApeExclue), "religious bodies");
        assert_eq!(decide("9220", Some(true), "94.91Y"), out(Motif::ApeExclue), "the same in NAF 2025");
        assert_eq!(decide("5710", None, "62.01Z"), out(Motif::CommercialeSansMention), "unknown flag is not O");
        assert_eq!(decide("5710", Some(true), "62.01Z"), out(Motif::FamilleHorsPerimetre));
        assert_eq!(decide("5498", Some(true), "62.01Z"), out(Motif::NonClasse));
        assert_eq!(decide("7210", Some(true), "84.11Z"), out(Motif::HorsEss));
    }
}
