//! Aggregates, job intervals, comparison with the whole economy, and the portrait model.
//!
//! Knows no HTTP. Every figure keeps what was left out beside it; unknown is never zero.

pub mod aggregate;
pub mod calage;
pub mod classes;
pub mod coherence;
pub mod contexte;
pub mod croisement;
pub mod desserte;
pub mod economie;
pub mod emplois;
pub mod evolution;
pub mod lissage;
pub mod mesures;
pub mod nombres;
pub mod portrait;
pub mod reference;
pub mod reperes;
pub mod specificite;
pub mod verite;

pub use aggregate::{Comptage, Dimension, Ligne, Tableau, aggregate};
pub use economie::ComparaisonEconomie;
pub use emplois::{Emplois, Estimateur};
pub use portrait::{Portrait, portrait};
pub use reperes::{Repere, RepereCompare};
pub use verite::Verite;
