//! Every table adds up: rows and what they leave out make the total, whatever the dimension.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use domain::{Famille, Tranche};
use proptest::prelude::*;
use spatial_index::{Filter, Snapshot};
use statistics::portrait::Referentiel;
use statistics::{Comptage, Dimension, Estimateur, aggregate};
use test_support::sample_atlas;

fn snapshot(seed: u64) -> Snapshot {
    Snapshot::build(sample_atlas(seed)).expect("sample atlases are valid")
}

fn filters() -> impl Strategy<Value = Filter> {
    let familles = proptest::sample::subsequence(Famille::ALL.to_vec(), 0..3);
    let tranches = proptest::sample::subsequence(vec![None, Tranche::from_code("NN"), Tranche::from_code("11")], 0..2);
    (any::<bool>(), familles, tranches).prop_map(|(couronne, familles, tranches)| Filter {
        couronne,
        familles,
        tranches,
        ..Filter::default()
    })
}

fn parts(count: &Comptage) -> u64 {
    count.au_numero + count.a_la_voie + count.non_localisees + count.masquees
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_and_left_out_make_the_total(seed in 0_u64..8, filter in filters(), rank in 0..Dimension::ALL.len()) {
        let snapshot = snapshot(seed);
        let estimateur = Estimateur::of(snapshot.atlas());
        let (name, dimension) = Dimension::ALL[rank];
        let table = aggregate(&snapshot, (&filter, None), dimension, &estimateur);
        let rows: u64 = table.lignes.iter().map(|row| row.comptage.structures).sum();
        let aside = table.laissees_de_cote;
        prop_assert_eq!(
            rows + aside.non_localisees + aside.masquees + aside.hors_zone, table.total.structures, "{}", name
        );
        for row in &table.lignes {
            prop_assert_eq!(parts(&row.comptage), row.comptage.structures, "{} {}", name, &row.code);
        }
        prop_assert_eq!(parts(&table.total), table.total.structures);
        let known = table.total.emplois.etablissements_estimes + table.total.emplois.sans_tranche;
        prop_assert_eq!(known, table.total.structures, "every structure is estimated or counted apart");
    }

    #[test]
    fn rows_come_in_order_and_once(seed in 0_u64..8, rank in 0..Dimension::ALL.len()) {
        let snapshot = snapshot(seed);
        let estimateur = Estimateur::of(snapshot.atlas());
        let table = aggregate(&snapshot, (&Filter::default(), None), Dimension::ALL[rank].1, &estimateur);
        prop_assert!(table.lignes.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}

#[test]
fn a_zone_without_structures_is_a_row_of_zero() {
    let snapshot = snapshot(3);
    let estimateur = Estimateur::of(snapshot.atlas());
    let filter = Filter { secteurs: vec!["aucun".to_owned()], ..Filter::default() };
    let dimension = Dimension::from_code("commune").expect("known");
    let table = aggregate(&snapshot, (&filter, None), dimension, &estimateur);
    let inside = snapshot.atlas().communes.iter().filter(|commune| !commune.couronne).count();
    assert_eq!(table.lignes.len(), inside);
    assert!(table.lignes.iter().all(|row| row.comptage.structures == 0));
}

#[test]
fn a_list_that_is_an_ept_gives_the_portrait_of_the_ept() {
    let snapshot = snapshot(5);
    let epts = snapshot.atlas().regroupements.niveau(domain::NiveauRegroupe::Ept);
    let whole = epts.iter().find(|ept| ept.est_entier() == Some(true)).expect("the sample holds a whole EPT");
    let codes: Vec<&str> = whole.communes.iter().map(domain::CodeCommune::as_str).collect();
    let referentiel = Referentiel::new(&snapshot).expect("shipped tables");
    let portraits: Vec<String> = [format!("ept:{}", whole.code), codes.join(",")]
        .iter()
        .map(|text| {
            let selection = snapshot.resolve(&text.parse().expect("a territory")).expect("in the atlas");
            serde_json::to_string(&statistics::portrait(&snapshot, &selection, &referentiel)).expect("serialisable")
        })
        .collect();
    assert_eq!(portraits[0], portraits[1]);
}

#[test]
fn sectors_by_family_add_up_to_the_portrait() {
    for seed in 0..8 {
        let snapshot = snapshot(seed);
        let referentiel = Referentiel::new(&snapshot).expect("the shipped tables");
        let communes = snapshot.atlas().communes.iter().filter(|commune| commune.code.as_str() == "94015");
        let codes: Vec<String> = communes.map(|commune| commune.code.to_string()).collect();
        let selection =
            snapshot.resolve(&format!("commune:{}", codes.join(",")).parse().expect("a list")).expect("held");
        let portrait = statistics::portrait(&snapshot, &selection, &referentiel);
        let held: u64 = portrait.croisement.lignes.iter().flat_map(|line| &line.structures).sum();
        let families = &portrait.croisement.familles;
        let rows = portrait.familles.lignes.iter();
        let expected: u64 = rows
            .filter(|row| families.iter().any(|famille| famille.code() == row.code))
            .map(|row| row.comptage.structures)
            .sum();
        assert_eq!(held, expected);
        assert!(portrait.contexte.is_some(), "one commune of an atlas of three");
        assert_eq!(portrait.classement.rangs.len(), portrait.communes.lignes.len());
    }
}

#[test]
fn hexagons_count_every_point_and_divide_by_their_own_area() {
    let snapshot = Snapshot::build(sample_atlas(3)).expect("sample atlases are valid");
    let estimateur = Estimateur::of(snapshot.atlas());
    for resolution in ["h3:7", "h3:8", "h3:9", "h3:10"] {
        let dimension = Dimension::from_code(resolution).expect("known");
        let table = aggregate(&snapshot, (&Filter::default(), None), dimension, &estimateur);
        let located = snapshot.structures(&Filter::default(), None).filter(|row| row.position.is_some()).count() as u64;
        assert_eq!(table.lignes.iter().map(|row| row.comptage.structures).sum::<u64>(), located);
        for row in &table.lignes {
            let area = spatial_index::Hexagon::from_id(&row.code).expect("a cell").area_km2();
            assert_eq!(row.densite_km2, Some(row.comptage.structures as f64 / area));
        }
    }
}
