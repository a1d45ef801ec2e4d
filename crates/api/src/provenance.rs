//! What every answer carries: perimeter, vintages, version, what the figures rest on.

use domain::Manifest;
use serde_json::{Value, json};

/// Warning over fictive structures; those of the demonstration stand on outlines of its own.
pub fn avertissement(manifest: &Manifest) -> Option<&'static str> {
    let schematic = manifest.sources.iter().any(|source| source.role == "iris" && source.millesime.contains("fictif"));
    manifest.fictif.then_some(if schematic {
        "Démonstration : structures fictives, contours schématiques. Aucun chiffre ne décrit le territoire réel."
    } else {
        "Essai : structures fictives sur des contours vrais. Aucun chiffre ne décrit le territoire réel."
    })
}

/// Licence of what is served.
pub const LICENCE: (&str, &str) = ("Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/");

/// The `metadata` member of every answer.
pub fn provenance(manifest: &Manifest) -> Value {
    let source = |source: &domain::SourceMillesime| {
        json!({
            "role": source.role,
            "titre": source.titre,
            "producteur": source.producteur,
            "millesime": source.millesime,
            "licence": source.licence().filter(|_| !manifest.fictif),
        })
    };
    json!({
        "version": manifest.version,
        "essaim": manifest.essaim,
        "territoire": manifest.territoire.to_string(),
        "nom_territoire": manifest.nom_territoire,
        "perimetre": {
            "nom": manifest.perimetre.nom,
            "version": manifest.perimetre.version,
            "titre": manifest.perimetre.titre,
            "reserve": manifest.perimetre.reserve,
        },
        "regle_employeur": { "nom": manifest.regle_employeur.code(), "libelle": manifest.regle_employeur.libelle() },
        "sources": manifest.sources.iter().map(source).collect::<Vec<_>>(),
        "atlas": {
            "localisees": manifest.waterfall.localises,
            "non_localisees": manifest.waterfall.non_localises,
            "masquees": manifest.waterfall.masques,
        },
        // The point layers and outlines leave in degrees; every distance and area is taken in the legal system.
        "crs": {
            "geometries": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "mesures": format!("http://www.opengis.net/def/crs/EPSG/0/{}", manifest.epsg),
        },
        "fictif": manifest.fictif,
        "avertissement": avertissement(manifest),
        "licence": LICENCE.0,
        "attribution": attribution(manifest),
    })
}

/// Attribution sentence asked by the Licence Ouverte: producers and the date of the data.
pub fn attribution(manifest: &Manifest) -> String {
    let mut parts: Vec<String> = Vec::new();
    for source in &manifest.sources {
        let part = format!("{} — {} ({})", source.producteur, source.titre, source.millesime);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    format!("Sources : {}. Traitement : Essaim.", parts.join(" ; "))
}
