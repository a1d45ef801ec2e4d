//! Every query of the snapshot against brute force on sample atlases.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use domain::{Atlas, Famille, Structure};
use geo::{Coord, Distance, Euclidean, Point};
use proptest::prelude::*;
use spatial_index::{Bbox, Filter, Search, Snapshot};
use test_support::sample_atlas;

const ORIGIN: (f64, f64) = (660_000.0, 6_850_000.0);

fn snapshot(seed: u64) -> Snapshot {
    Snapshot::build(sample_atlas(seed)).expect("sample atlases are valid")
}

fn search(snapshot: &Snapshot, (dx, dy): (f64, f64)) -> Search {
    let metric = Coord { x: ORIGIN.0 + dx, y: ORIGIN.1 + dy };
    Search { lon_lat: snapshot.projection().unproject(metric).expect("in France"), metric }
}

fn filters() -> impl Strategy<Value = Filter> {
    (any::<bool>(), proptest::sample::subsequence(Famille::ALL.to_vec(), 0..3))
        .prop_map(|(couronne, familles)| Filter { couronne, familles, ..Filter::default() })
}

/// Precise structures that the filter admits, with their distance, nearest first, ties by SIRET.
fn by_distance<'a>(atlas: &'a Atlas, at: Coord<f64>, filter: &Filter) -> Vec<(f64, &'a Structure)> {
    let mut all: Vec<(f64, &Structure)> = atlas
        .structures
        .iter()
        .filter(|structure| structure.qualite_position.est_precise() && filter.admits(structure))
        .filter_map(|structure| {
            let position = structure.position?;
            Some(((position.x - at.x).hypot(position.y - at.y), structure))
        })
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.siret.cmp(&b.1.siret)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nearest(seed in 0_u64..8, at in (-1000.0..5000.0, -1000.0..5000.0), k in 1_usize..40, filter in filters()) {
        let snapshot = snapshot(seed);
        let search = search(&snapshot, at);
        let found = snapshot.nearest(search, k, &filter);
        let expected = by_distance(snapshot.atlas(), search.metric, &filter);
        let sirets: Vec<_> = found.neighbours.iter().map(|neighbour| &neighbour.structure.siret).collect();
        let wanted: Vec<_> = expected.iter().take(k).map(|(_, structure)| &structure.siret).collect();
        prop_assert_eq!(sirets, wanted);
    }

    #[test]
    fn within(seed in 0_u64..8, at in (-1000.0..5000.0, -1000.0..5000.0), radius in 0.0..3000.0, filter in filters()) {
        let snapshot = snapshot(seed);
        let search = search(&snapshot, at);
        let found = snapshot.within(search, radius, &filter);
        let expected = by_distance(snapshot.atlas(), search.metric, &filter);
        let sirets: Vec<_> = found.neighbours.iter().map(|neighbour| &neighbour.structure.siret).collect();
        let wanted: Vec<_> =
            expected.iter().filter(|(distance, _)| *distance <= radius).map(|(_, structure)| &structure.siret).collect();
        prop_assert_eq!(sirets, wanted);
        let touched: Vec<_> = snapshot
            .atlas()
            .communes
            .iter()
            .filter(|commune| Euclidean.distance(&Point(search.metric), &commune.contour) <= radius)
            .map(|commune| commune.code.clone())
            .collect();
        prop_assert_eq!(&found.communes, &touched);
        let hidden = |structure: &&Structure| touched.contains(&structure.code_commune) && filter.admits(structure);
        let pointless = snapshot.atlas().structures.iter().filter(hidden).filter(|s| s.position.is_none()).count();
        prop_assert_eq!(found.excluded.sans_point as usize, pointless);
    }

    #[test]
    fn boxes(seed in 0_u64..8, west in 2.3..2.6_f64, south in 48.7..48.8_f64, width in 0.0..0.1_f64, height in 0.0..0.1_f64) {
        let snapshot = snapshot(seed);
        let filter = Filter { couronne: true, ..Filter::default() };
        let bbox = Bbox::new([west, south, west + width, south + height]).expect("ordered");
        let found = snapshot.structures(&filter, Some(&bbox)).count();
        let expected = snapshot.atlas().structures.iter().filter(|structure| {
            structure.position.is_some_and(|p| {
                p.lon >= west && p.lon <= west + width && p.lat >= south && p.lat <= south + height
            })
        }).count();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_street_is_in_no_distance_and_the_ring_only_on_demand() {
    let snapshot = snapshot(1);
    let search = search(&snapshot, (2000.0, 2000.0));
    let all = snapshot.within(search, 100_000.0, &Filter::default().with_ring());
    assert!(all.neighbours.iter().all(|neighbour| neighbour.structure.qualite_position.est_precise()));
    assert!(all.neighbours.iter().any(|neighbour| neighbour.structure.couronne));
    assert!(all.excluded.a_la_voie > 0 && all.excluded.masquees > 0, "{:?}", all.excluded);
    let inside = snapshot.within(search, 100_000.0, &Filter::default());
    assert!(inside.neighbours.iter().all(|neighbour| !neighbour.structure.couronne));
}
