//! The movements of the COG, and tables in each of their editions.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::{CodeCommune, NiveauRegroupe, Territoire};

use super::{Composition, Passage, Territoires, composition, in_outlines};
use crate::progress::Silent;

fn code(text: &str) -> CodeCommune {
    text.parse().expect("a commune code")
}

fn codes(texts: &[&str]) -> BTreeSet<CodeCommune> {
    texts.iter().map(|text| code(text)).collect()
}

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (dir, path)
}

fn passage(rows: &str) -> Passage {
    let header = "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TYPECOM_AP,COM_AP\n";
    let (_dir, path) = file("mouvements.csv", format!("{header}{rows}").as_bytes());
    Passage::read(&path, None, &Silent).expect("readable movements").0
}

#[test]
fn mergers_are_followed_to_their_end_whatever_the_order_of_the_rows() {
    let passage = passage(
        "32,2025-01-01,COM,01002,COM,01003\n\
         32,2019-01-01,COM,01001,COM,01002\n\
         32,2019-01-01,COM,01002,COM,01002\n\
         32,2019-01-01,COM,01001,COMD,01001\n\
         41,2018-02-24,COM,49144,COM,44225\n",
    );
    assert_eq!(passage.of(&code("01001")), code("01003"));
    assert_eq!(passage.of(&code("01002")), code("01003"));
    assert_eq!(passage.of(&code("49144")), code("44225"));
    assert_eq!(passage.of(&code("01003")), code("01003"));
    let former: BTreeSet<_> =
        passage.former(|code| code.as_str() == "01003").map(|(before, _)| before.clone()).collect();
    assert_eq!(former, codes(&["01001", "01002"]));
}

#[test]
fn a_commune_that_came_back_follows_no_older_merger() {
    let passage = passage(
        "31,1973-01-01,COM,01001,COM,01002\n\
         21,1984-01-01,COM,01002,COM,01001\n\
         21,1984-01-01,COM,01002,COM,01002\n",
    );
    assert_eq!(passage.of(&code("01001")), code("01001"));
    assert_eq!(passage.of(&code("01002")), code("01002"));
}

#[test]
fn a_commune_shared_out_between_several_keeps_its_code() {
    let passage = passage("30,1990-01-01,COM,01001,COM,01002\n30,1990-01-01,COM,01001,COM,01003\n");
    assert_eq!(passage.of(&code("01001")), code("01001"));
}

#[test]
fn a_town_is_its_arrondissements_where_they_are_drawn() {
    let known = codes(&["75101", "75102", "94052"]);
    assert_eq!(in_outlines(codes(&["75056", "94052"]), &known), known);
    let whole = codes(&["75056"]);
    assert_eq!(in_outlines(whole.clone(), &whole), whole);
    // Unknown to the outlines, it stays, for the error to name it.
    assert_eq!(in_outlines(whole.clone(), &codes(&["94052"])), whole);
}

#[test]
fn an_epci_is_known_by_each_edition_of_its_table() {
    let editions = [
        "code_commune,siren_epci,nom_epci\n75056,200054781,Métropole\n94052,200054781,Métropole\n01001,ZZZZZZZZZ,Sans objet\n",
        "dept;siren;raison_sociale;insee\n75;200054781;Métropole;75056\n75;200054781;Métropole;94052\n",
        "CODGEO\tLIBGEO\tEPCI\tLIBEPCI\n75056\tParis\t200054781\tMétropole\n94052\tNogent\t200054781\tMétropole\n",
    ];
    for edition in editions {
        let (_dir, path) = file("epci.csv", edition.as_bytes());
        let (epcis, source) = composition::epcis(&path, Some("2025"), &Silent).expect("readable");
        assert_eq!((source.role.as_str(), source.millesime.as_str()), ("epcis", "2025"));
        assert_eq!(epcis.of(&code("75112")), Some("200054781"), "an arrondissement is in the EPCI of its town");
        assert_eq!(epcis.of(&code("01001")), None);
        let tables = Territoires { epcis, ..Territoires::default() };
        let known = codes(&["75112", "94052", "94068"]);
        let territoire = Territoire::Zone(NiveauRegroupe::Epci, "200054781".to_owned());
        let (nom, communes) = tables.resolve(&territoire, &known).expect("known");
        assert_eq!((nom.as_str(), communes), ("Métropole", codes(&["75112", "94052"])));
    }
}

#[test]
fn a_table_of_another_form_names_the_columns_and_the_mend() {
    let refusal = |bytes: &[u8]| {
        let (_dir, path) = file("epci.csv", bytes);
        composition::epcis(&path, None, &Silent).expect_err("refused").to_string()
    };
    let columns = refusal(b"insee,nom\n94052,Nogent\n");
    assert!(columns.contains("insee, siren, raison_sociale") && columns.contains("DGCL"), "{columns}");
    let siren = refusal(b"insee,siren,raison_sociale\n94052,20005478,M\n");
    assert!(siren.contains("ligne 2") && siren.contains("20005478"), "{siren}");
    let twice = refusal(b"insee,siren,raison_sociale\n94052,200054781,M\n94052,200057941,N\n");
    assert!(twice.contains("ligne 3"), "{twice}");
}

#[test]
fn an_unknown_zone_tells_what_to_give() {
    let epci = Territoire::Zone(NiveauRegroupe::Epci, "200054781".to_owned());
    let message = Territoires::default().resolve(&epci, &BTreeSet::new()).expect_err("no table").to_string();
    assert!(message.contains("--epcis"), "{message}");
    assert!(Composition::default().unknown(NiveauRegroupe::Ept).contains("--epts"));
}

/// The official tables, where the public data are at hand.
#[cfg(feature = "formats")]
mod official {
    use super::*;
    use crate::territoires::Cog;

    fn shared(file: &str) -> Option<PathBuf> {
        test_support::shared_file(&format!("data/cog/{file}"))
    }

    #[test]
    fn the_workbooks_of_insee_and_of_the_dgcl() {
        let (Some(epts), Some(epcis)) = (shared("ept.xlsx"), shared("epcicom.xlsx")) else { return };
        let (epts, source) =
            composition::epts(Some(&epts), Some("2025-01-01"), &Silent).expect("the workbook of INSEE");
        assert_eq!(source.lignes, 34_875);
        let pemb = epts.find("T10").expect("PEMB");
        assert_eq!((pemb.nom.as_str(), pemb.communes.len()), ("Paris Est Marne et Bois", 13));
        assert_eq!(epts.of(&code("94052")), Some("200057941"));
        assert_eq!(epts.of(&code("01001")), None);
        let (epcis, source) =
            composition::epcis(&epcis, Some("2025-01-01"), &Silent).expect("the workbook of the DGCL");
        assert_eq!(source.lignes, 34_871);
        let metropole = epcis.get("200054781").expect("the Métropole du Grand Paris");
        assert_eq!((metropole.nom.as_str(), metropole.communes.len()), ("Métropole du Grand Paris", 130));
        assert!(metropole.communes.is_superset(&pemb.communes), "every EPT is in the métropole");
    }

    /// Every commune of 2020 has a successor in 2026, and there are as many departments as in the shipped table.
    #[test]
    fn the_movements_lead_from_2020_to_the_cog_of_2026() {
        let (Some(cog), Some(movements)) = (shared("communes.csv.gz"), shared("mouvements-communes.csv.gz")) else {
            return;
        };
        let Some(iris) = test_support::shared_file("data/iris/contours-iris-2020-france.parquet") else { return };
        let (cog, _) = Cog::read(&cog, None, &Silent).expect("the COG");
        let (passage, _) = Passage::read(&movements, None, &Silent).expect("the movements");
        let columns: [&[&str]; 1] = [&["INSEE_COM"]];
        let mut communes = BTreeSet::new();
        let read = crate::outlines::read(&iris, &columns, |feature| {
            let text = feature.texts.into_iter().next().flatten().expect("a code");
            communes.insert(code(&text));
            true
        });
        tokio::runtime::Runtime::new().expect("a runtime").block_on(read).expect("the IRIS of 2020");
        let gone: Vec<_> = communes.iter().filter(|code| !cog.holds(code)).collect();
        let lost: Vec<_> = communes.iter().filter(|code| !cog.holds(&passage.of(code))).collect();
        assert!(gone.len() > 100, "{} codes of 2020 are no more", gone.len());
        assert!(lost.is_empty(), "no successor: {lost:?}");
        // One that is still there never moves.
        assert!(communes.iter().filter(|code| cog.holds(code)).all(|code| passage.of(code) == *code));
        let of_94 = cog.communes_of(NiveauRegroupe::Departement, "94");
        assert_eq!((of_94.len(), cog.communes_of(NiveauRegroupe::Region, "11").len()), (47, 1_266));
    }
}
