//! All the rows of one dataset version: what an ingest yields, a store keeps and a snapshot is built from.

use crate::{CelluleEconomie, CelluleEmplois, CelluleMasquee, Commune, Iris, Manifest, Regroupements, Structure};

/// Fingerprint of the sources of this crate: rows packed by a build of another one are not read as ours.
pub const FORME: &str = env!("ESSAIM_FORME");

/// A dataset version, whole. Every list is sorted by its code, so that same inputs give same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Atlas {
    /// Identity.
    pub manifest: Manifest,
    /// Communes, by code.
    pub communes: Vec<Commune>,
    /// IRIS, by code.
    pub iris: Vec<Iris>,
    /// EPT, EPCI, departments and regions, each by code.
    pub regroupements: Regroupements,
    /// Diffusible structures, located or not, by SIRET.
    pub structures: Vec<Structure>,
    /// Partially diffusible structures, as counts.
    pub masques: Vec<CelluleMasquee>,
    /// The whole economy, as counts.
    pub economie: Vec<CelluleEconomie>,
    /// Jobs supplied by commune, secret ones already without their value.
    pub emplois: Vec<CelluleEmplois>,
}
