use super::*;
use geo::{Area, Validation};
use proptest::prelude::*;
use test_support::sample_atlas;

/// Points, and densities per km² at h = 300 m, computed with numpy (quartic, Epanechnikov).
const POINTS: [(f64, f64); 10] = [
    (100.0, 100.0),
    (150.0, 420.0),
    (480.0, 300.0),
    (510.0, 330.0),
    (530.0, 310.0),
    (820.0, 760.0),
    (900.0, 120.0),
    (260.0, 880.0),
    (640.0, 640.0),
    (655.0, 610.0),
];
const GOLDEN: [((f64, f64), f64, f64); 3] = [
    ((500.0, 300.0), 31.267_933_797_485_075, 21.032_030_998_217_873),
    ((250.0, 250.0), 8.060_405_367_682_105, 12.158_651_701_884_55),
    ((1000.0, 1000.0), 0.0, 0.0),
];

fn sources() -> Vec<Source> {
    POINTS.iter().map(|(x, y)| (Coord { x: *x, y: *y }, 1.0)).collect()
}

fn query(kernel: Kernel, cell_m: f64) -> KernelQuery {
    let bounds = Rect::new((-300.0, -300.0), (1300.0, 1300.0));
    KernelQuery { kernel, bandwidth_m: 300.0, cell_m, bounds }
}

fn surface(query: &KernelQuery) -> Surface {
    let mut surface = query.frame().unwrap();
    query.pour(&mut surface, &sources());
    surface
}

#[test]
fn golden_densities() {
    for ((x, y), quartic, epanechnikov) in GOLDEN {
        let sum = |kernel: Kernel| {
            POINTS.iter().map(|(px, py)| kernel.density_km2((px - x).hypot(py - y), 300.0)).sum::<f64>()
        };
        assert!((sum(Kernel::Quartic) - quartic).abs() < 1e-9, "{} at {x} {y}", sum(Kernel::Quartic));
        assert!((sum(Kernel::Epanechnikov) - epanechnikov).abs() < 1e-9, "{}", sum(Kernel::Epanechnikov));
    }
}

#[test]
fn a_surface_holds_the_golden_density_where_a_centre_falls_on_it() {
    // Cells of 40 m have a centre at (500, 300), as 500 = 12.5 × 40 and 300 = 7.5 × 40 less the box's start.
    let surface = surface(&query(Kernel::Quartic, 40.0));
    let column = cells_of((500.0 - surface.origin.x) / 40.0);
    let row = cells_of((300.0 - surface.origin.y) / 40.0);
    assert_eq!(surface.centre(column, row), Coord { x: 500.0, y: 300.0 });
    let value = surface.values[row * surface.columns + column];
    assert!((value - GOLDEN[0].1).abs() < 1e-9, "{value}");
}

#[test]
fn the_integral_is_the_number_of_points() {
    for kernel in Kernel::ALL {
        let integral = surface(&query(kernel, 10.0)).integral();
        assert!((integral - 10.0).abs() < 0.02, "{kernel:?}: {integral}");
    }
}

#[test]
fn what_is_too_large_names_its_mend() {
    let too_fine = KernelQuery { cell_m: 1.0, ..query(Kernel::Quartic, 1.0) };
    let Err(KernelError::TooLarge { cells, mend_m }) = too_fine.frame() else { panic!("too large") };
    assert_eq!(cells, 1600 * 1600);
    assert!(query(Kernel::Quartic, mend_m as f64).frame().is_ok());
    assert!(matches!(query(Kernel::Quartic, 0.0).frame(), Err(KernelError::Cell { .. })));
    let wide = KernelQuery { bandwidth_m: f64::NAN, ..query(Kernel::Quartic, 10.0) };
    assert!(matches!(wide.frame(), Err(KernelError::Bandwidth(_))));
}

#[test]
fn contours_are_nested_and_valid_and_hold_the_right_places() {
    let surface = surface(&query(Kernel::Quartic, 20.0));
    let bands = surface.contours(&surface.equal_thresholds(6));
    assert_eq!(bands.len(), 5);
    for band in &bands {
        assert!(band.outline.is_valid(), "{:?}", band.outline.validation_errors());
    }
    for pair in bands.windows(2) {
        assert!(pair[0].at_least_km2 < pair[1].at_least_km2);
        assert!(pair[0].outline.unsigned_area() > pair[1].outline.unsigned_area());
    }
    let cells = surface.values.iter().filter(|value| **value >= bands[0].at_least_km2).count();
    let (cells, drawn) = (cells as f64 * 400.0, bands[0].outline.unsigned_area());
    assert!((cells - drawn).abs() < 0.05 * cells, "{cells} m² of cells, {drawn} drawn");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_snapshot_surface_is_the_sum_of_its_definition(
        seed in 0_u64..4,
        bandwidth_m in 100.0..900.0,
        cell in 3_u32..9,
        kernel in proptest::sample::select(Kernel::ALL.to_vec()),
    ) {
        let snapshot = Snapshot::build(sample_atlas(seed)).unwrap();
        let bounds = Rect::new((660_000.0, 6_850_000.0), (664_000.0, 6_854_000.0));
        let query = KernelQuery { kernel, bandwidth_m, cell_m: bandwidth_m / f64::from(cell), bounds };
        let weight = |structure: &domain::Structure| if structure.siege { 2.0 } else { 1.0 };
        let surface = snapshot.kernel(&query, &Filter::default(), weight).unwrap();
        prop_assert!((surface.origin.x / query.cell_m).fract().abs().min(1.0 - (surface.origin.x / query.cell_m).fract().abs()) < 1e-6);
        for rank in (0..surface.values.len()).step_by(7) {
            let at = surface.centre(rank % surface.columns, rank / surface.columns);
            let wanted: f64 = snapshot
                .atlas()
                .structures
                .iter()
                .filter(|structure| structure.qualite_position.est_precise())
                .filter_map(|structure| Some((structure.position?, weight(structure))))
                .map(|(place, weight)| weight * kernel.density_km2((place.x - at.x).hypot(place.y - at.y), bandwidth_m))
                .sum();
            prop_assert!((surface.values[rank] - wanted).abs() < 1e-6, "{} and {wanted}", surface.values[rank]);
        }
        let kept = snapshot.atlas().structures.iter().filter(|structure| !structure.couronne);
        let left = kept.filter(|structure| !structure.qualite_position.est_precise()).count();
        prop_assert_eq!((surface.excluded.a_la_voie + surface.excluded.sans_point) as usize, left);
    }
}
