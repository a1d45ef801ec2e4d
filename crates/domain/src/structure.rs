//! An establishment of the ESS.

use serde::{Deserialize, Serialize};

use crate::{
    AccordSources, ChampCorrige, CodeApe, CodeCommune, CodeIris, Ensemble, Famille, MotifVerification, Position,
    QualitePosition, RegleRetenue, Siren, Siret, Tranche,
};

/// A diffusible establishment (SIRET) of the perimeter.
///
/// A partially diffusible one (status P) is never a `Structure`: see [`CelluleMasquee`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of the register, not a state machine")]
pub struct Structure {
    /// SIRET.
    pub siret: Siret,
    /// SIREN of the legal unit.
    pub siren: Siren,
    /// Name of the legal unit (never a natural person's).
    pub nom: String,
    /// Sign or usual name of the establishment, when it has one of its own.
    pub enseigne: Option<String>,
    /// Family.
    pub famille: Famille,
    /// Rule that kept it.
    pub regle: RegleRetenue,
    /// Sources that say it is of the ESS.
    pub accord: AccordSources,
    /// Legal category, 4 characters.
    pub categorie_juridique: String,
    /// Activity of the establishment.
    pub ape: Option<CodeApe>,
    /// Observatory sector.
    pub secteur: String,
    /// The activity's fate is undecided in the perimeter: kept, counted apart.
    pub ape_a_decider: bool,
    /// Band; `None` is unknown, never zero.
    pub tranche: Option<Tranche>,
    /// Year of the band.
    pub annee_effectifs: Option<i32>,
    /// `caractereEmployeurEtablissement`: O, N or unknown.
    pub caractere_employeur: Option<bool>,
    /// `economieSocialeSolidaireUniteLegale`: O, N or unknown.
    pub mention_ess: Option<bool>,
    /// Seat of the legal unit.
    pub siege: bool,
    /// Creation date (ISO), when known.
    pub date_creation: Option<String>,
    /// One-line address.
    pub adresse: Option<String>,
    /// Postcode.
    pub code_postal: Option<String>,
    /// Commune of the register.
    pub code_commune: CodeCommune,
    /// IRIS of the point; `None` when not located.
    pub code_iris: Option<CodeIris>,
    /// Point; `None` when not located well enough.
    pub position: Option<Position>,
    /// Quality of the position, or why there is none.
    pub qualite_position: QualitePosition,
    /// Fields that a correction changed.
    pub corrige: Ensemble<ChampCorrige>,
    /// Why it is to be reviewed, if it is.
    pub a_verifier: Ensemble<MotifVerification>,
    /// Of the ring around the territory: counts in no figure, seen by proximity and kernels.
    pub couronne: bool,
    /// Of the demonstration: fictive.
    pub fictif: bool,
}

/// Count of partially diffusible units: all that is ever known of them outside the reader.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CelluleMasquee {
    /// Commune.
    pub code_commune: CodeCommune,
    /// Family.
    pub famille: Famille,
    /// Observatory sector.
    pub secteur: String,
    /// Band; `None` is unknown.
    pub tranche: Option<Tranche>,
    /// Of the ring around the territory.
    pub couronne: bool,
    /// Number of establishments.
    pub effectif: u32,
}
