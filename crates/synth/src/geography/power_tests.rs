use geo::Coord;
use proptest::prelude::*;

use super::GeographyError;
use super::mesh::Mesh;
use super::power::{Cell, Frame, Sites};
use super::sampling::{Count, spread};
use super::transport::Transport;

const UNIT: Frame = Frame { min: Coord { x: 0.0, y: 0.0 }, max: Coord { x: 1.0, y: 1.0 } };

fn sites(points: &[(f64, f64)]) -> Sites {
    Sites::new(points.iter().map(|p| Coord { x: p.0, y: p.1 }).collect(), UNIT)
}

fn areas(cells: &[Cell]) -> Vec<f64> {
    cells.iter().map(Cell::area).collect()
}

/// With p = (¼, ½) and (¾, ½), the border is at x = ½ + (w₁ − w₂) / (2 · ½).
#[test]
fn a_weight_moves_the_border() {
    let sites = sites(&[(0.25, 0.5), (0.75, 0.5)]);
    let even = areas(&sites.cells(&[0.0, 0.0]));
    assert!((even[0] - 0.5).abs() < 1e-12 && (even[1] - 0.5).abs() < 1e-12);
    let heavy = areas(&sites.cells(&[0.1, 0.0]));
    assert!((heavy[0] - 0.6).abs() < 1e-12, "{heavy:?}");
}

#[test]
fn a_dominated_site_has_no_cell() {
    let sites = sites(&[(0.25, 0.5), (0.75, 0.5)]);
    let cells = sites.cells(&[2.0, 0.0]);
    assert!(cells[1].corners.is_empty());
    assert!((cells[0].area() - 1.0).abs() < 1e-12);
}

#[test]
fn groups_reach_their_areas() {
    let sites = sites(&[(0.2, 0.2), (0.3, 0.8), (0.7, 0.3), (0.9, 0.9), (0.5, 0.5)]);
    let groups = [Some(0), Some(0), Some(1), None, Some(2)];
    let targets = [0.35, 0.30, 0.05];
    let cells = Transport { sites: &sites, groups: &groups, targets: &targets }.solve().unwrap();
    let found = areas(&cells);
    assert!((found[0] + found[1] - 0.35).abs() < 1e-7);
    assert!((found[2] - 0.30).abs() < 1e-7);
    assert!((found[4] - 0.05).abs() < 1e-7);
}

#[test]
fn impossible_areas_are_refused() {
    let sites = sites(&[(0.2, 0.2), (0.8, 0.8)]);
    let error = Transport { sites: &sites, groups: &[Some(0), None], targets: &[1.5] }.solve().unwrap_err();
    assert!(matches!(error, GeographyError::NotConverged { .. }));
}

#[test]
fn union_keeps_a_hole_and_separates_pieces() {
    // A 3 × 3 chessboard: the ring around the middle has a hole, opposite corners only touch.
    let points: Vec<(f64, f64)> =
        (0..9).map(|k| (f64::from(k % 3) / 3.0 + 1.0 / 6.0, f64::from(k / 3) / 3.0 + 1.0 / 6.0)).collect();
    let cells: Vec<Cell> = sites(&points).cells(&[0.0; 9]);
    let mesh = Mesh::new(&cells, Coord { x: 0.0, y: 0.0 });
    let around = mesh.union(&[0, 1, 2, 3, 5, 6, 7, 8]);
    assert_eq!((around.len(), around[0].interiors().len()), (1, 1));
    assert_eq!(mesh.union(&[0, 8]).len(), 2);
    assert_eq!(mesh.union(&[0, 4]).len(), 2, "pieces that touch at a corner stay apart");
    assert_eq!(mesh.union(&(0..9).collect::<Vec<_>>()).len(), 1);
}

#[test]
fn spreading_is_repeatable_and_stays_inside() {
    let cells = sites(&[(0.3, 0.5), (0.8, 0.5)]).cells(&[0.0, 0.0]);
    let count = Count { parts: 7, sites_per_part: 2 };
    let parts = spread(&cells[..1], count, 1);
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), vec![2; 7]);
    assert!(parts.iter().flatten().all(|p| cells[0].contains(*p)));
    assert_eq!(parts, spread(&cells[..1], count, 1));
    assert_ne!(parts, spread(&cells[..1], count, 2));
}

proptest! {
    /// The cells share out the whole frame, whatever the weights.
    #[test]
    fn cells_fill_the_frame(raw in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64, -0.05..0.05_f64), 2..30)) {
        let points: Vec<(f64, f64)> = raw.iter().map(|r| (r.0, r.1)).collect();
        let weights: Vec<f64> = raw.iter().map(|r| r.2).collect();
        let total: f64 = areas(&sites(&points).cells(&weights)).iter().sum();
        prop_assert!((total - 1.0).abs() < 1e-9, "{total}");
    }
}
