//! HTML pages, rendered by the server: they work and print without JavaScript.

mod accessibilite;
pub(crate) mod accueil;
mod carte;
mod chiffres;
mod compare;
mod document;
mod emplois;
mod evolution;
mod familles;
mod methode;
mod portrait;
mod svg;
mod table;
mod territoire;
#[cfg(test)]
mod tests;
mod verite;

pub(crate) use svg::{family_colour, ramp};

use serde_json::Value;
use statistics::{Portrait, Verite};

use crate::answers::Vue;
use crate::error::ApiError;
use crate::langue::Langue;
use crate::provenance;
use crate::state::Served;

/// Parameters of the map page: the state of the view, read by the viewer.
pub const MAP_PARAMETERS: [&str; 20] = [
    "territoire",
    "famille",
    "secteur",
    "tranche_effectifs",
    "qualite_position",
    "zone",
    "per",
    "classes",
    "lon",
    "lat",
    "rayon",
    "autour",
    "with",
    "siret",
    "points",
    "cercles",
    "fond",
    "cadre",
    "integre",
    "lang",
];

/// Query, name and code of the language that a page is not in.
fn language_link(langue: Langue) -> (&'static str, &'static str, &'static str) {
    match langue {
        Langue::Francais => ("lang=en", "In English", "en"),
        Langue::Anglais => ("lang=fr", "En français", "fr"),
    }
}

/// The home page, on the territory of the atlas.
pub fn map_html(served: &Served, (base, langue, plan_ign): (&str, Langue, bool)) -> Result<String, ApiError> {
    let accueil = served.accueil()?;
    let page = carte::render(accueil, served, (base, langue, plan_ign)).map_err(ApiError::internal)?;
    Ok(langue.page(page))
}

/// The accessibility statement.
pub fn accessibilite_html(served: &Served, (base, langue): (&str, Langue)) -> Result<String, ApiError> {
    let page = accessibilite::render(avertissement(served), (base, langue)).map_err(ApiError::internal)?;
    Ok(langue.page(page))
}

/// The portrait.
pub fn portrait_html(portrait: &Portrait, served: &Served, (base, vue): (&str, Vue)) -> Result<String, ApiError> {
    let page = portrait::render(portrait, served, (base, vue)).map_err(ApiError::internal)?;
    Ok(vue.langue.page(page))
}

/// Territories side by side.
pub fn compare_html(portraits: &[Portrait], served: &Served, (base, vue): (&str, Vue)) -> Result<String, ApiError> {
    let page = compare::render(portraits, served, (base, vue)).map_err(ApiError::internal)?;
    Ok(vue.langue.page(page))
}

/// The score of the demonstration.
pub fn verite_html(verite: &Verite, (served, base): (&Served, &str)) -> Result<String, ApiError> {
    verite::render(verite, (avertissement(served), base)).map_err(ApiError::internal)
}

/// A JSON document, readable.
pub fn json_html(title: &str, value: &Value, (served, base): (&Served, &str)) -> Result<String, ApiError> {
    document::render(title, value, (avertissement(served), base)).map_err(ApiError::internal)
}

/// Said on every page of an atlas whose structures are fictive.
fn avertissement(served: &Served) -> Option<&'static str> {
    provenance::avertissement(&served.snapshot.atlas().manifest)
}
