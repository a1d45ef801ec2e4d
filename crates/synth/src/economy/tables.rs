//! Embedded tables: what is planted, where, and under which names.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::SynthError;

/// A kind of ESS employer and how many the territory has.
#[derive(Debug, Clone, Deserialize)]
pub struct EssProfile {
    /// Family, by form.
    pub famille: String,
    /// Legal category.
    pub categorie: String,
    /// Activity, NAF rev. 2.
    pub ape: String,
    /// How many in Paris Est Marne & Bois.
    pub effectif: u64,
    /// How strongly the kind draws the large workforce bands.
    pub affinite: u32,
    /// Theme of its names.
    pub theme: String,
}

/// A kind of private unit outside the ESS.
#[derive(Debug, Clone, Deserialize)]
pub struct PrivateProfile {
    /// Legal category.
    pub categorie: String,
    /// Activity, NAF rev. 2.
    pub ape: String,
    /// Why it is no structure of the ESS.
    pub attendu: String,
    /// Weight among employers.
    pub poids_employeur: u64,
    /// Weight among units without an employee.
    pub poids_sans_salarie: u64,
    /// Theme of its names.
    pub theme: String,
}

/// A kind of public employer.
#[derive(Debug, Clone, Deserialize)]
pub struct PublicProfile {
    /// Legal category.
    pub categorie: String,
    /// Activity, NAF rev. 2.
    pub ape: String,
    /// How many in Paris Est Marne & Bois.
    pub nombre: u64,
    /// Workforce bands, taken in turn.
    pub tranches: String,
    /// Theme of its names.
    pub theme: String,
}

/// What a commune adds to its population.
#[derive(Debug, Clone, Deserialize)]
pub struct CommuneFacts {
    /// INSEE code.
    pub code: String,
    /// Main postcode.
    pub code_postal: String,
    /// ESS structures per inhabitant, 100 being the mean.
    pub facteur_ess: u64,
    /// Other establishments per inhabitant, 100 being the mean.
    pub facteur_prive: u64,
    /// Population counted apart (vintage 2023), known for the thirteen towns.
    pub pcap: Option<u32>,
}

/// A street name met everywhere in France.
#[derive(Debug, Clone, Deserialize)]
pub struct Street {
    /// Official abbreviation of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name.
    pub libelle: String,
}

/// A model of name.
#[derive(Debug, Clone, Deserialize)]
pub struct NameModel {
    /// Theme.
    pub theme: String,
    /// Text with `{lieu}` or `{commune}`.
    pub modele: String,
}

#[derive(Debug, Deserialize)]
struct Place {
    lieu: String,
}

/// A commune and its établissement public territorial.
#[derive(Debug, Clone, Deserialize)]
pub struct EptRow {
    /// INSEE code.
    pub code_commune: String,
    /// SIREN of the EPT.
    pub siren_ept: String,
    /// Name of the EPT.
    pub nom_ept: String,
    /// Department.
    pub departement: String,
    /// Name of the commune.
    pub nom_commune: String,
    /// SIREN of the EPCI with own taxes: the Métropole du Grand Paris.
    pub epci_fp: String,
}

/// All tables.
#[derive(Debug)]
pub struct Tables {
    /// ESS employers.
    pub ess: Vec<EssProfile>,
    /// Private units.
    pub prives: Vec<PrivateProfile>,
    /// Public employers.
    pub publics: Vec<PublicProfile>,
    /// Communes.
    pub communes: Vec<CommuneFacts>,
    /// Streets.
    pub voies: Vec<Street>,
    /// Models of names.
    pub modeles: Vec<NameModel>,
    /// Places put into names.
    pub lieux: Vec<String>,
    /// EPT of the Grand Paris.
    pub ept: Vec<EptRow>,
}

impl Tables {
    /// Reads the embedded tables.
    pub fn embedded() -> Result<Self, SynthError> {
        let places: Vec<Place> = rows("lieux.csv", include_str!("data/lieux.csv"))?;
        Ok(Self {
            ess: rows("profils_ess.csv", include_str!("data/profils_ess.csv"))?,
            prives: rows("profils_prives.csv", include_str!("data/profils_prives.csv"))?,
            publics: rows("profils_publics.csv", include_str!("data/profils_publics.csv"))?,
            communes: rows("communes.csv", include_str!("data/communes.csv"))?,
            voies: rows("voies.csv", include_str!("data/voies.csv"))?,
            modeles: rows("themes.csv", include_str!("data/themes.csv"))?,
            lieux: places.into_iter().map(|place| place.lieu).collect(),
            ept: rows("ept_grand_paris.csv", include_str!("../../../../geodata/territoires/ept_grand_paris.csv"))?,
        })
    }
}

fn rows<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<Vec<T>, SynthError> {
    let parsed: Result<Vec<T>, csv::Error> = csv::Reader::from_reader(text.as_bytes()).deserialize().collect();
    let found = parsed.map_err(|error| SynthError::Table { table, reason: error.to_string() })?;
    if found.is_empty() {
        return Err(SynthError::Table { table, reason: "no row".to_owned() });
    }
    Ok(found)
}
