//! What every figure carries: dataset version, perimeter, employer rule, sources and vintages.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::perimetre::EntetePerimetre;
use crate::{RegleEmployeur, Territoire, Waterfall};

/// Version of a dataset: the start of the SHA-256 of its inputs and rules, in hexadecimal.
///
/// Same inputs, same version, on any machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionJeu(pub String);

impl fmt::Display for VersionJeu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMillesime {
    /// Role: `stock_etablissement`, `stock_unite_legale`, `geolocalisation`, `iris`, `communes`, `epts`, `population_communes`, `population_iris`.
    pub role: String,
    /// Title for readers.
    pub titre: String,
    /// Producer.
    pub producteur: String,
    /// Vintage as given by the user, or `non renseigné`.
    pub millesime: String,
    /// File name without its folder.
    pub fichier: String,
    /// SHA-256 of the bytes read, hexadecimal.
    pub sha256: String,
    /// Rows or features read.
    pub lignes: u64,
}

/// What was seen during an ingest and belongs to no reason of the waterfall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constats {
    /// Kept structures whose activity's fate is undecided in the perimeter.
    pub ape_a_decider: u64,
    /// Kept employers by the band only, the flag only, both.
    pub employeurs_bande_seule: u64,
    /// See above.
    pub employeurs_caractere_seul: u64,
    /// See above.
    pub employeurs_bande_et_caractere: u64,
    /// Points refused: they lie outside the commune of the register.
    pub points_hors_commune: u64,
    /// Points on no IRIS attached to the nearest one of the same commune within 25 m.
    pub points_rattaches_25m: u64,
    /// Points on a boundary or in an overlap, given to the smallest code.
    pub points_en_limite: u64,
    /// Located structures whose commune has no IRIS at the point.
    pub points_sans_iris: u64,
    /// Geolocation rows of partially diffusible units, ignored.
    pub geolocalisations_masquees_ignorees: u64,
    /// Outlines repaired (invalid rings).
    pub contours_repares: u64,
}

/// The identity of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version.
    pub version: VersionJeu,
    /// Version of Essaim that made it.
    pub essaim: String,
    /// Territory asked for.
    pub territoire: Territoire,
    /// Name of the territory.
    pub nom_territoire: String,
    /// Perimeter.
    pub perimetre: EntetePerimetre,
    /// Employer rule applied (the perimeter's, or the user's choice).
    pub regle_employeur: RegleEmployeur,
    /// Legal CRS of the atlas, EPSG code.
    pub epsg: u32,
    /// Inputs.
    pub sources: Vec<SourceMillesime>,
    /// Waterfall.
    pub waterfall: Waterfall,
    /// Observations.
    pub constats: Constats,
    /// The structures are fictive and the outlines schematic.
    pub fictif: bool,
}
