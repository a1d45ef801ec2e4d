//! Levels of zones and the zones that an atlas holds.

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::{CodeCommune, CodeIris};

/// A level of zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Niveau {
    /// Communes (municipal arrondissements for Paris, Lyon, Marseille).
    Commune,
    /// IRIS.
    Iris,
    /// Établissements publics territoriaux of the Grand Paris.
    Ept,
    /// Departments.
    Departement,
}

impl Niveau {
    /// All levels.
    pub const ALL: [Self; 4] = [Self::Commune, Self::Iris, Self::Ept, Self::Departement];

    /// Code used in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Iris => "iris",
            Self::Ept => "ept",
            Self::Departement => "departement",
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
#[derive(Debug, Clone, PartialEq)]
pub struct Commune {
    /// INSEE code.
    pub code: CodeCommune,
    /// Name.
    pub nom: String,
    /// Municipal population; `None` is unknown.
    pub population: Option<Population>,
    /// SIREN of its EPT, if it has one.
    pub siren_ept: Option<String>,
    /// Of the ring around the territory.
    pub couronne: bool,
    /// Outline, legal CRS of the atlas, metres.
    pub contour: MultiPolygon<f64>,
}

/// An IRIS of the atlas.
#[derive(Debug, Clone, PartialEq)]
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

/// An *établissement public territorial*.
#[derive(Debug, Clone, PartialEq)]
pub struct Ept {
    /// SIREN.
    pub siren: String,
    /// Name.
    pub nom: String,
    /// Alias such as `T10` (ours: the official table has none).
    pub alias: Option<String>,
    /// Its communes **that the atlas holds**, in code order.
    pub communes: Vec<CodeCommune>,
    /// Number of communes of the EPT in the official table: tells a whole EPT from a part.
    pub communes_officielles: u32,
    /// Union of the communes held, legal CRS, metres.
    pub contour: MultiPolygon<f64>,
}

impl Ept {
    /// All its communes are in the atlas.
    pub fn est_entier(&self) -> bool {
        u32::try_from(self.communes.len()).is_ok_and(|held| held == self.communes_officielles)
    }
}

/// A department, as far as the atlas holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Departement {
    /// Code.
    pub code: String,
    /// Its communes that the atlas holds.
    pub communes: Vec<CodeCommune>,
    /// Union of the communes held, legal CRS, metres.
    pub contour: MultiPolygon<f64>,
}
