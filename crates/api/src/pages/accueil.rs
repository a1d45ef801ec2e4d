//! What the home page shows of a dataset version, made once: a national atlas takes seconds to count and draw.

use domain::{Niveau, NiveauRegroupe, QualitePosition};
use geo::{Area, BoundingRect, LineString, MultiPolygon, Polygon, Simplify};
use spatial_index::Filter;
use statistics::aggregate::{Ligne, aggregate};
use statistics::classes::{Discretisation, rounded};
use statistics::nombres::{INCONNU, decimal_ou, dizaine, entier};
use statistics::{Dimension, Portrait, Tableau};

use super::portrait::{by_band, by_size};
use super::svg::{CLASSES, Choropleth, Drawn, Overlay, Rate, bounds, choropleth, commune_map};
use super::svg::{family_colour, family_shape};
use super::territoire::{method_name, sources};
use crate::error::ApiError;
use crate::state::Served;

/// Communes that a page can list and draw: above, it shows the departments.
const COMMUNES_SHOWN: usize = 1_500;
/// Located structures drawn one by one: above, a circle a commune.
const POINTS_SHOWN: u64 = 5_000;

/// Vertices that the larger side of a national map can tell apart.
const UNITS: f64 = 1_500.0;

/// A family in the filter.
#[derive(Debug)]
pub(crate) struct Family {
    pub(super) code: String,
    pub(super) label: String,
    pub(super) count: String,
    pub(super) colour: &'static str,
    /// Path of its symbol, in a square of 12.
    pub(super) shape: &'static str,
}

/// A filter with its values: value, label, count.
#[derive(Debug)]
pub(crate) struct Facet {
    pub(super) parameter: &'static str,
    pub(super) title: &'static str,
    pub(super) choices: Vec<(String, String, String)>,
}

/// A row of the table of zones.
#[derive(Debug)]
pub(crate) struct Zone {
    /// As `territoire` takes it.
    pub(super) territoire: String,
    pub(super) name: String,
    pub(super) structures: String,
    pub(super) rate: String,
}

/// The home page but for its addresses and its language.
#[derive(Debug)]
pub(crate) struct Accueil {
    pub(super) nom: String,
    /// Box of the communes of the territory: west, south, east, north, degrees.
    pub(super) cadre: String,
    pub(super) total: String,
    pub(super) figures: Vec<(&'static str, String)>,
    pub(super) families: Vec<Family>,
    pub(super) facets: Vec<Facet>,
    /// Level of the zones listed: communes, or departments when there are too many.
    pub(super) niveau: Niveau,
    pub(super) zones: Vec<Zone>,
    pub(super) carte: Drawn,
}

impl Accueil {
    /// Counts and draws the territory of the atlas.
    pub(crate) fn new(served: &Served) -> Result<Self, ApiError> {
        let selection =
            served.snapshot.resolve(&served.snapshot.atlas().manifest.territoire).map_err(ApiError::internal)?;
        let portrait = statistics::portrait(&served.snapshot, &selection, &served.referentiel);
        let few = portrait.communes.lignes.len() <= COMMUNES_SHOWN;
        let (niveau, table) = if few {
            (Niveau::Commune, portrait.communes.clone())
        } else {
            let niveau = Niveau::Regroupe(NiveauRegroupe::Departement);
            let everything = Filter::default();
            let estimateur = &served.referentiel.estimateur;
            (niveau, aggregate(&served.snapshot, (&everything, None), Dimension::Zone(niveau), estimateur))
        };
        let total = &portrait.total;
        let overlay = if total.au_numero + total.a_la_voie > POINTS_SHOWN { Overlay::Circles } else { Overlay::Points };
        let carte = if few {
            commune_map(&served.snapshot, (&portrait.communes, &served.landmarks), overlay)
        } else {
            departments(&portrait, served, &table)
        };
        let family = |row: &Ligne| Family {
            code: row.code.clone(),
            label: row.libelle.clone(),
            count: entier(row.comptage.structures),
            colour: family_colour(&row.code),
            shape: family_shape(&row.code),
        };
        let zone = |row: &Ligne| Zone {
            territoire: format!("{}:{}", niveau.code(), row.code),
            name: row.libelle.clone(),
            structures: entier(row.comptage.structures),
            rate: decimal_ou(row.pour_10000_habitants, 1),
        };
        Ok(Self {
            nom: portrait.nom.clone(),
            cadre: crate::tiles::bounds(served, Some(&selection.communes))
                .map(|degrees| format!("{degrees:.5}"))
                .join(","),
            total: entier(total.structures),
            figures: figures(&portrait),
            families: portrait.familles.lignes.iter().map(family).collect(),
            facets: facets(&portrait),
            niveau,
            zones: table.lignes.iter().map(zone).collect(),
            carte,
        })
    }
}

/// The key figures of the whole territory; the map's filters leave them as they are.
fn figures(portrait: &Portrait) -> Vec<(&'static str, String)> {
    let emplois = &portrait.total.emplois;
    let haut = emplois.haut.map_or_else(|| INCONNU.to_owned(), |haut| dizaine(haut as f64));
    vec![
        ("Emplois estimés", format!("{} à {haut}", dizaine(emplois.bas as f64))),
        ("Pour 10 000 hab.", decimal_ou(portrait.pour_10000_habitants, 1)),
        ("Par km²", decimal_ou(portrait.densite_km2, 1)),
    ]
}

/// The filters besides the family, with the values that the territory has.
fn facets(portrait: &Portrait) -> Vec<Facet> {
    let choice = |row: &&Ligne| (row.code.clone(), row.libelle.clone(), entier(row.comptage.structures));
    let quality = |quality: QualitePosition| (quality.code().to_owned(), quality.libelle().to_owned(), String::new());
    vec![
        Facet {
            parameter: "secteur",
            title: "Secteurs",
            choices: by_size(&portrait.secteurs).iter().map(choice).collect(),
        },
        Facet {
            parameter: "tranche_effectifs",
            title: "Effectifs",
            choices: by_band(&portrait.tranches).iter().map(choice).collect(),
        },
        Facet {
            parameter: "qualite_position",
            title: "Qualité de la position",
            choices: QualitePosition::ALL.into_iter().map(quality).collect(),
        },
    ]
}

/// An outline without what a drawing cannot show, metres: rings smaller than the tolerance, vertices nearer to the line.
fn coarse(outline: &MultiPolygon<f64>, tolerance: f64) -> MultiPolygon<f64> {
    let seen = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).unsigned_area() > tolerance * tolerance;
    let parts = outline.iter().filter(|part| seen(part.exterior()));
    let parts = parts.map(|part| {
        let holes = part.interiors().iter().filter(|ring| seen(ring)).cloned().collect();
        Polygon::new(part.exterior().clone(), holes)
    });
    parts.collect::<MultiPolygon<f64>>().simplify(tolerance)
}

/// The departments of an atlas that has too many communes for a page.
fn departments(portrait: &Portrait, served: &Served, table: &Tableau) -> Drawn {
    let method = Discretisation::default();
    let rates: Vec<f64> = table.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let breaks = rounded(&method.breaks(&rates, CLASSES), &rates);
    let departments = served.snapshot.atlas().regroupements.niveau(NiveauRegroupe::Departement);
    let extent: MultiPolygon<f64> = departments.iter().flat_map(|zone| zone.contour.iter().cloned()).collect();
    // Half a unit of the sheet: coasts followed to the metre would weigh megabytes, and nobody would see them.
    let tolerance = extent.bounding_rect().map_or(0.0, |rect| rect.width().max(rect.height()) / UNITS);
    let drawn: Vec<(MultiPolygon<f64>, Rate)> = table
        .lignes
        .iter()
        .filter_map(|row| {
            let zone = departments.iter().find(|zone| zone.code == row.code)?;
            let rate = row.pour_10000_habitants.map_or(Rate::Unknown, Rate::Known);
            Some((coarse(&zone.contour, tolerance), rate))
        })
        .collect();
    choropleth(&Choropleth {
        id: "carte-departements",
        title: "Structures employeuses de l’ESS pour 10\u{202f}000 habitants, par département",
        zones: drawn.iter().map(|(outline, rate)| (outline, *rate)).collect(),
        edges: Vec::new(),
        breaks: &breaks,
        bounds: bounds(&rates),
        legend: &format!(
            "Structures employeuses pour 10\u{202f}000 habitants (nombre de départements par classe, {})",
            method_name(method)
        ),
        source: &sources(portrait, &["stock_etablissement", "communes", "population_communes"]),
    })
}
