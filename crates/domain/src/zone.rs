//! Levels of zones and the zones that an atlas holds.

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::{CodeCommune, CodeIris, NiveauRegroupe};

/// A level of zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Niveau {
    /// Communes (municipal arrondissements for Paris, Lyon, Marseille).
    Commune,
    /// IRIS.
    Iris,
    /// Zones made of whole communes.
    Regroupe(NiveauRegroupe),
}

impl Niveau {
    /// All levels.
    pub const ALL: [Self; 6] = [
        Self::Commune,
        Self::Iris,
        Self::Regroupe(NiveauRegroupe::Ept),
        Self::Regroupe(NiveauRegroupe::Epci),
        Self::Regroupe(NiveauRegroupe::Departement),
        Self::Regroupe(NiveauRegroupe::Region),
    ];

    /// Code used in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Iris => "iris",
            Self::Regroupe(niveau) => niveau.code(),
        }
    }

    /// The level of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|niveau| niveau.code() == code)
    }
}

/// A population and its vintage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// Inhabitants (a real number: IRIS populations are weighted estimates).
    pub habitants: f64,
    /// Year.
    pub annee: i32,
}

/// A commune of the atlas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commune {
    /// INSEE code.
    pub code: CodeCommune,
    /// Name.
    pub nom: String,
    /// Municipal population; `None` is unknown.
    pub population: Option<Population>,
    /// SIREN of its EPT, if it has one.
    pub siren_ept: Option<String>,
    /// SIREN of its EPCI with own taxes; `None` when it has none, or when no table of EPCIs was given.
    pub siren_epci: Option<String>,
    /// Of the ring around the territory.
    pub couronne: bool,
    /// Outline, legal CRS of the atlas, metres.
    pub contour: MultiPolygon<f64>,
}

/// An IRIS of the atlas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Iris {
    /// Code.
    pub code: CodeIris,
    /// Name.
    pub nom: String,
    /// `H` habitat, `A` activity, `D` diverse, `Z` commune not cut.
    pub type_iris: String,
    /// Commune.
    pub code_commune: CodeCommune,
    /// Population; `None` is unknown.
    pub population: Option<Population>,
    /// Of the ring around the territory.
    pub couronne: bool,
    /// Outline, legal CRS of the atlas, metres.
    pub contour: MultiPolygon<f64>,
}
