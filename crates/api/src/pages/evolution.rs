//! What changed since a former atlas.

use statistics::Portrait;
use statistics::evolution::{Evolution, Mouvement};
use statistics::nombres::{decimal, entier, pourcent};

use crate::pages::svg::{Slope, family_colour, slopes};
use crate::pages::table::{Line, Section, Table, headers};

/// The section, when a former atlas holds the territory; a warning comes before any figure.
pub(super) fn section(portrait: &Portrait) -> Option<Section> {
    let evolution = portrait.evolution.as_ref()?;
    let mut paragraphs = evolution.avertissements.clone();
    paragraphs.push(created(evolution));
    let slope = |row: &Mouvement| Slope {
        label: row.libelle.clone(),
        values: (row.avant, row.maintenant),
        colour: family_colour(&row.code),
    };
    let rows: Vec<Slope> = evolution.familles.iter().map(slope).collect();
    let dates = (evolution.avant.millesime.as_str(), evolution.maintenant.millesime.as_str());
    Some(Section {
        id: "evolution",
        title: "Évolution".to_owned(),
        intro: format!(
            "De l’édition {} (stock {}) à l’édition {} (stock {}), établissement par établissement.",
            evolution.avant.version,
            evolution.avant.millesime,
            evolution.maintenant.version,
            evolution.maintenant.millesime
        ),
        svg: slopes(("pentes-familles", "Structures employeuses par famille, aux deux dates"), dates, &rows),
        tables: vec![
            table("Mouvements par famille", "Famille", &evolution.familles, Some(&evolution.total)),
            table("Mouvements par commune", "Commune", &evolution.communes, Some(&evolution.total)),
        ],
        paragraphs,
        ..Section::default()
    })
}

fn created(evolution: &Evolution) -> String {
    match &evolution.derniere_creation_connue {
        Some(date) => format!(
            "Parmi les entrées, {} établissements ont été créés après le {date}, dernière création que connaissait l’édition précédente ; les autres existaient et sont devenus employeurs, ou de l’ESS, ou du territoire. Une sortie est une fermeture, ou la perte d’une de ces qualités.",
            entier(evolution.creees_depuis)
        ),
        None => "L’édition précédente ne connaît aucune date de création : les ouvertures ne se distinguent pas des autres entrées.".to_owned(),
    }
}

fn table(caption: &str, kind: &str, rows: &[Mouvement], total: Option<&Mouvement>) -> Table {
    let line = |row: &Mouvement| {
        Line::new(
            row.libelle.clone(),
            vec![
                entier(row.avant),
                format!("+{}", entier(row.entrees)),
                format!("−{}", entier(row.sorties)),
                decimal(row.solde_masquees as f64, 0),
                entier(row.maintenant),
                pourcent(row.variation()),
            ],
        )
    };
    Table {
        caption: caption.to_owned(),
        headers: headers(&[
            kind,
            "Avant",
            "Entrées",
            "Sorties",
            "Solde à diffusion partielle",
            "Maintenant",
            "Variation",
        ]),
        lines: rows.iter().map(line).collect(),
        total: total.map(line),
        sortable: true,
        ..Table::default()
    }
}
