//! Families and sectors of a portrait: who they are, what they do, and what sets the territory apart.

use domain::secteur::{NON_CLASSE, SANS_ACTIVITE_PRECISE};
use statistics::Portrait;
use statistics::aggregate::Ligne;
use statistics::contexte::Contexte;
use statistics::economie::PoidsSecteur;
use statistics::nombres::{decimal_ou, entier, pourcent};
use statistics::specificite::IndiceSecteur;

use crate::pages::chiffres::central;
use crate::pages::portrait::{by_size, chart, count_table};
use crate::pages::svg::family_colour;
use crate::pages::table::{Line, Section, Table, headers};

pub(super) fn families(portrait: &Portrait) -> Section {
    let rows = by_size(&portrait.familles);
    Section {
        id: "familles",
        title: "Familles".to_owned(),
        intro: "Par la forme juridique de l’unité légale (loi du 31 juillet 2014, art. 1).".to_owned(),
        svg: chart(("barres-familles", "Structures employeuses par famille"), &rows, family_colour),
        annex: Some(definition()),
        tables: vec![count_table(
            ("Structures employeuses et emplois estimés par famille", "Famille"),
            &rows,
            &portrait.familles.total,
        )],
        ..Section::default()
    }
}

pub(super) fn sectors(portrait: &Portrait) -> Section {
    let rows = by_size(&portrait.secteurs);
    let distribution = ("Répartition de l’ESS entre les secteurs", "Secteur");
    Section {
        id: "secteurs",
        title: "Secteurs".to_owned(),
        intro: "« Associations sans activité précise » (94.99Z) est le code par défaut des associations : il est montré à part, jamais fondu dans un secteur.".to_owned(),
        svg: chart(("barres-secteurs", "Structures employeuses par secteur"), &rows, sector_colour),
        tables: [
            count_table(distribution, &rows, &portrait.secteurs.total),
            weights(portrait),
            crossed(portrait, &rows),
        ]
        .into_iter()
        .chain(portrait.contexte.as_ref().map(specific))
        .collect(),
        ..Section::default()
    }
}

/// What the ESS is, for those who ask: the families of the law, and what each looks like.
fn definition() -> (String, Table) {
    const FAMILIES: [(&str, &str, &str); 5] = [
        (
            "Associations",
            "des personnes réunies pour autre chose que partager des bénéfices",
            "un club sportif, une crèche associative",
        ),
        (
            "Coopératives",
            "une entreprise à ses salariés, à ses clients ou à ses membres, une voix chacun",
            "une Scop, une Scic, une banque coopérative",
        ),
        ("Mutuelles", "une assurance à ses adhérents, sans actionnaire", "une mutuelle de santé"),
        (
            "Fondations",
            "un bien donné pour toujours à une œuvre d’intérêt général",
            "une fondation qui tient un hôpital",
        ),
        (
            "Sociétés commerciales de l’ESS",
            "une société dont les statuts prennent les principes de la loi",
            "une entreprise d’insertion en société",
        ),
    ];
    let line = |(famille, sens, exemple): &(&str, &str, &str)| {
        Line::new(*famille, vec![(*sens).to_owned(), (*exemple).to_owned()])
    };
    let table = Table {
        caption: "Les familles de l’économie sociale et solidaire".to_owned(),
        headers: headers(&["Famille", "Ce que c’est", "Par exemple"]),
        lines: FAMILIES.iter().map(line).collect(),
        note: "Un but autre que le seul partage des bénéfices, une gouvernance démocratique, des bénéfices qui restent surtout dans l’entreprise (loi du 31 juillet 2014, art. 1). Le périmètre choisi dit lesquelles sont comptées ici.".to_owned(),
        textual: true,
        ..Table::default()
    };
    ("L’économie sociale et solidaire, qu’est-ce que c’est ?".to_owned(), table)
}

/// What sets the territory apart from the whole atlas.
fn specific(contexte: &Contexte) -> Table {
    let specificite = &contexte.specificite;
    let line = |indice: &IndiceSecteur| {
        Line::new(
            indice.secteur.clone(),
            vec![
                decimal_ou(indice.quotient_localisation, 2),
                pourcent(indice.penetration),
                pourcent(indice.penetration_reference),
            ],
        )
    };
    let points = |part: Option<f64>| decimal_ou(part.map(|part| part * 100.0), 1);
    Table {
        caption: format!("Ce qui distingue le territoire de l’ensemble ({}), en emplois estimés", contexte.nom),
        headers: headers(&[
            "Secteur (division NAF)",
            "Indice de spécificité",
            "Poids de l’ESS dans le secteur, ici",
            "Dans l’ensemble",
        ]),
        lines: specificite
            .secteurs
            .iter()
            .filter(|indice| indice.penetration.is_some_and(|part| part > 0.0))
            .map(line)
            .collect(),
        note: format!(
            "Indice de spécificité : place du secteur dans l’ESS d’ici, rapportée à sa place dans l’ESS de l’ensemble (1 : la même). Avec les secteurs d’ici et les poids de l’ensemble, l’ESS pèserait {}\u{a0}% de l’emploi ; écart que les secteurs n’expliquent pas : {} point.",
            points(specificite.part_attendue),
            points(specificite.effet_residuel)
        ),
        ..Table::default()
    }
}

/// What is no sector is grey.
fn sector_colour(code: &str) -> &'static str {
    if code == SANS_ACTIVITE_PRECISE || code == NON_CLASSE { "#8c959f" } else { "#3b6e91" }
}

fn weights(portrait: &Portrait) -> Table {
    let weight = |poids: &PoidsSecteur| {
        Line::new(
            poids.secteur.clone(),
            vec![
                entier(poids.ess.etablissements),
                central(&poids.ess.emplois),
                pourcent(poids.part_dans_ess),
                central(&poids.total.emplois),
                pourcent(poids.part_emplois),
            ],
        )
    };
    let mut present: Vec<_> = portrait.economie.secteurs.iter().filter(|poids| poids.ess.etablissements > 0).collect();
    present.sort_by(|a, b| b.part_emplois.unwrap_or(0.0).total_cmp(&a.part_emplois.unwrap_or(0.0)));
    Table {
        caption: "Poids de l’ESS dans chaque secteur (emplois estimés, public compris) : deux pourcentages à ne pas confondre".to_owned(),
        headers: headers(&[
            "Secteur (division NAF)",
            "Structures ESS",
            "Emplois ESS",
            "Place du secteur dans l’ESS",
            "Emplois du secteur",
            "Poids de l’ESS dans le secteur",
        ]),
        lines: present.into_iter().map(weight).collect(),
        note: "L’économie entière n’est connue que par division NAF : 94.99Z est ici compris dans « Activités diverses »."
            .to_owned(),
        ..Table::default()
    }
}

fn crossed(portrait: &Portrait, rows: &[&Ligne]) -> Table {
    let crossing = &portrait.croisement;
    let line = |row: &&Ligne| {
        let found = crossing.lignes.iter().find(|line| line.secteur == row.code);
        Line::new(
            row.libelle.clone(),
            found.map_or_else(Vec::new, |line| line.structures.iter().copied().map(entier).collect()),
        )
    };
    let mut titles = headers(&["Secteur"]);
    titles.extend(crossing.familles.iter().map(|famille| famille.libelle().to_owned()));
    Table {
        caption: "Structures employeuses par secteur et par famille".to_owned(),
        headers: titles,
        lines: rows.iter().map(line).collect(),
        ..Table::default()
    }
}
