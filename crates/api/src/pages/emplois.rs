//! Jobs beside the estimates: denominators supplied, a partner's counts under secrecy, a published total.

use statistics::nombres::{INCONNU, decimal, dizaine, entier, pourcent};
use statistics::reference::EmploisFournis;
use statistics::{Emplois, Portrait};

use crate::pages::chiffres::{central, interval};
use crate::pages::table::{Line, Section, Table, headers};

/// The section.
pub(super) fn section(portrait: &Portrait) -> Section {
    let mut tables = vec![estimates(&portrait.total.emplois), shares(portrait)];
    tables.extend(partner(portrait));
    tables.extend(raked(portrait));
    Section {
        id: "emplois",
        title: "Emplois : estimation et références".to_owned(),
        intro: "Les fichiers ouverts donnent une tranche d’effectifs, jamais un nombre : les emplois sont toujours un intervalle.".to_owned(),
        tables,
        ..Section::default()
    }
}

fn estimates(emplois: &Emplois) -> Table {
    let interval_80 = match emplois.bas_80.zip(emplois.haut_80) {
        Some((low, high)) => format!("entre {} et {}", dizaine(low), dizaine(high)),
        None => INCONNU.to_owned(),
    };
    Table {
        caption: "Emplois salariés estimés des structures employeuses".to_owned(),
        headers: headers(&["Mesure", "Emplois"]),
        lines: vec![
            Line::new("Somme des bornes des tranches", vec![interval(emplois)]),
            Line::new("Intervalle à 80 % autour de la valeur centrale", vec![interval_80]),
            Line::new("Valeur centrale", vec![central(emplois)]),
        ],
        note: format!(
            "Intervalle à 80 % : ce que les tranches laissent ignorer, les effectifs étant tirés dans chacune ; pas l’erreur du répertoire. À vérifier une à une, de 250 salariés et plus : {}. Sans tranche, dans aucune somme : {}.",
            entier(emplois.a_verifier),
            entier(emplois.sans_tranche)
        ),
        ..Table::default()
    }
}

fn supplied(emplois: &EmploisFournis) -> String {
    emplois.emplois.map_or_else(|| INCONNU.to_owned(), |jobs| decimal(jobs, 0))
}

fn why(emplois: &EmploisFournis) -> String {
    match (emplois.raison, emplois.annee) {
        (Some(raison), _) => raison.to_owned(),
        (None, Some(year)) => format!("source fournie, année {year}"),
        (None, None) => "source fournie".to_owned(),
    }
}

/// Shares over supplied denominators, each named.
fn shares(portrait: &Portrait) -> Table {
    let reference = &portrait.reference;
    let line = |head: &str, jobs: String, part, why: String| Line::new(head, vec![jobs, pourcent(part), why]);
    let rest = reference.prive.emplois.zip(portrait.total.emplois.central).map(|(private, ess)| private - ess);
    Table {
        caption: "Poids de l’ESS (emplois estimés) dans les emplois d’une source fournie".to_owned(),
        headers: headers(&["Dénominateur", "Emplois", "Part de l’ESS", "Source ou raison"]),
        lines: vec![
            line("Emploi total", supplied(&reference.total), reference.part_emploi_total, why(&reference.total)),
            line("Emploi privé", supplied(&reference.prive), reference.part_emploi_prive, why(&reference.prive)),
            line(
                "Emploi privé hors ESS",
                rest.map_or_else(|| INCONNU.to_owned(), |jobs| decimal(jobs, 0)),
                reference.part_emploi_prive_hors_ess,
                why(&reference.prive),
            ),
        ],
        textual: true,
        note: "Les parts des chiffres clés rapportent, elles, les emplois estimés à ceux de toute l’économie estimés de même.".to_owned(),
        ..Table::default()
    }
}

/// A partner's counts, when there are some.
fn partner(portrait: &Portrait) -> Option<Table> {
    let reference = &portrait.reference;
    let line = |head: &str, emplois: &EmploisFournis| {
        let secret = emplois.raison.filter(|_| emplois.cases_secretes > 0).map_or_else(String::new, str::to_owned);
        Line::new(head, vec![supplied(emplois), if secret.is_empty() { why(emplois) } else { secret }])
    };
    (!reference.familles.is_empty()).then(|| Table {
        caption: "Emplois de l’ESS comptés par un partenaire".to_owned(),
        headers: headers(&["Famille", "Emplois", "Source ou raison"]),
        lines: reference.familles.iter().map(|row| line(row.famille.libelle(), &row.emplois)).collect(),
        total: Some(line("Ensemble", &reference.ess)),
        note: "Secret statistique : aucune case de moins de 3 établissements, ni dont un seul dépasse 85 % ; toute somme qui rendrait une case masquée l’est aussi.".to_owned(),
        textual: true,
        ..Table::default()
    })
}

/// Estimates brought to a published total, when one was given.
fn raked(portrait: &Portrait) -> Option<Table> {
    let calage = portrait.calage.as_ref()?;
    let line = |row: &statistics::calage::LigneCalee| {
        Line::new(row.libelle.clone(), vec![row.emplois.map_or_else(|| INCONNU.to_owned(), dizaine)])
    };
    let outside = if calage.dans_les_bornes {
        ""
    } else {
        " Attention : le total publié sort des bornes des tranches ; il ne peut être celui des mêmes établissements."
    };
    Some(Table {
        caption: format!("Emplois calés sur le total publié de {}", decimal(calage.total, 0)),
        headers: headers(&["Famille ou secteur", "Emplois calés"]),
        lines: calage.familles.iter().chain(&calage.secteurs).map(line).collect(),
        total: Some(Line::new("Total publié", vec![decimal(calage.total, 0)])),
        note: format!(
            "Rapport du total publié à l’estimation : {}. Le calage n’a de sens que pour le même périmètre et la même date.{outside}",
            decimal(calage.rapport, 3)
        ),
        ..Table::default()
    })
}
