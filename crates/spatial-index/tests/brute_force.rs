//! Every query of the snapshot against brute force on sample atlases.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use domain::{Atlas, Famille, Structure};
use geo::{Area, Coord, Distance, Euclidean, Intersects, MultiPolygon, Point, Polygon};
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

/// A triangle of about the size of a commune, somewhere around the communes.
fn triangles() -> impl Strategy<Value = MultiPolygon<f64>> {
    let corner = || (-500.0..4500.0_f64, -500.0..4500.0_f64);
    (corner(), corner(), corner()).prop_map(|(a, b, c)| {
        let ring = [a, b, c].iter().map(|(dx, dy)| Coord { x: ORIGIN.0 + dx, y: ORIGIN.1 + dy }).collect();
        MultiPolygon(vec![Polygon::new(ring, Vec::new())])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn outlines(seed in 0_u64..8, outline in triangles(), radius in 0.0..1500.0_f64, filter in filters()) {
        let snapshot = snapshot(seed);
        let atlas = snapshot.atlas();
        let placed = |structure: &&Structure| filter.admits(structure) && structure.position.is_some();
        let point = |structure: &Structure| structure.position.map(|p| Point::new(p.x, p.y)).expect("placed");
        let held: Vec<_> = atlas
            .structures
            .iter()
            .filter(placed)
            .filter(|structure| outline.intersects(&point(structure)))
            .map(|structure| &structure.siret)
            .collect();
        let found: Vec<_> = snapshot.inside(&outline, &filter).into_iter().map(|structure| &structure.siret).collect();
        prop_assert_eq!(found, held);

        let mut near: Vec<_> = atlas
            .structures
            .iter()
            .filter(placed)
            .filter(|structure| structure.qualite_position.est_precise())
            .map(|structure| (Euclidean.distance(&point(structure), &outline), &structure.siret))
            .filter(|(distance, _)| *distance <= radius)
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        let within = snapshot.within_outline(&outline, radius, &filter);
        prop_assert_eq!(within.neighbours.len(), near.len());
        for (neighbour, (distance, siret)) in within.neighbours.iter().zip(near) {
            prop_assert!((neighbour.distance_m - distance).abs() < 1e-6);
            prop_assert_eq!(&neighbour.structure.siret, siret);
        }
        let communes = atlas.communes.iter().filter(|commune| Euclidean.distance(&commune.contour, &outline) <= radius);
        prop_assert_eq!(within.communes, communes.map(|commune| commune.code.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn an_outline_in_degrees_comes_back_from_its_projection() {
    let snapshot = snapshot(1);
    let contour = &snapshot.atlas().communes[1].contour;
    let lon_lat = snapshot.projection().unproject_polygons(contour).expect("in France");
    let back = snapshot.project_outline(&lon_lat).expect("in France");
    assert!((back.unsigned_area() - contour.unsigned_area()).abs() < 1e-3);
    assert!(snapshot.inside(&back, &Filter::default()).len() > 10);
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
