//! Perimeters: named, versioned rule sets kept as data files, and the decision they take.

pub mod accord;
mod composition;
mod entete;
pub mod motif;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::Famille;
use crate::ensemble::Ensemble;
use crate::nomenclature::{CategorieJuridique, CodeApe, Nomenclature};
use crate::table::TableError;

pub use accord::{AccordSources, NomListe, RegleRetenue};
pub use composition::Composition;
pub use entete::{ADecider, CategoriePropre, EntetePerimetre, ExclusionTeste, ListeNommee, UsageMention};
pub use motif::{Etape, Motif};
use tables::{Categorie, RegleCategorie, SortApe};

/// What a perimeter looks at.
#[derive(Debug, Clone, Copy)]
pub struct Faits<'f> {
    /// Legal category; `None` when absent or masked.
    pub categorie: Option<&'f CategorieJuridique>,
    /// `economieSocialeSolidaireUniteLegale`: O, N or unknown.
    pub mention_ess: Option<bool>,
    /// Lists that hold the legal unit.
    pub listes: Ensemble<NomListe>,
    /// Activity of the establishment.
    pub ape_etablissement: Option<&'f CodeApe>,
    /// Activity of the legal unit.
    pub ape_unite_legale: Option<&'f CodeApe>,
}

/// An establishment that a perimeter keeps, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retenu {
    /// Family.
    pub famille: Famille,
    /// Rule that decided.
    pub regle: RegleRetenue,
    /// Sources that say that it is of the ESS.
    pub accord: AccordSources,
    /// Two sources contradict each other: for a person to look at.
    pub contradiction: bool,
    /// The activity's fate is undecided in the table: kept, and counted apart.
    pub a_decider: bool,
    /// The place of its legal category awaits confirmation: kept, and counted apart.
    pub categorie_a_verifier: bool,
}

/// What a perimeter decides, employer rule apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Of the perimeter.
    Retenu(Retenu),
    /// Out, with its reason.
    Exclu(Motif),
}

/// A perimeter ready to decide.
#[derive(Debug, Clone)]
pub struct Perimetre {
    /// Its head.
    pub entete: EntetePerimetre,
    /// Fingerprint of its texts: two perimeters of one name and version that differ are told apart.
    pub empreinte: u64,
    categories: HashMap<String, Categorie>,
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

/// A head with the tables shipped.
const fn livre(entete: &'static str) -> TextesPerimetre<'static> {
    TextesPerimetre {
        entete,
        categories: include_str!("../../../../geodata/nomenclatures/categories_juridiques_ess.csv"),
        ape_exclues: include_str!("../../../../geodata/nomenclatures/ape_exclues_ess.csv"),
    }
}

/// The default perimeter.
pub const CRESS_EMPLOYEURS: TextesPerimetre<'static> =
    livre(include_str!("../../../../geodata/perimetres/cress-employeurs.toml"));

/// The perimeters shipped with this version, the default first.
pub const LIVRES: [(&str, TextesPerimetre<'static>); 3] = [
    ("cress-employeurs", CRESS_EMPLOYEURS),
    ("insee-elargi", livre(include_str!("../../../../geodata/perimetres/insee-elargi.toml"))),
    ("loi-2014", livre(include_str!("../../../../geodata/perimetres/loi-2014.toml"))),
];

impl Perimetre {
    /// Reads a perimeter.
    pub fn parse(textes: &TextesPerimetre<'_>) -> Result<Self, TableError> {
        let table = || "périmètre".to_owned();
        let entete: EntetePerimetre = toml::from_str(textes.entete)
            .map_err(|source| TableError::Toml { table: table(), source: Box::new(source) })?;
        if let Some(reason) = entete.defaut() {
            return Err(TableError::Perimetre { nom: entete.nom, reason });
        }
        Ok(Self {
            empreinte: fingerprint([textes.entete, textes.categories, textes.ape_exclues]),
            categories: tables::categories(&entete, textes.categories)?,
            ape: tables::ape(&entete.ape_exclues, textes.ape_exclues)?,
            entete,
        })
    }

    /// The default perimeter, `cress-employeurs`.
    pub fn cress_employeurs() -> Result<Self, TableError> {
        Self::parse(&CRESS_EMPLOYEURS)
    }

    /// A perimeter shipped, by its name.
    pub fn livre(nom: &str) -> Option<Result<Self, TableError>> {
        LIVRES.iter().find(|(livre, _)| *livre == nom).map(|(_, textes)| Self::parse(textes))
    }

    /// Decides for one establishment; the employer rule comes after.
    pub fn decide(&self, faits: Faits<'_>) -> Decision {
        let categorie = faits.categorie.and_then(|code| self.categories.get(code.as_str()));
        let Some(&categorie) = categorie else { return Decision::Exclu(Motif::NonClasse) };
        let (famille, regle) = match self.par_categorie(categorie.regle, faits) {
            Ok(found) => found,
            Err(motif) => return Decision::Exclu(motif),
        };
        if !self.entete.familles.contains(&famille) {
            // The fifth family is INSEE's, not the law's: outside a perimeter that holds it, it is not ESS.
            let fifth = famille == Famille::AutresOpbnl;
            return Decision::Exclu(if fifth { Motif::HorsEss } else { Motif::FamilleHorsPerimetre });
        }
        let sort = self.sort_ape(faits);
        let a_decider = sort == SortApe::ADecider;
        if sort == SortApe::Exclue || (a_decider && self.entete.a_decider == ADecider::Exclues) {
            return Decision::Exclu(Motif::ApeExclue);
        }
        let accord = self.accord(faits);
        let contradiction = self.contradiction(famille, faits);
        let categorie_a_verifier = categorie.a_verifier;
        Decision::Retenu(Retenu { famille, regle, accord, contradiction, a_decider, categorie_a_verifier })
    }

    /// The agreement of the sources on a legal unit, whatever this perimeter decides of it.
    pub fn accord(&self, faits: Faits<'_>) -> AccordSources {
        let categorie = faits.categorie.and_then(|code| self.categories.get(code.as_str()));
        let of_a_family = |categorie: &Categorie| match categorie.regle {
            RegleCategorie::Forme(famille) => self.entete.familles.contains(&famille),
            RegleCategorie::Hors | RegleCategorie::SurPreuve(_) => false,
        };
        AccordSources {
            forme: categorie.is_some_and(of_a_family),
            mention: faits.mention_ess == Some(true),
            liste: !faits.listes.is_empty(),
        }
    }

    /// Family by the form; a commercial form needs a list or the mention.
    fn par_categorie(&self, regle: RegleCategorie, faits: Faits<'_>) -> Result<(Famille, RegleRetenue), Motif> {
        match regle {
            RegleCategorie::Hors => Err(Motif::HorsEss),
            RegleCategorie::Forme(famille) => Ok((famille, RegleRetenue::Forme)),
            RegleCategorie::SurPreuve(famille) => {
                // A list first: SCOP and SCIC under a commercial form are cooperatives, which the mention does not say.
                if let Some(liste) = self.entete.listes.iter().find(|liste| faits.listes.contains(liste.nom)) {
                    return Ok((liste.famille, RegleRetenue::Liste(liste.nom)));
                }
                let mention = self.entete.mention_ess == UsageMention::Commerciales && faits.mention_ess == Some(true);
                if mention { Ok((famille, RegleRetenue::Mention)) } else { Err(Motif::CommercialeSansMention) }
            }
        }
    }

    /// The register says that it is not of the ESS, or a list of cooperatives holds what is not one.
    fn contradiction(&self, famille: Famille, faits: Faits<'_>) -> bool {
        let cooperative =
            |liste: &ListeNommee| liste.famille == Famille::Cooperatives && faits.listes.contains(liste.nom);
        let listed_otherwise = famille != Famille::Cooperatives && self.entete.listes.iter().any(cooperative);
        faits.mention_ess == Some(false) || listed_otherwise
    }

    fn sort_ape(&self, faits: Faits<'_>) -> SortApe {
        let ape = match self.entete.exclusion_teste {
            ExclusionTeste::Etablissement => faits.ape_etablissement,
            ExclusionTeste::UniteLegale => faits.ape_unite_legale,
            ExclusionTeste::Aucune => None,
        };
        ape.and_then(|ape| self.ape.get(&(ape.nomenclature, ape.code.to_string()))).copied().unwrap_or(SortApe::Incluse)
    }
}

/// FNV-1a, 64 bits: stable across versions of Rust and machines, unlike the standard hasher.
fn fingerprint(texts: [&str; 3]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
