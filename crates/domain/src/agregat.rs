//! A published count of a zone: the figure that every answer and every table gives of it.

use serde::{Deserialize, Serialize};

/// Counts of a zone over the whole perimeter, its ring left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agregat {
    /// Level: `commune`, `iris`, `ept`, `epci`, `departement`, `region`.
    pub niveau: String,
    /// Code of the zone.
    pub code: String,
    /// Its name.
    pub libelle: String,
    /// Structures: located, not located and masked; by IRIS, those that have a point.
    pub structures: u64,
    /// With a precise point.
    pub au_numero: u64,
    /// With a point on their street only.
    pub a_la_voie: u64,
    /// Without a point.
    pub non_localisees: u64,
    /// Partially diffusible: counted, never shown.
    pub masquees: u64,
    /// Jobs: sum of the lower bounds of the bands.
    pub emplois_bas: u64,
    /// Jobs, central estimate; unknown with an establishment in the open band.
    pub emplois_central: Option<f64>,
    /// Jobs: sum of the upper bounds; unknown with an establishment in the open band.
    pub emplois_haut: Option<u64>,
    /// Employers without an employing band: in no bound, never zero jobs.
    pub emplois_sans_tranche: u64,
    /// Inhabitants, when known.
    pub population: Option<f64>,
    /// Area, km².
    pub superficie_km2: Option<f64>,
    /// Structures per km².
    pub densite_km2: Option<f64>,
    /// Structures per 10,000 inhabitants; none where the rate means nothing.
    pub pour_10000_habitants: Option<f64>,
}
