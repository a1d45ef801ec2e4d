//! What an ingest notes beside the waterfall.

use std::collections::BTreeMap;

use domain::employeur::IndicesEmployeur;
use domain::manifest::Constats;
use domain::{Motif, MotifVerification, Structure};

use crate::etablissement::Etablissement;
use crate::listes::Listes;
use crate::locate::{Place, Trouvaille};
use crate::recognise::indices;
use crate::unite_legale::UniteLegale;

/// Key of the establishments whose legal category is an empty cell.
const VIDE: &str = "vide";

/// A structure kept in the territory.
pub fn retenu(constats: &mut Constats, structure: &Structure) {
    constats.ape_a_decider += u64::from(structure.ape_a_decider);
    *constats.accords.entry(structure.accord).or_default() += 1;
    *constats.regles.entry(structure.regle).or_default() += 1;
    constats
        .employeurs
        .compte(IndicesEmployeur { tranche: structure.tranche, caractere: structure.caractere_employeur });
}

/// An establishment put out by a rule; the last of the three says whether it is of the ring.
pub fn ecarte(
    constats: &mut Constats,
    motif: Motif,
    (etablissement, unite, couronne): (&Etablissement, Option<&UniteLegale>, bool),
    listes: &Listes,
) {
    let Some(unite) = unite else { return };
    if unite.mention_ess == Some(true) {
        *constats.mentions_ecartees.entry(motif).or_default() += 1;
    }
    if !listes.of(&etablissement.siren).is_empty() {
        *constats.listees_ecartees.entry(motif).or_default() += 1;
    }
    match motif {
        Motif::NonClasse => categorie(&mut constats.non_classes, unite),
        Motif::NonEmployeur if !couronne => constats.ecartes_employeur.compte(indices(etablissement)),
        _ => {}
    }
}

/// A structure placed, diffusible.
pub fn place(constats: &mut Constats, place: &Place) {
    match place.trouvaille {
        Trouvaille::Aucune | Trouvaille::Dedans => {}
        Trouvaille::EnLimite => constats.points_en_limite += 1,
        Trouvaille::Rattache => constats.points_rattaches_25m += 1,
        Trouvaille::SansIris => constats.points_sans_iris += 1,
    }
    let review = |motif| u64::from(place.a_verifier.contains(motif));
    constats.points_hors_commune += u64::from(place.ecart_m.is_some() && place.position.is_some());
    constats.points_hors_commune_1km += review(MotifVerification::PointHorsCommune);
    constats.points_aberrants += review(MotifVerification::PointAberrant);
    constats.iris_compares += u64::from(place.iris_insee.is_some());
    constats.iris_contredits += review(MotifVerification::IrisContredit);
}

/// Counts a legal unit's category.
pub fn categorie(counts: &mut BTreeMap<String, u64>, unite: &UniteLegale) {
    let code = unite.categorie.as_ref().map_or(VIDE, |code| code.as_str());
    *counts.entry(code.to_owned()).or_default() += 1;
}
