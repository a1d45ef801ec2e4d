use domain::QualitePosition;
use test_support::sample_atlas;

use super::*;

/// The sample, whose degrees and counts are only near the truth, made coherent.
fn whole(seed: u64) -> Atlas {
    let mut atlas = sample_atlas(seed);
    let projection = Projection::new(atlas.manifest.epsg).unwrap();
    for position in atlas.structures.iter_mut().filter_map(|row| row.position.as_mut()) {
        let degrees = projection.unproject(Coord { x: position.x, y: position.y }).unwrap();
        (position.lon, position.lat) = (degrees.x, degrees.y);
    }
    for zone in atlas.regroupements.iter_mut() {
        zone.contour = geo::unary_union(zone.contour.0.iter());
    }
    let masked = |ring| {
        let cells = atlas.masques.iter().filter(|cell| cell.couronne == ring);
        cells.map(|cell| u64::from(cell.effectif)).sum::<u64>()
    };
    let count = |keep: &dyn Fn(&&Structure) -> bool| atlas.structures.iter().filter(keep).count() as u64;
    let flow = &mut atlas.manifest.waterfall;
    flow.localises = count(&|row| !row.couronne && row.position.is_some());
    flow.non_localises = count(&|row| !row.couronne && row.position.is_none());
    flow.couronne = count(&|row| row.couronne) + masked(true);
    flow.masques = masked(false);
    let ess = u32::try_from(flow.retenus() + flow.couronne).unwrap();
    atlas.economie.iter_mut().for_each(|cell| cell.ess = false);
    (atlas.economie[0].ess, atlas.economie[0].etablissements) = (true, ess);
    flow.lus = flow.retenus() + flow.couronne + flow.exclus.values().sum::<u64>();
    atlas
}

/// The checks that a change makes false.
fn broken_by(change: impl FnOnce(&mut Atlas)) -> Vec<&'static str> {
    let mut atlas = whole(7);
    change(&mut atlas);
    controler(atlas).iter().filter(|controle| !controle.est_juste()).map(|controle| controle.nom).collect()
}

#[test]
fn a_whole_atlas_is_coherent() {
    for seed in 0..20 {
        let wrong: Vec<Controle> = controler(whole(seed)).into_iter().filter(|each| !each.est_juste()).collect();
        assert_eq!(wrong, [], "seed {seed}");
    }
}

#[test]
fn each_defect_is_seen_by_its_check() {
    let first = |atlas: &Atlas| atlas.structures.iter().position(|row| row.position.is_some()).unwrap();
    assert_eq!(broken_by(|_| ()), [""; 0]);
    assert_eq!(broken_by(|atlas| atlas.manifest.waterfall.lus += 1), ["cascade qui tombe juste"]);
    let lost = broken_by(|atlas| {
        atlas.manifest.waterfall.localises += 1;
        atlas.manifest.waterfall.non_localises -= 1;
    });
    assert_eq!(lost, ["tables conformes à la cascade"]);
    let forgotten = broken_by(|atlas| atlas.economie[0].etablissements -= 1);
    assert_eq!(forgotten, ["tables conformes à la cascade"]);
    assert_eq!(broken_by(|atlas| atlas.structures.swap(0, 1)), ["identifiants uniques et triés"]);
    let nowhere = broken_by(|atlas| atlas.structures[3].code_commune = "75056".parse().unwrap());
    assert_eq!(nowhere, ["communes et IRIS connus"]);
    let no_iris = broken_by(|atlas| atlas.structures[3].code_iris = Some("750560101".parse().unwrap()));
    assert_eq!(no_iris, ["communes et IRIS connus"]);
    let foreign = broken_by(|atlas| {
        let ept = atlas.regroupements.iter_mut().next().unwrap();
        ept.communes.push("75056".parse().unwrap());
    });
    assert_eq!(foreign, ["territoires composés de communes connues"]);
    let bow_tie = broken_by(|atlas| {
        let ring = [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0), (0.0, 0.0)];
        atlas.iris[0].contour = MultiPolygon(vec![geo::Polygon::new(ring.to_vec().into(), Vec::new())]);
    });
    assert_eq!(bow_tie, ["contours valides"]);
    let no_outline = broken_by(|atlas| atlas.communes[0].contour = MultiPolygon(Vec::new()));
    assert!(no_outline.contains(&"contours valides"), "{no_outline:?}");
    let vague = broken_by(|atlas| {
        let rank = first(atlas);
        atlas.structures[rank].qualite_position = QualitePosition::Commune;
    });
    assert_eq!(vague, ["points conformes à leur qualité"]);
    let moved = broken_by(|atlas| {
        let rank = first(atlas);
        atlas.structures[rank].position.as_mut().unwrap().lon += 1e-5;
    });
    assert_eq!(moved, ["coordonnées qui se répondent"]);
    let unmasked = broken_by(|atlas| atlas.structures[5].adresse = Some("[ND]".to_owned()));
    assert_eq!(unmasked, ["aucune unité à diffusion partielle parmi les lignes"]);
    let no_crs = broken_by(|atlas| atlas.manifest.epsg = 1);
    assert_eq!(no_crs, ["coordonnées qui se répondent", "index qui se construit"]);
}

#[test]
fn many_defects_are_counted_and_the_first_ones_told() {
    let mut atlas = whole(7);
    atlas.structures.iter_mut().for_each(|row| row.adresse = Some("[ND]".to_owned()));
    let rows = atlas.structures.len();
    let controles = controler(atlas);
    let wrong = controles.iter().find(|controle| !controle.est_juste()).unwrap();
    assert_eq!((wrong.total, wrong.defauts.len()), (rows, DEFAUTS_DITS));
}
