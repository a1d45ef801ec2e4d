//! Property: on square communes, the place chosen is the one that a plain reading of the rules gives.

use domain::{Iris, MotifVerification};
use geo::{Coord, MultiPolygon, Polygon, Rect};
use proptest::prelude::*;

use super::*;

/// South-western corner of commune A; B stands east of it, and beyond them there is no commune.
const ORIGIN: (f64, f64) = (660_000.0, 6_850_000.0);
const SIDE: f64 = 2_000.0;

fn square(rank: f64, width: f64) -> Polygon<f64> {
    let west = ORIGIN.0 + rank;
    Rect::new((west, ORIGIN.1), (west + width, ORIGIN.1 + SIDE)).to_polygon()
}

fn locator() -> Locator {
    let code = |text: &str| text.parse::<CodeCommune>().unwrap();
    let communes = [("94052", 0.0), ("94058", SIDE)].map(|(c, west)| (code(c), MultiPolygon(vec![square(west, SIDE)])));
    let halves = [("940520101", 0.0), ("940520102", 1_000.0), ("940580101", 2_000.0), ("940580102", 3_000.0)];
    let iris = halves.map(|(iris, west)| Iris {
        code: iris.parse().unwrap(),
        nom: String::new(),
        type_iris: "H".to_owned(),
        code_commune: code(&iris[..5]),
        population: None,
        couronne: false,
        contour: MultiPolygon(vec![square(west, 1_000.0)]),
    });
    Locator::new(Projection::new(LAMBERT_93).unwrap(), &communes, &iris)
}

/// Metres from commune A, and inside B or not.
fn away((x, y): (f64, f64)) -> (f64, bool) {
    let outside = |value: f64, low: f64, high: f64| (low - value).max(value - high).max(0.0);
    let (dx, dy) = (outside(x, ORIGIN.0, ORIGIN.0 + SIDE), outside(y, ORIGIN.1, ORIGIN.1 + SIDE));
    let in_b = outside(x, ORIGIN.0 + SIDE, ORIGIN.0 + 2.0 * SIDE) == 0.0 && dy == 0.0;
    (dx.hypot(dy), in_b)
}

fn agrees(point: (f64, f64)) -> bool {
    let (metres, in_b) = away(point);
    metres <= if in_b { 25.0 } else { 1_000.0 }
}

/// Points near A, in B, far, and very far; never within a centimetre of a threshold.
fn point() -> impl Strategy<Value = (f64, f64)> {
    let around =
        |reach: f64| (-reach..SIDE + reach, -reach..SIDE + reach).prop_map(|(x, y)| (ORIGIN.0 + x, ORIGIN.1 + y));
    prop_oneof![around(0.0), around(60.0), around(3_000.0), around(60_000.0)].prop_filter("on a threshold", |point| {
        let (metres, _) = away(*point);
        [0.0, 25.0, 1_000.0, 50_000.0].iter().all(|limit| *limit == 0.0 || (metres - limit).abs() > 0.01)
    })
}

fn row((x, y): (f64, f64), qualite: QualiteXy) -> Geolocalisation {
    Geolocalisation { x, y, epsg: LAMBERT_93, qualite, iris: None }
}

proptest! {
    #[test]
    fn the_place_is_the_one_of_a_plain_reading(
        insee in prop::option::of((point(), prop::sample::select(vec![QualiteXy::Numero, QualiteXy::Voie, QualiteXy::HasardCommune]))),
        lambert in prop::option::of(point()),
        corrected in prop::option::of(point()),
    ) {
        let mut locator = locator();
        let commune: CodeCommune = "94052".parse().unwrap();
        let insee = insee.map(|(at, qualite)| row(at, qualite));
        let correction = corrected.map(|(x, y)| locator.projection.unproject(Coord { x, y }).unwrap());
        let place = locator.place(Indices { commune: &commune, correction, insee: insee.as_ref(), lambert });

        let of = |wanted: QualiteXy| insee.as_ref().filter(|row| row.qualite == wanted).map(|row| (row.x, row.y));
        let order = [
            (of(QualiteXy::Numero), QualitePosition::Numero, SourcePosition::InseeGeolocalisation),
            (lambert, QualitePosition::Numero, SourcePosition::SireneLambert),
            (of(QualiteXy::Voie), QualitePosition::Voie, SourcePosition::InseeGeolocalisation),
        ];
        let given: Vec<_> = order.into_iter().filter_map(|(at, qualite, source)| Some((at?, qualite, source))).collect();
        let expected = corrected
            .map(|at| (at, QualitePosition::Numero, SourcePosition::Correction))
            .or_else(|| given.iter().copied().find(|(at, ..)| agrees(*at)))
            .or_else(|| given.iter().copied().find(|(at, ..)| away(*at).0 <= 50_000.0));
        match (expected, place.position) {
            (None, None) => {
                prop_assert!(matches!(place.qualite, QualitePosition::Commune | QualitePosition::Inconnue));
                prop_assert_eq!(place.code_iris, None);
                prop_assert_eq!(place.a_verifier.contains(MotifVerification::PointAberrant), !given.is_empty());
            }
            (Some((at, qualite, source)), Some(found)) => {
                prop_assert_eq!((place.qualite, found.source), (qualite, source));
                prop_assert!((found.x - at.0).hypot(found.y - at.1) < 0.01);
                let (metres, _) = away(at);
                prop_assert_eq!(place.ecart_m.is_some(), !agrees(at));
                prop_assert_eq!(place.a_verifier.contains(MotifVerification::PointHorsCommune), !agrees(at) && metres > 1_000.0);
                if let Some(iris) = &place.code_iris {
                    prop_assert_eq!(iris.commune(), commune, "an IRIS of another commune would not sum to its own");
                }
                let near = metres <= 24.99;
                prop_assert!(!(agrees(at) && near) || place.code_iris.is_some());
                prop_assert!(agrees(at) || place.code_iris.is_none());
            }
            (expected, found) => prop_assert!(false, "{:?} expected, {:?} found", expected, found),
        }
    }
}
