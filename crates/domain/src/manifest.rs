//! What every figure carries: dataset version, perimeter, employer rule, sources and vintages.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::employeur::ComptesEmployeur;
use crate::perimetre::{Composition, EntetePerimetre};
use crate::{
    AccordSources, ChampCorrige, ClasseTaille, Motif, NomListe, RegleEmployeur, RegleRetenue, Siret, SortCorrection,
    Territoire, Waterfall,
};

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
    /// Role: `stock_etablissement`, `stock_unite_legale`, `geolocalisation`, `iris`, `communes`, `epts`, `epcis`, `cog`, `mouvements`, `population_communes`, `population_iris`, `emplois`, `tailles`.
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

impl SourceMillesime {
    /// Licence under which its producer publishes it; `None` for what users bring: lists, corrections.
    pub fn licence(&self) -> Option<&'static str> {
        const OPEN: [&str; 11] = [
            "stock_etablissement",
            "stock_unite_legale",
            "geolocalisation",
            "iris",
            "communes",
            "epts",
            "epcis",
            "cog",
            "mouvements",
            "population_communes",
            "population_iris",
        ];
        OPEN.contains(&self.role.as_str()).then_some("Licence Ouverte 2.0")
    }
}

/// A list of SIREN that the perimeter names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilanListe {
    /// Name.
    pub nom: NomListe,
    /// Given to this ingest; a list that was not can have kept nobody.
    pub fournie: bool,
    /// Named by the perimeter; one that is not only enters the agreement of the sources.
    pub nommee: bool,
    /// Rows read.
    pub lignes: u64,
    /// Among them, those whose SIREN cannot be read: they match nobody.
    pub illisibles: u64,
    /// Kept structures that this list decided.
    pub decisives: u64,
}

/// A disagreement between two sources, for a person to look at. Never of a masked unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desaccord {
    /// SIRET.
    pub siret: Siret,
    /// What the two sources say, in French.
    pub constat: String,
}

/// Disagreements listed at most, of each kind: enough to see what they are, few enough for a manifest.
pub const DESACCORDS_LISTES: usize = 20;

/// A correction for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionARevoir {
    /// Line of the file, header being 1.
    pub ligne: u64,
    /// Field corrected.
    pub champ: ChampCorrige,
    /// What became of it.
    pub sort: SortCorrection,
    /// Why its establishment is out, when it is.
    pub motif: Option<Motif>,
}

/// What became of the corrections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilanCorrections {
    /// Rows of the file.
    pub lues: u64,
    /// Rows by what became of them.
    pub sorts: BTreeMap<SortCorrection, u64>,
    /// Rows for a person to look at: caught up, changed at the source, unknown, without effect. They are named by
    /// their line in the file and never by a SIRET: one of them could be a masked unit's.
    pub a_revoir: Vec<CorrectionARevoir>,
}

/// What was seen during an ingest and belongs to no reason of the waterfall.
///
/// Read with defaults, so that a version published before a line existed is still served.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Constats {
    /// Rows that could not be read, set aside, by role of the file.
    pub lignes_rejetees: BTreeMap<String, u64>,
    /// Kept structures whose activity's fate is undecided in the perimeter.
    pub ape_a_decider: u64,
    /// Kept structures of the territory, by the facts of the employer rules.
    pub employeurs: ComptesEmployeur,
    /// Establishments of the territory put out by the employer rule, by the same facts.
    pub ecartes_employeur: ComptesEmployeur,
    /// Establishments of the atlas left out because the table does not know their legal category, by code
    /// (`vide` when the cell is empty).
    pub non_classes: BTreeMap<String, u64>,
    /// Kept structures whose legal category awaits the confirmation of its place, by code.
    pub categories_a_verifier: BTreeMap<String, u64>,
    /// Establishments with the Sirene flag at O and yet out, by reason: the sources disagree.
    pub mentions_ecartees: BTreeMap<Motif, u64>,
    /// The same, on a list and yet out.
    pub listees_ecartees: BTreeMap<Motif, u64>,
    /// Kept structures of the territory, by the sources that say that they are of the ESS.
    pub accords: BTreeMap<AccordSources, u64>,
    /// Kept structures of the territory, by the rule that kept them.
    pub regles: BTreeMap<RegleRetenue, u64>,
    /// Lists that the perimeter names, given or not.
    pub listes: Vec<BilanListe>,
    /// What became of the corrections; `None` when no file was given.
    pub corrections: Option<BilanCorrections>,
    /// Points kept although they lie outside the commune of the register: counted in their commune, in no IRIS.
    pub points_hors_commune: u64,
    /// Among them, those to review: more than a kilometre outside.
    pub points_hors_commune_1km: u64,
    /// Points so far from the commune of the register that they are not drawn.
    pub points_aberrants: u64,
    /// The furthest of the two lines above, with the distance.
    pub points_a_verifier: Vec<Desaccord>,
    /// Points whose IRIS could be compared with `plg_iris` of the geolocation file.
    pub iris_compares: u64,
    /// Among them, those that differ.
    pub iris_contredits: u64,
    /// The first of them.
    pub iris_contredits_exemples: Vec<Desaccord>,
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
    /// Their codes.
    pub contours_repares_codes: Vec<String>,
    /// Communes of which the file of IRIS has none: each counts as one IRIS, `xxxxx0000`.
    pub communes_sans_iris: Vec<String>,
    /// Communes of the outlines, in the territory or its ring, that the movements gave another code or merged:
    /// former code, code now.
    pub communes_changees: Vec<(String, String)>,
    /// Active establishments of the stock whose commune had a former code.
    pub etablissements_recodes: u64,
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
    /// The perimeter spelled out: categories and activities.
    #[serde(default)]
    pub composition: Composition,
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
    /// Establishments and jobs by size class, when a table was given: what the class means come from.
    #[serde(default)]
    pub tailles: Vec<ClasseTaille>,
    /// The structures are fictive and the outlines schematic.
    pub fictif: bool,
}
