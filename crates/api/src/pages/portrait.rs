//! The portrait of a territory as one printable page: the model as sections of figures and tables.

use askama::Template;
use domain::{Motif, Tranche};
use statistics::aggregate::{Ligne, Tableau};
use statistics::economie::Part;
use statistics::reperes::Indicateur;
use statistics::{Emplois, Portrait};

use crate::pages::svg::{self, Overlay};
use crate::pages::table::{Line, Section, Table, headers};
use crate::provenance::{AVERTISSEMENT, LICENCE, attribution};
use crate::state::Served;
use statistics::nombres::{INCONNU, decimal, decimal_ou, dizaine, entier, part, pourcent};

/// A key figure.
struct Tile {
    value: String,
    label: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "portrait.html")]
struct PortraitPage<'p> {
    base: &'p str,
    css: String,
    portrait: &'p Portrait,
    population: String,
    superficie: String,
    avertissement: Option<&'static str>,
    tiles: Vec<Tile>,
    sections: Vec<Section>,
    attribution: String,
    licence: (&'static str, &'static str),
}

/// Renders the page.
pub fn render(portrait: &Portrait, served: &Served, base: &str) -> Result<String, askama::Error> {
    let annee = portrait.population_annee.map_or_else(|| INCONNU.to_owned(), |year| year.to_string());
    let page = PortraitPage {
        base,
        css: crate::assets::url("pages.css"),
        population: portrait
            .population
            .map_or_else(|| INCONNU.to_owned(), |people| format!("{} habitants ({annee})", decimal(people, 0))),
        superficie: format!("{} km²", decimal(portrait.superficie_km2, 1)),
        avertissement: portrait.manifest.fictif.then_some(AVERTISSEMENT),
        tiles: tiles(portrait),
        sections: sections(portrait, served, base),
        attribution: attribution(&portrait.manifest),
        licence: LICENCE,
        portrait,
    };
    page.render()
}

/// « entre X et Y », rounded to the ten.
fn interval(emplois: &Emplois) -> String {
    if emplois.etablissements_estimes == 0 && emplois.sans_tranche > 0 {
        return INCONNU.to_owned();
    }
    let haut = emplois.haut.map_or_else(|| INCONNU.to_owned(), |haut| dizaine(haut as f64));
    format!("entre {} et {haut}", dizaine(emplois.bas as f64))
}

fn central(emplois: &Emplois) -> String {
    emplois.central.map_or_else(|| INCONNU.to_owned(), dizaine)
}

fn tiles(portrait: &Portrait) -> Vec<Tile> {
    let (total, economie) = (&portrait.total, &portrait.economie);
    let tile = |value: String, label: &str, detail: String| Tile { value, label: label.to_owned(), detail };
    vec![
        tile(
            entier(total.structures),
            "structures employeuses",
            format!("{} des établissements employeurs du territoire", pourcent(economie.part_etablissements)),
        ),
        tile(
            format!("≈ {}", central(&total.emplois)),
            "emplois estimés",
            format!(
                "{} ; hors {} employeurs sans tranche d’effectifs",
                interval(&total.emplois),
                entier(total.emplois.sans_tranche)
            ),
        ),
        tile(
            pourcent(economie.part_emploi_total),
            "de l’emploi total",
            format!("{} de l’emploi privé", pourcent(economie.part_emploi_prive)),
        ),
        tile(
            decimal_ou(portrait.pour_10000_habitants, 1),
            "structures pour 10 000 habitants",
            format!("{} par km²", decimal_ou(portrait.densite_km2, 1)),
        ),
        tile(
            decimal_ou(economie.ess.taille_moyenne, 1),
            "emplois par structure",
            format!("{} dans le privé hors ESS", decimal_ou(economie.prive_hors_ess.taille_moyenne, 1)),
        ),
    ]
}

fn sections(portrait: &Portrait, served: &Served, base: &str) -> Vec<Section> {
    let mut sections = vec![
        families(portrait),
        sectors(portrait),
        towns(portrait, served, base),
        sizes(portrait),
        largest(portrait, served),
        quality(portrait),
        waterfall(portrait),
        method(portrait),
    ];
    if !portrait.reperes.is_empty() {
        sections.insert(0, published(portrait));
    }
    sections
}

const COUNT_HEADERS: [&str; 6] =
    ["Catégorie", "Structures", "Part", "Emplois (central)", "Emplois (intervalle)", "Emplois par structure"];

/// Order of the rows of a count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Most structures first.
    Largest,
    /// As the codes go.
    Code,
}

fn count_line(row: &Ligne, total: u64) -> Line {
    let emplois = &row.comptage.emplois;
    Line::new(
        row.libelle.clone(),
        vec![
            entier(row.comptage.structures),
            pourcent(part(row.comptage.structures, total)),
            central(emplois),
            interval(emplois),
            decimal_ou(emplois.taille_moyenne(), 1),
        ],
    )
}

fn count_table(caption: &str, tableau: &Tableau, order: Order) -> Table {
    let total = tableau.total.structures;
    let mut rows: Vec<&Ligne> = tableau.lignes.iter().collect();
    if order == Order::Largest {
        rows.sort_by(|a, b| b.comptage.structures.cmp(&a.comptage.structures).then_with(|| a.code.cmp(&b.code)));
    }
    let sum = Ligne {
        code: String::new(),
        libelle: "Ensemble".to_owned(),
        comptage: tableau.total,
        population: None,
        superficie_km2: None,
        densite_km2: None,
        pour_10000_habitants: None,
    };
    Table {
        caption: caption.to_owned(),
        headers: headers(&COUNT_HEADERS),
        lines: rows.into_iter().map(|row| count_line(row, total)).collect(),
        total: Some(count_line(&sum, total)),
        ..Table::default()
    }
}

fn published(portrait: &Portrait) -> Section {
    let line = |compare: &statistics::RepereCompare| {
        let digits = usize::from(compare.publie.valeur.fract() != 0.0 || compare.publie.unite.starts_with('%'));
        let ours = match (compare.calcule, compare.publie.indicateur) {
            (None, _) => INCONNU.to_owned(),
            (Some(value), Indicateur::Emplois) => format!("≈ {}", dizaine(value)),
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

fn families(portrait: &Portrait) -> Section {
    Section {
        id: "familles",
        title: "Familles".to_owned(),
        intro: "Par la forme juridique de l’unité légale (loi du 31 juillet 2014, art. 1).".to_owned(),
        svg: svg::family_bars(portrait),
        tables: vec![count_table("Structures employeuses et emplois par famille", &portrait.familles, Order::Largest)],
        ..Section::default()
    }
}

fn sectors(portrait: &Portrait) -> Section {
    let weight = |poids: &statistics::economie::PoidsSecteur| {
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
    let present = portrait.economie.secteurs.iter().filter(|poids| poids.ess.etablissements > 0);
    Section {
        id: "secteurs",
        title: "Secteurs".to_owned(),
        intro: "« Associations sans activité précise » (94.99Z) est le code par défaut des associations : il est montré à part, jamais fondu dans un secteur.".to_owned(),
        tables: vec![
            count_table("Structures employeuses et emplois par secteur", &portrait.secteurs, Order::Largest),
            Table {
                caption: "Deux pourcentages à ne pas confondre : la place du secteur dans l’ESS, et le poids de l’ESS dans le secteur (emplois estimés, public compris)".to_owned(),
                headers: headers(&["Secteur (division NAF)", "Structures ESS", "Emplois ESS", "Place dans l’ESS", "Emplois du secteur", "Poids de l’ESS"]),
                lines: present.map(weight).collect(),
                note: "Ici les divisions NAF entières : 94.99Z est compris dans « Activités diverses ».".to_owned(),
                ..Table::default()
            },
        ],
        ..Section::default()
    }
}

fn towns(portrait: &Portrait, served: &Served, base: &str) -> Section {
    let mut ranked: Vec<&Ligne> = portrait.communes.lignes.iter().collect();
    ranked.sort_by(|a, b| b.pour_10000_habitants.unwrap_or(-1.0).total_cmp(&a.pour_10000_habitants.unwrap_or(-1.0)));
    let rank = |row: &Ligne| {
        let place = ranked.iter().position(|other| other.code == row.code).map(|place| place + 1);
        row.pour_10000_habitants.and(place).map_or_else(|| INCONNU.to_owned(), |place| place.to_string())
    };
    let line = |row: &Ligne| Line {
        head: row.libelle.clone(),
        href: format!("{base}/portrait/commune:{}", row.code),
        cells: vec![
            entier(row.comptage.structures),
            central(&row.comptage.emplois),
            interval(&row.comptage.emplois),
            decimal_ou(row.pour_10000_habitants, 1),
            rank(row),
            decimal_ou(row.densite_km2, 1),
            decimal_ou(row.population, 0),
        ],
    };
    let total = Line::new(
        "Ensemble",
        vec![
            entier(portrait.total.structures),
            central(&portrait.total.emplois),
            interval(&portrait.total.emplois),
            decimal_ou(portrait.pour_10000_habitants, 1),
            "–".to_owned(),
            decimal_ou(portrait.densite_km2, 1),
            decimal_ou(portrait.population, 0),
        ],
    );
    Section {
        id: "communes",
        title: "Par commune".to_owned(),
        intro: "Couleur : le taux. Cercles : le nombre de structures, leur aire en proportion.".to_owned(),
        svg: svg::commune_map(&served.snapshot, (&portrait.communes, &served.landmarks), Overlay::Circles),
        tables: vec![Table {
            caption: "Structures employeuses, emplois estimés et taux par commune".to_owned(),
            headers: headers(&[
                "Commune",
                "Structures",
                "Emplois (central)",
                "Emplois (intervalle)",
                "Pour 10 000 hab.",
                "Rang",
                "Par km²",
                "Population",
            ]),
            lines: portrait.communes.lignes.iter().map(line).collect(),
            total: Some(total),
            ..Table::default()
        }],
        ..Section::default()
    }
}

fn sizes(portrait: &Portrait) -> Section {
    Section {
        id: "tailles",
        title: "Tailles".to_owned(),
        intro: "Tranche d’effectifs de l’établissement au 31 décembre. Une structure sans tranche employeuse est ici parce que son caractère employeur est O aujourd’hui.".to_owned(),
        tables: vec![count_table("Structures employeuses par tranche d’effectifs", &portrait.tranches, Order::Code)],
        ..Section::default()
    }
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
            ..Table::default()
        }],
        ..Section::default()
    }
}

fn quality(portrait: &Portrait) -> Section {
    let total = &portrait.total;
    let line = |label: &str, count: u64, meaning: &str| {
        Line::new(label, vec![entier(count), pourcent(part(count, total.structures)), meaning.to_owned()])
    };
    Section {
        id: "qualite",
        title: "Qualité des positions".to_owned(),
        tables: vec![Table {
            caption: "Structures employeuses selon la qualité de leur position".to_owned(),
            headers: headers(&["Position", "Structures", "Part", "Où elles comptent"]),
            lines: vec![
                line("au numéro", total.au_numero, "partout : carte, IRIS, distances"),
                line("à la voie", total.a_la_voie, "carte (symbole creux), IRIS ; dans aucune distance"),
                line("sans point", total.non_localisees, "leur commune seulement"),
                line("diffusion partielle", total.masquees, "leur commune seulement ; jamais montrées"),
            ],
            total: Some(line("Ensemble", total.structures, "")),
            ..Table::default()
        }],
        ..Section::default()
    }
}

fn waterfall(portrait: &Portrait) -> Section {
    let flow = &portrait.manifest.waterfall;
    let mut lines = vec![Line::new("Établissements lus dans le stock", vec![entier(flow.lus)])];
    for motif in Motif::ALL {
        if let Some(count) = flow.exclus.get(&motif) {
            lines.push(Line::new(format!("− {}", motif.libelle()), vec![entier(*count)]));
        }
    }
    lines.push(Line::new("− couronne autour du territoire", vec![entier(flow.couronne)]));
    Section {
        id: "cascade",
        title: "De l’ensemble des établissements aux structures de l’ESS".to_owned(),
        intro: format!(
            "Pour tout l’atlas ({}). Chaque ligne lue est retenue ou sort pour une raison nommée.",
            portrait.manifest.nom_territoire
        ),
        tables: vec![Table {
            caption: "Cascade".to_owned(),
            headers: headers(&["Étape", "Établissements"]),
            lines,
            total: Some(Line::new("= structures employeuses de l’ESS", vec![entier(flow.retenus())])),
            ..Table::default()
        }],
        ..Section::default()
    }
}

fn method(portrait: &Portrait) -> Section {
    let manifest = &portrait.manifest;
    let perimetre = &manifest.perimetre;
    let constats = &manifest.constats;
    let source = |source: &domain::SourceMillesime| {
        Line::new(
            source.titre.clone(),
            vec![
                source.producteur.clone(),
                source.millesime.clone(),
                entier(source.lignes),
                source.sha256.chars().take(12).collect(),
            ],
        )
    };
    let economie: [(&str, &Part); 3] = [
        ("ESS", &portrait.economie.ess),
        ("privé hors ESS", &portrait.economie.prive_hors_ess),
        ("public", &portrait.economie.public),
    ];
    let weights: Vec<String> = economie
        .iter()
        .map(|(label, part)| {
            format!("{label} : {} établissements, ≈ {} emplois", entier(part.etablissements), central(&part.emplois))
        })
        .collect();
    Section {
        id: "methode",
        title: "Comment c’est calculé".to_owned(),
        paragraphs: vec![
            format!(
                "Périmètre « {} », version {} : {} {}",
                perimetre.nom, perimetre.version, perimetre.description, perimetre.reserve
            ),
            format!(
                "Employeur : {} (règle « {} »). Par la tranche seule : {} ; par le caractère seul : {} ; par les deux : {} (structures diffusibles et masquées de l’atlas). Ces deux sources n’ont pas la même date.",
                manifest.regle_employeur.libelle(),
                manifest.regle_employeur.code(),
                entier(constats.employeurs_bande_seule),
                entier(constats.employeurs_caractere_seul),
                entier(constats.employeurs_bande_et_caractere)
            ),
            format!(
                "Activités dont le sort n’est pas tranché : {} structures, gardées.",
                entier(constats.ape_a_decider)
            ),
            format!(
                "Emplois : somme des bornes des tranches, et valeur centrale par une {} (exposant {}, {} établissements). L’ESS et le reste de l’économie passent par le même estimateur ; {}.",
                portrait.estimateur.nom,
                decimal(portrait.estimateur.exposant, 3),
                entier(portrait.estimateur.ajuste_sur),
                weights.join(" ; ")
            ),
            format!(
                "Points refusés parce qu’ils contredisent la commune du répertoire : {}. Points d’aucun IRIS rattachés à moins de 25 m : {}.",
                entier(constats.points_hors_commune),
                entier(constats.points_rattaches_25m)
            ),
        ],
        tables: vec![Table {
            caption: "Sources lues".to_owned(),
            headers: headers(&["Source", "Producteur", "Millésime", "Lignes lues", "SHA-256"]),
            lines: manifest.sources.iter().map(source).collect(),
            textual: true,
            ..Table::default()
        }],
        ..Section::default()
    }
}
