//! The tables of an atlas, the same in both stores: names, types and French aliases of the columns.

use domain::NiveauRegroupe;
use geopackage::ColumnKind::{self, Boolean, Date, Integer, Real, Text};
use geopackage::GeometryKind;

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: ColumnKind,
    /// What readers see.
    pub alias: &'static str,
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name, also of the layer.
    pub name: &'static str,
    /// Title for readers.
    pub title: &'static str,
    /// Description for readers.
    pub description: &'static str,
    /// Kind of its geometries; `None` for a plain table.
    pub geometry: Option<GeometryKind>,
    /// Columns.
    pub fields: &'static [Field],
}

impl Table {
    /// The same for the ring around the territory: apart in a file, so that a layer's count is the published one.
    const fn of_ring(self, name: &'static str, title: &'static str) -> Self {
        let description = "Autour du territoire : hors de tous ses chiffres, vue par les distances seulement";
        Self { name, title, description, ..self }
    }
}

/// [`STRUCTURES`] of the ring, in a file.
pub const COURONNE_STRUCTURES: Table = STRUCTURES.of_ring("couronne_structures", "Couronne : structures de l’ESS");
/// [`STRUCTURES_NON_LOCALISEES`] of the ring, in a file.
pub const COURONNE_NON_LOCALISEES: Table =
    STRUCTURES_NON_LOCALISEES.of_ring("couronne_structures_non_localisees", "Couronne : structures sans point");
/// [`COMMUNES`] of the ring, in a file.
pub const COURONNE_COMMUNES: Table = COMMUNES.of_ring("couronne_communes", "Couronne : communes");
/// [`IRIS`] of the ring, in a file.
pub const COURONNE_IRIS: Table = IRIS.of_ring("couronne_iris", "Couronne : IRIS");

const fn field(name: &'static str, kind: ColumnKind, alias: &'static str) -> Field {
    Field { name, kind, alias }
}

/// Columns of a structure without point: the first ones of [`STRUCTURE`].
const UNLOCATED: usize = STRUCTURE.len() - 3;

const STRUCTURE: &[Field] = &[
    field("siret", Text, "SIRET"),
    field("siren", Text, "SIREN"),
    field("nom", Text, "Nom"),
    field("enseigne", Text, "Enseigne"),
    field("famille", Text, "Famille (code)"),
    field("famille_libelle", Text, "Famille"),
    field("regle", Text, "Règle qui l’a retenue"),
    field("accord_sources", Text, "Sources qui la disent de l’ESS"),
    field("categorie_juridique", Text, "Catégorie juridique"),
    field("code_ape", Text, "Code APE"),
    field("nomenclature_ape", Text, "Nomenclature du code APE"),
    field("division_naf", Text, "Division NAF"),
    field("secteur", Text, "Secteur"),
    field("ape_a_decider", Boolean, "Activité au sort non tranché"),
    field("tranche_effectifs", Text, "Tranche d’effectifs (code)"),
    field("tranche_libelle", Text, "Tranche d’effectifs"),
    field("annee_effectifs", Integer, "Année des effectifs"),
    field("caractere_employeur", Boolean, "Caractère employeur"),
    field("mention_ess", Boolean, "Mention ESS"),
    field("siege", Boolean, "Siège"),
    field("date_creation", Date, "Date de création"),
    field("adresse", Text, "Adresse"),
    field("code_postal", Text, "Code postal"),
    field("code_commune", Text, "Code commune"),
    field("nom_commune", Text, "Commune"),
    field("code_iris", Text, "Code IRIS"),
    field("qualite_position", Text, "Qualité de la position"),
    field("corrige", Text, "Champs corrigés"),
    field("a_verifier", Text, "À vérifier"),
    field("couronne", Boolean, "Dans la couronne du territoire"),
    field("fictif", Boolean, "Fictive (démonstration)"),
    field("source_position", Text, "Source de la position"),
    field("lon", Real, "Longitude (degrés)"),
    field("lat", Real, "Latitude (degrés)"),
];

/// Structures with a point.
pub const STRUCTURES: Table = Table {
    name: "structures",
    title: "Structures de l’ESS",
    description: "Établissements employeurs de l’économie sociale et solidaire, diffusibles et localisés ; symbole creux : position connue à la voie seulement",
    geometry: Some(GeometryKind::Point),
    fields: STRUCTURE,
};

/// Structures without point; in PostGIS they stand in the table of the others.
pub const STRUCTURES_NON_LOCALISEES: Table = Table {
    name: "structures_non_localisees",
    title: "Structures de l’ESS sans point",
    description: "Établissements connus à la commune seulement : comptés, dessinés nulle part",
    geometry: None,
    fields: STRUCTURE.split_at(UNLOCATED).0,
};

/// Communes.
pub const COMMUNES: Table = Table {
    name: "communes",
    title: "Communes",
    description: "Communes",
    geometry: Some(GeometryKind::MultiPolygon),
    fields: &[
        field("code", Text, "Code commune"),
        field("nom", Text, "Commune"),
        field("population", Real, "Population"),
        field("annee_population", Integer, "Année de la population"),
        field("siren_ept", Text, "SIREN de l’EPT"),
        field("siren_epci", Text, "SIREN de l’EPCI"),
        field("couronne", Boolean, "Dans la couronne du territoire"),
        field("superficie_km2", Real, "Superficie (km²)"),
    ],
};

/// IRIS.
pub const IRIS: Table = Table {
    name: "iris",
    title: "IRIS",
    description: "Îlots regroupés pour l’information statistique",
    geometry: Some(GeometryKind::MultiPolygon),
    fields: &[
        field("code", Text, "Code IRIS"),
        field("nom", Text, "IRIS"),
        field("type_iris", Text, "Type d’IRIS"),
        field("code_commune", Text, "Code commune"),
        field("population", Real, "Population"),
        field("annee_population", Integer, "Année de la population"),
        field("couronne", Boolean, "Dans la couronne du territoire"),
        field("superficie_km2", Real, "Superficie (km²)"),
    ],
};

/// EPT.
const EPTS: Table = of_communes("epts", "Établissements publics territoriaux");
/// EPCI.
const EPCIS: Table = of_communes("epcis", "Établissements publics de coopération intercommunale");
/// Departments.
const DEPARTEMENTS: Table = of_communes("departements", "Départements");
/// Regions.
const REGIONS: Table = of_communes("regions", "Régions");

/// The table of a level of zones made of communes.
pub const fn regroupements(niveau: NiveauRegroupe) -> &'static Table {
    match niveau {
        NiveauRegroupe::Ept => &EPTS,
        NiveauRegroupe::Epci => &EPCIS,
        NiveauRegroupe::Departement => &DEPARTEMENTS,
        NiveauRegroupe::Region => &REGIONS,
    }
}

const fn of_communes(name: &'static str, title: &'static str) -> Table {
    Table {
        name,
        title,
        description: "Union des communes présentes dans l’atlas",
        geometry: Some(GeometryKind::MultiPolygon),
        fields: REGROUPEMENT,
    }
}

const REGROUPEMENT: &[Field] = &[
    field("code", Text, "Code (SIREN d’un EPT ou d’un EPCI)"),
    field("nom", Text, "Nom"),
    field("alias", Text, "Autre nom"),
    field("communes", Text, "Communes présentes"),
    field("communes_officielles", Integer, "Nombre officiel de communes"),
    field("superficie_km2", Real, "Superficie (km²)"),
];

/// Counts of partially diffusible units.
pub const MASQUES: Table = Table {
    name: "masques",
    title: "Structures à diffusion partielle, en nombre",
    description: "Comptes par commune, famille, secteur et tranche : tout ce qui est dit des unités à diffusion partielle",
    geometry: None,
    fields: &[
        field("code_commune", Text, "Code commune"),
        field("famille", Text, "Famille (code)"),
        field("secteur", Text, "Secteur"),
        field("tranche_effectifs", Text, "Tranche d’effectifs (code)"),
        field("couronne", Boolean, "Dans la couronne du territoire"),
        field("effectif", Integer, "Nombre d’établissements"),
    ],
};

/// The whole economy, in counts.
pub const ECONOMIE: Table = Table {
    name: "economie_reference",
    title: "Économie de référence, en nombre",
    description: "Établissements employeurs actifs de toute l’économie, par commune, division, tranche et secteur institutionnel",
    geometry: None,
    fields: &[
        field("code_commune", Text, "Code commune"),
        field("division_naf", Text, "Division NAF"),
        field("tranche_effectifs", Text, "Tranche d’effectifs (code)"),
        field("secteur_institutionnel", Text, "Secteur institutionnel"),
        field("ess", Boolean, "Dans l’ESS"),
        field("etablissements", Integer, "Nombre d’établissements"),
    ],
};

/// Jobs supplied from outside the register.
pub const EMPLOIS: Table = Table {
    name: "emplois_fournis",
    title: "Emplois fournis, par commune",
    description: "Emplois du recensement ou d’un partenaire ; une case secrète n’a pas de valeur, ici comme ailleurs",
    geometry: None,
    fields: &[
        field("code_commune", Text, "Code commune"),
        field("champ", Text, "Champ : ess, prive ou total"),
        field("famille", Text, "Famille (code)"),
        field("annee", Integer, "Année"),
        field("etablissements", Integer, "Nombre d’établissements"),
        field("emplois", Real, "Emplois"),
        field("secret", Boolean, "Secret statistique"),
    ],
};

/// Counts by zone: those that the service gives.
pub const AGREGATS: Table = Table {
    name: "agregats",
    title: "Agrégats par zone",
    description: "Structures et emplois par commune, IRIS, EPT, EPCI, département et région ; les IRIS ne comptent que ce qui a un point",
    geometry: None,
    fields: &[
        field("niveau", Text, "Niveau"),
        field("code", Text, "Code de la zone"),
        field("libelle", Text, "Zone"),
        field("structures", Integer, "Structures"),
        field("au_numero", Integer, "dont localisées au numéro"),
        field("a_la_voie", Integer, "dont localisées à la voie"),
        field("non_localisees", Integer, "dont sans point"),
        field("masquees", Integer, "dont à diffusion partielle"),
        field("emplois_bas", Integer, "Emplois, borne basse"),
        field("emplois_central", Real, "Emplois, estimation centrale"),
        field("emplois_haut", Integer, "Emplois, borne haute"),
        field("emplois_sans_tranche", Integer, "Structures employeuses sans tranche"),
        field("population", Real, "Population"),
        field("superficie_km2", Real, "Superficie (km²)"),
        field("densite_km2", Real, "Structures par km²"),
        field("pour_10000_habitants", Real, "Structures pour 10 000 habitants"),
    ],
};

/// The waterfall, one line a number.
pub const CASCADE: Table = Table {
    name: "cascade",
    title: "Cascade",
    description: "Lignes lues, écartées par raison, gardées, étape par étape : la somme tombe juste",
    geometry: None,
    fields: &[
        field("etape", Text, "Étape (code)"),
        field("libelle_etape", Text, "Étape"),
        field("nature", Text, "Entrée, sortie, dont (dans aucune somme) ou gardée"),
        field("code", Text, "Raison (code)"),
        field("libelle", Text, "Raison"),
        field("lignes", Integer, "Nombre de lignes"),
    ],
};

/// What the atlas was made of.
pub const SOURCES: Table = Table {
    name: "sources",
    title: "Sources",
    description: "Fichiers lus, leurs producteurs, millésimes, licences et empreintes",
    geometry: None,
    fields: &[
        field("role", Text, "Rôle"),
        field("titre", Text, "Titre"),
        field("producteur", Text, "Producteur"),
        field("millesime", Text, "Millésime"),
        field("licence", Text, "Licence"),
        field("fichier", Text, "Fichier"),
        field("sha256", Text, "SHA-256"),
        field("lignes", Integer, "Lignes lues"),
        field("version_jeu", Text, "Version du jeu"),
    ],
};

/// Identity of the dataset.
pub const MANIFEST: Table = Table {
    name: "essaim_manifest",
    title: "Manifeste du jeu de données",
    description: "Version, périmètre, règle employeur, sources et cascade, en JSON",
    geometry: None,
    fields: &[field("version", Text, "Version du jeu"), field("manifeste", Text, "Manifeste (JSON)")],
};
