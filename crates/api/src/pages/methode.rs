//! What the figures of a portrait rest on: positions, waterfall, perimeter, estimator, sources.

use std::collections::BTreeMap;

use domain::employeur::ComptesEmployeur;
use domain::manifest::Constats;
use domain::waterfall::Nature;
use domain::{AccordSources, Manifest, Membre, Nomenclature, RegleEmployeur};
use statistics::Portrait;
use statistics::economie::Part;
use statistics::nombres::{decimal, entier, part, pourcent};

use crate::pages::chiffres::central;
use crate::pages::table::{Line, Section, Table, headers};

/// How well the structures are placed, and where each counts.
pub(super) fn quality(portrait: &Portrait) -> Section {
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
            total: Some(line("Ensemble", total.structures, "–")),
            ..Table::default()
        }],
        ..Section::default()
    }
}

/// Every row read, kept or out by one named reason.
pub(super) fn waterfall(portrait: &Portrait) -> Section {
    let flow = &portrait.manifest.waterfall;
    let none = || "–".to_owned();
    let mut lines = Vec::new();
    for stage in flow.etapes() {
        lines.push(Line::new(stage.libelle, vec![entier(stage.entrees), none(), entier(stage.gardees)]));
        for ligne in stage.lignes.iter().filter(|ligne| ligne.lignes > 0) {
            let (sign, out) = if ligne.nature == Nature::Sortie { ("−", "−\u{a0}") } else { ("dont", "") };
            let cells = vec![none(), format!("{out}{}", entier(ligne.lignes)), none()];
            lines.push(Line::new(format!("{sign} {}", ligne.libelle), cells));
        }
    }
    Section {
        id: "cascade",
        title: "De l’ensemble des établissements aux structures de l’ESS".to_owned(),
        intro: format!(
            "Pour tout l’atlas ({}). Chaque ligne lue est retenue ou sort pour une raison nommée ; ce qui reste d’une étape entre dans la suivante.",
            portrait.manifest.nom_territoire
        ),
        tables: vec![Table {
            caption: "Cascade".to_owned(),
            headers: headers(&["Étape", "Entrent", "Sortent", "Restent"]),
            lines,
            total: Some(Line::new("= structures employeuses de l’ESS", vec![none(), none(), entier(flow.retenus())])),
            note: format!(
                "Dont {} localisées, {} sans point et {} à diffusion partielle.",
                entier(flow.localises),
                entier(flow.non_localises),
                entier(flow.masques)
            ),
            ..Table::default()
        }],
        ..Section::default()
    }
}

/// Perimeter, employer rule, estimator, sources.
pub(super) fn method(portrait: &Portrait) -> Section {
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
            format!(
                "{label} : {} établissements, ≈\u{a0}{} emplois",
                entier(part.etablissements),
                central(&part.emplois)
            )
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
            employer(manifest),
            recognition(constats),
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
            review(constats),
            match portrait.evolution {
                Some(_) => "Évolution : par SIRET, d’une édition de l’atlas à l’autre.".to_owned(),
                None => "Évolution : non montrée, aucune édition précédente n’ayant été donnée (essaim serve --avant) ou ne couvrant le territoire.".to_owned(),
            },
        ],
        tables: vec![
            rules(manifest),
            agreement(constats),
            Table {
                caption: "Sources lues".to_owned(),
                headers: headers(&["Source", "Producteur", "Millésime", "Lignes lues", "SHA-256"]),
                lines: manifest.sources.iter().map(source).collect(),
                textual: true,
                ..Table::default()
            },
        ],
        ..Section::default()
    }
}

/// The employer rule, and what each rule would count.
fn employer(manifest: &Manifest) -> String {
    let constats = &manifest.constats;
    let by_rule = |comptes: &ComptesEmployeur| {
        let of = |regle: RegleEmployeur| format!("« {} » {}", regle.code(), entier(comptes.selon(regle)));
        RegleEmployeur::ALL.map(of).join(", ")
    };
    format!(
        "Employeur : {} (règle « {} »). Structures retenues, selon chaque règle : {} ; par les deux faits à la fois {}. Établissements de l’ESS écartés par la règle appliquée, selon chaque règle : {}. Ces deux sources n’ont pas la même date.",
        manifest.regle_employeur.libelle(),
        manifest.regle_employeur.code(),
        by_rule(&constats.employeurs),
        entier(constats.employeurs.bande_et_caractere),
        by_rule(&constats.ecartes_employeur)
    )
}

/// What recognition could not settle: unknown categories, unconfirmed ones, absent lists, flags that stay out.
fn recognition(constats: &Constats) -> String {
    let listed = |counts: &BTreeMap<String, u64>| match counts.len() {
        0 => "aucune".to_owned(),
        _ => counts.iter().map(|(code, n)| format!("{code} × {}", entier(*n))).collect::<Vec<_>>().join(", "),
    };
    let absent: Vec<&str> =
        constats.listes.iter().filter(|liste| !liste.fournie).map(|liste| liste.nom.code()).collect();
    let absent = if absent.is_empty() { "aucune".to_owned() } else { absent.join(", ") };
    format!(
        "Catégories juridiques non classées, écartées et comptées : {}. Catégories gardées dont la place reste à confirmer : {}. Listes que le périmètre nomme et qui n’ont pas été fournies : {absent}. Établissements qui portent la mention ESS au répertoire et restent dehors : {}.",
        listed(&constats.non_classes),
        listed(&constats.categories_a_verifier),
        entier(constats.mentions_ecartees.values().sum())
    )
}

/// Positions that a person should look at, and what became of the corrections.
fn review(constats: &Constats) -> String {
    let mut text = format!(
        "Points hors de la commune du répertoire, gardés et comptés dans cette commune, dans aucun IRIS : {}, dont {} à plus d’un kilomètre, à vérifier ; {} autres, trop loin, ne sont pas montrés. Points d’aucun IRIS rattachés à moins de 25 m : {}. IRIS comparés à ceux de l’Insee : {}, dont {} différents.",
        entier(constats.points_hors_commune),
        entier(constats.points_hors_commune_1km),
        entier(constats.points_aberrants),
        entier(constats.points_rattaches_25m),
        entier(constats.iris_compares),
        entier(constats.iris_contredits)
    );
    if let Some(bilan) = &constats.corrections {
        let sorts: Vec<String> =
            bilan.sorts.iter().map(|(sort, n)| format!("{} {}", entier(*n), sort.libelle())).collect();
        let sorts = if sorts.is_empty() { "aucune ligne".to_owned() } else { sorts.join(" ; ") };
        text = format!("{text} Corrections de l’observatoire : {sorts}.");
    }
    text
}

/// The rules of the perimeter, code by code.
fn rules(manifest: &Manifest) -> Table {
    let (entete, composition) = (&manifest.perimetre, &manifest.composition);
    let codes = |codes: &[String]| if codes.is_empty() { "aucune".to_owned() } else { codes.join(", ") };
    let by_naf = |lists: &BTreeMap<Nomenclature, Vec<String>>| {
        let line = |nomenclature: Nomenclature| lists.get(&nomenclature).map_or_else(|| codes(&[]), |list| codes(list));
        format!("NAF rév. 2 : {} ; NAF 2025 : {}", line(Nomenclature::NafRev2), line(Nomenclature::Naf2025))
    };
    let mut lines: Vec<Line> = composition
        .par_forme
        .iter()
        .map(|(famille, list)| Line::new(format!("{} : catégories juridiques", famille.libelle()), vec![codes(list)]))
        .collect();
    let mut line = |head: &str, text: String| lines.push(Line::new(head, vec![text]));
    line("Sociétés commerciales, sur mention ou liste", codes(&composition.sur_preuve));
    line("Catégories à confirmer", codes(&composition.a_confirmer));
    line("Mention ESS de Sirene", entete.mention_ess.libelle().to_owned());
    line("Activité testée", entete.exclusion_teste.libelle().to_owned());
    line("Activités exclues", by_naf(&composition.ape_exclues));
    line("Activités au sort non tranché", by_naf(&composition.ape_a_decider));
    line("Règle d’employeur", manifest.regle_employeur.libelle().to_owned());
    Table {
        caption: format!("Règles du périmètre « {} », version {}", entete.nom, entete.version),
        headers: headers(&["Règle", "Contenu"]),
        lines,
        textual: true,
        note: format!(
            "Sources : {}. Catégories connues et hors du périmètre : {}.",
            entete.sources,
            composition.hors.len()
        ),
        ..Table::default()
    }
}

/// Which sources say that the structures kept are of the ESS.
fn agreement(constats: &Constats) -> Table {
    let line = |(accord, count): (&AccordSources, &u64)| Line::new(accord.code(), vec![entier(*count)]);
    Table {
        caption: "Structures employeuses selon les sources qui les disent de l’ESS".to_owned(),
        headers: headers(&["Sources d’accord", "Structures"]),
        lines: constats.accords.iter().map(line).collect(),
        total: Some(Line::new("Ensemble", vec![entier(constats.accords.values().sum())])),
        note: "forme : catégorie juridique ; mention : Sirene ; liste : une liste fournie ; aucune : correction seule."
            .to_owned(),
        ..Table::default()
    }
}
