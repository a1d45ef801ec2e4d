//! What places a territory: the ranks of its communes, the whole atlas beside a part of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{CodeCommune, Niveau, Secteurs};
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
