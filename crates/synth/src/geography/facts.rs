use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::GeographyError;

/// Everything the schematic geography is built from; see `geodata/demonstration/README.md` for the
/// origin of each fact. Points are Lambert-93 metres (EPSG:2154).
#[derive(Debug, Clone)]
pub struct Facts {
    /// The 13 towns and the ring, in code order.
    pub communes: Vec<CommuneFact>,
    /// Named places that say where each commune lies.
    pub ancres: Vec<Anchor>,
    /// Pairs of communes that touch.
    pub adjacences: Vec<Adjacency>,
    /// Points of the drawn landmarks, in drawing order.
    pub reperes: Vec<LandmarkPoint>,
}

/// One commune of `communes.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct CommuneFact {
    /// INSEE code, 5 characters.
    pub code_commune: String,
    /// Official name.
    pub nom_commune: String,
    /// Department code.
    pub departement: String,
    /// Municipal population, vintage 2023.
    pub population_municipale_2023: u32,
    /// Area in square kilometres.
    pub superficie_km2: f64,
    /// Easting of the town hall, Lambert-93 metres.
    pub mairie_x_l93: f64,
    /// Northing of the town hall, Lambert-93 metres.
    pub mairie_y_l93: f64,
    /// Number of pseudo-IRIS; 1 means that the commune is not cut.
    pub nombre_iris: usize,
    /// `true` for a neighbour of the territory.
    pub couronne: bool,
}

/// One named place of `ancres.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct Anchor {
    /// Commune where the place lies; empty for a place outside the map.
    pub code_commune: String,
    /// Name of the place.
    pub nom_lieu: String,
    /// What the place is.
    pub role: Role,
    /// Easting, Lambert-93 metres.
    pub x_l93: f64,
    /// Northing, Lambert-93 metres.
    pub y_l93: f64,
}

/// What an anchor place is; it gives the type of the IRIS where it falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The town hall, which must fall in its commune.
    Mairie,
    /// A place where people live.
    Quartier,
    /// A business district: IRIS of type `A`.
    Activite,
    /// A wood or a park: IRIS of type `D`.
    Bois,
    /// A place outside the map, which bounds the ring.
    Exterieur,
}

/// One pair of `adjacences.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct Adjacency {
    /// First commune, the lower code.
    pub code_commune_a: String,
    /// Second commune.
    pub code_commune_b: String,
    /// Length of the real contact in metres, to about 10 m.
    pub longueur_contact_m: f64,
    /// `true` for a contact under 50 m, which the schematic outlines neither promise nor exclude.
    pub ponctuel: bool,
}

/// One point of `reperes.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct LandmarkPoint {
    /// Name of the landmark the point belongs to.
    pub repere: String,
    /// Whether the landmark is a line or an area.
    pub forme: Shape,
    /// Name of the place.
    pub nom_lieu: String,
    /// Easting, Lambert-93 metres.
    pub x_l93: f64,
    /// Northing, Lambert-93 metres.
    pub y_l93: f64,
}

/// Geometry of a landmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// An axis.
    Ligne,
    /// A closed outline.
    Aire,
}

impl Facts {
    /// Reads the facts compiled into the program.
    pub fn embedded() -> Result<Self, GeographyError> {
        let mut communes: Vec<CommuneFact> =
            rows("communes.csv", include_str!("../../../../geodata/demonstration/communes.csv"))?;
        communes.sort_by(|a, b| a.code_commune.cmp(&b.code_commune));
        Ok(Self {
            communes,
            ancres: rows("ancres.csv", include_str!("../../../../geodata/demonstration/ancres.csv"))?,
            adjacences: rows("adjacences.csv", include_str!("../../../../geodata/demonstration/adjacences.csv"))?,
            reperes: rows("reperes.csv", include_str!("../../../../geodata/demonstration/reperes.csv"))?,
        })
    }
}

fn rows<T: DeserializeOwned>(fichier: &'static str, text: &str) -> Result<Vec<T>, GeographyError> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| GeographyError::Facts { fichier, source })
}
