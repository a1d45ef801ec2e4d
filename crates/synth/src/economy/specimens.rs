//! The hand-written specimens keep their promises: official headers, fictive identities, one outcome a row.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::GEOLOCALISATION_FILE;
use super::headers::{GEOLOCALISATION, STOCK_ETABLISSEMENT, STOCK_UNITE_LEGALE};
use super::tests::luhn;

const MOST_ROWS: usize = 60;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/specimens").join(name)
}

fn column(path: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rank = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[rank].to_owned()).collect()
}

#[test]
fn every_row_has_one_expected_outcome() {
    let words = "retenu masque commerciale_mention ferme non_employeur hors_ess commerciale_sans_mention ape_exclue \
                 non_classe unite_legale_absente";
    for set in [
        "employeur",
        "perimetre",
        "diffusion",
        "position",
        "formats/ancien_entete",
        "formats/crlf",
        "formats/bom",
        "formats/guillemets",
        "formats/colonnes_melangees",
        "formats/colonnes_en_plus",
    ] {
        let sirets = column(&folder(set).join("StockEtablissement_utf8.csv"), "siret");
        assert!(!sirets.is_empty() && sirets.len() <= MOST_ROWS, "{set}");
        let unique: BTreeSet<&String> = sirets.iter().collect();
        assert_eq!(unique.len(), sirets.len(), "{set}");
        assert_eq!(column(&folder(set).join("attendu.csv"), "siret"), sirets, "{set}");
        for siret in &sirets {
            assert!(siret.starts_with("000") && luhn(siret) && luhn(&siret[..9]), "{set} {siret}");
        }
        for word in column(&folder(set).join("attendu.csv"), "attendu") {
            assert!(words.split(' ').any(|known| known == word), "{set} {word}");
        }
        for name in column(&folder(set).join("StockUniteLegale_utf8.csv"), "denominationUniteLegale") {
            assert!(name.is_empty() || name.ends_with(" (FICTIF)"), "{set} {name}");
        }
    }
}

#[test]
fn the_main_sets_have_the_official_headers() {
    for set in ["employeur", "perimetre", "diffusion", "position"] {
        for (file, header) in [
            ("StockEtablissement_utf8.csv", STOCK_ETABLISSEMENT.join(",")),
            ("StockUniteLegale_utf8.csv", STOCK_UNITE_LEGALE.join(",")),
            (GEOLOCALISATION_FILE, GEOLOCALISATION.join(";")),
        ] {
            let text = std::fs::read_to_string(folder(set).join(file)).unwrap();
            assert_eq!(text.lines().next(), Some(header.as_str()), "{set} {file}");
        }
    }
}

#[test]
fn the_bad_files_have_the_defect_announced() {
    let bad = |set: &str, file: &str| std::fs::read(folder(&format!("erreurs/{set}")).join(file)).unwrap();
    let stock = "StockEtablissement_utf8.csv";
    let text = |set: &str, file: &str| String::from_utf8(bad(set, file)).unwrap();
    assert!(!text("colonne_manquante", stock).contains("etatAdministratifEtablissement"));
    assert!(String::from_utf8(bad("latin1", "StockUniteLegale_utf8.csv")).is_err());
    assert!(bad("fichier_vide", GEOLOCALISATION_FILE).is_empty());
    assert_eq!(text("nombre_de_champs", stock).lines().nth(2).unwrap().split(',').count(), 53);
    let siret = &column(&folder("erreurs/siret_cle_fausse").join("attendu.csv"), "valeur")[0];
    assert!(!luhn(siret) && text("siret_cle_fausse", stock).lines().nth(2).unwrap().contains(siret.as_str()));
    for set in ["coordonnee_non_numerique", "epsg_inconnu", "etat_inconnu", "qualite_inconnue", "siret_incoherent"] {
        let expected = folder(&format!("erreurs/{set}")).join("attendu.csv");
        let (file, value, line) = (
            column(&expected, "fichier").remove(0),
            column(&expected, "valeur").remove(0),
            column(&expected, "ligne").remove(0).parse::<usize>().unwrap(),
        );
        assert!(text(set, &file).lines().nth(line - 1).unwrap().contains(&value), "{set}");
    }
}
