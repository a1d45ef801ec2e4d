//! The home page: the map drawn by the server, its table beside it; a script may take it over.

use askama::Template;
use domain::{Manifest, Niveau};

use super::accueil::Accueil;
use crate::langue::Langue;
use crate::provenance::{attribution, avertissement};
use crate::state::Served;

#[derive(Template)]
#[template(path = "carte.html")]
struct MapPage<'p> {
    base: &'p str,
    css: Vec<String>,
    script: Option<String>,
    accueil: &'p Accueil,
    manifest: &'p Manifest,
    territoire: String,
    avertissement: Option<&'static str>,
    /// Titles of the table of zones: the section, a zone, the caption.
    titres: (&'static str, &'static str, &'static str),
    langue: &'static str,
    /// Query, name and code of the other language.
    autre_langue: (&'static str, &'static str, &'static str),
    plan_ign: bool,
    attribution: String,
    licences: Option<String>,
}

/// Renders the page of the atlas's territory.
pub fn render(
    accueil: &Accueil,
    served: &Served,
    (base, langue, plan_ign): (&str, Langue, bool),
) -> Result<String, askama::Error> {
    let interactive = crate::assets::has_maplibre();
    let mut css = vec![crate::assets::url("pages.css"), crate::assets::url("viewer.css")];
    if interactive {
        css.insert(0, crate::assets::url("maplibre-gl.css"));
    }
    let manifest = &served.snapshot.atlas().manifest;
    let page = MapPage {
        base,
        css,
        script: interactive.then(|| crate::assets::url("viewer.mjs")),
        accueil,
        manifest,
        territoire: manifest.territoire.to_string(),
        avertissement: avertissement(manifest),
        titres: match accueil.niveau {
            Niveau::Commune => ("Communes", "Commune", "Structures employeuses et taux par commune"),
            _ => ("Départements", "Département", "Structures employeuses et taux par département"),
        },
        langue: langue.code(),
        autre_langue: super::language_link(langue),
        plan_ign,
        attribution: attribution(manifest),
        licences: interactive.then(|| crate::assets::url("licences.txt")),
    };
    page.render()
}
