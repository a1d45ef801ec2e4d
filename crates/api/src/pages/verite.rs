//! The score of the demonstration: planted, found, missed.

use askama::Template;
use statistics::Verite;

use crate::pages::table::{Line, Table, headers};
use statistics::nombres::entier;

#[derive(Template)]
#[template(path = "document.html")]
pub(super) struct Document<'p> {
    pub base: &'p str,
    pub css: String,
    pub title: &'p str,
    pub avertissement: Option<&'static str>,
    pub intro: String,
    pub links: Vec<(String, String)>,
    pub tables: Vec<Table>,
}

/// Renders the page.
pub fn render(verite: &Verite, (avertissement, base): (Option<&'static str>, &str)) -> Result<String, askama::Error> {
    let line = |row: &statistics::verite::LigneVerite| {
        let piege = if row.piege.is_empty() { "(lignes ordinaires)" } else { &row.piege };
        Line::new(piege, vec![row.attendu.clone(), entier(row.plantes), entier(row.trouves), entier(row.manques)])
    };
    let reason = |motif: &statistics::verite::MotifVerite| {
        Line::new(motif.motif.clone(), vec![entier(motif.attendus), entier(motif.trouves)])
    };
    let total = vec!["–".to_owned(), entier(verite.plantes), entier(verite.trouves), entier(verite.manques)];
    let page = Document {
        base,
        css: crate::assets::url("pages.css"),
        title: "La démonstration face à sa vérité",
        avertissement,
        intro: format!(
            "Le générateur plante des pièges et écrit la vérité sans appeler aucune règle de reconnaissance ; Essaim lit les fichiers sans connaître la vérité. Lignes plantées : {} ; retrouvées : {} ; manquées : {}.",
            entier(verite.plantes),
            entier(verite.trouves),
            entier(verite.manques)
        ),
        links: Vec::new(),
        tables: vec![
            Table {
                caption: "Par piège et par issue attendue".to_owned(),
                headers: headers(&["Piège", "Issue attendue", "Plantées", "Retrouvées", "Manquées"]),
                lines: verite.lignes.iter().map(line).collect(),
                total: Some(Line::new("Ensemble", total)),
                note: verite.exemples.join(" ; "),
                textual: false,
                sortable: false,
            },
            Table {
                caption: "Raisons de la cascade".to_owned(),
                headers: headers(&["Raison", "Attendues", "Trouvées"]),
                lines: verite.motifs.iter().map(reason).collect(),
                ..Table::default()
            },
        ],
    };
    page.render()
}
