//! Stages of an ingest, and the reasons by which a row leaves at each.

use serde::{Deserialize, Serialize};

/// A stage of the waterfall, in the order in which a row meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Etape {
    /// Rows of the stock.
    Lecture,
    /// Of the communes asked for, or of their ring?
    Territoire,
    /// Active?
    Etat,
    /// Its legal unit is in the file given?
    UniteLegale,
    /// Of the perimeter?
    Perimetre,
    /// Activity within the field?
    Activite,
    /// Employer?
    Employeur,
    /// Placed: nothing leaves, the located are told from the others.
    Position,
    /// Diffusible: the others go on as counts only.
    Diffusion,
}

impl Etape {
    /// All stages, in order.
    pub const ALL: [Self; 9] = [
        Self::Lecture,
        Self::Territoire,
        Self::Etat,
        Self::UniteLegale,
        Self::Perimetre,
        Self::Activite,
        Self::Employeur,
        Self::Position,
        Self::Diffusion,
    ];

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lecture => "lecture",
            Self::Territoire => "territoire",
            Self::Etat => "etat",
            Self::UniteLegale => "unite_legale",
            Self::Perimetre => "perimetre",
            Self::Activite => "activite",
            Self::Employeur => "employeur",
            Self::Position => "position",
            Self::Diffusion => "diffusion",
        }
    }

    /// The stage in French, for a table.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Lecture => "Lecture du stock",
            Self::Territoire => "Territoire et couronne",
            Self::Etat => "Établissements actifs",
            Self::UniteLegale => "Unité légale connue",
            Self::Perimetre => "Périmètre de l’ESS",
            Self::Activite => "Activité dans le champ",
            Self::Employeur => "Employeurs",
            Self::Position => "Position",
            Self::Diffusion => "Diffusion",
        }
    }
}

/// Why a row is not a structure of the perimeter; each is a line of the waterfall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Motif {
    /// A row that cannot be read: a broken SIRET, an unknown state or band, a wrong number of fields.
    LigneRejetee,
    /// Establishment of a commune outside the territory and its ring.
    HorsTerritoire,
    /// Establishment closed (`etatAdministratifEtablissement` = F).
    Ferme,
    /// Legal unit not in the file given.
    UniteLegaleAbsente,
    /// Put out by a correction.
    ExcluParCorrection,
    /// Legal category out of the forms named by the law.
    HorsEss,
    /// Legal category unknown to the table: counted by code, never silently out.
    #[serde(alias = "categorie_inconnue")]
    NonClasse,
    /// Commercial form without the ESS mention (flag N or unknown) and on no list.
    CommercialeSansMention,
    /// ESS, but of a family that this perimeter does not hold.
    FamilleHorsPerimetre,
    /// Activity out of the ESS field.
    ApeExclue,
    /// Not an employer under the employer rule.
    NonEmployeur,
}

impl Motif {
    /// All reasons, in the order in which the rules apply.
    pub const ALL: [Self; 11] = [
        Self::LigneRejetee,
        Self::HorsTerritoire,
        Self::Ferme,
        Self::UniteLegaleAbsente,
        Self::ExcluParCorrection,
        Self::HorsEss,
        Self::NonClasse,
        Self::CommercialeSansMention,
        Self::FamilleHorsPerimetre,
        Self::ApeExclue,
        Self::NonEmployeur,
    ];

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LigneRejetee => "ligne_rejetee",
            Self::HorsTerritoire => "hors_territoire",
            Self::Ferme => "ferme",
            Self::UniteLegaleAbsente => "unite_legale_absente",
            Self::ExcluParCorrection => "exclu_par_correction",
            Self::HorsEss => "hors_ess",
            Self::NonClasse => "non_classe",
            Self::CommercialeSansMention => "commerciale_sans_mention",
            Self::FamilleHorsPerimetre => "famille_hors_perimetre",
            Self::ApeExclue => "ape_exclue",
            Self::NonEmployeur => "non_employeur",
        }
    }

    /// The reason in French, for a table.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::LigneRejetee => "ligne illisible, rejetée",
            Self::HorsTerritoire => "hors du territoire et de sa couronne",
            Self::Ferme => "établissement fermé",
            Self::UniteLegaleAbsente => "unité légale absente du fichier",
            Self::ExcluParCorrection => "exclu par une correction",
            Self::HorsEss => "catégorie juridique hors de l’ESS",
            Self::NonClasse => "non classé : catégorie juridique inconnue de la table",
            Self::CommercialeSansMention => "société commerciale sans mention ESS",
            Self::FamilleHorsPerimetre => "ESS, mais famille hors du périmètre",
            Self::ApeExclue => "activité hors du champ de l’ESS",
            Self::NonEmployeur => "non employeur",
        }
    }

    /// The stage at which the row leaves.
    pub const fn etape(self) -> Etape {
        match self {
            Self::LigneRejetee => Etape::Lecture,
            Self::HorsTerritoire => Etape::Territoire,
            Self::Ferme => Etape::Etat,
            Self::UniteLegaleAbsente => Etape::UniteLegale,
            Self::ExcluParCorrection
            | Self::HorsEss
            | Self::NonClasse
            | Self::CommercialeSansMention
            | Self::FamilleHorsPerimetre => Etape::Perimetre,
            Self::ApeExclue => Etape::Activite,
            Self::NonEmployeur => Etape::Employeur,
        }
    }
}
