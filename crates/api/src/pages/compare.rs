//! Territories side by side: the same figures, the same classes on the maps, and the differences with the first.

use askama::Template;
use domain::Famille;
use statistics::Portrait;
use statistics::aggregate::Tableau;
use statistics::classes::rounded;
use statistics::nombres::{INCONNU, decimal, decimal_ou, dizaine, entier, part, pourcent};

use crate::answers::Vue;
use crate::pages::portrait::other_language;
use crate::pages::svg::{CLASSES, Choropleth, Rate, bounds, choropleth};
use crate::pages::table::{Line, Section, Table};
use crate::pages::territoire::{method_name, sources};
use crate::provenance::{LICENCE, attribution, avertissement};
use crate::state::Served;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage<'p> {
    base: &'p str,
    css: String,
    js: String,
    noms: String,
    avertissement: Option<&'static str>,
    portraits: Vec<(String, String)>,
    adresse: String,
    autre_langue: (&'static str, &'static str),
    legende: String,
    cartes: Vec<(String, String)>,
    sections: Vec<Section>,
    attribution: String,
    licence: (&'static str, &'static str),
}

/// How a figure is written, and its difference.
#[derive(Clone, Copy)]
enum Form {
    Count,
    Jobs,
    Real,
    Share,
}

impl Form {
    fn write(self, value: Option<f64>) -> String {
        match self {
            Self::Count => value.map_or_else(|| INCONNU.to_owned(), |value| decimal(value, 0)),
            Self::Jobs => value.map_or_else(|| INCONNU.to_owned(), dizaine),
            Self::Real => decimal_ou(value, 1),
            Self::Share => pourcent(value),
        }
    }

    /// A difference of shares is in points.
    fn difference(self, value: Option<f64>) -> String {
        let Some(value) = value else { return INCONNU.to_owned() };
        let sign = if value > 0.0 { "+" } else { "" };
        match self {
            Self::Count => format!("{sign}{}", decimal(value, 0)),
            Self::Jobs => format!("{sign}{}", decimal((value / 10.0).round() * 10.0, 0)),
            Self::Real => format!("{sign}{}", decimal(value, 1)),
            Self::Share => format!("{sign}{} pt", decimal(value * 100.0, 1)),
        }
    }
}

/// A line of the key figures: its label, what it reads and how it is written.
type Indicator = (&'static str, fn(&Portrait) -> Option<f64>, Form);

const INDICATORS: [Indicator; 12] = [
    ("Structures employeuses", |one| Some(one.total.structures as f64), Form::Count),
    ("Part des établissements employeurs", |one| one.economie.part_etablissements, Form::Share),
    ("Emplois estimés (valeur centrale)", |one| one.total.emplois.central, Form::Jobs),
    ("Part de l’emploi total estimé", |one| one.economie.part_emploi_total, Form::Share),
    ("Part de l’emploi privé estimé", |one| one.economie.part_emploi_prive, Form::Share),
    ("Emplois par structure", |one| one.economie.ess.taille_moyenne, Form::Real),
    ("Emplois par établissement, privé hors ESS", |one| one.economie.prive_hors_ess.taille_moyenne, Form::Real),
    ("Structures pour 10\u{202f}000 habitants", |one| one.pour_10000_habitants, Form::Real),
    ("Structures par km²", |one| one.densite_km2, Form::Real),
    ("Habitants à moins de 500 m d’une structure", |one| one.desserte.lignes.first()?.part_500m, Form::Share),
    ("Population", |one| one.population, Form::Count),
    ("Superficie (km²)", |one| Some(one.superficie_km2), Form::Real),
];

/// Renders the page.
pub fn render(portraits: &[Portrait], served: &Served, (base, vue): (&str, Vue)) -> Result<String, askama::Error> {
    let manifest = &served.snapshot.atlas().manifest;
    let names: Vec<&str> = portraits.iter().map(|one| one.nom.as_str()).collect();
    let beside: Vec<String> = portraits.iter().skip(1).map(|one| format!("with={}", one.territoire)).collect();
    let first = portraits.first().map_or("", |one| one.territoire.as_str());
    let (cartes, legende) = maps(portraits, served, vue);
    let page = ComparePage {
        base,
        css: crate::assets::url("pages.css"),
        js: crate::assets::url("tri.mjs"),
        noms: names.join(" · "),
        avertissement: avertissement(manifest),
        portraits: portraits
            .iter()
            .map(|one| (one.nom.clone(), format!("{base}/portrait/{}", one.territoire)))
            .collect(),
        adresse: format!("{base}/portrait/{first}/compare?{}", beside.join("&")),
        autre_langue: other_language(vue),
        legende,
        cartes,
        sections: vec![
            figures(portraits),
            kinds("familles", "Familles", portraits, |one| &one.familles),
            kinds("secteurs", "Secteurs", portraits, |one| &one.secteurs),
        ],
        attribution: attribution(manifest),
        licence: LICENCE,
    };
    page.render()
}

/// The communes of each territory, the breaks being those of all of them.
fn maps(portraits: &[Portrait], served: &Served, vue: Vue) -> (Vec<(String, String)>, String) {
    let mut seen = std::collections::BTreeMap::new();
    for row in portraits.iter().flat_map(|one| &one.communes.lignes) {
        // A commune in two territories counts once.
        seen.insert(row.code.as_str(), row.pour_10000_habitants);
    }
    let rates: Vec<f64> = seen.into_values().flatten().collect();
    let breaks = rounded(&vue.classes.breaks(&rates, CLASSES), &rates);
    let title = "Structures employeuses pour 10\u{202f}000 habitants (nombre de communes par classe)";
    let draw = |(rank, portrait): (usize, &Portrait)| {
        let communes = &served.snapshot.atlas().communes;
        let zones = portrait.communes.lignes.iter().filter_map(|row| {
            let rank = communes.binary_search_by(|commune| commune.code.as_str().cmp(&row.code)).ok()?;
            Some((&communes.get(rank)?.contour, row.pour_10000_habitants.map_or(Rate::Unknown, Rate::Known)))
        });
        let drawn = choropleth(&Choropleth {
            id: &format!("carte-{rank}"),
            title: &format!("Structures employeuses pour 10\u{202f}000 habitants, par commune : {}", portrait.nom),
            zones: zones.collect(),
            edges: Vec::new(),
            breaks: &breaks,
            bounds: bounds(&rates),
            legend: title,
            source: &sources(portrait, &["stock_etablissement", "communes", "population_communes"]),
        });
        (portrait.nom.clone(), drawn.svg + &drawn.legende)
    };
    let told =
        format!("Mêmes classes sur chaque carte ({}, sur toutes les communes comparées).", method_name(vue.classes));
    (portraits.iter().enumerate().map(draw).collect(), told)
}

/// A value in each territory, then its differences with the first.
fn cells(values: &[Option<f64>], form: Form) -> Vec<String> {
    let first = values.first().copied().flatten();
    let mut cells = vec![form.write(first)];
    for value in values.iter().skip(1) {
        cells.push(form.write(*value));
        cells.push(form.difference(first.zip(*value).map(|(first, value)| value - first)));
    }
    cells
}

fn headers(kind: &str, portraits: &[Portrait]) -> Vec<String> {
    let mut headers = vec![kind.to_owned()];
    for (rank, portrait) in portraits.iter().enumerate() {
        headers.push(portrait.nom.clone());
        if rank > 0 {
            headers.push("Écart".to_owned());
        }
    }
    headers
}

fn figures(portraits: &[Portrait]) -> Section {
    let line = |(label, read, form): &Indicator| {
        Line::new(*label, cells(&portraits.iter().map(read).collect::<Vec<_>>(), *form))
    };
    Section {
        id: "chiffres",
        title: "Chiffres clés".to_owned(),
        tables: vec![Table {
            caption: "Chiffres clés, et écart au premier territoire".to_owned(),
            headers: headers("Indicateur", portraits),
            lines: INDICATORS.iter().map(line).collect(),
            note: "Écart : la valeur du territoire moins celle du premier ; « pt » : points de pourcentage. n.d. dès que l’une des deux est inconnue.".to_owned(),
            ..Table::default()
        }],
        ..Section::default()
    }
}

/// Structures of each kind and their share, in every territory.
fn kinds(id: &'static str, title: &str, portraits: &[Portrait], table: fn(&Portrait) -> &Tableau) -> Section {
    let mut codes: Vec<(String, String)> = Vec::new();
    for row in portraits.iter().flat_map(|one| &table(one).lignes) {
        let code = (row.code.clone(), row.libelle.clone());
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let count = |portrait: &Portrait, code: &str| {
        let row = table(portrait).lignes.iter().find(|row| row.code == code);
        row.map_or(0, |row| row.comptage.structures)
    };
    codes.sort_by_key(|(code, _)| std::cmp::Reverse(portraits.first().map_or(0, |one| count(one, code))));
    if id == "familles" {
        codes.sort_by_key(|(code, _)| Famille::ALL.iter().position(|one| one.code() == code));
    }
    let line = |(code, label): &(String, String)| {
        let share = |one: &Portrait| part(count(one, code), table(one).total.structures);
        Line::new(label.clone(), cells(&portraits.iter().map(share).collect::<Vec<_>>(), Form::Share))
    };
    let totals = portraits.iter().map(|one| format!("{} : {}", one.nom, entier(one.total.structures)));
    Section {
        id,
        title: title.to_owned(),
        tables: vec![Table {
            caption: format!("{title} : part des structures employeuses, et écart au premier territoire"),
            headers: headers(title, portraits),
            sortable: true,
            lines: codes.iter().map(line).collect(),
            note: format!("Structures employeuses : {}.", totals.collect::<Vec<_>>().join(" ; ")),
            ..Table::default()
        }],
        ..Section::default()
    }
}
