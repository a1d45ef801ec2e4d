use fast_mvt::{MvtReaderRef, MvtTile, MvtValue};
use proptest::prelude::*;
use test_support::sample_atlas;

use super::*;
use crate::grid::EXTENT;

fn snapshot(seed: u64) -> Snapshot {
    Snapshot::build(sample_atlas(seed)).unwrap()
}

/// The features of a tile, decoded, and its size.
fn decoded(tiles: &StructureTiles, snapshot: &Snapshot, tile: Tile, filter: &Filter) -> (MvtTile, usize) {
    let bytes = tiles.encode((snapshot, tile), (filter, |_| true), MvtTileBuilder::new()).unwrap().encode();
    (MvtReaderRef::new(&bytes).unwrap().to_tile().unwrap(), bytes.len())
}

fn number(properties: &[(String, MvtValue)], name: &str) -> u64 {
    properties.iter().find(|(key, _)| key == name).map_or(0, |(_, value)| match value {
        MvtValue::UInt(count) => *count,
        other => panic!("{name}: {other:?}"),
    })
}

/// Every tile of a zoom that holds a structure.
fn tiles_of(snapshot: &Snapshot, z: u32) -> std::collections::BTreeSet<Tile> {
    let positions = snapshot.atlas().structures.iter().filter_map(|row| row.position);
    positions.map(|at| Tile::holding(z, lon_lat(at)).unwrap()).collect()
}

fn filters() -> impl Strategy<Value = Filter> {
    (proptest::option::of(proptest::sample::select(Famille::ALL.to_vec())), any::<bool>()).prop_map(
        |(famille, couronne)| Filter { familles: famille.into_iter().collect(), couronne, ..Filter::default() },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_tiles_of_a_zoom_count_every_admitted_structure_once(
        seed in 0_u64..8,
        z in 0..=MAX_ZOOM,
        filter in filters(),
    ) {
        let snapshot = snapshot(seed);
        let tiles = StructureTiles::new(&snapshot);
        let mut by_family = [0_u64; Famille::ALL.len()];
        let mut total = 0;
        for tile in tiles_of(&snapshot, z) {
            for layer in decoded(&tiles, &snapshot, tile, &filter).0.layers {
                prop_assert_eq!(layer.extent.get(), EXTENT);
                for feature in layer.features {
                    let properties = &feature.properties;
                    let count = number(properties, "structures");
                    total += count;
                    let alone = properties.iter().find(|(key, _)| key == "famille");
                    for (famille, sum) in Famille::ALL.iter().zip(&mut by_family) {
                        let is_it = alone.is_some_and(|(_, value)| *value == MvtValue::String(famille.code().to_owned()));
                        *sum += number(properties, famille.code()) + u64::from(is_it);
                    }
                    prop_assert_eq!(count == 1, alone.is_some(), "one structure has its attributes, several their split");
                }
            }
        }
        let expected = snapshot.structures(&filter, None).filter(|row| row.position.is_some());
        let mut split = [0_u64; Famille::ALL.len()];
        let mut all = 0;
        for row in expected {
            all += 1;
            split[Famille::ALL.iter().position(|famille| *famille == row.famille).unwrap()] += 1;
        }
        prop_assert_eq!(total, all);
        prop_assert_eq!(by_family, split);
    }

    #[test]
    fn a_single_point_stands_within_a_unit_of_its_place(seed in 0_u64..8) {
        let snapshot = snapshot(seed);
        let tiles = StructureTiles::new(&snapshot);
        for tile in tiles_of(&snapshot, MAX_ZOOM) {
            for feature in decoded(&tiles, &snapshot, tile, &Filter::default()).0.layers.into_iter().flat_map(|layer| layer.features) {
                let siret = feature.properties.iter().find(|(key, _)| key == "siret").unwrap();
                let MvtValue::String(siret) = &siret.1 else { panic!("text expected") };
                prop_assert_eq!(feature.id, siret.parse().ok());
                let at = snapshot.structure(siret).unwrap().position.unwrap();
                let expected = tile.local(place(lon_lat(at)));
                prop_assert_eq!(feature.geometry, fast_mvt::MvtGeometry::Point(expected.into()));
            }
        }
    }
}

/// So many structures at one address.
fn heap(count: u32) -> Snapshot {
    let mut atlas = sample_atlas(3);
    let model = atlas.structures.iter().find(|row| row.position.is_some() && !row.couronne).unwrap().clone();
    let siret = |rank: u32| {
        let siren = (0..10).map(|check| format!("{}{check}", 10_000_000 + rank)).find_map(|text| text.parse().ok());
        let siren: domain::Siren = siren.unwrap();
        let siret = (0..10).map(|check| format!("{siren}0001{check}")).find_map(|text| text.parse().ok());
        siret.unwrap()
    };
    atlas.structures = (0..count).map(|rank| Structure { siret: siret(rank), ..model.clone() }).collect();
    atlas.structures.sort_by(|a, b| a.siret.cmp(&b.siret));
    Snapshot::build(atlas).unwrap()
}

#[test]
fn no_tile_goes_over_its_budget_and_none_is_cut() {
    for count in [1_999, 2_001, 8_000, 8_001, 20_000] {
        let snapshot = heap(count);
        let tiles = StructureTiles::new(&snapshot);
        assert_eq!(tiles.single_from(), if count < 2_000 { *SINGLE.start() } else { MAX_ZOOM });
        for z in [0, 12, MAX_ZOOM] {
            let mut total = 0;
            for tile in tiles_of(&snapshot, z) {
                let (tile, size) = decoded(&tiles, &snapshot, tile, &Filter::default());
                assert!(size <= BUDGET, "{count} structures at zoom {z}: {size} bytes");
                total += tile.layers[0].features.iter().map(|one| number(&one.properties, "structures")).sum::<u64>();
            }
            assert_eq!(total, u64::from(count), "zoom {z}");
        }
    }
}

#[test]
fn a_tile_of_the_largest_kind_of_cells_is_within_the_budget() {
    // Every cell of the finest kind, each with two structures of every family: what a tile of cells can weigh at most.
    let mut layer = MvtTileBuilder::new().layer("structures").unwrap();
    for cell in 0..1_u32 << (2 * FINE_CELL_BITS) {
        let mut feature = layer.feature_of(MvtGeomType::Point);
        feature.points([Coord { x: (cell % 64 * 64).cast_signed(), y: (cell / 64 * 64).cast_signed() }]).unwrap();
        feature.tag_ref("structures", MvtValueRef::UInt(1_000_000 + u64::from(cell))).unwrap();
        for (rank, famille) in (0..).zip(Famille::ALL) {
            feature.tag_ref(famille.code(), MvtValueRef::UInt(u64::from(cell) * 100 + rank)).unwrap();
        }
        layer = feature.end();
    }
    assert!(layer.encode().len() <= BUDGET);
}

#[test]
fn nothing_admitted_is_an_empty_tile() {
    let snapshot = snapshot(1);
    let tiles = StructureTiles::new(&snapshot);
    let nowhere = Filter { secteurs: vec!["aucun".to_owned()], ..Filter::default() };
    for z in [0, 12, 16] {
        for tile in tiles_of(&snapshot, z) {
            assert_eq!(decoded(&tiles, &snapshot, tile, &nowhere).1, 0);
        }
    }
}
