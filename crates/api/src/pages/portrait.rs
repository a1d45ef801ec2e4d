//! The portrait of a territory as one printable page: the model as sections of figures and tables.

use askama::Template;
use domain::secteur::{NON_CLASSE, SANS_ACTIVITE_PRECISE};
use domain::{CodeCommune, Regroupement, Tranche};
use statistics::aggregate::{Comptage, Ligne, Tableau};
use statistics::classes::Discretisation;
use statistics::contexte::Contexte;
use statistics::economie::PoidsSecteur;
use statistics::reperes::Indicateur;
use statistics::specificite::IndiceSecteur;
use statistics::{Emplois, Portrait};

use crate::answers::Vue;
use crate::langue::Langue;
use crate::pages::methode::{self, quality, waterfall};
use crate::pages::svg::{self, Bar, Bars, family_colour};
use crate::pages::table::{Line, Section, Table, headers};
use crate::pages::{emplois, evolution, territoire};
use crate::provenance::{LICENCE, attribution, avertissement};
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

/// « entre X et Y », rounded to the ten.
pub(super) fn interval(emplois: &Emplois) -> String {
    if emplois.etablissements_estimes == 0 && emplois.sans_tranche > 0 {
        return INCONNU.to_owned();
    }
    let haut = emplois.haut.map_or_else(|| INCONNU.to_owned(), |haut| dizaine(haut as f64));
    format!("entre {} et {haut}", dizaine(emplois.bas as f64))
}

/// The central estimate, rounded to the ten.
pub(super) fn central(emplois: &Emplois) -> String {
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
        tile(format!("≈\u{a0}{}", central(&total.emplois)), "emplois estimés", jobs_detail(&total.emplois)),
        tile(
            pourcent(economie.part_emploi_total),
            "de l’emploi total",
            format!(
                "sur ≈\u{a0}{} emplois estimés, public compris ; {} de l’emploi privé{}",
                central(&economie.total.emplois),
                pourcent(economie.part_emploi_prive),
                beside(portrait, |contexte| pourcent(contexte.part_emploi_total))
            ),
        ),
        tile(
            decimal_ou(portrait.pour_10000_habitants, 1),
            "structures pour 10\u{202f}000 habitants",
            format!(
                "{} par km²{}{}",
                decimal_ou(portrait.densite_km2, 1),
                beside(portrait, |contexte| decimal_ou(contexte.pour_10000_habitants, 1)),
                rank(portrait)
            ),
        ),
        tile(
            decimal_ou(economie.ess.taille_moyenne, 1),
            "emplois par structure",
            format!(
                "{} dans le privé hors ESS{}",
                decimal_ou(economie.prive_hors_ess.taille_moyenne, 1),
                beside(portrait, |contexte| decimal_ou(contexte.taille_moyenne, 1))
            ),
        ),
    ]
}

fn jobs_detail(emplois: &Emplois) -> String {
    let apart = match emplois.sans_tranche {
        0 => String::new(),
        1 => " ; hors 1 employeur sans tranche d’effectifs".to_owned(),
        count => format!(" ; hors {} employeurs sans tranche d’effectifs", entier(count)),
    };
    format!("{}{apart}", interval(emplois))
}

/// Where a commune alone stands among those of the atlas.
fn rank(portrait: &Portrait) -> String {
    match portrait.classement.rangs.as_slice() {
        [Some(rank)] => format!(" ; rang {} sur {} communes", entier(*rank), entier(portrait.classement.parmi)),
        _ => String::new(),
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

/// The same figure for the whole atlas, beside that of a part of it.
fn beside(portrait: &Portrait, figure: impl Fn(&Contexte) -> String) -> String {
    let contexte = portrait.contexte.as_ref();
    contexte.map_or_else(String::new, |contexte| format!(" ; {} : {}", contexte.nom, figure(contexte)))
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

fn count_table((caption, kind): (&str, &str), rows: &[&Ligne], sum: &Comptage) -> Table {
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
fn by_size(tableau: &Tableau) -> Vec<&Ligne> {
    let mut rows: Vec<&Ligne> = tableau.lignes.iter().collect();
    let apart = |row: &Ligne| row.code == SANS_ACTIVITE_PRECISE || row.code == NON_CLASSE;
    rows.sort_by(|a, b| {
        let size = b.comptage.structures.cmp(&a.comptage.structures);
        apart(a).cmp(&apart(b)).then(size).then_with(|| a.code.cmp(&b.code))
    });
    rows
}

/// Bands in growing order, the employers without an employing band after them, the unknown last.
fn by_band(tableau: &Tableau) -> Vec<&Ligne> {
    let mut rows: Vec<&Ligne> = tableau.lignes.iter().collect();
    rows.sort_by_key(|row| {
        Tranche::from_code(&row.code).map_or((2, None), |tranche| (u8::from(tranche.bande().is_none()), Some(tranche)))
    });
    rows
}

fn chart((id, title): (&str, &str), rows: &[&Ligne], colour: impl Fn(&str) -> &'static str) -> String {
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

fn families(portrait: &Portrait) -> Section {
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

fn sectors(portrait: &Portrait) -> Section {
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
