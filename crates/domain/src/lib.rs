//! Vocabulary and rules of the *économie sociale et solidaire* (ESS).
//!
//! Identifiers, families, perimeter rules as dated data, workforce bands, position quality, zones,
//! the waterfall and the [`Atlas`] that every store holds. This crate does no I/O: tables are given
//! to it as text.

pub mod agregat;
pub mod atlas;
pub mod correction;
pub mod economie;
pub mod effectifs;
pub mod emplois;
pub mod employeur;
pub mod ensemble;
pub mod famille;
pub mod identifiers;
pub mod manifest;
pub mod nomenclature;
pub mod perimetre;
pub mod position;
pub mod regroupement;
pub mod secteur;
pub mod structure;
pub mod table;
pub mod territoire;
pub mod verification;
pub mod waterfall;
pub mod zone;

pub use agregat::Agregat;
pub use atlas::Atlas;
pub use correction::{ChampCorrige, SortCorrection};
pub use economie::{CelluleEconomie, SecteurInstitutionnel};
pub use effectifs::{ClasseTaille, Tranche};
pub use emplois::{CelluleEmplois, ChampEmplois};
pub use employeur::RegleEmployeur;
pub use ensemble::{Ensemble, Membre};
pub use famille::Famille;
pub use identifiers::{CodeCommune, CodeIris, IdentifierError, Siren, Siret};
pub use manifest::{Manifest, SourceMillesime, VersionJeu};
pub use nomenclature::{CategorieJuridique, CodeApe, Nomenclature};
pub use perimetre::{AccordSources, Decision, Etape, Motif, NomListe, Perimetre, RegleRetenue, Retenu};
pub use position::{Position, QualitePosition, SourcePosition};
pub use regroupement::{NiveauRegroupe, Regroupement, Regroupements};
pub use secteur::{Secteur, Secteurs};
pub use structure::{CelluleMasquee, Structure};
pub use territoire::Territoire;
pub use verification::MotifVerification;
pub use waterfall::Waterfall;
pub use zone::{Commune, Iris, Niveau};
