//! Where a structure stands, how well that is known, and by which source.

use serde::{Deserialize, Serialize};

/// How precisely a position is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualitePosition {
    /// The door: number in the street found.
    Numero,
    /// Interpolated between neighbouring numbers.
    Interpolee,
    /// The right street, a random place on it: drawn hollow, in no distance and no kernel.
    Voie,
    /// Known to the commune only: no point.
    Commune,
    /// Nothing known beyond the commune code, or sources that contradict each other.
    Inconnue,
}

impl QualitePosition {
    /// All qualities, best first.
    pub const ALL: [Self; 5] = [Self::Numero, Self::Interpolee, Self::Voie, Self::Commune, Self::Inconnue];

    /// Code used in files and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Numero => "numero",
            Self::Interpolee => "interpolee",
            Self::Voie => "voie",
            Self::Commune => "commune",
            Self::Inconnue => "inconnue",
        }
    }

    /// French label.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Numero => "au numéro",
            Self::Interpolee => "interpolée entre numéros",
            Self::Voie => "à la voie",
            Self::Commune => "à la commune (pas de point)",
            Self::Inconnue => "inconnue (pas de point)",
        }
    }

    /// The quality of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|qualite| qualite.code() == code)
    }

    /// Good enough for distances and kernels.
    pub const fn est_precise(self) -> bool {
        matches!(self, Self::Numero | Self::Interpolee)
    }
}

/// Which source gave the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourcePosition {
    /// A correction of the observatory.
    Correction,
    /// INSEE geolocation file.
    InseeGeolocalisation,
    /// Lambert columns of the Sirene stock (from the BAN).
    SireneLambert,
}

impl SourcePosition {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Correction, Self::InseeGeolocalisation, Self::SireneLambert];

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::InseeGeolocalisation => "insee_geolocalisation",
            Self::SireneLambert => "sirene_lambert",
        }
    }

    /// The source of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// A point in the atlas's legal CRS, and the same in CRS84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Easting in metres, legal CRS of the atlas.
    pub x: f64,
    /// Northing in metres, legal CRS of the atlas.
    pub y: f64,
    /// Longitude in degrees (CRS84).
    pub lon: f64,
    /// Latitude in degrees (CRS84).
    pub lat: f64,
    /// Which source gave it.
    pub source: SourcePosition,
}
