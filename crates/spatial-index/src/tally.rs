//! Counts by several attributes at once, without reading a text.
//!
//! Each admitted structure becomes one integer that packs the attributes asked for; the integers are sorted and
//! their runs counted, on all cores. Attributes stand in the integer in the order of [`Attribut::ALL`] and their
//! numbers in the order of their texts, so the groups come out sorted.

use domain::{CodeCommune, CodeIris, Famille, QualitePosition, Tranche};
use geo::MultiPolygon;

use crate::codes::{Code, famille_of, qualite_of, tranche_of};
use crate::{Bbox, Filter, Snapshot, parallel};

/// What structures can be grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribut {
    /// Commune.
    Commune,
    /// IRIS.
    Iris,
    /// Family.
    Famille,
    /// Observatory sector.
    Secteur,
    /// Workforce band.
    Tranche,
    /// Position quality.
    Qualite,
}

/// Bits of each attribute, from the left, then those of the kind of place.
const BITS: [(Attribut, u32); 6] = [
    (Attribut::Commune, 20),
    (Attribut::Iris, 20),
    (Attribut::Famille, 4),
    (Attribut::Secteur, 8),
    (Attribut::Tranche, 5),
    (Attribut::Qualite, 4),
];
const PLACE_BITS: u32 = 2;
/// How a structure of a group is placed.
const PRECISE: u64 = 0;
const STREET: u64 = 1;

/// Structures that share the attributes asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    key: u64,
    structures: u64,
}

/// Structures of a filter by group.
#[derive(Debug)]
pub struct Tally<'s> {
    snapshot: &'s Snapshot,
    grouped: u64,
    runs: Vec<Run>,
}

/// A group and how its structures are placed.
#[derive(Debug, Clone, Copy)]
pub struct Groupe<'s> {
    snapshot: &'s Snapshot,
    /// Bits of the attributes asked for.
    grouped: u64,
    key: u64,
    /// With a precise point.
    pub au_numero: u64,
    /// With a point on their street only.
    pub a_la_voie: u64,
    /// Without a point.
    pub non_localisees: u64,
}

/// Where structures are counted.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    /// Wherever the filter admits them.
    Everywhere,
    /// The located ones in a box.
    Box(&'p Bbox),
    /// The located ones that an outline holds (legal CRS, metres), its boundary included.
    Outline(&'p MultiPolygon<f64>),
}

impl<'p> From<Option<&'p Bbox>> for Place<'p> {
    fn from(bbox: Option<&'p Bbox>) -> Self {
        bbox.map_or(Self::Everywhere, Self::Box)
    }
}

impl Snapshot {
    /// Counts the structures of a filter, where they are asked for, by some attributes.
    pub fn tally<'p>(&self, (filter, place): (&Filter, impl Into<Place<'p>>), by: &[Attribut]) -> Tally<'_> {
        let wanted: Vec<(Attribut, u32)> = layout().filter(|(attribut, _)| by.contains(attribut)).collect();
        let grouped = wanted.iter().fold(0, |bits, (attribut, shift)| bits | mask(*attribut) << shift);
        let rows = self.codes().rows();
        let chosen = |ranks: Vec<u32>| {
            let codes = ranks.iter().filter_map(|rank| rows.get(*rank as usize));
            count(codes.map(|code| pack(*code, &wanted)).collect())
        };
        let runs = match place.into() {
            Place::Box(bbox) => chosen(self.ranks_in(bbox, &self.compile(filter))),
            Place::Outline(outline) => chosen(self.ranks_inside(outline, filter)),
            Place::Everywhere => {
                let admission = self.compile(filter);
                if let Some(ranks) = self.ranks_of_communes(filter, &admission) {
                    return Tally { snapshot: self, grouped, runs: chosen(ranks) };
                }
                merge(parallel::map_runs(rows, parallel::threads(rows.len()), |part| {
                    let admitted = part.iter().filter(|code| admission.admits(**code));
                    count(admitted.map(|code| pack(*code, &wanted)).collect())
                }))
            }
        };
        Tally { snapshot: self, grouped, runs }
    }
}

impl<'s> Tally<'s> {
    /// The groups, in the order of their attributes.
    pub fn groups(&self) -> impl Iterator<Item = Groupe<'s>> + '_ {
        let (snapshot, grouped) = (self.snapshot, self.grouped);
        self.runs.chunk_by(|a, b| a.key >> PLACE_BITS == b.key >> PLACE_BITS).filter_map(move |runs| {
            let key = runs.first()?.key;
            let of = |place: u64| {
                let places = runs.iter().filter(|run| run.key & ((1 << PLACE_BITS) - 1) == place);
                places.map(|run| run.structures).sum()
            };
            Some(Groupe {
                snapshot,
                grouped,
                key,
                au_numero: of(PRECISE),
                a_la_voie: of(STREET),
                non_localisees: of(STREET + 1),
            })
        })
    }
}

impl<'s> Groupe<'s> {
    /// Commune, when grouped by it.
    pub fn commune(&self) -> Option<&'s CodeCommune> {
        self.snapshot.codes().code_commune(self.number(Attribut::Commune))
    }

    /// IRIS, when grouped by it and known.
    pub fn iris(&self) -> Option<&'s CodeIris> {
        self.snapshot.codes().code_iris(self.number(Attribut::Iris))
    }

    /// Family, when grouped by it.
    pub fn famille(&self) -> Option<Famille> {
        famille_of(self.small(Attribut::Famille))
    }

    /// Sector, when grouped by it.
    pub fn secteur(&self) -> Option<&'s str> {
        self.snapshot.codes().secteur(self.number(Attribut::Secteur))
    }

    /// Band, when grouped by it; none is also the unknown band.
    pub fn tranche(&self) -> Option<Tranche> {
        tranche_of(self.small(Attribut::Tranche))
    }

    /// Position quality, when grouped by it.
    pub fn qualite(&self) -> Option<QualitePosition> {
        qualite_of(self.small(Attribut::Qualite))
    }

    /// With a precise point, on their street only, without a point.
    pub fn placed(&self) -> [u64; 3] {
        [self.au_numero, self.a_la_voie, self.non_localisees]
    }

    /// Differs from a group of the same tally by its band or its quality only.
    pub fn is_beside(&self, other: &Self) -> bool {
        let bits = PLACE_BITS + BITS.iter().skip(4).map(|(_, bits)| bits).sum::<u32>();
        self.key >> bits == other.key >> bits && self.qualite() == other.qualite()
    }

    /// Structures of the group.
    pub fn structures(&self) -> u64 {
        self.au_numero + self.a_la_voie + self.non_localisees
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 20 bits")]
    fn number(&self, attribut: Attribut) -> u32 {
        let asked = |(other, shift): &(Attribut, u32)| *other == attribut && (self.grouped >> shift) & 1 == 1;
        layout().find(asked).map_or(u32::MAX, |(_, shift)| ((self.key >> shift) & mask(attribut)) as u32)
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 5 bits")]
    fn small(&self, attribut: Attribut) -> u8 {
        self.number(attribut) as u8 // u8::MAX, of no list, when it was not asked for
    }
}

/// Attributes and the place of their lowest bit.
fn layout() -> impl Iterator<Item = (Attribut, u32)> {
    let mut shift = PLACE_BITS + BITS.iter().map(|(_, bits)| bits).sum::<u32>();
    BITS.into_iter().map(move |(attribut, bits)| {
        shift -= bits;
        (attribut, shift)
    })
}

fn mask(attribut: Attribut) -> u64 {
    let bits = BITS.into_iter().find(|(other, _)| *other == attribut).map_or(0, |(_, bits)| bits);
    (1 << bits) - 1
}

fn pack(code: Code, wanted: &[(Attribut, u32)]) -> u64 {
    let place = match (code.is_located(), code.is_precise()) {
        (true, true) => PRECISE,
        (true, false) => STREET,
        (false, _) => STREET + 1,
    };
    wanted.iter().fold(place, |key, (attribut, shift)| {
        let number = match attribut {
            Attribut::Commune => u64::from(code.commune),
            Attribut::Iris => u64::from(code.iris),
            Attribut::Famille => u64::from(code.famille),
            Attribut::Secteur => u64::from(code.secteur),
            Attribut::Tranche => u64::from(code.tranche),
            Attribut::Qualite => u64::from(code.qualite),
        };
        // What has no number (u32::MAX) keeps all its bits at one, a number that no dictionary reaches.
        key | (number & mask(*attribut)) << shift
    })
}

fn count(mut keys: Vec<u64>) -> Vec<Run> {
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b)
        .filter_map(|same| Some(Run { key: *same.first()?, structures: same.len() as u64 }))
        .collect()
}

/// Runs of the same key in several sorted parts become one.
fn merge(mut parts: Vec<Vec<Run>>) -> Vec<Run> {
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    let mut all = parts.concat();
    // A stable sort finds the sorted parts and merges them.
    all.sort();
    let mut merged: Vec<Run> = Vec::with_capacity(all.len());
    for run in all {
        match merged.last_mut() {
            Some(last) if last.key == run.key => last.structures += run.structures,
            _ => merged.push(run),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use test_support::sample_atlas;

    use super::*;

    proptest! {
        #[test]
        fn groups_are_those_of_a_plain_count(
            seed in 0_u64..8,
            famille in proptest::option::of(proptest::sample::select(Famille::ALL.to_vec())),
            boxed in any::<bool>(),
        ) {
            let snapshot = Snapshot::build(sample_atlas(seed)).unwrap();
            let filter = Filter { familles: famille.into_iter().collect(), ..Filter::default() };
            let bbox = boxed.then(|| Bbox::new([2.0, 48.0, 2.5, 49.0]).unwrap());
            let mut expected: BTreeMap<_, [u64; 3]> = BTreeMap::new();
            for structure in snapshot.structures(&filter, bbox.as_ref()) {
                let key = (
                    structure.code_commune.clone(),
                    structure.code_iris.clone(),
                    structure.famille,
                    structure.secteur.clone(),
                    structure.tranche,
                    structure.qualite_position,
                );
                let place = match (structure.position.is_some(), structure.qualite_position.est_precise()) {
                    (true, true) => 0,
                    (true, false) => 1,
                    (false, _) => 2,
                };
                expected.entry(key).or_default()[place] += 1;
            }
            let all = BITS.map(|(attribut, _)| attribut);
            let tally = snapshot.tally((&filter, bbox.as_ref()), &all);
            let found: BTreeMap<_, [u64; 3]> = tally
                .groups()
                .map(|group| {
                    let key = (
                        group.commune().unwrap().clone(),
                        group.iris().cloned(),
                        group.famille().unwrap(),
                        group.secteur().unwrap().to_owned(),
                        group.tranche(),
                        group.qualite().unwrap(),
                    );
                    (key, [group.au_numero, group.a_la_voie, group.non_localisees])
                })
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn several_sorted_parts_merge_into_one(parts in proptest::collection::vec(
            proptest::collection::vec(0_u64..40, 0..60), 1..4)) {
            let whole = count(parts.concat());
            prop_assert_eq!(merge(parts.into_iter().map(count).collect()), whole);
        }
    }

    #[test]
    fn groups_come_in_the_order_of_their_codes() {
        let snapshot = Snapshot::build(sample_atlas(2)).unwrap();
        let tally = snapshot.tally((&Filter::default(), None), &[Attribut::Commune, Attribut::Tranche]);
        let keys: Vec<_> = tally.groups().map(|group| (group.commune().cloned(), group.tranche())).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        assert_eq!(keys, sorted);
        assert!(keys.len() > 3);
        let first = tally.groups().next().unwrap();
        assert_eq!((first.iris(), first.famille(), first.secteur(), first.qualite()), (None, None, None, None));
    }
}
