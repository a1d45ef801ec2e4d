//! The portrait as a long table: one figure a line, with its unit.

use domain::Famille;
use serde::Serialize;

use crate::Portrait;
use crate::aggregate::{Comptage, Ligne, Tableau};
use crate::calage::Calage;
use crate::desserte::Desserte;
use crate::economie::Part;
use crate::emplois::Emplois;
use crate::evolution::Evolution;
use crate::reference::Reference;

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
    for (section, rows, rates) in
        [("communes", &portrait.communes, &portrait.lissage.communes), ("iris", &portrait.iris, &portrait.lissage.iris)]
    {
        for (row, rate) in rows.lignes.iter().zip(rates) {
            table.of(section, (&row.code, &row.libelle), |line| {
                line.put(
                    "pour_10000_habitants_lisse",
                    *rate,
                    "structures pour 10 000 habitants, lissé (bayésien empirique)",
                );
            });
        }
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
    table.reach(&portrait.desserte);
    table.supplied(&portrait.reference);
    if let Some(calage) = &portrait.calage {
        table.raked(calage);
    }
    if let Some(evolution) = &portrait.evolution {
        table.moved(evolution);
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

    fn reach(&mut self, desserte: &Desserte) {
        for ligne in &desserte.lignes {
            let (code, libelle) = ligne.famille.map_or(("", "toutes les familles"), |one| (one.code(), one.libelle()));
            self.of("desserte", (code, libelle), |line| {
                line.put("part_500m", ligne.part_500m, "fraction de la population à moins de 500 m d’une structure");
                line.put("part_1km", ligne.part_1km, "fraction de la population à moins de 1 km d’une structure");
            });
        }
    }

    fn supplied(&mut self, reference: &Reference) {
        for (code, libelle, emplois, part) in [
            ("total", "emploi total fourni", &reference.total, reference.part_emploi_total),
            ("prive", "emploi privé fourni", &reference.prive, reference.part_emploi_prive),
            ("ess", "emploi de l’ESS fourni", &reference.ess, None),
        ] {
            self.of("emplois_fournis", (code, libelle), |line| {
                line.put("emplois", emplois.emplois, "emplois, source fournie");
                line.put("cases_secretes", Some(emplois.cases_secretes as f64), "cases masquées");
                if code != "ess" {
                    line.put("part_ess", part, "emplois estimés de l’ESS / emplois fournis");
                }
            });
        }
        self.of("emplois_fournis", ("prive_hors_ess", "emploi privé hors ESS"), |line| {
            line.put("part_ess", reference.part_emploi_prive_hors_ess, "emplois estimés de l’ESS / emplois fournis");
        });
        for ligne in &reference.familles {
            self.of("emplois_fournis", (ligne.famille.code(), ligne.famille.libelle()), |line| {
                line.put("emplois", ligne.emplois.emplois, "emplois, source fournie");
            });
        }
    }

    fn raked(&mut self, calage: &Calage) {
        self.of("calage", ("", "total publié fourni"), |line| {
            line.put("total", Some(calage.total), "emplois salariés");
            line.put("rapport", Some(calage.rapport), "total publié / estimation centrale");
        });
        for (section, lines) in [("calage_familles", &calage.familles), ("calage_secteurs", &calage.secteurs)] {
            for ligne in lines {
                self.of(section, (&ligne.code, &ligne.libelle), |line| {
                    line.put("emplois_cales", ligne.emplois, "emplois salariés, calés");
                });
            }
        }
    }

    fn moved(&mut self, evolution: &Evolution) {
        let sections = [
            ("evolution", std::slice::from_ref(&evolution.total)),
            ("evolution_familles", &evolution.familles),
            ("evolution_communes", &evolution.communes),
        ];
        for (section, rows) in sections {
            for row in rows {
                self.of(section, (&row.code, &row.libelle), |line| {
                    line.put("avant", Some(row.avant as f64), "structures");
                    line.put("maintenant", Some(row.maintenant as f64), "structures");
                    line.put("entrees", Some(row.entrees as f64), "structures");
                    line.put("sorties", Some(row.sorties as f64), "structures");
                    line.put("solde_masquees", Some(row.solde_masquees as f64), "structures à diffusion partielle");
                });
            }
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
        self.put("emplois_bas_80", emplois.bas_80, "emplois salariés, intervalle à 80 %");
        self.put("emplois_haut_80", emplois.haut_80, "emplois salariés, intervalle à 80 %");
        self.put("emplois_sans_tranche", Some(emplois.sans_tranche as f64), "établissements");
        self.put("emplois_a_verifier", Some(emplois.a_verifier as f64), "établissements de 250 salariés et plus");
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
