#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::HashSet;

use geo::{Area, Contains, Point, Polygon};
use proptest::prelude::*;

use super::digits::{push, push_fixed, push_padded, with_key};
use super::ground::Ground;
use crate::economy::random::Random;

proptest! {
    #[test]
    fn numbers_are_pushed_as_format_writes_them(number: u64, scaled in -10_000_000_i64..10_000_000) {
        let (mut plain, mut fixed, mut padded) = (Vec::new(), Vec::new(), Vec::new());
        push(&mut plain, number);
        push_fixed(&mut fixed, scaled, 2);
        push_padded(&mut padded, number, 5);
        prop_assert_eq!(String::from_utf8(plain).unwrap(), number.to_string());
        prop_assert_eq!(String::from_utf8(fixed).unwrap(), format!("{:.2}", scaled as f64 / 100.0));
        prop_assert_eq!(String::from_utf8(padded).unwrap(), format!("{:05}", number % 100_000));
    }
}

#[test]
fn keys_of_known_identifiers() {
    // Insee's own SIREN, and the SIRET of its seat.
    assert_eq!(with_key(12_002_701), 120_027_016);
    assert_eq!(with_key(1_200_270_160_056), 12_002_701_600_563);
}

#[test]
fn iris_tile_communes_and_codes_are_unique() {
    for (size, departments) in [(1, 1), (500_000, 4), (45_000_000, 96)] {
        let ground = Ground::new(size, 7);
        let codes: HashSet<&str> = ground.communes.iter().map(|commune| commune.code.as_str()).collect();
        assert_eq!(codes.len(), ground.communes.len());
        let found: HashSet<&str> = ground.communes.iter().map(|commune| commune.departement.as_str()).collect();
        assert_eq!(found.len(), departments);
        assert!(codes.iter().all(|code| code.len() == 5 && !["13055", "69123", "75056"].contains(code)));
        let mut random = Random::new(1, "test");
        for commune in ground.communes.iter().take(400) {
            assert!((20..=60).contains(&commune.cell.ring.len()));
            let area = Polygon::new(commune.cell.ring.clone().into(), vec![]).signed_area();
            let pieces: Vec<Polygon<f64>> =
                (0..commune.iris).map(|rank| Polygon::new(commune.iris_ring(rank).into(), vec![])).collect();
            // All counter-clockwise: a fan that folded over would have a negative piece.
            assert!(area > 0.0 && pieces.iter().all(|piece| piece.signed_area() > 0.0));
            assert!((pieces.iter().map(Area::signed_area).sum::<f64>() - area).abs() < 1e-3);
            for (rank, piece) in pieces.iter().enumerate() {
                assert!(piece.contains(&Point(commune.point(rank, &mut random))));
            }
        }
    }
}

#[test]
fn neighbours_share_their_side() {
    let lattice = super::lattice::Lattice { seed: 3, columns: 9 };
    for (one, other) in [(lattice.cell(4, 4), lattice.cell(5, 4)), (lattice.cell(4, 4), lattice.cell(4, 5))] {
        let shared = one.ring.iter().filter(|vertex| other.ring.contains(vertex)).count();
        assert!(shared >= 6, "{shared}");
    }
}
