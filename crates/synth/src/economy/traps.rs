//! Traps among the kept structures: each changes one thing that a careless reader gets wrong.

use super::SynthError;
use super::builder::Builder;
use super::model::Outcome;
use super::names::MARK;
use super::quotas::Ratio;
use super::situation::{Situation, on_border};

/// What a trap does to a structure.
#[derive(Clone, Copy)]
enum Change {
    /// Another case of position.
    Place(Situation),
    /// Partial diffusion: status of the establishment, of its unit, and what the files still show.
    Partial(&'static str, &'static str, Situation),
    /// Anything else.
    Edit(fn(&mut Builder, usize)),
}

/// Label, number in Paris Est Marne & Bois, what is done.
const TRAPS: [(&str, u64, Change); 22] = [
    ("etablissement_p", 22, Change::Partial("P", "O", Situation::PartialAbsent)),
    ("unite_legale_p", 18, Change::Partial("O", "P", Situation::PartialUnit)),
    ("diffusion_p_complete", 20, Change::Partial("P", "P", Situation::PartialAbsent)),
    ("diffusion_p_geolocalisee", 20, Change::Partial("P", "P", Situation::PartialLocated)),
    ("qualite_33", 60, Change::Place(Situation::RandomInCommune)),
    ("qualite_33_lambert", 15, Change::Place(Situation::RandomButLambert)),
    ("qualite_12", 40, Change::Place(Situation::StreetSure)),
    ("qualite_22", 20, Change::Place(Situation::StreetProbable)),
    ("commune_discordante", 20, Change::Place(Situation::OtherCommune)),
    ("lambert_stock", 40, Change::Place(Situation::LambertOnly)),
    ("sans_position", 30, Change::Place(Situation::Nowhere)),
    ("nd_coordonnees", 15, Change::Place(Situation::MaskedColumns)),
    ("caractere_nul_bande", 20, Change::Edit(no_flag)),
    ("mention_ess_n", 20, Change::Edit(flag_says_no)),
    ("ape_unite_exclue", 10, Change::Edit(unit_activity_excluded)),
    ("champs_a_echapper", 24, Change::Edit(awkward_fields)),
    ("accents", 12, Change::Edit(accented)),
    ("date_1900", 15, Change::Edit(unknown_birth)),
    ("adresse_partagee_1", 8, Change::Edit(same_house)),
    ("adresse_partagee_2", 8, Change::Edit(same_house)),
    ("adresse_partagee_3", 8, Change::Edit(same_house)),
    ("frontiere_iris", 8, Change::Edit(on_a_border)),
];

/// Sets the traps among structures that have none yet.
pub fn set(builder: &mut Builder, kept: &[usize], ratio: Ratio) -> Result<(), SynthError> {
    let mut free: Vec<usize> =
        kept.iter().copied().filter(|&rank| builder.establishments[rank].verite.piege.is_empty()).collect();
    builder.random.shuffle(&mut free);
    let mut free = free.into_iter();
    for (label, count, change) in TRAPS {
        for _ in 0..ratio.of(count) {
            let Some(rank) = free.next() else { return Ok(()) };
            builder.establishments[rank].verite.piege = label;
            apply(builder, rank, change)?;
        }
    }
    Ok(())
}

fn apply(builder: &mut Builder, rank: usize, change: Change) -> Result<(), SynthError> {
    match change {
        Change::Place(situation) => builder.situate(rank, situation)?,
        Change::Partial(statut, statut_unite, situation) => {
            builder.situate(rank, situation)?;
            let site = &mut builder.establishments[rank];
            site.statut = statut;
            site.verite.issues = vec![Outcome::Masque];
            builder.units[site.unit].statut = statut_unite;
        }
        Change::Edit(edit) => edit(builder, rank),
    }
    Ok(())
}

fn no_flag(builder: &mut Builder, rank: usize) {
    builder.establishments[rank].caractere = "";
}

fn flag_says_no(builder: &mut Builder, rank: usize) {
    let unit = builder.establishments[rank].unit;
    builder.units[unit].mention = "N";
}

/// The exclusion tests the establishment: a religious unit's own nursery stays in.
fn unit_activity_excluded(builder: &mut Builder, rank: usize) {
    let unit = builder.establishments[rank].unit;
    "94.91Z".clone_into(&mut builder.units[unit].ape);
}

fn awkward_fields(builder: &mut Builder, rank: usize) {
    let site = &mut builder.establishments[rank];
    "CHEZ \"LE GARDIEN\", 2EME ETAGE, PORTE GAUCHE".clone_into(&mut site.adresse.complement);
    site.enseigne = format!("\"CHEZ NOUS\", L'ANNEXE{MARK}");
    let unit = &mut builder.units[site.unit];
    let bare = unit.denomination.trim_end_matches(MARK).to_owned();
    unit.denomination = format!("{bare}, DIT \"L'ATELIER; ET CIE\"{MARK}");
}

fn accented(builder: &mut Builder, rank: usize) {
    let site = &mut builder.establishments[rank];
    "DE L’ÉVÊCHÉ – CŒUR DE VILLE".clone_into(&mut site.adresse.voie);
    let unit = &mut builder.units[site.unit];
    let bare = unit.denomination.trim_end_matches(MARK).to_owned();
    unit.denomination = format!("{bare} ÉTÉ ŒUVRE NOËL ÇA{MARK}");
}

fn unknown_birth(builder: &mut Builder, rank: usize) {
    let site = &mut builder.establishments[rank];
    "1900-01-01".clone_into(&mut site.creation);
    site.debut.clear();
    "1900-01-01".clone_into(&mut builder.units[site.unit].creation);
}

/// A maison des associations: same house and same point for all that carry the label.
fn same_house(builder: &mut Builder, rank: usize) {
    let label = builder.establishments[rank].verite.piege;
    let territory = |builder: &Builder, rank: usize| {
        builder.establishments[rank].plot.map(|plot| builder.ground.plots[plot].shape.couronne)
    };
    let home = territory(builder, rank);
    let first = (0..builder.establishments.len()).find(|&other| {
        other != rank && builder.establishments[other].verite.piege == label && territory(builder, other) == home
    });
    let Some(first) = first else {
        "MAISON DES ASSOCIATIONS".clone_into(&mut builder.establishments[rank].adresse.complement);
        return;
    };
    let model = builder.establishments[first].clone();
    let site = &mut builder.establishments[rank];
    (site.plot, site.code_commune) = (model.plot, model.code_commune);
    (site.adresse, site.position) = (model.adresse, model.position);
}

/// Exactly on a vertex shared by several IRIS; a geography without one loses the trap, not the structure.
fn on_a_border(builder: &mut Builder, rank: usize) {
    let vertices =
        builder.establishments[rank].plot.map(|plot| builder.ground.inner_vertices(plot)).unwrap_or_default();
    let chosen = builder.random.below(vertices.len());
    let site = &mut builder.establishments[rank];
    match vertices.get(chosen) {
        Some(&spot) => site.position = on_border(spot),
        None => site.verite.piege = "",
    }
}
