//! Rows that look like structures and are none, and commercial companies counted apart.

use super::SynthError;
use super::builder::{Builder, SiteSeed, UnitSeed, kept, refused};
use super::ess::Territory;
use super::model::{Outcome, Truth};
use super::situation::Situation;

use Outcome::{ApeExclue, CommercialeMention, Ferme, HorsEss, NonClasse, NonEmployeur, UniteLegaleAbsente};

/// A kind of outsider: what it is, how many in Paris Est Marne & Bois, what it must become.
struct Kind {
    label: &'static str,
    count: u64,
    unit: UnitSeed<'static>,
    /// Activity of the establishment, the unit's own when empty.
    ape: &'static str,
    band: (&'static str, &'static str),
    issue: Outcome,
    /// Candidate family kept beside the refusal.
    famille: &'static str,
}

const fn unit(
    categorie: &'static str,
    ape: &'static str,
    theme: &'static str,
    mention: &'static str,
) -> UnitSeed<'static> {
    UnitSeed { categorie, ape, theme, mention }
}

const fn association(label: &'static str, count: u64, band: (&'static str, &'static str), issue: Outcome) -> Kind {
    let unit = unit("9220", "93.12Z", "sport", "O");
    Kind { label, count, unit, ape: "", band, issue, famille: "associations" }
}

const fn excluded(count: u64, ape: &'static str, theme: &'static str) -> Kind {
    let unit = unit("9220", ape, theme, "O");
    Kind { label: "ape_exclue", count, unit, ape: "", band: ("02", "O"), issue: ApeExclue, famille: "" }
}

const fn other(label: &'static str, count: u64, unit: UnitSeed<'static>, issue: Outcome) -> Kind {
    Kind { label, count, unit, ape: "", band: ("03", "O"), issue, famille: "" }
}

const fn commercial(label: &'static str, count: u64, unit: UnitSeed<'static>) -> Kind {
    let band = ("03", "O");
    Kind { label, count, unit, ape: "", band, issue: CommercialeMention, famille: "societes_commerciales_ess" }
}

const KINDS: [Kind; 26] = [
    association("ferme_encore_employeur", 60, ("", "O"), Ferme),
    association("ferme_avec_bande", 15, ("01", "O"), Ferme),
    association("ancienne_fermeture", 30, ("", ""), Ferme),
    association("unite_cessee", 15, ("", "O"), Ferme),
    association("unite_active_tout_ferme", 10, ("", "N"), Ferme),
    association("bande_nn", 60, ("NN", "N"), NonEmployeur),
    association("bande_nn_caractere_nul", 40, ("NN", ""), NonEmployeur),
    association("bande_00", 30, ("00", "N"), NonEmployeur),
    association("bande_nulle", 40, ("", "N"), NonEmployeur),
    association("bande_nulle_caractere_nul", 40, ("", ""), NonEmployeur),
    association("unite_legale_absente", 15, ("02", "O"), UniteLegaleAbsente),
    excluded(20, "94.11Z", "patronat"),
    excluded(25, "94.20Z", "syndicat"),
    excluded(25, "94.91Z", "culte"),
    excluded(10, "94.92Z", "politique"),
    excluded(5, "84.11Z", "administration"),
    Kind {
        label: "ape_etablissement_exclue",
        count: 10,
        unit: unit("9220", "88.99B", "solidarite", "O"),
        ape: "94.91Z",
        band: ("02", "O"),
        issue: ApeExclue,
        famille: "",
    },
    other("non_classe", 8, unit("5498", "56.10A", "restaurant", ""), NonClasse),
    other("non_classe", 8, unit("5720", "70.22Z", "conseil_prive", ""), NonClasse),
    other("non_classe", 8, unit("6588", "69.10Z", "conseil_prive", ""), NonClasse),
    other("public_mention_ess", 10, unit("7379", "88.99B", "etablissement_public", "O"), HorsEss),
    other("mutualite_agricole", 4, unit("8140", "84.30A", "securite_sociale", ""), HorsEss),
    commercial("scop_en_sas", 6, unit("5710", "71.12B", "scop", "O")),
    commercial("mention_commerciale", 4, unit("5710", "38.11Z", "ressourcerie", "O")),
    commercial("mention_commerciale", 3, unit("5499", "81.21Z", "insertion", "O")),
    commercial("mention_commerciale", 1, unit("5599", "47.29Z", "coop_conso", "O")),
];

/// Plants the outsiders of a territory.
pub fn plant(builder: &mut Builder, territory: &Territory) -> Result<(), SynthError> {
    for kind in &KINDS {
        let count = territory.ratio.of(kind.count);
        for plot in territory.spread(builder, count, |builder, plot| builder.ground.plots[plot].poids_ess) {
            plant_one(builder, kind, plot)?;
        }
    }
    Ok(())
}

fn plant_one(builder: &mut Builder, kind: &Kind, plot: usize) -> Result<(), SynthError> {
    let unit = builder.unit(kind.unit, plot)?;
    let ape = if kind.ape.is_empty() { kind.unit.ape } else { kind.ape };
    let verite = Truth { issues: vec![kind.issue], ..kept(kind.famille, kind.label) };
    let (tranche, caractere) = kind.band;
    let seed = SiteSeed { unit, plot, ape, tranche, caractere, situation: Situation::ExactSure, verite };
    let rank = builder.site(seed)?;
    match kind.label {
        "unite_active_tout_ferme" => {
            builder.establishments[rank].verite.issues.push(NonEmployeur);
            close(builder, rank);
        }
        "unite_legale_absente" => builder.units[unit].publiee = false,
        "unite_cessee" => {
            builder.units[unit].etat = "C";
            close(builder, rank);
        }
        "ancienne_fermeture" => close_long_ago(builder, rank),
        _ if kind.issue == Ferme => close(builder, rank),
        _ => {}
    }
    Ok(())
}

/// Closes an establishment; its employer flag stays, as in the stock.
pub fn close(builder: &mut Builder, rank: usize) {
    let site = &mut builder.establishments[rank];
    site.etat = "F";
    site.verite.issues.push(Ferme);
    site.verite.issues.sort_unstable();
    site.verite.issues.dedup();
}

/// Closed before the NAF rev. 2: code without a letter, old nomenclature, no geolocation.
fn close_long_ago(builder: &mut Builder, rank: usize) {
    let (ape, nomenclature, debut) = [
        ("57.10", "NAFRev1", "2003-12-31"),
        ("92.6C", "NAFRev1", "2007-06-30"),
        ("9723", "NAP", "1992-03-31"),
        ("92.6A", "NAF1993", "1999-12-25"),
    ][builder.random.below(4)];
    builder.establishments[rank].verite.issues.push(NonEmployeur);
    close(builder, rank);
    let unit = builder.establishments[rank].unit;
    builder.units[unit].etat = "C";
    "1900-01-01".clone_into(&mut builder.units[unit].creation);
    let site = &mut builder.establishments[rank];
    (site.ape, site.nomenclature) = (ape.to_owned(), nomenclature);
    (site.creation, site.debut) = ("1900-01-01".to_owned(), debut.to_owned());
}

/// Three rows far away: one code begins with a zero, one has a letter, one is overseas.
pub fn plant_far_away(builder: &mut Builder, plot: usize) -> Result<(), SynthError> {
    for code in ["01004", "2A004", "97411"] {
        let unit = builder.unit(unit("9220", "93.12Z", "sport", "O"), plot)?;
        let verite = refused(&[Outcome::HorsTerritoire], "hors_territoire");
        let situation = Situation::Nowhere;
        let seed = SiteSeed { unit, plot, ape: "93.12Z", tranche: "02", caractere: "O", situation, verite };
        let rank = builder.site(seed)?;
        let site = &mut builder.establishments[rank];
        (site.plot, site.code_commune) = (None, code.to_owned());
        site.adresse.cle = String::new();
    }
    Ok(())
}
