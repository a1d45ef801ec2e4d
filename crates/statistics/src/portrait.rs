//! The portrait of a territory: the diagnostic as a model, rendered elsewhere.

use std::sync::OnceLock;

use domain::table::TableError;
use domain::{Famille, Manifest, Niveau, Secteurs, Structure, Tranche};
use serde::Serialize;
use spatial_index::{Filter, Selection, Snapshot};

use crate::aggregate::{Comptage, Dimension, Tableau, aggregate, population_of};
use crate::calage::Calage;
use crate::contexte::{Classement, Contexte, Ensemble, situate};
use crate::croisement::{SecteursParFamille, secteurs_par_famille};
use crate::desserte::{Desserte, desserte};
use crate::economie::{self, ComparaisonEconomie};
use crate::emplois::Estimateur;
use crate::evolution::{Evolution, evolution};
use crate::lissage::Lissage;
use crate::nombres::{entier, part, pourcent};
use crate::reference::{Reference, reference};
use crate::reperes::{self, Repere, RepereCompare};

/// Number of largest structures listed.
const LARGEST_LISTED: usize = 20;

/// The whole portrait.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Portrait {
    /// Territory, canonical form.
    pub territoire: String,
    /// Name.
    pub nom: String,
    /// Codes of its communes.
    pub communes_membres: Vec<String>,
    /// Inhabitants; unknown as soon as one commune's is.
    pub population: Option<f64>,
    /// Year of the populations.
    pub population_annee: Option<i32>,
    /// Area, km².
    pub superficie_km2: f64,
    /// Totals.
    pub total: Comptage,
    /// Structures per km².
    pub densite_km2: Option<f64>,
    /// Structures per 10,000 inhabitants.
    pub pour_10000_habitants: Option<f64>,
    /// One sentence in plain French.
    pub phrase: String,
    /// By family.
    pub familles: Tableau,
    /// By sector.
    pub secteurs: Tableau,
    /// By band.
    pub tranches: Tableau,
    /// By commune.
    pub communes: Tableau,
    /// By IRIS: those of their structures that have a point.
    pub iris: Tableau,
    /// By position quality.
    pub qualites: Tableau,
    /// Rates of small communes and IRIS, smoothed.
    pub lissage: Lissage,
    /// How near the inhabitants are.
    pub desserte: Desserte,
    /// Jobs supplied from outside the register, and the shares that they allow.
    pub reference: Reference,
    /// Estimated jobs brought to a published total, when one was given.
    pub calage: Option<Calage>,
    /// What changed since a former atlas, when one was given.
    pub evolution: Option<Evolution>,
    /// Against the whole economy.
    pub economie: ComparaisonEconomie,
    /// Published figures beside ours.
    pub reperes: Vec<RepereCompare>,
    /// Largest structures, by band.
    pub plus_grandes: Vec<GrandeStructure>,
    /// How jobs were estimated.
    pub estimateur: MethodeEmplois,
    /// Sectors by family.
    pub croisement: SecteursParFamille,
    /// Ranks of the rows of `communes`.
    pub classement: Classement,
    /// The whole atlas, when the territory is a part of it.
    pub contexte: Option<Contexte>,
    /// Everything that the figures rest on.
    pub manifest: Manifest,
}

/// A line of the list of the largest structures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GrandeStructure {
    /// SIRET.
    pub siret: String,
    /// Name.
    pub nom: String,
    /// Family.
    pub famille: Famille,
    /// Sector.
    pub secteur: String,
    /// Commune.
    pub code_commune: String,
    /// Band: shown as a band, never as a number.
    pub tranche: Option<Tranche>,
    /// Year of the band.
    pub annee_effectifs: Option<i32>,
}

/// The estimator of this atlas.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MethodeEmplois {
    /// Name of the method.
    pub nom: &'static str,
    /// Exponent of the power law.
    pub exposant: f64,
    /// Establishments on which it was fitted.
    pub ajuste_sur: u64,
}

/// What every portrait of an atlas shares, prepared once.
#[derive(Debug)]
pub struct Referentiel {
    /// Band estimator.
    pub estimateur: Estimateur,
    secteurs: Secteurs,
    reperes: Vec<Repere>,
    ensemble: OnceLock<Ensemble>,
    /// A former atlas, with which portraits are compared.
    avant: Option<Snapshot>,
}

/// What a reader may choose of a portrait.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Choix {
    /// Published total of jobs of the ESS, to which the estimates are brought.
    pub calage: Option<f64>,
}

impl Referentiel {
    /// Fits the estimator on an atlas and reads the shipped tables.
    pub fn new(snapshot: &Snapshot) -> Result<Self, TableError> {
        Ok(Self {
            estimateur: Estimateur::of(snapshot.atlas()),
            secteurs: Secteurs::embedded()?,
            reperes: reperes::embedded()?,
            ensemble: OnceLock::new(),
            avant: None,
        })
    }

    /// Compares every portrait with a former atlas.
    pub fn set_former(&mut self, avant: Snapshot) {
        self.avant = Some(avant);
    }

    /// The former atlas.
    pub fn former(&self) -> Option<&Snapshot> {
        self.avant.as_ref()
    }

    /// The whole atlas, counted at the first portrait.
    fn ensemble(&self, snapshot: &Snapshot) -> &Ensemble {
        self.ensemble.get_or_init(|| Ensemble::of(snapshot, (&self.estimateur, &self.secteurs)))
    }

    /// Compares the ESS of a territory with its whole economy.
    pub fn economie(&self, snapshot: &Snapshot, selection: &Selection) -> ComparaisonEconomie {
        economie::compare(&snapshot.atlas().economie, &selection.communes, &self.estimateur, &self.secteurs)
    }
}

/// Builds the portrait of a territory.
pub fn portrait(snapshot: &Snapshot, selection: &Selection, referentiel: &Referentiel) -> Portrait {
    chosen(snapshot, selection, (referentiel, Choix::default()))
}

/// Builds the portrait of a territory, with what a reader chose.
pub fn chosen(snapshot: &Snapshot, selection: &Selection, (referentiel, choix): (&Referentiel, Choix)) -> Portrait {
    let filter = Filter { communes: Some(selection.communes.clone()), ..Filter::default() };
    let table = |dimension| aggregate(snapshot, (&filter, None), dimension, &referentiel.estimateur);
    let familles = table(Dimension::Famille);
    let secteurs = table(Dimension::Secteur);
    let economie = referentiel.economie(snapshot, selection);
    let population = population_of(snapshot, &selection.communes);
    let superficie_km2 = area_of(snapshot, selection);
    let structures = familles.total.structures as f64;
    let territoire = selection.territoire.to_string();
    let manifest = snapshot.atlas().manifest.clone();
    let facts = (&familles, &economie);
    let communes = table(Dimension::Zone(Niveau::Commune));
    let iris = table(Dimension::Zone(Niveau::Iris));
    let (classement, contexte) = situate(&communes, &economie, referentiel.ensemble(snapshot));
    Portrait {
        reperes: reperes::compare(&referentiel.reperes, &territoire, facts, &manifest),
        phrase: sentence(&selection.nom, &familles, &secteurs),
        communes_membres: selection.communes.iter().map(ToString::to_string).collect(),
        population_annee: population_year(snapshot, selection),
        densite_km2: (superficie_km2 > 0.0).then(|| structures / superficie_km2),
        pour_10000_habitants: population.filter(|people| *people > 0.0).map(|people| structures / people * 1e4),
        total: familles.total,
        tranches: table(Dimension::Tranche),
        croisement: secteurs_par_famille(snapshot, &filter, &referentiel.estimateur),
        lissage: Lissage::of(&communes, &iris),
        desserte: desserte(snapshot, selection),
        reference: reference(&snapshot.atlas().emplois, &selection.communes, familles.total.emplois.central),
        calage: choix.calage.and_then(|total| Calage::new(total, (&familles, &secteurs))),
        evolution: referentiel.former().and_then(|before| evolution(before, snapshot, selection)),
        iris,
        qualites: table(Dimension::Qualite),
        plus_grandes: largest(snapshot, &filter),
        estimateur: MethodeEmplois {
            nom: if referentiel.estimateur.has_table() {
                "moyennes de la table de tailles fournie, et hors de ses classes une loi de puissance discrète ajustée par maximum de vraisemblance aux tranches des employeurs privés"
            } else {
                "loi de puissance discrète ajustée par maximum de vraisemblance aux tranches des employeurs privés"
            },
            exposant: referentiel.estimateur.exponent(),
            ajuste_sur: referentiel.estimateur.fitted_on(),
        },
        nom: selection.nom.clone(),
        territoire,
        population,
        superficie_km2,
        communes,
        classement,
        contexte,
        familles,
        secteurs,
        economie,
        manifest,
    }
}

fn area_of(snapshot: &Snapshot, selection: &Selection) -> f64 {
    let zones = snapshot.atlas().communes.iter().zip(&snapshot.shapes().communes);
    zones.filter(|(commune, _)| selection.communes.contains(&commune.code)).map(|(_, shape)| shape.superficie_km2).sum()
}

fn population_year(snapshot: &Snapshot, selection: &Selection) -> Option<i32> {
    let inside = snapshot.atlas().communes.iter().filter(|commune| selection.communes.contains(&commune.code));
    inside.filter_map(|commune| commune.population).map(|population| population.annee).max()
}

fn sentence(nom: &str, familles: &Tableau, secteurs: &Tableau) -> String {
    let total = familles.total.structures;
    if total == 0 {
        return format!("{nom} ne compte aucune structure employeuse de l’ESS dans ce périmètre.");
    }
    let first = familles.lignes.iter().max_by_key(|row| row.comptage.structures);
    let family = first.map_or_else(String::new, |row| {
        let share = pourcent(part(row.comptage.structures, total));
        format!(" ; {} : {share}", row.libelle.to_lowercase())
    });
    let mut ranked: Vec<_> =
        secteurs.lignes.iter().filter(|row| row.code != domain::secteur::SANS_ACTIVITE_PRECISE).collect();
    ranked.sort_by(|a, b| b.comptage.structures.cmp(&a.comptage.structures).then_with(|| a.code.cmp(&b.code)));
    let count = entier(total);
    let names: Vec<String> = ranked.iter().take(3).map(|row| row.libelle.to_lowercase()).collect();
    format!("{nom} compte {count} structures employeuses de l’ESS{family} ; premiers secteurs : {}.", names.join(", "))
}

fn largest(snapshot: &Snapshot, filter: &Filter) -> Vec<GrandeStructure> {
    let mut found: Vec<&Structure> = snapshot
        .structures(filter, None)
        .filter(|structure| structure.tranche.and_then(Tranche::bande).is_some())
        .collect();
    found.sort_by(|a, b| b.tranche.cmp(&a.tranche).then_with(|| a.siret.cmp(&b.siret)));
    let line = |structure: &&Structure| GrandeStructure {
        siret: structure.siret.to_string(),
        nom: structure.nom.clone(),
        famille: structure.famille,
        secteur: structure.secteur.clone(),
        code_commune: structure.code_commune.to_string(),
        tranche: structure.tranche,
        annee_effectifs: structure.annee_effectifs,
    };
    found.iter().take(LARGEST_LISTED).map(line).collect()
}
