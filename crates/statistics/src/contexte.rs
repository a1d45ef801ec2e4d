//! What places a territory: the ranks of its communes, the whole atlas beside a part of it, families by sector.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{CodeCommune, Famille, Niveau, Secteurs};
use serde::Serialize;
use spatial_index::{Filter, Snapshot};

use crate::aggregate::{Dimension, Tableau, aggregate, population_of};
use crate::classes::ranks;
use crate::economie::{self, ComparaisonEconomie};
use crate::emplois::Estimateur;
use crate::specificite::{self, Specificite};

/// The communes of the atlas, and where those of a territory stand among them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Classement {
    /// Rank of each row by structures per 10,000 inhabitants, 1 the highest, in the order of the rows.
    pub rangs: Vec<Option<u64>>,
    /// Communes of the atlas whose rate is known: among how many the ranks are.
    pub parmi: u64,
}

/// The whole atlas, beside the portrait of a part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contexte {
    /// Name.
    pub nom: String,
    /// By commune: the background of a map, never a table of this territory.
    #[serde(skip)]
    pub communes: Arc<Tableau>,
    /// Structures per 10,000 inhabitants.
    pub pour_10000_habitants: Option<f64>,
    /// Jobs of the ESS / all jobs, 0 to 1.
    pub part_emploi_total: Option<f64>,
    /// Jobs per structure.
    pub taille_moyenne: Option<f64>,
    /// What sets the territory apart from the atlas.
    pub specificite: Specificite,
}

/// Structures of a sector, by family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LigneCroisee {
    /// Sector.
    pub secteur: String,
    /// Structures of each family, in the order of [`Croisement::familles`].
    pub structures: Vec<u64>,
}

/// Sectors by family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Croisement {
    /// Families of the perimeter.
    pub familles: Vec<Famille>,
    /// Sectors, by label.
    pub lignes: Vec<LigneCroisee>,
}

/// The whole atlas, counted once: what every portrait is placed in.
#[derive(Debug)]
pub struct Ensemble {
    nom: String,
    communes: Arc<Tableau>,
    economie: ComparaisonEconomie,
    pour_10000_habitants: Option<f64>,
}

impl Ensemble {
    /// Counts the whole atlas, its ring left out.
    pub fn of(snapshot: &Snapshot, (estimateur, secteurs): (&Estimateur, &Secteurs)) -> Self {
        let atlas = snapshot.atlas();
        let communes = aggregate(snapshot, (&Filter::default(), None), Dimension::Zone(Niveau::Commune), estimateur);
        let published = atlas.communes.iter().filter(|commune| !commune.couronne);
        let codes: BTreeSet<CodeCommune> = published.map(|commune| commune.code.clone()).collect();
        let people = population_of(snapshot, &codes).filter(|people| *people > 0.0);
        Self {
            nom: atlas.manifest.nom_territoire.clone(),
            economie: economie::compare(&atlas.economie, &codes, estimateur, secteurs),
            pour_10000_habitants: people.map(|people| communes.total.structures as f64 / people * 1e4),
            communes: Arc::new(communes),
        }
    }
}

/// Ranks the communes of a territory among all those of the atlas, and gives the atlas when it is larger.
pub fn situate(
    communes: &Tableau,
    economie: &ComparaisonEconomie,
    ensemble: &Ensemble,
) -> (Classement, Option<Contexte>) {
    let among: Vec<f64> = ensemble.communes.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let rates: Vec<Option<f64>> = communes.lignes.iter().map(|row| row.pour_10000_habitants).collect();
    let classement = Classement { rangs: ranks(&rates, &among), parmi: among.len() as u64 };
    let is_part = ensemble.communes.lignes.len() > communes.lignes.len();
    let contexte = || Contexte {
        nom: ensemble.nom.clone(),
        communes: Arc::clone(&ensemble.communes),
        pour_10000_habitants: ensemble.pour_10000_habitants,
        part_emploi_total: ensemble.economie.part_emploi_total,
        taille_moyenne: ensemble.economie.ess.taille_moyenne,
        specificite: specificite::compare(economie, &ensemble.economie),
    };
    (classement, is_part.then(contexte))
}

/// Crosses the sectors of a filter with the families of the perimeter.
pub fn cross(snapshot: &Snapshot, filter: &Filter, (sectors, estimateur): (&Tableau, &Estimateur)) -> Croisement {
    let familles = snapshot.atlas().manifest.perimetre.familles.clone();
    let by_family: Vec<Tableau> = familles
        .iter()
        .map(|famille| {
            let one = Filter { familles: vec![*famille], ..filter.clone() };
            aggregate(snapshot, (&one, None), Dimension::Secteur, estimateur)
        })
        .collect();
    let count = |table: &Tableau, secteur: &str| {
        let row = table.lignes.iter().find(|row| row.code == secteur);
        row.map_or(0, |row| row.comptage.structures)
    };
    let line = |secteur: &str| LigneCroisee {
        secteur: secteur.to_owned(),
        structures: by_family.iter().map(|table| count(table, secteur)).collect(),
    };
    Croisement { lignes: sectors.lignes.iter().map(|row| line(&row.code)).collect(), familles }
}
