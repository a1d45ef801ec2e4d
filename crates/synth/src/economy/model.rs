//! What is planted: legal units, establishments, and what a right reader must make of them.

use geo::Coord;

/// A legal unit, as the stock will carry it.
#[derive(Debug, Clone)]
pub struct LegalUnit {
    /// Fictive SIREN.
    pub siren: String,
    /// Name; empty for a natural person.
    pub denomination: String,
    /// Legal category.
    pub categorie: String,
    /// Activity, NAF rev. 2.
    pub ape: String,
    /// `O` or `P`.
    pub statut: &'static str,
    /// `A` or `C`.
    pub etat: &'static str,
    /// ESS flag: `O`, `N` or empty.
    pub mention: &'static str,
    /// Fictive RNA number of an association.
    pub rna: String,
    /// Date of birth, `1900-01-01` when unknown.
    pub creation: String,
    /// Workforce band of the whole unit.
    pub tranche: &'static str,
    /// NIC of the seat.
    pub nic_siege: String,
    /// Establishments given so far.
    pub sites: u32,
    /// `false`: left out of the file, its establishments stay.
    pub publiee: bool,
}

/// An address of the stock.
#[derive(Debug, Clone, Default)]
pub struct Address {
    /// Complement; empty most of the time.
    pub complement: String,
    /// Number in the street.
    pub numero: String,
    /// `B`, `T` or empty.
    pub repetition: &'static str,
    /// Type of street.
    pub type_voie: String,
    /// Name of the street.
    pub voie: String,
    /// Fictive BAN key.
    pub cle: String,
}

/// An establishment, as the stock will carry it.
#[derive(Debug, Clone)]
pub struct Establishment {
    /// Rank of its legal unit.
    pub unit: usize,
    /// Rank of its commune in the ground; `None` outside the demonstration.
    pub plot: Option<usize>,
    /// Code of its commune.
    pub code_commune: String,
    /// SIRET.
    pub siret: String,
    /// `O` or `P`.
    pub statut: &'static str,
    /// `A` or `F`.
    pub etat: &'static str,
    /// Workforce band, empty when null.
    pub tranche: &'static str,
    /// Employer flag: `O`, `N` or empty.
    pub caractere: &'static str,
    /// Activity in its own nomenclature.
    pub ape: String,
    /// Nomenclature of the activity.
    pub nomenclature: &'static str,
    /// Date of birth.
    pub creation: String,
    /// Start of the current period.
    pub debut: String,
    /// Trade name, often empty.
    pub enseigne: String,
    /// Address.
    pub adresse: Address,
    /// Where it is and where the files say it is.
    pub position: Position,
    /// What a right reader makes of it.
    pub verite: Truth,
}

/// Where an establishment is, and what each official file says of it.
#[derive(Debug, Clone)]
pub struct Position {
    /// True place.
    pub vraie: Coord<f64>,
    /// Row of the geolocation file.
    pub geolocalisation: Option<Located>,
    /// Lambert columns of the stock.
    pub lambert: Lambert,
    /// Quality that a right reader publishes: `numero`, `voie`, `commune`.
    pub qualite: &'static str,
    /// IRIS that a right reader finds, empty when none.
    pub iris: String,
}

/// A row of the geolocation file.
#[derive(Debug, Clone)]
pub struct Located {
    /// Point written.
    pub point: Coord<f64>,
    /// `qualite_xy`.
    pub qualite: &'static str,
    /// IRIS of that point.
    pub iris: String,
}

/// Coordinates of the stock.
#[derive(Debug, Clone, Copy)]
pub enum Lambert {
    /// Empty cells.
    Absent,
    /// The literal `[ND]`.
    Masked,
    /// A point.
    At(Coord<f64>),
}

/// What becomes of a row. The order is that of the reasons when several hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// An employer structure of the four families.
    Retenu,
    /// The same, under partial diffusion: counted in its commune, shown nowhere.
    Masque,
    /// A commercial company with the ESS flag: counted apart.
    CommercialeMention,
    /// In none of the communes of the demonstration.
    HorsTerritoire,
    /// Closed.
    Ferme,
    /// Its legal unit is in no row.
    UniteLegaleAbsente,
    /// Category outside the ESS.
    HorsEss,
    /// Category that no table knows.
    NonClasse,
    /// Commercial company without the flag.
    CommercialeSansMention,
    /// Activity out of the field.
    ApeExclue,
    /// Neither band nor flag says employer.
    NonEmployeur,
}

impl Outcome {
    /// Word written in the truth.
    pub fn word(self) -> &'static str {
        match self {
            Self::Retenu => "retenu",
            Self::Masque => "masque",
            Self::CommercialeMention => "commerciale_mention",
            Self::HorsTerritoire => "hors_territoire",
            Self::Ferme => "ferme",
            Self::UniteLegaleAbsente => "unite_legale_absente",
            Self::HorsEss => "hors_ess",
            Self::NonClasse => "non_classe",
            Self::CommercialeSansMention => "commerciale_sans_mention",
            Self::ApeExclue => "ape_exclue",
            Self::NonEmployeur => "non_employeur",
        }
    }

    /// Reads the word of an embedded table.
    pub fn of_private_profile(word: &str) -> Self {
        if word == Self::CommercialeSansMention.word() { Self::CommercialeSansMention } else { Self::HorsEss }
    }
}

/// The truth about a row, planted and never computed from the files.
#[derive(Debug, Clone)]
pub struct Truth {
    /// Every outcome that holds; several only for refusals.
    pub issues: Vec<Outcome>,
    /// Family by form, empty outside the ESS.
    pub famille: String,
    /// Label of the trap, empty when there is none.
    pub piege: &'static str,
}

impl Truth {
    /// The outcome, the first in order when several reasons hold.
    pub fn attendu(&self) -> Outcome {
        self.issues.iter().copied().min().unwrap_or(Outcome::Retenu)
    }

    /// Kept among the 1,145 and their like of the ring.
    pub fn counted(&self) -> bool {
        matches!(self.attendu(), Outcome::Retenu | Outcome::Masque)
    }
}
