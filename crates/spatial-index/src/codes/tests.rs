use super::*;
use domain::effectifs::Bande;
use proptest::prelude::*;
use test_support::sample_atlas;

fn filters() -> impl Strategy<Value = Filter> {
    use proptest::sample::subsequence;
    let tranches: Vec<Option<Tranche>> = [None, Some(Tranche::NonEmployeuse), Some(Tranche::Zero)]
        .into_iter()
        .chain(Bande::all().map(|bande| Some(Tranche::Bande(bande))))
        .collect();
    let communes: Vec<CodeCommune> =
        ["01004", "94015", "94052", "94058", "75056"].iter().map(|code| code.parse().unwrap()).collect();
    let iris: Vec<CodeIris> =
        ["010040101", "940150102", "940520101", "751010101"].iter().map(|code| code.parse().unwrap()).collect();
    let secteurs = ["Action sociale", "Activité non classée", "Inconnu"].map(str::to_owned).to_vec();
    let lists = (
        subsequence(Famille::ALL.to_vec(), 0..4),
        subsequence(tranches, 0..6),
        subsequence(QualitePosition::ALL.to_vec(), 0..3),
        subsequence(vec![None, Some(false), Some(true)], 0..3),
        subsequence(secteurs, 0..3),
        subsequence(iris, 0..3),
    );
    (lists, proptest::option::of(subsequence(communes, 0..4)), any::<bool>()).prop_map(
        |((familles, tranches, qualites, employeurs, secteurs, iris), communes, couronne)| Filter {
            communes: communes.map(|codes| codes.into_iter().collect()),
            iris,
            familles,
            secteurs,
            tranches,
            qualites,
            employeurs,
            couronne,
        },
    )
}

proptest! {
    #[test]
    fn a_compiled_filter_admits_what_the_filter_admits(seed in 0_u64..8, filter in filters()) {
        let atlas = sample_atlas(seed);
        let codes = Codes::of(&atlas);
        let admission = codes.compile(&filter);
        for (structure, code) in atlas.structures.iter().zip(codes.rows()) {
            prop_assert_eq!(admission.admits(*code), filter.admits(structure), "{:?}", structure);
        }
    }
}
