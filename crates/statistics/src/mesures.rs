//! The portrait as a long table: one figure a line, with its unit.

use domain::Famille;
use serde::Serialize;

use crate::Portrait;
use crate::aggregate::{Comptage, Ligne, Tableau};
use crate::economie::Part;
use crate::emplois::Emplois;

/// A figure of the portrait.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mesure {
    /// Part of the portrait.
    pub section: &'static str,
    /// Code of the zone or kind; empty for the whole territory.
    pub code: String,
    /// Its label.
    pub libelle: String,
    /// What is measured.
    pub indicateur: String,
    /// The figure; `None` is unknown, never zero.
    pub valeur: Option<f64>,
    /// Its unit.
    pub unite: &'static str,
}

/// Every figure of a portrait, in a stable order.
pub fn mesures(portrait: &Portrait) -> Vec<Mesure> {
    let mut table = Table::default();
    table.of("territoire", (portrait.territoire.as_str(), portrait.nom.as_str()), |line| {
        line.put("population", portrait.population, "habitants");
        line.put("superficie_km2", Some(portrait.superficie_km2), "km²");
        line.counts(&portrait.total);
        line.put("densite_km2", portrait.densite_km2, "structures par km²");
        line.put("pour_10000_habitants", portrait.pour_10000_habitants, "structures pour 10 000 habitants");
        line.put("part_emploi_total", portrait.economie.part_emploi_total, "fraction de l’emploi total");
        line.put("part_emploi_prive", portrait.economie.part_emploi_prive, "fraction de l’emploi privé");
        line.put(
            "part_etablissements",
            portrait.economie.part_etablissements,
            "fraction des établissements employeurs",
        );
    });
    for (section, rows) in [
        ("familles", &portrait.familles),
        ("secteurs", &portrait.secteurs),
        ("tranches", &portrait.tranches),
        ("communes", &portrait.communes),
        ("iris", &portrait.iris),
        ("qualites", &portrait.qualites),
    ] {
        table.rows(section, rows);
    }
    table.crossed(portrait);
    let economie = &portrait.economie;
    for (code, libelle, part) in [
        ("ess", "économie sociale et solidaire", &economie.ess),
        ("prive_hors_ess", "privé hors ESS", &economie.prive_hors_ess),
        ("public", "public", &economie.public),
        ("inconnu", "unité légale ou catégorie absente", &economie.inconnu),
        ("total", "ensemble de l’économie", &economie.total),
    ] {
        table.of("economie", (code, libelle), |line| line.part(part));
    }
    if let Some(contexte) = &portrait.contexte {
        table.of("specificite", ("", contexte.nom.as_str()), |line| {
            line.put("part_attendue", contexte.specificite.part_attendue, "fraction de l’emploi total");
            line.put("effet_residuel", contexte.specificite.effet_residuel, "fraction de l’emploi total");
        });
        for indice in &contexte.specificite.secteurs {
            table.of("specificite", (&indice.secteur, &indice.secteur), |line| {
                line.put("quotient_localisation", indice.quotient_localisation, "rapport à l’atlas entier");
                line.put("penetration", indice.penetration, "fraction des emplois du secteur");
                line.put("penetration_reference", indice.penetration_reference, "fraction des emplois du secteur");
            });
        }
    }
    for repere in &portrait.reperes {
        let publie = &repere.publie;
        table.of("reperes", (publie.territoire.as_str(), repere.libelle), |line| {
            line.put("publie", Some(publie.valeur), "unité du chiffre publié");
            line.put("calcule", repere.calcule, "unité du chiffre publié");
        });
    }
    table.0
}

#[derive(Default)]
struct Table(Vec<Mesure>);

impl Table {
    fn of(&mut self, section: &'static str, (code, libelle): (&str, &str), fill: impl FnOnce(&mut Line<'_>)) {
        fill(&mut Line { rows: &mut self.0, section, code, libelle });
    }

    fn rows(&mut self, section: &'static str, tableau: &Tableau) {
        for ligne in &tableau.lignes {
            self.of(section, (&ligne.code, &ligne.libelle), |line| line.row(ligne));
        }
    }

    fn crossed(&mut self, portrait: &Portrait) {
        let croisement = &portrait.croisement;
        for row in &croisement.lignes {
            self.of("secteurs_par_famille", (&row.secteur, &row.secteur), |line| {
                for (famille, structures) in croisement.familles.iter().zip(&row.structures) {
                    line.put(
                        &format!("structures_{}", Famille::code(*famille)),
                        Some(*structures as f64),
                        "structures",
                    );
                }
            });
        }
    }
}

struct Line<'t> {
    rows: &'t mut Vec<Mesure>,
    section: &'static str,
    code: &'t str,
    libelle: &'t str,
}

impl Line<'_> {
    fn put(&mut self, indicateur: &str, valeur: Option<f64>, unite: &'static str) {
        self.rows.push(Mesure {
            section: self.section,
            code: self.code.to_owned(),
            libelle: self.libelle.to_owned(),
            indicateur: indicateur.to_owned(),
            valeur,
            unite,
        });
    }

    fn counts(&mut self, counts: &Comptage) {
        for (name, value) in [
            ("structures", counts.structures),
            ("au_numero", counts.au_numero),
            ("a_la_voie", counts.a_la_voie),
            ("non_localisees", counts.non_localisees),
            ("masquees", counts.masquees),
        ] {
            self.put(name, Some(value as f64), "structures");
        }
        self.jobs(&counts.emplois);
    }

    fn jobs(&mut self, emplois: &Emplois) {
        self.put("emplois_bas", Some(emplois.bas as f64), "emplois salariés");
        self.put("emplois_central", emplois.central, "emplois salariés");
        self.put("emplois_haut", emplois.haut.map(|haut| haut as f64), "emplois salariés");
        self.put("emplois_sans_tranche", Some(emplois.sans_tranche as f64), "établissements");
    }

    fn row(&mut self, ligne: &Ligne) {
        self.counts(&ligne.comptage);
        for (name, value, unite) in [
            ("population", ligne.population, "habitants"),
            ("superficie_km2", ligne.superficie_km2, "km²"),
            ("densite_km2", ligne.densite_km2, "structures par km²"),
            ("pour_10000_habitants", ligne.pour_10000_habitants, "structures pour 10 000 habitants"),
        ] {
            // A family has no inhabitants: nothing is unknown there, there is nothing to know.
            if ligne.superficie_km2.is_some() {
                self.put(name, value, unite);
            }
        }
    }

    fn part(&mut self, part: &Part) {
        self.put("etablissements", Some(part.etablissements as f64), "établissements employeurs");
        self.jobs(&part.emplois);
        self.put("taille_moyenne", part.taille_moyenne, "emplois par établissement");
    }
}
