//! The rules of every perimeter shipped, on the traps of the field.

use super::*;
use crate::RegleEmployeur;

struct Cas {
    categorie: &'static str,
    mention: Option<bool>,
    ape: &'static str,
    listes: &'static [NomListe],
}

const fn cas(categorie: &'static str, mention: Option<bool>, ape: &'static str) -> Cas {
    Cas { categorie, mention, ape, listes: &[] }
}

fn decide_in(perimetre: &str, cas: &Cas) -> Decision {
    let categorie = CategorieJuridique::normalise(cas.categorie);
    let nomenclature = if cas.ape.ends_with('Y') { Nomenclature::Naf2025 } else { Nomenclature::NafRev2 };
    let ape = CodeApe { code: cas.ape.into(), nomenclature };
    Perimetre::livre(perimetre).unwrap().unwrap().decide(Faits {
        categorie: categorie.as_ref(),
        mention_ess: cas.mention,
        listes: cas.listes.iter().copied().collect(),
        ape_etablissement: Some(&ape),
        ape_unite_legale: None,
    })
}

/// Family and rule, or the reason.
fn outcome(perimetre: &str, cas: &Cas) -> Result<(Famille, &'static str), Motif> {
    match decide_in(perimetre, cas) {
        Decision::Retenu(Retenu { famille, regle, .. }) => Ok((famille, regle.code())),
        Decision::Exclu(motif) => Err(motif),
    }
}

#[test]
fn every_perimeter_shipped_is_sound_and_under_its_name() {
    for (nom, textes) in LIVRES {
        let perimetre = Perimetre::parse(&textes).unwrap();
        assert_eq!(perimetre.entete.nom, nom);
        assert_eq!(perimetre.entete.employeur, RegleEmployeur::BandeOuCaractere);
    }
    assert!(Perimetre::livre("inconnu").is_none());
}

#[test]
fn a_changed_table_is_another_perimeter() {
    let shipped = Perimetre::cress_employeurs().unwrap().empreinte;
    let ape_exclues = CRESS_EMPLOYEURS.ape_exclues.replace("94.12Z", "94.13Z");
    let changed = TextesPerimetre { ape_exclues: &ape_exclues, ..CRESS_EMPLOYEURS };
    assert_ne!(Perimetre::parse(&changed).unwrap().empreinte, shipped);
}

#[test]
fn families_by_form_are_the_same_in_every_perimeter() {
    let forms = [
        (Famille::Associations, &["9220", "9221", "9222", "9223", "9230", "9240", "9260"][..]),
        (
            Famille::Cooperatives,
            &["5192", "5193", "5194", "5196", "5458", "5558", "5460", "6316", "6317", "6596", "5432"],
        ),
        (Famille::Mutuelles, &["6411", "8210", "8250", "8290"]),
        (Famille::Fondations, &["9300"]),
    ];
    for (perimetre, _) in LIVRES {
        for (famille, codes) in forms {
            for code in codes {
                let found = outcome(perimetre, &cas(code, Some(false), "62.01Z"));
                assert_eq!(found, Ok((famille, "forme")), "{perimetre} {code}");
            }
        }
    }
}

#[test]
fn traps_of_the_legal_categories() {
    for (perimetre, _) in LIVRES {
        let out = |categorie, mention| outcome(perimetre, &cas(categorie, mention, "65.12Z")).unwrap_err();
        assert_eq!(
            out("8140", Some(true)),
            Motif::HorsEss,
            "{perimetre} : mutualité SOCIALE AGRICOLE, sécurité sociale"
        );
        assert_eq!(out("7210", Some(true)), Motif::HorsEss, "{perimetre} : commune");
        assert_eq!(out("9224", Some(true)), Motif::HorsEss, "{perimetre} : association d’avocats");
        assert_eq!(out("1000", Some(true)), Motif::HorsEss, "{perimetre} : personne physique");
        assert_eq!(out("5710", None), Motif::CommercialeSansMention, "{perimetre} : inconnu n’est pas O");
        for unknown in ["5498", "5720", "6588", "9310"] {
            assert_eq!(out(unknown, Some(true)), Motif::NonClasse, "{perimetre} {unknown}");
        }
    }
    let absent = Faits {
        categorie: None,
        mention_ess: Some(true),
        listes: Ensemble::default(),
        ape_etablissement: None,
        ape_unite_legale: None,
    };
    assert_eq!(Perimetre::cress_employeurs().unwrap().decide(absent), Decision::Exclu(Motif::NonClasse));
}

#[test]
fn what_tells_the_perimeters_apart() {
    let flagged = cas("5710", Some(true), "62.01Z");
    assert_eq!(outcome("cress-employeurs", &flagged), Err(Motif::FamilleHorsPerimetre));
    assert_eq!(outcome("insee-elargi", &flagged), Err(Motif::FamilleHorsPerimetre));
    assert_eq!(outcome("loi-2014", &flagged), Ok((Famille::SocietesCommercialesEss, "mention")));
    for fifth in ["8310", "8311", "8450", "8470", "8490", "8510", "8520", "9110", "9150", "9900", "9970"] {
        let fifth = cas(fifth, None, "62.01Z");
        assert_eq!(outcome("cress-employeurs", &fifth), Err(Motif::HorsEss));
        assert_eq!(outcome("insee-elargi", &fifth), Ok((Famille::AutresOpbnl, "forme")));
        assert_eq!(outcome("loi-2014", &fifth), Err(Motif::HorsEss));
    }
    let undeclared = cas("9210", None, "93.12Z");
    assert_eq!(outcome("cress-employeurs", &undeclared), Ok((Famille::Associations, "forme")));
    assert_eq!(outcome("loi-2014", &undeclared), Err(Motif::HorsEss), "no legal person");
}

#[test]
fn activities_out_of_the_field_in_both_nomenclatures() {
    for ape in ["84.11Z", "84.11Y", "94.11Z", "94.11Y", "94.20Z", "94.20Y", "94.91Z", "94.91Y", "94.92Z", "94.92Y"] {
        let association = cas("9220", Some(true), ape);
        assert_eq!(outcome("cress-employeurs", &association), Err(Motif::ApeExclue), "{ape}");
        assert_eq!(outcome("insee-elargi", &association), Err(Motif::ApeExclue), "{ape}");
        assert_eq!(outcome("loi-2014", &association), Ok((Famille::Associations, "forme")), "{ape}");
    }
    for ape in ["94.99Z", "94.99Y", "94.12Z"] {
        assert!(outcome("cress-employeurs", &cas("9220", None, ape)).is_ok(), "{ape}");
    }
    let Decision::Retenu(undecided) = decide_in("cress-employeurs", &cas("9300", None, "84.24Z")) else {
        panic!("undecided activities stay in")
    };
    assert!(undecided.a_decider && !undecided.categorie_a_verifier);
}

#[test]
fn the_activity_tested_is_a_parameter() {
    let textes = |teste: &str| {
        let entete = CRESS_EMPLOYEURS.entete.replace("exclusion_teste = \"etablissement\"", teste);
        Perimetre::parse(&TextesPerimetre { entete: &entete, ..CRESS_EMPLOYEURS }).unwrap()
    };
    let categorie = CategorieJuridique::normalise("9220");
    let religious = CodeApe { code: "94.91Z".into(), nomenclature: Nomenclature::NafRev2 };
    let nursery = CodeApe { code: "88.91A".into(), nomenclature: Nomenclature::NafRev2 };
    let faits = Faits {
        categorie: categorie.as_ref(),
        mention_ess: None,
        listes: Ensemble::default(),
        ape_etablissement: Some(&nursery),
        ape_unite_legale: Some(&religious),
    };
    let by_site = textes("exclusion_teste = \"etablissement\"").decide(faits);
    assert!(matches!(by_site, Decision::Retenu(_)));
    assert_eq!(textes("exclusion_teste = \"unite_legale\"").decide(faits), Decision::Exclu(Motif::ApeExclue));
}

#[test]
fn lists_keep_commercial_forms_and_enter_the_agreement() {
    let scic = Cas { listes: &[NomListe::Scop, NomListe::EssFrance], ..cas("5710", Some(true), "90.01Z") };
    assert_eq!(outcome("cress-employeurs", &scic), Ok((Famille::Cooperatives, "liste:scop")));
    assert_eq!(outcome("loi-2014", &scic), Ok((Famille::Cooperatives, "liste:scop")), "the first list named decides");
    let listed = Cas { listes: &[NomListe::EssFrance], ..cas("5499", None, "90.01Z") };
    assert_eq!(outcome("loi-2014", &listed), Ok((Famille::SocietesCommercialesEss, "liste:ess-france")));
    assert_eq!(
        outcome("cress-employeurs", &listed),
        Err(Motif::CommercialeSansMention),
        "not a list of this perimeter"
    );
    let commune = Cas { listes: &[NomListe::EssFrance], ..cas("7210", Some(true), "84.11Z") };
    assert_eq!(outcome("loi-2014", &commune), Err(Motif::HorsEss), "no list makes a commune of the ESS");
    let Decision::Retenu(found) =
        decide_in("loi-2014", &Cas { listes: &[NomListe::EssFrance], ..cas("9220", Some(true), "94.99Z") })
    else {
        panic!("an association")
    };
    assert_eq!((found.regle.code(), found.accord.code()), ("forme", "forme+mention+liste"));
    assert!(!found.contradiction);
}

#[test]
fn contradictions_are_told() {
    let contradiction = |cas: &Cas| match decide_in("cress-employeurs", cas) {
        Decision::Retenu(retenu) => retenu.contradiction,
        Decision::Exclu(motif) => panic!("{motif:?}"),
    };
    assert!(contradiction(&cas("9220", Some(false), "94.99Z")), "the register says N");
    assert!(!contradiction(&cas("9220", None, "94.99Z")), "unknown says nothing");
    assert!(
        contradiction(&Cas { listes: &[NomListe::Scop], ..cas("9220", None, "94.99Z") }),
        "an association is no SCOP"
    );
    assert!(!contradiction(&Cas { listes: &[NomListe::Scop], ..cas("5458", Some(true), "62.01Z") }));
}

#[test]
fn unconfirmed_categories_are_told() {
    let unconfirmed = |perimetre: &str, categorie| match decide_in(perimetre, &cas(categorie, None, "87.10A")) {
        Decision::Retenu(retenu) => retenu.categorie_a_verifier,
        Decision::Exclu(motif) => panic!("{motif:?}"),
    };
    assert!(unconfirmed("cress-employeurs", "9240") && unconfirmed("cress-employeurs", "5432"));
    assert!(unconfirmed("insee-elargi", "9900"));
    assert!(!unconfirmed("cress-employeurs", "9220"));
}

#[test]
fn a_bad_file_says_what_to_mend() {
    let refusal = |from: &str, to: &str| {
        let entete = CRESS_EMPLOYEURS.entete.replace(from, to);
        assert_ne!(entete, CRESS_EMPLOYEURS.entete, "{from}");
        Perimetre::parse(&TextesPerimetre { entete: &entete, ..CRESS_EMPLOYEURS }).unwrap_err().to_string()
    };
    assert!(refusal("2008-01-01", "janvier 2008").contains("AAAA-MM-JJ"));
    assert!(refusal("\"scop\"", "\"scoop\"").contains("scoop"));
    assert!(refusal("mention_ess = \"commerciales\"", "mention_ess = \"oui\"").contains("oui"));
    let families = r#"familles = ["associations", "cooperatives", "mutuelles", "fondations"]"#;
    assert!(refusal(families, "familles = []").contains("familles"));
    let categories =
        format!("{}\n9220,Association,associations,oui,r,certain,\n", CRESS_EMPLOYEURS.categories.trim_end());
    let error = Perimetre::parse(&TextesPerimetre { categories: &categories, ..CRESS_EMPLOYEURS }).unwrap_err();
    assert!(error.to_string().contains("ligne 262, colonne « code »"), "{error}");
}

/// Every code that the sources name for a family is in that family, and the table knows 260 codes.
#[test]
fn the_table_is_whole() {
    let perimetre = Perimetre::livre("insee-elargi").unwrap().unwrap();
    assert_eq!(perimetre.categories.len(), 260);
    let families = perimetre.categories.values().filter(|c| matches!(c.regle, RegleCategorie::Forme(_))).count();
    assert_eq!(families, 52 + 4 + 8 + 1 + 13);
    let commercial = perimetre.categories.iter().filter(|(_, c)| matches!(c.regle, RegleCategorie::SurPreuve(_)));
    assert!(commercial.clone().all(|(code, _)| ("5202"..="5800").contains(&code.as_str())));
    assert_eq!(commercial.count(), 48);
}
