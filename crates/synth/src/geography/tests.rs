use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use geo::{Area, Contains, LineString, Validation};

use super::*;

/// A border shorter than this, in metres, does not make two communes neighbours.
const SHORTEST_BORDER_M: f64 = 50.0;

type Point = (i64, i64);
type Edge = (Point, Point);

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| Facts::embedded().unwrap())
}

fn geography() -> &'static Geography {
    static GEOGRAPHY: OnceLock<Geography> = OnceLock::new();
    GEOGRAPHY.get_or_init(|| build(facts()).unwrap())
}

fn centimetres(point: Coord<f64>) -> Point {
    #[allow(clippy::cast_possible_truncation, reason = "coordinates are under ten million metres")]
    ((point.x * 100.0).round() as i64, (point.y * 100.0).round() as i64)
}

fn edges(ring: &LineString<f64>) -> impl Iterator<Item = Edge> {
    ring.lines().map(|line| (centimetres(line.start), centimetres(line.end)))
}

fn length_m((a, b): Edge) -> f64 {
    ((b.0 - a.0) as f64).hypot((b.1 - a.1) as f64) / 100.0
}

/// Owner of each directed edge; fails when two IRIS claim the same one, which is an overlap.
fn owners() -> BTreeMap<Edge, &'static IrisShape> {
    let mut owners = BTreeMap::new();
    for iris in &geography().iris {
        assert!(iris.outline.interiors().is_empty(), "{} has a hole", iris.code);
        for edge in edges(iris.outline.exterior()) {
            let before = owners.insert(edge, iris);
            assert!(before.is_none(), "{} and another IRIS share a side of {edge:?}", iris.code);
        }
    }
    owners
}

/// Length in metres of the border between each pair of communes, lower code first.
fn borders() -> BTreeMap<(&'static str, &'static str), f64> {
    let owners = owners();
    let mut borders = BTreeMap::new();
    for (edge, iris) in &owners {
        let across = owners.get(&(edge.1, edge.0)).map(|other| other.code_commune.as_str());
        if let Some(other) = across.filter(|other| iris.code_commune.as_str() < *other) {
            *borders.entry((iris.code_commune.as_str(), other)).or_insert(0.0) += length_m(*edge);
        }
    }
    borders
}

#[test]
fn territory_has_its_13_towns_and_198_iris() {
    let towns: BTreeSet<&str> = geography().communes.iter().filter(|c| !c.couronne).map(|c| c.code.as_str()).collect();
    assert_eq!(towns.len(), 13);
    let inside = geography().iris.iter().filter(|i| towns.contains(i.code_commune.as_str())).count();
    assert_eq!(inside, 198);
    for commune in &facts().communes {
        let count = geography().iris.iter().filter(|i| i.code_commune == commune.code_commune).count();
        assert_eq!(count, commune.nombre_iris, "{}", commune.nom_commune);
    }
}

#[test]
fn codes_are_ordered_and_typed() {
    let communes: Vec<&str> = geography().communes.iter().map(|c| c.code.as_str()).collect();
    assert!(communes.is_sorted_by(|a, b| a < b));
    let codes: Vec<&str> = geography().iris.iter().map(|i| i.code.as_str()).collect();
    assert!(codes.is_sorted_by(|a, b| a < b));
    for iris in &geography().iris {
        assert_eq!(iris.code.len(), 9);
        assert!(iris.code.starts_with(&iris.code_commune));
        assert!(iris.nom.contains("fictif"), "{}", iris.nom);
        assert_eq!(iris.type_iris == 'Z', iris.code.ends_with("0000"));
    }
    let types: BTreeSet<char> = geography().iris.iter().map(|i| i.type_iris).collect();
    assert_eq!(types, BTreeSet::from(['A', 'D', 'H', 'Z']));
}

#[test]
fn areas_are_the_facts() {
    for (shape, fact) in geography().communes.iter().zip(&facts().communes) {
        let drawn = shape.outline.unsigned_area() / 1e6;
        let gap = (drawn / fact.superficie_km2 - 1.0).abs();
        assert!(gap < 0.001, "{}: {drawn} km² for {}", shape.nom, fact.superficie_km2);
    }
}

#[test]
fn iris_share_area_and_population_equally() {
    for commune in &geography().communes {
        let members: Vec<&IrisShape> = geography().iris.iter().filter(|i| i.code_commune == commune.code).collect();
        assert_eq!(members.iter().map(|i| i.population).sum::<u32>(), commune.population);
        let least = members.iter().map(|i| i.population).min().unwrap();
        let most = members.iter().map(|i| i.population).max().unwrap();
        assert!(most - least <= 1, "{}", commune.nom);
        let share = commune.superficie_m2 / members.len() as f64;
        for iris in members {
            assert!((iris.outline.unsigned_area() / share - 1.0).abs() < 0.001, "{}", iris.code);
        }
    }
}

#[test]
fn outlines_are_simple_and_counter_clockwise() {
    for iris in &geography().iris {
        assert!(iris.outline.is_valid(), "{}: {:?}", iris.code, iris.outline.check_validation());
        assert!(iris.outline.signed_area() > 0.0, "{}", iris.code);
    }
    for commune in &geography().communes {
        assert!(commune.outline.is_valid(), "{}", commune.nom);
        assert!(commune.outline.signed_area() > 0.0, "{}", commune.nom);
    }
}

/// Each directed edge belongs to one IRIS; the edges without their opposite must form one closed
/// ring around the map, of the same area as all IRIS together. A gap, an overlap or a corner that
/// only one of two neighbours knows would add a ring or change the area.
#[test]
fn iris_tile_the_map_without_gap_or_overlap() {
    let owners = owners();
    let rim: BTreeMap<Point, Point> = owners.keys().filter(|(a, b)| !owners.contains_key(&(*b, *a))).copied().collect();
    let free = owners.keys().filter(|(a, b)| !owners.contains_key(&(*b, *a))).count();
    assert_eq!(rim.len(), free, "the rim touches itself at a corner");
    let start = *rim.keys().next().unwrap();
    let (mut here, mut steps, mut doubled) = (start, 0, 0_i128);
    loop {
        let next = rim[&here];
        let (ax, ay) = (i128::from(here.0 - start.0), i128::from(here.1 - start.1));
        let (bx, by) = (i128::from(next.0 - start.0), i128::from(next.1 - start.1));
        doubled += ax * by - bx * ay;
        steps += 1;
        here = next;
        if here == start {
            break;
        }
    }
    assert_eq!(steps, rim.len(), "the rim is more than one ring");
    let enclosed = doubled as f64 / 2.0 / 1e4;
    let total: f64 = geography().iris.iter().map(|i| i.outline.signed_area()).sum();
    assert!((enclosed - total).abs() < 1.0, "{enclosed} m² enclosed, {total} m² of IRIS");
}

#[test]
fn a_commune_is_the_union_of_its_iris() {
    let owners = owners();
    for commune in &geography().communes {
        let mut outline = BTreeSet::new();
        for polygon in &commune.outline {
            outline.extend(edges(polygon.exterior()));
        }
        let inside = |edge: &Edge| owners.get(edge).is_some_and(|i| i.code_commune == commune.code);
        let expected: BTreeSet<Edge> = owners.keys().filter(|e| inside(e) && !inside(&(e.1, e.0))).copied().collect();
        assert_eq!(outline, expected, "{}", commune.nom);
    }
}

#[test]
fn communes_are_whole_and_hold_their_town_hall() {
    for commune in &geography().communes {
        assert_eq!(commune.outline.0.len(), 1, "{} is in several pieces", commune.nom);
        assert!(commune.outline.0[0].interiors().is_empty(), "{} has a hole", commune.nom);
        assert!(commune.outline.contains(&commune.mairie), "town hall of {}", commune.nom);
    }
}

/// Stricter than asked: the ring's pairs are checked like those of the 13 towns.
#[test]
fn neighbours_are_the_real_ones() {
    let borders = borders();
    let long: BTreeSet<(&str, &str)> =
        borders.iter().filter(|(_, length)| **length >= SHORTEST_BORDER_M).map(|(pair, _)| *pair).collect();
    let pair = |a: &'static Adjacency| (a.code_commune_a.as_str(), a.code_commune_b.as_str());
    let real: BTreeSet<_> = facts().adjacences.iter().filter(|a| !a.ponctuel).map(pair).collect();
    let allowed: BTreeSet<_> = facts().adjacences.iter().map(pair).collect();
    let missing: Vec<_> = real.difference(&long).collect();
    let false_ones: Vec<_> = long.difference(&allowed).collect();
    assert!(missing.is_empty(), "missing borders: {missing:?}");
    assert!(false_ones.is_empty(), "false borders: {false_ones:?}");
}

#[test]
fn same_facts_give_the_same_geography() {
    let again = build(facts()).unwrap();
    assert_eq!(format!("{again:?}"), format!("{:?}", geography()));
}

#[test]
fn landmarks_are_the_marne_and_the_wood() {
    let names: Vec<&str> = geography().landmarks.iter().map(|l| l.nom.as_str()).collect();
    assert_eq!(names, ["La Marne", "Bois de Vincennes"]);
    assert!(matches!(&geography().landmarks[0].geometry, LandmarkGeometry::Line(line) if line.0.len() > 20));
    let LandmarkGeometry::Area(wood) = &geography().landmarks[1].geometry else {
        panic!("the wood is an area");
    };
    assert!(wood.is_valid());
    let hectares = wood.unsigned_area() / 1e4;
    assert!((800.0..1_050.0).contains(&hectares), "the wood has 995 ha, drawn with {hectares}");
}

#[test]
fn a_commune_without_anchor_is_refused() {
    let mut lost = facts().clone();
    lost.ancres.retain(|anchor| anchor.code_commune != "94052");
    let error = build(&lost).unwrap_err();
    assert!(matches!(error, GeographyError::NoAnchor { code_commune } if code_commune == "94052"));
}

#[test]
fn a_commune_without_ground_is_refused() {
    for spoil in [|c: &mut CommuneFact| c.superficie_km2 = 0.0, |c: &mut CommuneFact| c.nombre_iris = 0] {
        let mut spoilt = facts().clone();
        spoil(&mut spoilt.communes[3]);
        let error = build(&spoilt).unwrap_err();
        assert!(matches!(error, GeographyError::ImpossibleCommune { .. }), "{error}");
    }
}

#[test]
fn a_landmark_of_one_point_is_refused() {
    let mut short = facts().clone();
    short.reperes.truncate(1);
    assert!(matches!(build(&short).unwrap_err(), GeographyError::ShortLandmark { .. }));
}
