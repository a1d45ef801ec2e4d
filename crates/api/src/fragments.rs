//! Features as written text, made at the first request that needs each and kept within a budget.
//!
//! A page of a thousand structures is then a thousand copies of text, and an outline of a thousand
//! vertices is written once. Beyond the budget features are written anew each time: memory stays
//! bounded at national size, where the budget holds the part of the country that people look at.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{NiveauRegroupe, Structure};
use geojson::Feature;
use geojson::feature::Id;

use crate::collections::CollectionId;
use crate::features;
use crate::state::Served;
use crate::zone_figures;

/// Text kept for one snapshot, bytes.
const BUDGET: usize = 256 << 20;

/// A slot for each feature of each layer, in the order of the atlas's rows.
#[derive(Debug)]
pub struct Fragments {
    structures: Vec<OnceLock<Box<str>>>,
    communes: Vec<OnceLock<Box<str>>>,
    iris: Vec<OnceLock<Box<str>>>,
    regroupes: [Vec<OnceLock<Box<str>>>; 4],
    kept: AtomicUsize,
}

impl Fragments {
    /// Empty slots for an atlas.
    pub fn new(atlas: &domain::Atlas) -> Self {
        let slots = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        Self {
            structures: slots(atlas.structures.len()),
            communes: slots(atlas.communes.len()),
            iris: slots(atlas.iris.len()),
            regroupes: NiveauRegroupe::ALL.map(|niveau| slots(atlas.regroupements.niveau(niveau).len())),
            kept: AtomicUsize::new(0),
        }
    }

    fn slot(&self, id: CollectionId, rank: usize) -> Option<&OnceLock<Box<str>>> {
        let slots = match id {
            CollectionId::Structures | CollectionId::StructuresNonLocalisees => &self.structures,
            CollectionId::Communes => &self.communes,
            CollectionId::Iris => &self.iris,
            CollectionId::Regroupes(niveau) => {
                let position = NiveauRegroupe::ALL.iter().position(|other| *other == niveau)?;
                self.regroupes.get(position)?
            }
        };
        slots.get(rank)
    }

    /// Books a text of so many bytes, unless the budget is spent.
    fn book(&self, bytes: usize) -> bool {
        let add = |kept: usize| kept.checked_add(bytes).filter(|total| *total <= BUDGET);
        self.kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok()
    }
}

/// The feature of a row; `None` for a rank that the collection does not have. That of a zone carries its counts.
pub fn feature(served: &Served, id: CollectionId, rank: usize) -> Option<Feature> {
    let mut feature = bare_feature(served, id, rank)?;
    if let (Some(niveau), Some(Id::String(code))) = (id.niveau(), &feature.id) {
        let row = served.zone_figures.of((&served.snapshot, &served.referentiel.estimateur), (niveau, code));
        feature.properties.get_or_insert_default().append(&mut zone_figures::properties(row));
    }
    Some(feature)
}

fn bare_feature(served: &Served, id: CollectionId, rank: usize) -> Option<Feature> {
    let snapshot = &served.snapshot;
    let (atlas, shapes) = (snapshot.atlas(), snapshot.shapes());
    match id {
        CollectionId::Structures | CollectionId::StructuresNonLocalisees => {
            Some(features::structure(snapshot, atlas.structures.get(rank)?))
        }
        CollectionId::Communes => Some(features::commune(atlas.communes.get(rank)?, shapes.communes.get(rank)?)),
        CollectionId::Iris => Some(features::iris(atlas.iris.get(rank)?, shapes.iris.get(rank)?)),
        CollectionId::Regroupes(niveau) => {
            let row = atlas.regroupements.niveau(niveau).get(rank)?;
            Some(features::regroupement(snapshot, (niveau, row), shapes.regroupements(niveau).get(rank)?))
        }
    }
}

/// Appends the text of a feature.
pub fn write(served: &Served, (id, rank): (CollectionId, usize), out: &mut String) {
    let Some(slot) = served.fragments.slot(id, rank) else { return };
    if let Some(text) = slot.get() {
        out.push_str(text);
        return;
    }
    let Some(feature) = feature(served, id, rank) else { return };
    let text = feature.to_string();
    out.push_str(&text);
    if served.fragments.book(text.len()) {
        // Lost when another thread wrote the same text first: nothing to do.
        let _ = slot.set(text.into_boxed_str());
    }
}

/// Appends the text of a structure with one more property at its end: a distance, a rank.
pub fn write_structure_with(served: &Served, structure: &Structure, (property, out): (&str, &mut String)) {
    let Some(rank) = served.snapshot.atlas().structures.element_offset(structure) else { return };
    write(served, (CollectionId::Structures, rank), out);
    // The properties are the last member of a feature: "}}" closes both.
    out.truncate(out.len().saturating_sub(2));
    out.push(',');
    out.push_str(property);
    out.push_str("}}");
}

#[cfg(test)]
mod tests {
    use spatial_index::Snapshot;

    use super::*;

    #[test]
    fn a_kept_text_is_the_written_feature() {
        let served = Served::new(Snapshot::build(test_support::sample_atlas(1)).unwrap()).unwrap();
        for id in [
            CollectionId::Structures,
            CollectionId::Communes,
            CollectionId::Iris,
            CollectionId::Regroupes(NiveauRegroupe::Departement),
        ] {
            let expected = feature(&served, id, 0).unwrap().to_string();
            for _ in 0..2 {
                let mut text = String::new();
                write(&served, (id, 0), &mut text);
                assert_eq!(text, expected);
            }
        }
        let kept = served.fragments.kept.load(Ordering::Relaxed);
        assert!(kept > 0 && served.fragments.book(BUDGET - kept) && !served.fragments.book(1));
    }

    #[test]
    fn a_property_is_added_at_the_end() {
        let served = Served::new(Snapshot::build(test_support::sample_atlas(1)).unwrap()).unwrap();
        let mut text = String::new();
        let structure = &served.snapshot.atlas().structures[0];
        write_structure_with(&served, structure, ("\"distance_m\":1.5", &mut text));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["properties"]["distance_m"], 1.5);
        assert_eq!(value["id"], structure.siret.as_str());
    }
}
