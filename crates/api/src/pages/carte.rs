//! The home page: the map drawn by the server, the communes beside it; a script may take it over.

use askama::Template;
use domain::QualitePosition;
use statistics::Portrait;
use statistics::aggregate::Ligne;

use crate::langue::Langue;
use crate::pages::portrait::{by_band, by_size};
use crate::pages::svg::{self, Drawn, Overlay, family_colour, family_shape};
use crate::provenance::{attribution, avertissement};
use crate::state::Served;
use statistics::nombres::{INCONNU, decimal_ou, dizaine, entier};

/// A family in the filter.
struct Family {
    code: String,
    label: String,
    count: String,
    colour: &'static str,
    /// Path of its symbol, in a square of 12.
    shape: &'static str,
}

/// A filter with its values: value, label, count.
struct Facet {
    parameter: &'static str,
    title: &'static str,
    choices: Vec<(String, String, String)>,
}

/// A row of the table of communes.
struct Town {
    code: String,
    name: String,
    structures: String,
    rate: String,
}

#[derive(Template)]
#[template(path = "carte.html")]
struct MapPage<'p> {
    base: &'p str,
    css: Vec<String>,
    script: Option<String>,
    portrait: &'p Portrait,
    total: String,
    avertissement: Option<&'static str>,
    carte: Drawn,
    figures: Vec<(&'static str, String)>,
    families: Vec<Family>,
    facets: Vec<Facet>,
    langue: &'static str,
    /// Query, name and code of the other language.
    autre_langue: (&'static str, &'static str, &'static str),
    plan_ign: bool,
    towns: Vec<Town>,
    attribution: String,
    licences: Option<String>,
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

/// Renders the page of the atlas's territory.
pub fn render(
    portrait: &Portrait,
    served: &Served,
    (base, langue, plan_ign): (&str, Langue, bool),
) -> Result<String, askama::Error> {
    let interactive = crate::assets::has_maplibre();
    let mut css = vec![crate::assets::url("pages.css"), crate::assets::url("viewer.css")];
    if interactive {
        css.insert(0, crate::assets::url("maplibre-gl.css"));
    }
    let family = |row: &Ligne| Family {
        code: row.code.clone(),
        label: row.libelle.clone(),
        count: entier(row.comptage.structures),
        colour: family_colour(&row.code),
        shape: family_shape(&row.code),
    };
    let town = |row: &Ligne| Town {
        code: row.code.clone(),
        name: row.libelle.clone(),
        structures: entier(row.comptage.structures),
        rate: decimal_ou(row.pour_10000_habitants, 1),
    };
    let page = MapPage {
        base,
        css,
        script: interactive.then(|| crate::assets::url("viewer.mjs")),
        total: entier(portrait.total.structures),
        avertissement: avertissement(&portrait.manifest),
        carte: svg::commune_map(&served.snapshot, (&portrait.communes, &served.landmarks), Overlay::Points),
        figures: figures(portrait),
        families: portrait.familles.lignes.iter().map(family).collect(),
        facets: facets(portrait),
        langue: langue.code(),
        autre_langue: super::language_link(langue),
        plan_ign,
        towns: portrait.communes.lignes.iter().map(town).collect(),
        attribution: attribution(&portrait.manifest),
        licences: interactive.then(|| crate::assets::url("licences.txt")),
        portrait,
    };
    page.render()
}
