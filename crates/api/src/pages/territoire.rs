//! Sections on where things are inside a territory: its IRIS, and who lives near a structure.

use domain::Famille;
use statistics::Portrait;
use statistics::aggregate::Ligne;
use statistics::classes::{Discretisation, rounded};
use statistics::nombres::{decimal, decimal_ou, entier, pourcent};

use crate::pages::svg::{CLASSES, Choropleth, Rate, bounds, choropleth};
use crate::pages::table::{Line, Section, Table, headers};
use crate::state::Served;

/// IRIS of a territory whose map and table a page can hold: above, the file and the CSV have them.
const IRIS_SHOWN: usize = 1_500;
/// IRIS of a territory listed in the page.
const IRIS_LISTED: usize = 400;

/// Choropleth and table of the IRIS.
pub(super) fn iris(portrait: &Portrait, served: &Served, method: Discretisation) -> Section {
    let rows = &portrait.iris.lignes;
    let mut section = Section {
        id: "iris",
        title: "Par IRIS".to_owned(),
        intro: format!(
            "Un IRIS compte les structures qui ont un point : {} sont sans point, {} à diffusion partielle, {} hors de tout IRIS ; la commune les compte.",
            entier(portrait.iris.laissees_de_cote.non_localisees),
            entier(portrait.iris.laissees_de_cote.masquees),
            entier(portrait.iris.laissees_de_cote.hors_zone)
        ),
        ..Section::default()
    };
    if rows.len() > IRIS_SHOWN {
        section.paragraphs.push(format!(
            "{} IRIS : trop pour une page ; ils sont dans le CSV, dans le fichier GeoPackage et dans la collection iris.",
            entier(rows.len() as u64)
        ));
        return section;
    }
    let map = iris_map(portrait, served, method);
    section.svg = map.0 + &map.1;
    if rows.len() > IRIS_LISTED {
        section.paragraphs.push("Le tableau des IRIS est dans le CSV et le classeur.".to_owned());
        return section;
    }
    let line = |(row, smooth): (&Ligne, &Option<f64>)| {
        Line::new(
            format!("{} ({})", row.libelle, row.code),
            vec![
                entier(row.comptage.structures),
                decimal_ou(row.population, 0),
                decimal_ou(row.pour_10000_habitants, 1),
                decimal_ou(*smooth, 1),
                decimal_ou(row.densite_km2, 1),
            ],
        )
    };
    section.annex = Some((
        format!("Tableau des {} IRIS", entier(rows.len() as u64)),
        Table {
            caption: "Structures employeuses par IRIS".to_owned(),
            headers: headers(&[
                "IRIS",
                "Structures",
                "Population",
                "Pour 10\u{202f}000 hab.",
                "Taux lissé",
                "Par km²",
            ]),
            sortable: true,
            lines: rows.iter().zip(&portrait.lissage.iris).map(line).collect(),
            note: "n.d. : population inconnue, ou IRIS d’activité ou divers, presque sans habitants. Taux lissé (bayésien empirique) : tiré vers la moyenne, d’autant plus que l’IRIS a peu d’habitants.".to_owned(),
            ..Table::default()
        },
    ));
    section
}

fn iris_map(portrait: &Portrait, served: &Served, method: Discretisation) -> (String, String) {
    let atlas = served.snapshot.atlas();
    let rates: Vec<f64> = portrait.iris.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let breaks = rounded(&method.breaks(&rates, CLASSES), &rates);
    let zones = portrait.iris.lignes.iter().filter_map(|row| {
        let rank = atlas.iris.binary_search_by(|iris| iris.code.as_str().cmp(&row.code)).ok()?;
        let rate = match (row.pour_10000_habitants, row.population) {
            (Some(rate), _) => Rate::Known(rate),
            (None, Some(_)) => Rate::Meaningless,
            (None, None) => Rate::Unknown,
        };
        Some((&atlas.iris.get(rank)?.contour, rate))
    });
    let members = |code: &str| portrait.communes_membres.binary_search_by(|member| member.as_str().cmp(code)).is_ok();
    let communes = atlas.communes.iter().filter(|commune| members(commune.code.as_str()));
    let legend = format!(
        "Structures employeuses localisées pour 10\u{202f}000 habitants (nombre d’IRIS par classe, {})",
        method_name(method)
    );
    let drawn = choropleth(&Choropleth {
        id: "carte-iris",
        title: "Structures employeuses de l’ESS pour 10\u{202f}000 habitants, par IRIS",
        zones: zones.collect(),
        edges: communes.map(|commune| &commune.contour).collect(),
        breaks: &breaks,
        bounds: bounds(&rates),
        legend: &legend,
        source: &sources(portrait, &["stock_etablissement", "geolocalisation", "iris", "population_iris"]),
    });
    (drawn.svg, drawn.legende)
}

/// Name of a method of classes, for readers.
pub(super) fn method_name(method: Discretisation) -> &'static str {
    match method {
        Discretisation::Quantiles => "quantiles",
        Discretisation::Jenks => "seuils naturels de Jenks",
        Discretisation::Egales => "classes égales",
        Discretisation::Q6Majuscule => "Q6",
        Discretisation::Q6Minuscule => "q6",
    }
}

/// « Sources : … » with vintages.
pub(super) fn sources(portrait: &Portrait, roles: &[&str]) -> String {
    let found = roles.iter().filter_map(|role| portrait.manifest.sources.iter().find(|source| source.role == *role));
    let parts: Vec<String> = found.map(|source| format!("{} ({})", source.titre, source.millesime)).collect();
    format!("Sources : {}.", parts.join(" ; "))
}

/// Inhabitants near a structure.
pub(super) fn reach(portrait: &Portrait) -> Section {
    let desserte = &portrait.desserte;
    let line = |ligne: &statistics::desserte::LigneDesserte| {
        let head = ligne.famille.map_or("Toutes les familles", Famille::libelle);
        Line::new(head, vec![pourcent(ligne.part_500m), pourcent(ligne.part_1km)])
    };
    let aside = match desserte.iris_sans_population {
        0 => String::new(),
        count => format!(" {} IRIS sans population connue sont laissés de côté.", entier(count)),
    };
    Section {
        id: "proximite",
        title: "Proximité".to_owned(),
        intro: "Part des habitants à moins de 500 m et de 1 km, à vol d’oiseau, d’une structure employeuse, celles des communes voisines comprises.".to_owned(),
        tables: vec![Table {
            caption: "Part des habitants selon la distance à la structure la plus proche".to_owned(),
            headers: headers(&["Famille", "À moins de 500 m", "À moins de 1 km"]),
            lines: desserte.lignes.iter().map(line).collect(),
            note: format!(
                "Estimation : les {} habitants des IRIS sont répartis également sur leur surface, par mailles de {} m ; seules comptent les structures placées au numéro.{aside}",
                decimal(desserte.population, 0),
                decimal(desserte.maille_m, 0)
            ),
            ..Table::default()
        }],
        ..Section::default()
    }
}
