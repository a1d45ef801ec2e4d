//! Every perimeter under every employer rule on the demonstration: golden counts.
//!
//! The golden counts were made apart from this project's code, by a script over the same official-form files
//! (`csv` of Python, the reference tables, no rule of ours).

use std::fmt::Write as _;
use std::path::Path;

use super::support::{GEOLOCALISATION, run};

/// Perimeter, employer rule, structures of Paris Est Marne & Bois.
const GOLDEN: [(&str, &str, u64); 9] = [
    ("cress-employeurs", "bande", 1095),
    ("cress-employeurs", "caractere", 1110),
    ("cress-employeurs", "bande-ou-caractere", 1145),
    ("insee-elargi", "bande", 1665),
    ("insee-elargi", "caractere", 1680),
    ("insee-elargi", "bande-ou-caractere", 1715),
    ("loi-2014", "bande", 1200),
    ("loi-2014", "caractere", 1216),
    ("loi-2014", "bande-ou-caractere", 1250),
];

fn sources() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["synth", "--dir", folder.path().to_str().unwrap()]);
    assert!(output.status.success());
    folder
}

/// Runs an ingest into `atlas` with more options; gives what it told.
fn ingest(sources: &Path, atlas: &Path, more: &[&str]) -> (bool, String) {
    let file = |name: &str| sources.join(name).to_str().unwrap().to_owned();
    let mut arguments = ["ingest", "--territoire", "ept:T10", "--fictif", "--atlas"].map(str::to_owned).to_vec();
    arguments.push(atlas.to_str().unwrap().to_owned());
    for (option, name) in [
        ("--etablissements", "StockEtablissement_utf8.csv"),
        ("--unites-legales", "StockUniteLegale_utf8.csv"),
        ("--geolocalisation", GEOLOCALISATION),
        ("--iris", "iris.gpkg"),
        ("--communes", "communes.gpkg"),
    ] {
        arguments.extend([option.to_owned(), file(name)]);
    }
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    let output = run(&arguments);
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// The numbers of a waterfall's CSV, as (stage, nature, code) → rows.
fn cascade(path: &Path) -> Vec<(String, String, String, u64)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| {
        (record[0].to_owned(), record[2].to_owned(), record[3].to_owned(), record[5].parse().unwrap())
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn golden_counts_of_every_perimeter_and_rule() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let (atlas, csv) = (folder.path().join("atlas.gpkg"), folder.path().join("cascade.csv"));
    for (perimetre, regle, expected) in GOLDEN {
        let options = ["--perimetre", perimetre, "--employeur", regle, "--cascade", csv.to_str().unwrap()];
        let (success, told) = ingest(sources.path(), &atlas, &options);
        assert!(success, "{told}");
        let rows = cascade(&csv);
        let of = |stage: &str, nature: &str| -> Vec<u64> {
            rows.iter().filter(|row| row.0 == stage && row.1 == nature).map(|row| row.3).collect()
        };
        assert_eq!(of("position", "gardee"), [expected], "{perimetre}, {regle}");
        let out: u64 = rows.iter().filter(|row| row.1 == "sortie").map(|row| row.3).sum();
        assert_eq!(of("lecture", "entree"), [out + of("diffusion", "gardee")[0]], "{perimetre}, {regle}");
        assert!(told.contains(&format!("{regle} {expected}")), "the sub-count of the rule applied: {told}");
    }
}

#[test]
fn lists_given_decide_and_lists_absent_are_told() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    // The list as ESS France writes it: leading zeros lost, other columns, a line that is no SIREN.
    let mut units = csv::Reader::from_path(sources.path().join("StockUniteLegale_utf8.csv")).unwrap();
    let header = units.headers().unwrap().clone();
    let rank = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (siren, category) = (rank("siren"), rank("categorieJuridiqueUniteLegale"));
    let mut listed = String::from("Nom;SIREN\n\"Illisible\";12345\n");
    let mut unflagged = 0;
    for record in units.records().map(Result::unwrap) {
        if &record[category] == "5710" {
            unflagged += 1;
            writeln!(listed, "\"A; B\";{}", record[siren].trim_start_matches('0')).unwrap();
        }
    }
    let list = folder.path().join("scop.csv");
    std::fs::write(&list, listed).unwrap();
    let (success, without) = ingest(sources.path(), &atlas, &[]);
    assert!(success && without.contains("Liste « scop » nommée par le périmètre, non fournie"), "{without}");
    let (success, with) = ingest(sources.path(), &atlas, &["--liste", &format!("scop={}", list.display())]);
    assert!(success && with.contains(&format!("Liste « scop » : {} lignes (1 illisibles)", unflagged + 1)), "{with}");
    assert!(!with.contains("= structures de l’ESS, Paris Est Marne et Bois                       1145"), "{with}");
    let (success, told) = ingest(sources.path(), &atlas, &["--perimetre", "loi-2015"]);
    assert!(!success && told.contains("cress-employeurs, insee-elargi, loi-2014"), "{told}");
}

#[test]
fn perimeters_are_listed_and_spelled_out() {
    let told = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let list = told(&["perimetres"]);
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["cress-employeurs", "insee-elargi", "loi-2014"]);
    let law = told(&["perimetres", "loi-2014"]);
    assert!(
        law.contains("Activités exclues (NAF 2025) : aucune") && law.contains("Catégorie 9210 → hors du périmètre"),
        "{law}"
    );
    let cress = told(&["perimetres", "cress-employeurs"]);
    assert!(cress.contains("Mutuelles : 6411 8210 8250 8290") && cress.contains("94.91Y"), "{cress}");
    // The shipped files are what a user copies: read as a file, they are the same perimeter.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../geodata/perimetres/insee-elargi.toml");
    assert_eq!(told(&["perimetres", file.to_str().unwrap()]), told(&["perimetres", "insee-elargi"]));
}
