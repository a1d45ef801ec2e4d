//! The collections: their texts and their properties, from which features, OpenAPI and pages are made.

use domain::{Niveau, NiveauRegroupe};

use crate::zone_figures;

/// JSON type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; codes are always texts.
    Text,
    /// Integer.
    Integer,
    /// Real, always written with a decimal point (QGIS guesses types from the first features).
    Real,
    /// Boolean.
    Boolean,
    /// ISO date.
    Date,
}

impl Kind {
    /// Type and format of JSON Schema.
    pub const fn schema(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Text => ("string", None),
            Self::Integer => ("integer", None),
            Self::Real => ("number", None),
            Self::Boolean => ("boolean", None),
            Self::Date => ("string", Some("date")),
        }
    }
}

/// A property of a collection.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// French label.
    pub title: &'static str,
}

pub(crate) const fn property(name: &'static str, kind: Kind, title: &'static str) -> Property {
    Property { name, kind, title }
}

/// A collection.
#[derive(Debug)]
pub struct Collection {
    /// ASCII identifier.
    pub id: CollectionId,
    /// Title.
    pub title: &'static str,
    /// Description.
    pub description: &'static str,
    properties: &'static [Property],
    /// Filters besides `bbox`, `datetime`, `limit` and `offset`.
    pub filters: &'static [&'static str],
}

impl Collection {
    /// Properties, in order; every feature has them all.
    pub fn properties(&self) -> impl Iterator<Item = &'static Property> {
        let figures: &'static [Property] = if self.id.is_structures() { &[] } else { &zone_figures::PROPERTIES };
        self.properties.iter().chain(figures)
    }
}

/// Identifier of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionId {
    /// Located structures.
    Structures,
    /// Structures without a point: a table.
    StructuresNonLocalisees,
    /// Communes.
    Communes,
    /// IRIS.
    Iris,
    /// Zones made of whole communes.
    Regroupes(NiveauRegroupe),
}

impl CollectionId {
    /// Name in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Structures => "structures",
            Self::StructuresNonLocalisees => "structures_non_localisees",
            Self::Communes => "communes",
            Self::Iris => "iris",
            Self::Regroupes(NiveauRegroupe::Ept) => "epts",
            Self::Regroupes(NiveauRegroupe::Epci) => "epcis",
            Self::Regroupes(NiveauRegroupe::Departement) => "departements",
            Self::Regroupes(NiveauRegroupe::Region) => "regions",
        }
    }

    /// The level of the zones that it holds.
    pub const fn niveau(self) -> Option<Niveau> {
        match self {
            Self::Structures | Self::StructuresNonLocalisees => None,
            Self::Communes => Some(Niveau::Commune),
            Self::Iris => Some(Niveau::Iris),
            Self::Regroupes(niveau) => Some(Niveau::Regroupe(niveau)),
        }
    }

    /// Holds structures rather than zones.
    pub const fn is_structures(self) -> bool {
        matches!(self, Self::Structures | Self::StructuresNonLocalisees)
    }
}

/// Properties of a structure.
pub const STRUCTURE: &[Property] = &[
    property("siret", Kind::Text, "SIRET"),
    property("siren", Kind::Text, "SIREN de l’unité légale"),
    property("nom", Kind::Text, "Dénomination de l’unité légale"),
    property("enseigne", Kind::Text, "Enseigne ou nom d’usage de l’établissement"),
    property("famille", Kind::Text, "Famille de l’ESS (code)"),
    property("famille_libelle", Kind::Text, "Famille de l’ESS"),
    property("regle", Kind::Text, "Règle qui a retenu l’établissement (forme, mention, liste:…, correction)"),
    property("accord_sources", Kind::Text, "Sources qui le disent de l’ESS (forme, mention, liste), jointes par +"),
    property("categorie_juridique", Kind::Text, "Catégorie juridique Insee (niveau III)"),
    property("code_ape", Kind::Text, "Activité principale de l’établissement"),
    property("secteur", Kind::Text, "Secteur d’observatoire"),
    property("tranche_effectifs", Kind::Text, "Tranche d’effectifs (code)"),
    property("tranche_libelle", Kind::Text, "Tranche d’effectifs"),
    property("annee_effectifs", Kind::Integer, "Année de la tranche d’effectifs"),
    property("caractere_employeur", Kind::Text, "Caractère employeur de l’établissement (O, N ou vide)"),
    property("mention_ess", Kind::Text, "Mention ESS de l’unité légale (O, N ou vide)"),
    property("siege", Kind::Boolean, "Siège de l’unité légale"),
    property("date_creation", Kind::Date, "Date de création de l’établissement"),
    property("adresse", Kind::Text, "Adresse"),
    property("code_postal", Kind::Text, "Code postal"),
    property("code_commune", Kind::Text, "Code Insee de la commune"),
    property("nom_commune", Kind::Text, "Commune"),
    property("code_iris", Kind::Text, "Code de l’IRIS"),
    property("qualite_position", Kind::Text, "Qualité de la position"),
    property("source_position", Kind::Text, "Source de la position"),
    property("corrige", Kind::Text, "Champs corrigés par l’observatoire, séparés par des virgules (vide : aucun)"),
    property("a_verifier", Kind::Text, "Motifs de vérification, séparés par des virgules (vide : aucun)"),
    property("couronne", Kind::Boolean, "Hors du territoire, dans sa couronne"),
    property("fictif", Kind::Boolean, "Structure fictive (démonstration)"),
];

const ZONE_TAIL: [Property; 4] = [
    property("population", Kind::Real, "Population municipale"),
    property("population_annee", Kind::Integer, "Année de la population"),
    property("superficie_km2", Kind::Real, "Superficie du contour (km²)"),
    property("couronne", Kind::Boolean, "Hors du territoire, dans sa couronne"),
];

const COMMUNE: &[Property] = &[
    property("code_commune", Kind::Text, "Code Insee de la commune"),
    property("nom", Kind::Text, "Commune"),
    property("code_departement", Kind::Text, "Code du département"),
    property("code_region", Kind::Text, "Code de la région"),
    property("siren_ept", Kind::Text, "SIREN de l’EPT"),
    property("siren_epci", Kind::Text, "SIREN de l’EPCI à fiscalité propre"),
    ZONE_TAIL[0],
    ZONE_TAIL[1],
    ZONE_TAIL[2],
    ZONE_TAIL[3],
];

const IRIS: &[Property] = &[
    property("code_iris", Kind::Text, "Code de l’IRIS"),
    property("nom", Kind::Text, "IRIS"),
    property("type_iris", Kind::Text, "Type (H habitat, A activité, D divers, Z commune non découpée)"),
    property("code_commune", Kind::Text, "Code Insee de la commune"),
    ZONE_TAIL[0],
    ZONE_TAIL[1],
    ZONE_TAIL[2],
    ZONE_TAIL[3],
];

const EPT: &[Property] = &[
    property("siren", Kind::Text, "SIREN de l’EPT"),
    property("nom", Kind::Text, "Établissement public territorial"),
    property("alias", Kind::Text, "Numéro de territoire"),
    property("communes", Kind::Integer, "Communes présentes dans l’atlas"),
    property("communes_officielles", Kind::Integer, "Communes de l’EPT"),
    ZONE_TAIL[0],
    ZONE_TAIL[2],
];

const EPCI: &[Property] = &[
    property("siren", Kind::Text, "SIREN de l’EPCI"),
    property("nom", Kind::Text, "Établissement public de coopération intercommunale"),
    property("communes", Kind::Integer, "Communes présentes dans l’atlas"),
    property("communes_officielles", Kind::Integer, "Communes de l’EPCI"),
    ZONE_TAIL[0],
    ZONE_TAIL[2],
];

const DEPARTEMENT: &[Property] = &[
    property("code_departement", Kind::Text, "Code du département"),
    property("nom", Kind::Text, "Département"),
    property("communes", Kind::Integer, "Communes présentes dans l’atlas"),
    ZONE_TAIL[0],
    ZONE_TAIL[2],
];

const REGION: &[Property] = &[
    property("code_region", Kind::Text, "Code de la région"),
    property("nom", Kind::Text, "Région"),
    property("communes", Kind::Integer, "Communes présentes dans l’atlas"),
    ZONE_TAIL[0],
    ZONE_TAIL[2],
];

/// Filters of the collections of zones.
const ZONE_FILTERS: &[&str] = &["territoire", "couronne"];

/// All the collections.
pub const COLLECTIONS: [Collection; 8] = [
    Collection {
        id: CollectionId::Structures,
        title: "Structures de l’ESS",
        description: "Établissements employeurs de l’économie sociale et solidaire, localisés au numéro ou à la voie.",
        properties: STRUCTURE,
        filters: &crate::params::FILTERS,
    },
    Collection {
        id: CollectionId::StructuresNonLocalisees,
        title: "Structures de l’ESS non localisées",
        description: "Établissements employeurs de l’ESS sans point sûr : ils comptent dans leur commune.",
        properties: STRUCTURE,
        filters: &crate::params::FILTERS,
    },
    Collection {
        id: CollectionId::Communes,
        title: "Communes",
        description: "Communes du territoire, avec leur population.",
        properties: COMMUNE,
        filters: ZONE_FILTERS,
    },
    Collection {
        id: CollectionId::Iris,
        title: "IRIS",
        description: "Îlots regroupés pour l’information statistique du territoire.",
        properties: IRIS,
        filters: ZONE_FILTERS,
    },
    Collection {
        id: CollectionId::Regroupes(NiveauRegroupe::Ept),
        title: "Établissements publics territoriaux",
        description: "EPT du Grand Paris, réduits aux communes de l’atlas.",
        properties: EPT,
        filters: &[],
    },
    Collection {
        id: CollectionId::Regroupes(NiveauRegroupe::Epci),
        title: "Intercommunalités à fiscalité propre",
        description: "EPCI (communautés, métropoles), réduits aux communes de l’atlas ; vide sans table des EPCI.",
        properties: EPCI,
        filters: &[],
    },
    Collection {
        id: CollectionId::Regroupes(NiveauRegroupe::Departement),
        title: "Départements",
        description: "Départements, réduits aux communes de l’atlas.",
        properties: DEPARTEMENT,
        filters: &[],
    },
    Collection {
        id: CollectionId::Regroupes(NiveauRegroupe::Region),
        title: "Régions",
        description: "Régions, réduites aux communes de l’atlas.",
        properties: REGION,
        filters: &[],
    },
];

/// The collection of a name.
pub fn find(id: &str) -> Option<&'static Collection> {
    static ALL: [Collection; 8] = COLLECTIONS;
    ALL.iter().find(|collection| collection.id.code() == id)
}
