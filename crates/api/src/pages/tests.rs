//! Every page is well-formed HTML, accessible in its tables, free of inline code, and escapes what it shows.

use domain::{Atlas, Territoire};
use serde_json::json;
use spatial_index::Snapshot;
use statistics::Portrait;
use statistics::classes::Discretisation;
use statistics::verite::{LigneVerite, MotifVerite};
use test_support::sample_atlas;

use super::{accessibilite_html, compare_html, json_html, map_html, methode, portrait_html, verite_html};
use crate::answers::Vue;
use crate::langue::Langue;
use crate::state::Served;

const BASE: &str = "https://essaim.example";
const VIEW: (&str, Vue) = (BASE, Vue { classes: Discretisation::Quantiles, langue: Langue::Francais });
/// Elements that have no end tag.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "hr"];

fn served(change: impl FnOnce(&mut Atlas)) -> Served {
    let mut atlas = sample_atlas(1);
    change(&mut atlas);
    Served::new(Snapshot::build(atlas).unwrap()).unwrap()
}

fn portrait(served: &Served, territoire: &str) -> Portrait {
    let selection = served.snapshot.resolve(&territoire.parse::<Territoire>().unwrap()).unwrap();
    statistics::portrait(&served.snapshot, &selection, &served.referentiel)
}

/// Tags in order, without what is between quotes.
fn tags(html: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest.find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = end.expect("a tag ends");
        found.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    found
}

fn name(tag: &str) -> &str {
    tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap()
}

fn attribute<'t>(tag: &'t str, key: &str) -> Option<&'t str> {
    let start = tag.find(&format!(" {key}=\""))? + key.len() + 3;
    tag[start..].split('"').next()
}

fn assert_well_formed(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in tags(html) {
        if tag.starts_with('!') || tag.ends_with('/') || VOID.contains(&name(tag)) {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name(tag)), "wrong end tag; open: {open:?}");
        } else {
            open.push(name(tag));
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

fn assert_accessible(html: &str) {
    let tags = tags(html);
    for pair in tags.windows(2).filter(|pair| name(pair[0]) == "table" && !pair[0].starts_with('/')) {
        assert_eq!(name(pair[1]), "caption", "a table begins with its caption");
    }
    for tag in tags.iter().filter(|tag| name(tag) == "th" && !tag.starts_with('/')) {
        assert!(attribute(tag, "scope").is_some(), "<{tag}>");
    }
    let ids: Vec<&str> = tags.iter().filter_map(|tag| attribute(tag, "id")).collect();
    let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "an identifier twice: {ids:?}");
    for labels in tags.iter().filter_map(|tag| attribute(tag, "aria-labelledby")) {
        assert!(labels.split(' ').all(|label| distinct.contains(label)), "{labels}");
    }
}

/// The content policy of the service forbids inline styles, scripts and handlers.
fn assert_no_inline_code(html: &str) {
    for tag in tags(html) {
        assert!(attribute(tag, "style").is_none() && !tag.contains(" on"), "<{tag}>");
        assert!(name(tag) != "style" && (name(tag) != "script" || attribute(tag, "src").is_some() || tag == "/script"));
    }
}

fn assert_sound(html: &str) {
    assert_well_formed(html);
    assert_accessible(html);
    assert_no_inline_code(html);
    assert!(html.contains("<html lang=\"fr\">"));
}

#[test]
fn every_page_is_sound() {
    let served = served(|_| ());
    for territoire in ["ept:T10", "commune:94015", "commune:01004,94052"] {
        let html = portrait_html(&portrait(&served, territoire), &served, VIEW).unwrap();
        assert_sound(&html);
        assert!(!html.contains("NaN") && !html.contains("None"), "{territoire}");
    }
    for plan_ign in [false, true] {
        let html = map_html(&served, (BASE, Langue::Francais, plan_ign)).unwrap();
        assert_sound(&html);
        assert_eq!(html.contains("data-fond=\"plan-ign\""), plan_ign, "opened by the configuration only");
        for list in ["id=\"resultats\"", "id=\"zones\""] {
            assert!(html.find(list).unwrap() < html.find("id=\"carte\"").unwrap(), "{list} is read before the map");
        }
    }
    assert_sound(&accessibilite_html(&served, (BASE, Langue::Francais)).unwrap());
    let document = json!({
        "title": "Collections", "description": "<essai>",
        "links": [{ "href": "https://essaim.example/?a=1&b=2", "rel": "self", "title": "Ce document" }],
        "collections": [{ "id": "communes", "title": "Communes", "itemCount": 4, "extent": {} }],
        "features": [{ "properties": { "nom": "A<B", "population": 1234.5, "siret": null } }],
    });
    assert_sound(&json_html("Titre", &document, (&served, BASE)).unwrap());
}

#[test]
fn the_score_of_the_demonstration_is_sound() {
    let line =
        LigneVerite { piege: "bande_nn".to_owned(), plantes: 1_145, trouves: 1_144, manques: 1, ..Default::default() };
    let verite = statistics::Verite {
        lignes: vec![line],
        motifs: vec![MotifVerite { motif: "ferme".to_owned(), attendus: 3, trouves: 3 }],
        exemples: vec!["00000000000000 (bande_nn) : <absente>".to_owned()],
        ..Default::default()
    };
    let html = verite_html(&verite, (&served(|_| {}), BASE)).unwrap();
    assert_sound(&html);
    assert!(html.contains("1\u{202f}145") && !html.contains("<absente>"));
}

#[test]
fn names_are_escaped() {
    let served = served(|atlas| {
        for structure in &mut atlas.structures {
            structure.nom = "<b onclick=\"x\">Régie & Cie</b>".to_owned();
        }
        for commune in &mut atlas.communes {
            commune.nom = "L’<i>Haÿ</i> & \"Cie\"".to_owned();
        }
    });
    let html = portrait_html(&portrait(&served, "commune:94015"), &served, VIEW).unwrap();
    assert_sound(&html);
    assert!(!html.contains("<b ") && !html.contains("<i>"));
    assert_sound(&map_html(&served, (BASE, Langue::Francais, false)).unwrap());
}

#[test]
fn the_waterfall_shown_adds_up() {
    let served = served(|_| ());
    let section = methode::waterfall(&portrait(&served, "ept:T10"));
    let number = |cell: &str| cell.replace(['\u{202f}', '\u{a0}', '−'], "").parse::<u64>().ok();
    let table = &section.tables[0];
    let cells = |rank: usize| table.lines.iter().filter_map(move |line| number(&line.cells[rank]));
    let details: u64 =
        table.lines.iter().filter(|line| !line.head.starts_with("dont")).filter_map(|l| number(&l.cells[1])).sum();
    assert_eq!(cells(0).next().unwrap(), details + cells(2).next_back().unwrap(), "read = each reason + rows left");
    let (entered, left): (Vec<_>, Vec<_>) = (cells(0).collect(), cells(2).collect());
    assert_eq!(entered[1..], left[..left.len() - 1], "what is left of a stage enters the next");
    let total = number(&table.total.as_ref().unwrap().cells[2]).unwrap();
    assert_eq!(total, entered[entered.len() - 1], "masked units count although they have no row");
}

#[test]
fn fiction_is_announced_and_truth_is_not() {
    for (fictif, banners) in [(true, 1), (false, 0)] {
        let served = served(|atlas| atlas.manifest.fictif = fictif);
        let html = portrait_html(&portrait(&served, "ept:T10"), &served, VIEW).unwrap();
        assert_eq!(html.matches("class=\"banniere\"").count(), banners);
    }
}

#[test]
fn unknown_population_is_hatched_and_never_blank() {
    let served = served(|atlas| {
        for commune in &mut atlas.communes {
            commune.population = None;
        }
    });
    let html = portrait_html(&portrait(&served, "ept:T10"), &served, VIEW).unwrap();
    assert!(html.contains("fill=\"url(#hachures)\"") && html.contains("population inconnue"));
    assert!(!html.contains("<td></td>"), "a blank cell says nothing");
}

#[test]
fn an_empty_territory_says_so_and_has_no_empty_table() {
    let served = served(|atlas| {
        atlas.structures.clear();
        atlas.masques.clear();
    });
    let html = portrait_html(&portrait(&served, "ept:T10"), &served, VIEW).unwrap();
    assert_sound(&html);
    assert!(html.contains("ne compte aucune structure employeuse de l’ESS dans ce périmètre"), "{html}");
    assert!(!html.contains("<tbody>\n</tbody>") && !html.contains("id=\"familles\""));
}

#[test]
fn an_atlas_of_many_communes_shows_its_departments() {
    let served = served(|atlas| {
        let model = atlas.communes.iter().find(|commune| !commune.couronne).unwrap().clone();
        let more = (35_000..36_600)
            .map(|code: u32| domain::Commune { code: code.to_string().parse().unwrap(), ..model.clone() });
        atlas.communes.extend(more);
        atlas.communes.sort_by(|a, b| a.code.cmp(&b.code));
        let inside = atlas.communes.iter().filter(|commune| !commune.couronne);
        atlas.manifest.territoire = Territoire::Communes(inside.map(|commune| commune.code.clone()).collect());
    });
    let html = map_html(&served, (BASE, Langue::Francais, false)).unwrap();
    assert_sound(&html);
    assert!(html.contains("<h2>Départements</h2>") && html.contains("data-territoire=\"departement:"), "{html}");
    assert!(!html.contains("data-territoire=\"commune:35000\""));
    assert!(html.contains("autres communes</h1>"), "a name that can be read");
}

#[test]
fn pages_in_english_are_sound_too() {
    let served = served(|_| ());
    let view = (BASE, Vue { classes: Discretisation::Jenks, langue: Langue::Anglais });
    let html = portrait_html(&portrait(&served, "ept:T10"), &served, view).unwrap();
    assert_well_formed(&html);
    assert_accessible(&html);
    assert!(html.contains("<html lang=\"en\">") && html.contains("Skip to content"));
    let both = [portrait(&served, "ept:T10"), portrait(&served, "commune:94015")];
    let html = compare_html(&both, &served, view).unwrap();
    assert_well_formed(&html);
    assert_accessible(&html);
    assert_no_inline_code(&html);
    for html in [
        map_html(&served, (BASE, Langue::Anglais, false)).unwrap(),
        accessibilite_html(&served, (BASE, Langue::Anglais)).unwrap(),
    ] {
        assert_well_formed(&html);
        assert_accessible(&html);
        for french in ["Accessibilité<", "Réinitialiser", "Ce que nous", "Emporter", "placeholder=\"Un second"] {
            assert!(!html.contains(french), "{french}");
        }
    }
}
