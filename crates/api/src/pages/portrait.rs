//! The portrait of a territory as one printable page: the model as sections of figures and tables.

use askama::Template;
use domain::secteur::{NON_CLASSE, SANS_ACTIVITE_PRECISE};
use domain::{CodeCommune, Regroupement, Tranche};
use statistics::Portrait;
use statistics::aggregate::{Comptage, Ligne, Tableau};
use statistics::classes::Discretisation;
use statistics::reperes::Indicateur;

use crate::answers::Vue;
use crate::langue::Langue;
use crate::pages::chiffres::{Tile, central, interval, tiles};
use crate::pages::familles::{families, sectors};
use crate::pages::methode::{self, quality, waterfall};
use crate::pages::svg::{self, Bar, Bars};
use crate::pages::table::{Line, Section, Table, headers};
use crate::pages::{emplois, evolution, territoire};
use crate::provenance::{LICENCE, attribution, avertissement};
use crate::state::Served;
use statistics::nombres::{INCONNU, decimal, decimal_ou, dizaine, entier, part, pourcent};

#[derive(Template)]
#[template(path = "portrait.html")]
struct PortraitPage<'p> {
    base: &'p str,
    css: String,
    portrait: &'p Portrait,
    population: String,
    superficie: String,
    millesimes: String,
    avertissement: Option<&'static str>,
    tiles: Vec<Tile>,
    sections: Vec<Section>,
    /// Query and name of the page in the other language.
    autre_langue: (&'static str, &'static str),
    js: String,
    /// Territories to set beside this one: name and address of the comparison.
    comparer: Vec<(String, String)>,
    attribution: String,
    licence: (&'static str, &'static str),
}

/// Renders the page.
pub fn render(portrait: &Portrait, served: &Served, (base, vue): (&str, Vue)) -> Result<String, askama::Error> {
    let annee = portrait.population_annee.map_or_else(|| INCONNU.to_owned(), |year| year.to_string());
    let page = PortraitPage {
        base,
        css: crate::assets::url("pages.css"),
        population: portrait
            .population
            .map_or_else(|| INCONNU.to_owned(), |people| format!("{} habitants ({annee})", decimal(people, 0))),
        superficie: format!("{} km²", decimal(portrait.superficie_km2, 1)),
        millesimes: vintages(portrait),
        avertissement: avertissement(&portrait.manifest),
        tiles: tiles(portrait),
        sections: sections(portrait, served, (base, vue.classes)),
        autre_langue: other_language(vue),
        js: crate::assets::url("tri.mjs"),
        comparer: comparisons(portrait, served, base),
        attribution: attribution(&portrait.manifest),
        licence: LICENCE,
        portrait,
    };
    page.render()
}

/// The page in the other language.
pub(super) fn other_language(vue: Vue) -> (&'static str, &'static str) {
    match vue.langue {
        Langue::Francais => ("lang=en", "In English"),
        Langue::Anglais => ("lang=fr", "En français"),
    }
}

/// Territories offered for a comparison.
const OFFERED: usize = 6;

/// Of a commune, what holds it and its neighbours in the list; of a larger zone, those of its level, then the others.
fn comparisons(portrait: &Portrait, served: &Served, base: &str) -> Vec<(String, String)> {
    let own = portrait.territoire.as_str();
    let level = own.split(':').next().unwrap_or_default();
    let atlas = served.snapshot.atlas();
    let zones = || {
        let whole = atlas.regroupements.iter().filter(|(_, zone)| zone.est_entier() != Some(false));
        whole.map(|(niveau, zone)| (zone, niveau.code(), format!("{}:{}", niveau.code(), zone.code)))
    };
    let named = |(zone, _, code): (&Regroupement, &str, String)| (zone.nom.clone(), code);
    let inside = |zone: &Regroupement| {
        let held = |member: &str| zone.communes.iter().any(|commune| commune.as_str() == member);
        portrait.communes_membres.first().is_some_and(|member| held(member))
    };
    let offered: Vec<(String, String)> = if level == "commune" {
        let around: Vec<_> = zones().filter(|(zone, _, _)| inside(zone)).collect();
        let siblings = around.first().map(|(zone, _, _)| zone.communes.clone()).unwrap_or_default();
        let nom = |code: &CodeCommune| served.snapshot.nom_commune(code).unwrap_or_default().to_owned();
        let siblings = siblings.iter().map(|code| (nom(code), format!("commune:{code}"))).collect::<Vec<_>>();
        around.into_iter().map(named).take(2).chain(siblings).collect()
    } else {
        let (same, others): (Vec<_>, Vec<_>) = zones().partition(|(_, other, _)| *other == level);
        same.into_iter().chain(others).map(named).collect()
    };
    let beside = offered.into_iter().filter(|(_, code)| code != own);
    beside.take(OFFERED).map(|(nom, code)| (nom, format!("{base}/portrait/{own}/compare?with={code}"))).collect()
}

/// Each source with its vintage, in one line.
fn vintages(portrait: &Portrait) -> String {
    let sources = portrait.manifest.sources.iter();
    sources.map(|source| format!("{} ({})", source.titre, source.millesime)).collect::<Vec<_>>().join(" ; ")
}

/// What has nothing to say is left out: an empty territory has its rules and sources, and no empty table.
fn sections(portrait: &Portrait, served: &Served, (base, method): (&str, Discretisation)) -> Vec<Section> {
    let mut sections = Vec::new();
    if !portrait.reperes.is_empty() {
        sections.push(published(portrait));
    }
    if portrait.total.structures > 0 {
        sections.extend([families(portrait), sectors(portrait), sizes(portrait), emplois::section(portrait)]);
    }
    sections.push(towns(portrait, served, (base, method)));
    if portrait.total.structures > 0 {
        sections.extend([territoire::iris(portrait, served, method), territoire::reach(portrait)]);
    }
    sections.extend(evolution::section(portrait));
    if portrait.total.structures > 0 {
        sections.extend([largest(portrait, served), quality(portrait)]);
    }
    sections.extend([waterfall(portrait), methode::method(portrait)]);
    for section in &mut sections {
        section.tables.retain(|table| !table.lines.is_empty());
    }
    sections
}

/// Row headers are named by the table; the other columns are the same everywhere.
fn count_headers(kind: &str) -> Vec<String> {
    headers(&[kind, "Structures", "Part", "Emplois (central)", "Emplois (intervalle)", "Emplois par structure"])
}

fn count_cells(comptage: &Comptage, total: u64) -> Vec<String> {
    let emplois = &comptage.emplois;
    vec![
        entier(comptage.structures),
        pourcent(part(comptage.structures, total)),
        central(emplois),
        interval(emplois),
        decimal_ou(emplois.taille_moyenne(), 1),
    ]
}

pub(super) fn count_table((caption, kind): (&str, &str), rows: &[&Ligne], sum: &Comptage) -> Table {
    let line = |row: &&Ligne| Line::new(row.libelle.clone(), count_cells(&row.comptage, sum.structures));
    Table {
        caption: caption.to_owned(),
        headers: count_headers(kind),
        lines: rows.iter().map(line).collect(),
        total: Some(Line::new("Ensemble", count_cells(sum, sum.structures))),
        sortable: true,
        ..Table::default()
    }
}

/// Largest first; what is no sector stands after the sectors.
pub(super) fn by_size(tableau: &Tableau) -> Vec<&Ligne> {
    let mut rows: Vec<&Ligne> = tableau.lignes.iter().collect();
    let apart = |row: &Ligne| row.code == SANS_ACTIVITE_PRECISE || row.code == NON_CLASSE;
    rows.sort_by(|a, b| {
        let size = b.comptage.structures.cmp(&a.comptage.structures);
        apart(a).cmp(&apart(b)).then(size).then_with(|| a.code.cmp(&b.code))
    });
    rows
}

/// Bands in growing order, the employers without an employing band after them, the unknown last.
pub(super) fn by_band(tableau: &Tableau) -> Vec<&Ligne> {
    let mut rows: Vec<&Ligne> = tableau.lignes.iter().collect();
    rows.sort_by_key(|row| {
        Tranche::from_code(&row.code).map_or((2, None), |tranche| (u8::from(tranche.bande().is_none()), Some(tranche)))
    });
    rows
}

pub(super) fn chart((id, title): (&str, &str), rows: &[&Ligne], colour: impl Fn(&str) -> &'static str) -> String {
    let bar = |row: &&Ligne| Bar {
        label: row.libelle.clone(),
        value: row.comptage.structures as f64,
        text: entier(row.comptage.structures),
        colour: colour(&row.code),
    };
    let rows: Vec<Bar> = rows.iter().map(bar).collect();
    svg::bars(&Bars { id, title, rows: &rows })
}

fn published(portrait: &Portrait) -> Section {
    let line = |compare: &statistics::RepereCompare| {
        let digits = usize::from(compare.publie.valeur.fract() != 0.0 || compare.publie.unite.starts_with('%'));
        let ours = match (compare.calcule, compare.publie.indicateur) {
            (None, _) => INCONNU.to_owned(),
            (Some(value), Indicateur::Emplois) => format!("≈\u{a0}{}", dizaine(value)),
            (Some(value), _) => decimal(value, digits),
        };
        Line::new(
            compare.libelle,
            vec![
                format!("{} {}", decimal(compare.publie.valeur, digits), compare.publie.unite),
                compare.publie.annee.clone(),
                ours,
                compare.pourquoi.clone(),
            ],
        )
    };
    let sources: Vec<&str> = portrait.reperes.iter().map(|compare| compare.publie.source.as_str()).collect();
    Section {
        id: "reperes",
        title: "Publié, ici, et pourquoi ils diffèrent".to_owned(),
        tables: vec![Table {
            caption: "Chiffres publiés à côté des nôtres".to_owned(),
            headers: headers(&["Indicateur", "Publié", "Année", "Ici", "Pourquoi ils diffèrent"]),
            lines: portrait.reperes.iter().map(line).collect(),
            note: format!("Source des chiffres publiés : {}.", sources.first().copied().unwrap_or(INCONNU)),
            textual: true,
            ..Table::default()
        }],
        ..Section::default()
    }
}

fn towns(portrait: &Portrait, served: &Served, (base, method): (&str, Discretisation)) -> Section {
    let line = |(row, rank): (&Ligne, &Option<u64>)| Line {
        head: row.libelle.clone(),
        href: format!("{base}/portrait/commune:{}", row.code),
        cells: town_cells(row, rank.map_or_else(|| INCONNU.to_owned(), entier)),
    };
    let whole = Ligne {
        code: String::new(),
        libelle: String::new(),
        comptage: portrait.total,
        population: portrait.population,
        superficie_km2: Some(portrait.superficie_km2),
        densite_km2: portrait.densite_km2,
        pour_10000_habitants: portrait.pour_10000_habitants,
    };
    let map = svg::portrait_map(portrait, served, method);
    let unknown = portrait.communes.lignes.iter().any(|row| row.population.is_none());
    let reason = if unknown { " n.d. : population inconnue." } else { "" };
    Section {
        id: "communes",
        title: "Par commune".to_owned(),
        intro: "Couleur : le taux. Cercles : le nombre de structures, leur aire en proportion.".to_owned(),
        svg: map.svg + &map.legende,
        tables: vec![Table {
            caption: "Structures employeuses, emplois estimés et taux par commune".to_owned(),
            headers: headers(&[
                "Commune",
                "Structures",
                "Emplois (central)",
                "Emplois (intervalle)",
                "Pour 10\u{202f}000 hab.",
                "Rang",
                "Par km²",
                "Population",
            ]),
            lines: portrait.communes.lignes.iter().zip(&portrait.classement.rangs).map(line).collect(),
            sortable: true,
            total: Some(Line::new("Ensemble", town_cells(&whole, "–".to_owned()))),
            note: format!(
                "Rang selon le taux pour 10\u{202f}000 habitants, du plus élevé (1), parmi les {} communes de l’atlas dont la population est connue.{reason}",
                entier(portrait.classement.parmi)
            ),
            ..Table::default()
        }],
        ..Section::default()
    }
}

fn town_cells(row: &Ligne, rank: String) -> Vec<String> {
    vec![
        entier(row.comptage.structures),
        central(&row.comptage.emplois),
        interval(&row.comptage.emplois),
        decimal_ou(row.pour_10000_habitants, 1),
        rank,
        decimal_ou(row.densite_km2, 1),
        decimal_ou(row.population, 0),
    ]
}

fn sizes(portrait: &Portrait) -> Section {
    let rows = by_band(&portrait.tranches);
    let title = ("Structures employeuses par tranche d’effectifs", "Tranche d’effectifs");
    let mut table = count_table(title, &rows, &portrait.tranches.total);
    if portrait.total.emplois.sans_tranche > 0 {
        "n.d. : une structure sans tranche employeuse n’a pas d’emplois estimables ; elle n’en a pas zéro."
            .clone_into(&mut table.note);
    }
    Section {
        id: "tailles",
        title: "Tailles".to_owned(),
        intro: "Tranche d’effectifs de l’établissement au 31 décembre. Une structure sans tranche employeuse est ici parce que son caractère employeur est O aujourd’hui.".to_owned(),
        svg: chart(("barres-tailles", "Structures employeuses par tranche d’effectifs"), &rows, band_colour),
        tables: vec![table],
        ..Section::default()
    }
}

/// What is no employing band is grey.
fn band_colour(code: &str) -> &'static str {
    let employing = Tranche::from_code(code).and_then(Tranche::bande).is_some();
    if employing { "#3b6e91" } else { "#8c959f" }
}

fn largest(portrait: &Portrait, served: &Served) -> Section {
    let commune = |code: &str| {
        let found = code.parse().ok().and_then(|code| served.snapshot.nom_commune(&code).map(str::to_owned));
        found.unwrap_or_else(|| code.to_owned())
    };
    let line = |structure: &statistics::portrait::GrandeStructure| {
        let band = structure.tranche.map_or_else(|| INCONNU.to_owned(), Tranche::libelle);
        let year = structure.annee_effectifs.map_or_else(String::new, |year| format!(" ({year})"));
        Line::new(
            structure.nom.clone(),
            vec![
                format!("{band}{year}"),
                structure.famille.libelle().to_owned(),
                structure.secteur.clone(),
                commune(&structure.code_commune),
                structure.siret.clone(),
            ],
        )
    };
    Section {
        id: "plus-grandes",
        title: "Les plus grandes structures".to_owned(),
        intro: "Par tranche d’effectifs, la seule taille publiée : jamais un effectif exact.".to_owned(),
        tables: vec![Table {
            caption: "Vingt plus grandes structures diffusibles".to_owned(),
            headers: headers(&["Structure", "Tranche d’effectifs", "Famille", "Secteur", "Commune", "SIRET"]),
            lines: portrait.plus_grandes.iter().map(line).collect(),
            textual: true,
            sortable: true,
            ..Table::default()
        }],
        ..Section::default()
    }
}
