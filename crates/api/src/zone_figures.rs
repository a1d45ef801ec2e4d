//! Counts of each zone, made once for a snapshot: what the feature of a zone carries besides its outline.

use std::collections::HashMap;
use std::sync::OnceLock;

use domain::Niveau;
use serde_json::json;
use spatial_index::{Filter, Snapshot};
use statistics::{Dimension, Estimateur, Ligne, aggregate};

use crate::collections::{Kind, Property, property};
use crate::features::object;

/// Properties that [`properties`] writes, in this order.
pub const PROPERTIES: [Property; 11] = [
    property("structures", Kind::Integer, "Structures de l’ESS (IRIS : celles qui ont un point)"),
    property("au_numero", Kind::Integer, "dont localisées au numéro"),
    property("a_la_voie", Kind::Integer, "dont localisées à la voie"),
    property("non_localisees", Kind::Integer, "dont sans point"),
    property("masquees", Kind::Integer, "dont à diffusion partielle"),
    property("emplois_bas", Kind::Integer, "Emplois salariés, somme des bornes basses des tranches"),
    property("emplois_central", Kind::Real, "Emplois salariés, estimation centrale (vide : une tranche ouverte)"),
    property("emplois_haut", Kind::Integer, "Emplois salariés, somme des bornes hautes (vide : une tranche ouverte)"),
    property("emplois_sans_tranche", Kind::Integer, "Structures employeuses sans tranche, hors de ces bornes"),
    property("densite_km2", Kind::Real, "Structures par km²"),
    property("pour_10000_habitants", Kind::Real, "Structures pour 10 000 habitants"),
];

/// Rows of each level, by code.
#[derive(Debug, Default)]
pub struct ZoneFigures([OnceLock<HashMap<String, Ligne>>; Niveau::ALL.len()]);

impl ZoneFigures {
    /// The row of a zone; none for one of the ring, which is in no figure.
    pub fn of(
        &self,
        (snapshot, estimateur): (&Snapshot, &Estimateur),
        (niveau, code): (Niveau, &str),
    ) -> Option<&Ligne> {
        let rank = Niveau::ALL.iter().position(|other| *other == niveau)?;
        let rows = self.0.get(rank)?.get_or_init(|| {
            let table = aggregate(snapshot, (&Filter::default(), None), Dimension::Zone(niveau), estimateur);
            table.lignes.into_iter().map(|row| (row.code.clone(), row)).collect()
        });
        rows.get(code)
    }
}

/// The properties of a row; nulls where there is none, so that every feature has them all.
pub fn properties(row: Option<&Ligne>) -> geojson::JsonObject {
    let counts = row.map(|row| row.comptage);
    object(json!({
        "structures": counts.map(|counts| counts.structures),
        "au_numero": counts.map(|counts| counts.au_numero),
        "a_la_voie": counts.map(|counts| counts.a_la_voie),
        "non_localisees": counts.map(|counts| counts.non_localisees),
        "masquees": counts.map(|counts| counts.masquees),
        "emplois_bas": counts.map(|counts| counts.emplois.bas),
        "emplois_central": counts.map(|counts| counts.emplois.central),
        "emplois_haut": counts.map(|counts| counts.emplois.haut),
        "emplois_sans_tranche": counts.map(|counts| counts.emplois.sans_tranche),
        "densite_km2": row.and_then(|row| row.densite_km2),
        "pour_10000_habitants": row.and_then(|row| row.pour_10000_habitants),
    }))
}
