//! Tests of the generator on a hand-made geography: two squares of the territory and one of the ring.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::plane::{border_distance, inside};
use super::*;
use crate::geography::{CommuneShape, IrisShape};

const NIC_START: usize = 9;

fn square(west: f64, south: f64, side: f64) -> Polygon<f64> {
    let corner = |x: f64, y: f64| Coord { x: west + x * side, y: south + y * side };
    let ring = vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0), corner(0.0, 0.0)];
    Polygon::new(LineString::new(ring), Vec::new())
}

fn town(code: &str, population: u32, west: f64, couronne: bool) -> (CommuneShape, Vec<IrisShape>) {
    let south = 6_859_000.0;
    let shape = CommuneShape {
        code: code.to_owned(),
        nom: format!("Commune d’essai {code}"),
        departement: code[..2].to_owned(),
        population,
        superficie_m2: 4_000_000.0,
        mairie: Coord { x: west + 900.0, y: south + 1100.0 },
        couronne,
        outline: MultiPolygon(vec![square(west, south, 2000.0)]),
    };
    let quarter = |rank: u32| {
        let (east, north) = (f64::from(rank % 2) * 1000.0, f64::from(rank / 2) * 1000.0);
        IrisShape {
            code: format!("{code}01{:02}", rank + 1),
            nom: format!("Quartier {rank} (fictif)"),
            type_iris: 'H',
            code_commune: code.to_owned(),
            population: population / 4,
            outline: square(west + east, south + north, 1000.0),
        }
    };
    (shape, (0..4).map(quarter).collect())
}

fn small_geography() -> Geography {
    let towns = [
        town("94052", 32_000, 660_000.0, false),
        town("94058", 36_000, 662_000.0, false),
        town("93051", 40_000, 664_000.0, true),
    ];
    let (communes, iris): (Vec<CommuneShape>, Vec<Vec<IrisShape>>) = towns.into_iter().unzip();
    Geography { communes, iris: iris.concat(), landmarks: Vec::new() }
}

fn quick() -> EconomyOptions {
    EconomyOptions { reste: 4, ..EconomyOptions::default() }
}

type Row = BTreeMap<String, String>;

fn read(dir: &Path, name: &str, delimiter: u8) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(dir.join(name)).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|record| header.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect())
        .collect();
    (header, rows)
}

fn by_key(rows: Vec<Row>, key: &str) -> BTreeMap<String, Row> {
    let count = rows.len();
    let map: BTreeMap<String, Row> = rows.into_iter().map(|row| (row[key].clone(), row)).collect();
    assert_eq!(map.len(), count, "{key} is not unique");
    map
}

struct Files {
    report: EconomyReport,
    sites: BTreeMap<String, Row>,
    units: BTreeMap<String, Row>,
    located: BTreeMap<String, Row>,
    truth: BTreeMap<String, Row>,
    geography: Geography,
    dir: tempfile::TempDir,
}

fn files() -> Files {
    files_of(small_geography(), &quick())
}

fn files_of(geography: Geography, options: &EconomyOptions) -> Files {
    let dir = tempfile::tempdir().unwrap();
    let report = generate(&geography, options, dir.path()).unwrap();
    Files {
        report,
        sites: by_key(read(dir.path(), "StockEtablissement_utf8.csv", b',').1, "siret"),
        units: by_key(read(dir.path(), "StockUniteLegale_utf8.csv", b',').1, "siren"),
        located: by_key(read(dir.path(), GEOLOCALISATION_FILE, b';').1, "siret"),
        truth: by_key(read(dir.path(), "verite.csv", b',').1, "siret"),
        geography,
        dir,
    }
}

/// Written from the definition, right to left, unlike the generator.
pub(super) fn luhn(number: &str) -> bool {
    let doubled = |digit: u32| [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit as usize];
    let sum: u32 = number
        .chars()
        .rev()
        .enumerate()
        .map(|(rank, digit)| {
            let digit = digit.to_digit(10).unwrap();
            if rank % 2 == 1 { doubled(digit) } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn the_figures_of_the_territory_are_exact() {
    let files = files();
    assert_eq!(files.report.structures(), 1145);
    let families: Vec<(&str, usize)> =
        files.report.pemb_familles.iter().map(|(famille, &count)| (famille.as_str(), count)).collect();
    assert_eq!(families, [("associations", 1042), ("cooperatives", 69), ("fondations", 11), ("mutuelles", 23)]);
    assert_eq!(files.report.pemb_attendus["masque"], 80);
    assert_eq!(files.report.pemb_attendus["commerciale_mention"], 14);
    let written = files
        .truth
        .values()
        .filter(|row| row["territoire"] == "pemb" && (row["attendu"] == "retenu" || row["attendu"] == "masque"))
        .count();
    assert_eq!(written, 1145);
}

#[test]
fn sectors_come_in_the_order_of_the_diagnostic() {
    let files = files();
    let kept = |divisions: &[&str]| {
        files
            .truth
            .values()
            .filter(|row| row["territoire"] == "pemb" && (row["attendu"] == "retenu" || row["attendu"] == "masque"))
            .filter(|row| divisions.contains(&row["division_naf"].as_str()))
            .count()
    };
    assert_eq!(kept(&["90", "91"]), 205);
    assert_eq!(kept(&["93"]), 190);
    assert_eq!(kept(&["87", "88"]), 169);
    assert_eq!(kept(&["85"]), 111);
}

#[test]
fn jobs_have_the_mean_of_the_diagnostic() {
    let means: BTreeMap<&str, f64> = [
        ("01", 1.4),
        ("02", 3.8),
        ("03", 7.2),
        ("11", 13.6),
        ("12", 29.0),
        ("21", 68.0),
        ("22", 135.0),
        ("31", 223.0),
        ("32", 340.0),
        ("41", 680.0),
        ("42", 1360.0),
    ]
    .into();
    let dir = tempfile::tempdir().unwrap();
    generate(&small_geography(), &EconomyOptions::default(), dir.path()).unwrap();
    let truth = read(dir.path(), "verite.csv", b',').1;
    let jobs = |ess: bool| -> f64 {
        let rows = truth.iter().filter(|row| row["territoire"] == "pemb" && !row["motifs"].contains("ferme"));
        rows.filter(|row| (row["attendu"] == "retenu" || row["attendu"] == "masque") == ess)
            .map(|row| means.get(row["tranche"].as_str()).copied().unwrap_or(0.0))
            .sum()
    };
    let (ess, others) = (jobs(true), jobs(false));
    assert!((ess - 11_150.0).abs() < 120.0, "{ess}");
    let share = ess / (ess + others);
    assert!((0.076..0.084).contains(&share), "{share} of {}", ess + others);
}

#[test]
fn headers_are_the_official_ones() {
    let files = files();
    let dir = files.dir.path();
    for (name, delimiter, expected) in [
        ("StockEtablissement_utf8.csv", b',', &headers::STOCK_ETABLISSEMENT[..]),
        ("StockUniteLegale_utf8.csv", b',', &headers::STOCK_UNITE_LEGALE),
        (GEOLOCALISATION_FILE, b';', &headers::GEOLOCALISATION),
        ("donnees_communes.csv", b';', &headers::DONNEES_COMMUNES),
        ("base-ic-evol-struct-pop-2022.CSV", b';', &headers::POPULATION_IRIS),
        ("base-cc-emploi-pop-active-2022.CSV", b';', &headers::EMPLOIS_COMMUNES),
        ("ept.csv", b';', &headers::EPT),
        ("epci.csv", b';', &headers::EPCI),
        ("verite.csv", b',', &headers::VERITE),
    ] {
        assert_eq!(read(dir, name, delimiter).0, expected, "{name}");
        let bytes = std::fs::read(dir.join(name)).unwrap();
        assert!(!bytes.contains(&b'\r') && bytes.ends_with(b"\n"), "{name}");
    }
}

#[test]
fn identifiers_are_fictive_and_valid() {
    let files = files();
    for siret in files.sites.keys() {
        assert!(siret.starts_with("000") && siret.len() == 14 && luhn(siret) && luhn(&siret[..NIC_START]), "{siret}");
        assert_ne!(&siret[..NIC_START], "000000000");
    }
    for (siren, unit) in &files.units {
        let name = &unit["denominationUniteLegale"];
        let natural = unit["categorieJuridiqueUniteLegale"] == "1000";
        assert!(name.ends_with(" (FICTIF)") != natural, "{siren} {name}");
        let person = &unit["nomUniteLegale"];
        assert!(!natural || person == "[ND]" || person.starts_with("NOM FICTIF"), "{siren} {person}");
    }
    for site in files.sites.values() {
        let sign = &site["enseigne1Etablissement"];
        assert!(sign.is_empty() || sign == "[ND]" || sign.ends_with(" (FICTIF)"), "{sign}");
    }
}

#[test]
fn same_seed_same_bytes() {
    let geography = small_geography();
    let (one, two, three) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = generate(&geography, &quick(), one.path()).unwrap();
    assert_eq!(first, generate(&geography, &quick(), two.path()).unwrap());
    generate(&geography, &EconomyOptions { seed: 1, ..quick() }, three.path()).unwrap();
    for entry in std::fs::read_dir(one.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let bytes = |dir: &Path| std::fs::read(dir.join(&name)).unwrap();
        assert_eq!(bytes(one.path()), bytes(two.path()), "{}", name.display());
        if name.to_string_lossy().starts_with("Stock") {
            assert_ne!(bytes(one.path()), bytes(three.path()), "{}", name.display());
        }
    }
}

#[test]
fn the_truth_agrees_with_the_geometry() {
    assert!(borders_of_a_true_geometry(&files()) >= 8);
}

#[test]
fn the_demonstration_holds_together() {
    let geography = crate::geography::build(&crate::geography::Facts::embedded().unwrap()).unwrap();
    let files = files_of(geography, &EconomyOptions::default());
    assert_eq!(files.report.structures(), 1145);
    assert!((40_000..60_000).contains(&files.report.etablissements), "{}", files.report.etablissements);
    assert!(borders_of_a_true_geometry(&files) >= 8);
}

/// Checks every planted point against the outlines and counts those on a border.
fn borders_of_a_true_geometry(files: &Files) -> usize {
    let mut borders = 0;
    for (siret, row) in &files.truth {
        let code = &row["code_iris_attendu"];
        // Moved without its address: a point in another commune, and no IRIS of its own.
        let moved = files.located.get(siret).is_some_and(|located| {
            ["11", "21"].contains(&located["qualite_xy"].as_str()) && located["plg_code_commune"] != row["code_commune"]
        });
        let moved = moved && row["attendu_position"] == "numero";
        assert_eq!(code.is_empty(), moved || row["attendu_position"] == "commune", "{siret}");
        if row["attendu_position"] != "numero" {
            continue;
        }
        let point = Coord { x: number(row, "x"), y: number(row, "y") };
        if moved {
            let located = &files.located[siret];
            assert_eq!((number(located, "x"), number(located, "y")), (point.x, point.y));
            let home = files.geography.iris.iter().filter(|iris| iris.code.starts_with(&row["code_commune"]));
            assert!(home.into_iter().all(|iris| !inside(&iris.outline, point)), "{siret}");
            continue;
        }
        assert!(code.starts_with(&row["code_commune"]), "{siret}");
        let iris = files.geography.iris.iter().find(|iris| &iris.code == code).unwrap();
        if row["piege"] == "frontiere_iris" {
            borders += 1;
            assert!(border_distance(&iris.outline, point) < 1e-6);
            let touching = files.geography.iris.iter().filter(|iris| border_distance(&iris.outline, point) < 1e-6);
            assert_eq!(touching.map(|iris| &iris.code).min(), Some(code));
        } else {
            assert!(inside(&iris.outline, point) && border_distance(&iris.outline, point) >= 1.0, "{siret}");
        }
        let exact = files.located.get(siret).filter(|located| ["11", "21"].contains(&located["qualite_xy"].as_str()));
        if let Some(located) = exact {
            assert_eq!((number(located, "x"), number(located, "y")), (point.x, point.y));
            let local = if located["plg_iris"] == "CSZ" { "0000" } else { &located["plg_iris"] };
            assert_eq!(format!("{}{local}", located["plg_code_commune"]), *code);
        } else {
            let stock = &files.sites[siret];
            assert!((number(stock, "coordonneeLambertAbscisseEtablissement") - point.x).abs() < 0.006);
            assert!((number(stock, "coordonneeLambertOrdonneeEtablissement") - point.y).abs() < 0.006);
        }
    }
    borders
}

#[test]
fn partial_diffusion_masks_the_address_and_nothing_else() {
    let files = files();
    let mut seen = BTreeSet::new();
    for (siret, row) in files.truth.iter().filter(|(_, row)| row["attendu"] == "masque") {
        seen.insert(row["piege"].clone());
        let (site, unit) = (&files.sites[siret], &files.units[&siret[..NIC_START]]);
        assert_eq!((row["attendu_position"].as_str(), row["code_iris_attendu"].as_str()), ("commune", ""));
        assert_eq!(site["codeCommuneEtablissement"], row["code_commune"]);
        if site["statutDiffusionEtablissement"] == "P" {
            for column in ["codePostal", "libelleVoie", "coordonneeLambertAbscisse", "identifiantAdresse"] {
                assert_eq!(site[&format!("{column}Etablissement")], "[ND]", "{siret} {column}");
            }
        } else {
            assert_eq!(unit["statutDiffusionUniteLegale"], "P");
        }
        let located = files.located.contains_key(siret);
        assert_eq!(located, ["diffusion_p_geolocalisee", "unite_legale_p"].contains(&row["piege"].as_str()));
    }
    assert_eq!(seen.len(), 4);
}

#[test]
fn traps_are_planted_in_known_numbers() {
    let files = files();
    let pemb =
        |label: &str| files.truth.values().filter(|row| row["territoire"] == "pemb" && row["piege"] == label).count();
    for (label, count) in [
        ("qualite_33", 60),
        ("qualite_12", 40),
        ("qualite_22", 20),
        ("commune_discordante", 20),
        ("lambert_stock", 40),
        ("sans_position", 30),
        ("nd_coordonnees", 15),
        ("bande_nn_employeur", 20),
        ("bande_nulle_employeur", 20),
        ("bande_00_employeur", 10),
        ("activite_a_decider", 6),
        ("multi_sites", 18),
        ("adresse_partagee_1", 8),
        ("ape_unite_exclue", 10),
        ("ape_etablissement_exclue", 10),
        ("ape_exclue", 85),
        ("ferme_encore_employeur", 60),
        ("ancienne_fermeture", 30),
        ("bande_nn", 60),
        ("non_classe", 24),
        ("mutualite_agricole", 4),
        ("public_mention_ess", 10),
        ("scop_en_sas", 6),
        ("unite_legale_absente", 15),
    ] {
        assert_eq!(pemb(label), count, "{label}");
    }
    assert!(files.report.pieges.contains_key("hors_territoire"));
}

#[test]
fn traps_are_what_their_label_says() {
    let files = files();
    for (siret, row) in &files.truth {
        let site = &files.sites[siret];
        let unit = files.units.get(&siret[..NIC_START]);
        let quality = files.located.get(siret).map(|located| located["qualite_xy"].as_str());
        match row["piege"].as_str() {
            "qualite_33" => {
                assert_eq!((quality, site["coordonneeLambertAbscisseEtablissement"].as_str()), (Some("33"), ""));
            }
            "qualite_33_lambert" => assert_eq!((quality, row["attendu_position"].as_str()), (Some("33"), "numero")),
            "qualite_12" => assert_eq!((quality, row["attendu_position"].as_str()), (Some("12"), "voie")),
            "commune_discordante" => {
                assert_ne!(files.located[siret]["plg_code_commune"], row["code_commune"]);
                assert_eq!((row["attendu_position"].as_str(), row["code_iris_attendu"].as_str()), ("numero", ""));
            }
            "nd_coordonnees" => {
                assert_eq!(site["coordonneeLambertAbscisseEtablissement"], "[ND]");
                assert_eq!((site["statutDiffusionEtablissement"].as_str(), quality), ("O", None));
            }
            "unite_legale_absente" => assert!(unit.is_none()),
            "ferme_encore_employeur" => {
                assert_eq!(site["etatAdministratifEtablissement"], "F");
                assert_eq!(site["caractereEmployeurEtablissement"], "O");
                assert_eq!(row["attendu"], "ferme");
            }
            "champs_a_echapper" => {
                let name = &unit.unwrap()["denominationUniteLegale"];
                assert!(name.contains(',') && name.contains('"') && name.contains(';'), "{name}");
            }
            "ape_unite_exclue" => assert_eq!(unit.unwrap()["activitePrincipaleUniteLegale"], "94.91Z"),
            _ => {}
        }
        assert_eq!(unit.is_none(), row["piege"] == "unite_legale_absente", "{siret}");
        assert_eq!(row["motifs"].contains("ferme"), site["etatAdministratifEtablissement"] == "F", "{siret}");
    }
    assert!(files.units.values().all(|unit| unit["caractereEmployeurUniteLegale"].is_empty()));
}

#[test]
fn populations_by_iris_sum_to_the_commune() {
    let files = files();
    let text = std::fs::read_to_string(files.dir.path().join("base-ic-evol-struct-pop-2022.CSV")).unwrap();
    assert!(text.starts_with("IRIS;COM;TYP_IRIS;LAB_IRIS;P22_POP\n\"940520101\";\"94052\";\"H\";\"1\";"));
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for row in read(files.dir.path(), "base-ic-evol-struct-pop-2022.CSV", b';').1 {
        *sums.entry(row["COM"].clone()).or_default() += number(&row, "P22_POP");
    }
    for row in read(files.dir.path(), "donnees_communes.csv", b';').1 {
        assert!((sums[&row["COM"]] - number(&row, "PMUN")).abs() < 1e-4, "{}", row["COM"]);
    }
}

#[test]
fn jobs_of_the_territory_are_those_that_the_article_implies() {
    let files = files();
    let territory = by_key(read(files.dir.path(), "ept.csv", b';').1, "code_commune");
    let rows = read(files.dir.path(), "base-cc-emploi-pop-active-2022.CSV", b';').1;
    let inside = rows.iter().filter(|row| territory[&row["CODGEO"]]["siren_ept"] == "200057941");
    let jobs: f64 = inside.map(|row| number(row, "P22_EMPLT")).sum();
    // 11,234 jobs are 8 % of them; communes of the ring that belong to the same EPT: none.
    assert!((jobs - 140_425.0).abs() < 2.0, "{jobs}");
}

#[test]
fn the_towns_belong_to_their_territory() {
    let files = files();
    let rows = by_key(read(files.dir.path(), "ept.csv", b';').1, "code_commune");
    assert_eq!(rows["94052"]["siren_ept"], "200057941");
    assert_eq!(rows["93051"]["siren_ept"], "200058790");
    let members = by_key(read(files.dir.path(), "epci.csv", b';').1, "insee");
    assert_eq!(members.len(), 130, "the communes of the Métropole du Grand Paris, Paris being one");
    assert!(members.values().all(|row| row["siren"] == "200054781"));
}

#[test]
fn degrees_agree_with_a_known_point() {
    let degrees = lambert::to_degrees(Coord { x: 662_095.744, y: 6_859_773.710 });
    assert!((degrees.x - 2.4836).abs() < 1e-7 && (degrees.y - 48.8369).abs() < 1e-7, "{degrees:?}");
}

#[test]
fn a_geography_without_a_territory_is_refused() {
    let mut geography = small_geography();
    for commune in &mut geography.communes {
        commune.couronne = true;
    }
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(generate(&geography, &quick(), dir.path()), Err(SynthError::Geography(_))));
}
