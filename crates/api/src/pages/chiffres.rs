//! The key figures at the head of a portrait, each with its comparator.

use statistics::contexte::Contexte;
use statistics::nombres::{INCONNU, decimal_ou, dizaine, entier, pourcent};
use statistics::{Emplois, Portrait};

/// A key figure.
pub(super) struct Tile {
    pub value: String,
    pub label: String,
    pub detail: String,
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

/// The tiles of a portrait, in reading order.
pub(super) fn tiles(portrait: &Portrait) -> Vec<Tile> {
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

/// The same figure for the whole atlas, beside that of a part of it.
fn beside(portrait: &Portrait, figure: impl Fn(&Contexte) -> String) -> String {
    let contexte = portrait.contexte.as_ref();
    contexte.map_or_else(String::new, |contexte| format!(" ; {} : {}", contexte.nom, figure(contexte)))
}
