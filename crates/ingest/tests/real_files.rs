//! Our rules and readers on the real public files, when they are beside the project.
//!
//! The figures asserted here are those of `docs/preuves.md`: the page cannot drift from the code.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use domain::perimetre::{Faits, LIVRES};
use domain::{CategorieJuridique, CodeApe, Decision, Ensemble, NomListe, Nomenclature, Perimetre, Siren};
use geo::{
    Area, BoundingRect, Coord, CoordsIter, Distance, Euclidean, InteriorPoint, Intersects, MultiPolygon, Point, Rect,
    Validation,
};
use geopackage::{Feature, read_polygons};
use ingest::outlines::{self, Coordinates};
use spatial_index::{Located, ZoneIndex};
use test_support::Random;

fn shared(file: &str) -> Option<PathBuf> {
    test_support::shared_file(&format!("data/{file}"))
}

const PEMB: [&str; 13] = [
    "94015", "94017", "94018", "94033", "94042", "94046", "94052", "94058", "94067", "94068", "94069", "94079", "94080",
];

#[tokio::test]
async fn the_real_iris_of_ile_de_france() {
    let Some(path) = shared("iris/contours-iris-2020-idf.gpkg") else { return };
    let mut iris = Vec::new();
    let mut types: BTreeMap<String, usize> = BTreeMap::new();
    let mut invalid = 0;
    let info = read_polygons(&path, &[&["code_iris"], &["type_iris"]], |feature| {
        let mut texts = feature.texts.into_iter().flatten();
        let (code, kind) = (texts.next().unwrap(), texts.next().unwrap());
        *types.entry(kind).or_default() += 1;
        invalid += usize::from(!feature.geometry.is_valid());
        iris.push((code, feature.geometry));
        true
    })
    .await
    .unwrap();
    assert_eq!((info.epsg, iris.len()), (2154, 5_265));
    assert_eq!(iris.iter().filter(|(code, _)| code.starts_with("94")).count(), 530);
    let pemb: Vec<_> = iris.iter().filter(|(code, _)| PEMB.contains(&&code[..5])).collect();
    let area: f64 = pemb.iter().map(|(_, outline)| outline.unsigned_area()).sum::<f64>() / 1e6;
    assert_eq!(pemb.len(), 198);
    assert!((area - 56.2).abs() < 0.05, "{area}");
    let codes: Vec<(String, geo::Point<f64>)> =
        iris.iter().map(|(code, outline)| (code.clone(), outline.interior_point().unwrap())).collect();
    let index = ZoneIndex::new(iris);
    let (mut inside, mut overlap, mut elsewhere) = (0, 0, 0);
    for (code, point) in &codes {
        match index.locate(point.0) {
            Located::Inside(found) if found == code => inside += 1,
            Located::Boundary(found) if found <= code => overlap += 1,
            _ => elsewhere += 1,
        }
    }
    assert_eq!((inside, overlap, elsewhere, invalid), (5_265, 0, 0, 0));
    assert_eq!(types["H"] + types["A"] + types["D"] + types["Z"], 5_265);
}

/// Rows of the real units, as (SIREN, category, activity, flag O, family of the list).
fn units(path: &Path) -> Vec<(Siren, Option<CategorieJuridique>, CodeApe, bool, String)> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let rank = |name: &str| header.iter().position(|column| column == name).unwrap();
    let [siren, naf, category, flag, family] =
        ["siren", "naf", "categorie_juridique", "flag_ess_sirene", "famille_ess"].map(rank);
    let read = |record: csv::StringRecord| {
        let ape = CodeApe { code: record[naf].into(), nomenclature: Nomenclature::NafRev2 };
        let category = CategorieJuridique::normalise(&record[category]);
        (record[siren].parse().unwrap(), category, ape, &record[flag] == "True", record[family].to_owned())
    };
    reader.records().map(|record| read(record.unwrap())).collect()
}

#[test]
fn flag_category_and_list_on_real_units() {
    let Some(path) = shared("ess/unites-legales-ess-numerique.csv.gz") else { return };
    let perimetre = Perimetre::cress_employeurs().unwrap();
    let units = units(&path);
    assert_eq!(units.len(), 3_667);
    let mut table: BTreeMap<(String, &str, &str), usize> = BTreeMap::new();
    for (_, category, ape, flag, family) in &units {
        let decision = perimetre.decide(Faits {
            categorie: category.as_ref(),
            mention_ess: flag.then_some(true),
            listes: Ensemble::default(),
            ape_etablissement: Some(ape),
            ape_unite_legale: Some(ape),
        });
        let ours = match decision {
            Decision::Retenu(retenu) => retenu.famille.code().to_owned(),
            Decision::Exclu(motif) => format!("exclu : {}", motif.code()),
        };
        let list = if family.is_empty() { "hors liste" } else { family.as_str() };
        *table.entry((ours, list, if *flag { "O" } else { "vide" })).or_default() += 1;
    }
    let cell = |ours: &str, list, flag| table.get(&(ours.to_owned(), list, flag)).copied().unwrap_or_default();
    assert_eq!(cell("exclu : famille_hors_perimetre", "hors liste", "O"), 793);
    assert_eq!(cell("exclu : commerciale_sans_mention", "hors liste", "vide"), 94);
    assert_eq!(cell("associations", "association", "vide"), 105);
    let agree = |code: &str, list: &str| -> usize {
        table.iter().filter(|((ours, in_list, _), _)| ours == code && *in_list == list).map(|(_, count)| count).sum()
    };
    let agreed =
        agree("associations", "association") + agree("cooperatives", "cooperative") + agree("fondations", "fondation");
    let listed: usize = table.iter().filter(|((_, list, _), _)| *list != "hors liste").map(|(_, count)| count).sum();
    assert_eq!((agreed, listed), (2_621, 2_633));
    // The list's compiler takes category 9900 for a foundation; it is "other private-law person".
    let other: usize = units
        .iter()
        .filter(|unit| unit.4 == "fondation" && unit.1.as_ref().is_some_and(|c| c.as_str() == "9900"))
        .count();
    assert_eq!(listed - agreed, other);
}

/// Every perimeter on the real units: rule and agreement of the sources, or reason. The list is ESS France's.
#[test]
fn every_perimeter_on_real_units() {
    let Some(path) = shared("ess/unites-legales-ess-numerique.csv.gz") else { return };
    let units = units(&path);
    let mut printed = vec!["Accord des sources sur 3 667 unités légales réelles".to_owned()];
    let mut kept = BTreeMap::new();
    for (nom, textes) in LIVRES {
        let perimetre = Perimetre::parse(&textes).unwrap();
        let mut table: BTreeMap<(String, &str), usize> = BTreeMap::new();
        for (_, category, ape, flag, family) in &units {
            let faits = Faits {
                categorie: category.as_ref(),
                mention_ess: flag.then_some(true),
                listes: (!family.is_empty()).then_some(NomListe::EssFrance).into_iter().collect(),
                ape_etablissement: Some(ape),
                ape_unite_legale: Some(ape),
            };
            let (outcome, accord) = match perimetre.decide(faits) {
                Decision::Retenu(retenu) => {
                    (format!("{} ({})", retenu.famille.code(), retenu.regle.code()), retenu.accord)
                }
                Decision::Exclu(motif) => (format!("exclu : {}", motif.code()), perimetre.accord(faits)),
            };
            *table.entry((outcome, accord.code())).or_default() += 1;
        }
        assert_eq!(table.values().sum::<usize>(), 3_667, "{nom} : chaque unité a un sort");
        printed.push(nom.to_owned());
        for ((outcome, accord), count) in &table {
            printed.push(format!("  {outcome:<48} {accord:<22} {count:>5}"));
        }
        let retained = table.iter().filter(|((outcome, _), _)| !outcome.starts_with("exclu"));
        kept.insert(nom, retained.clone().map(|(_, count)| count).sum::<usize>());
        let all_three: usize =
            retained.filter(|((_, accord), _)| *accord == "forme+mention+liste").map(|(_, count)| count).sum();
        assert_eq!(all_three, 2_486, "{nom}");
    }
    let _ = writeln!(std::io::stderr(), "{}", printed.join("\n"));
    let expected = [("cress-employeurs", 2_755), ("insee-elargi", 2_767), ("loi-2014", 3_543)];
    assert_eq!(kept, BTreeMap::from(expected));
}

/// Code, name and area (m²) of the outlines of the Val-de-Marne in a file, with its system.
async fn val_de_marne(path: &Path) -> (Coordinates, BTreeMap<String, (String, f64)>, usize) {
    let mut read = BTreeMap::new();
    let mut total = 0;
    let coordinates = outlines::read(path, &[&["code_iris"], &["nom_iris"]], |feature: Feature| {
        total += 1;
        let mut texts = feature.texts.into_iter().flatten();
        let code = texts.next().unwrap();
        assert_eq!(code.len(), 9, "{code}");
        if code.starts_with("94") {
            read.insert(code, (texts.next().unwrap_or_default(), feature.geometry.unsigned_area()));
        }
        true
    })
    .await
    .unwrap();
    (coordinates, read, total)
}

#[tokio::test]
async fn the_real_iris_are_the_same_in_every_form() {
    let (Some(gpkg), Some(shapefile), Some(parquet)) = (
        shared("iris/contours-iris-2020-idf.gpkg"),
        shared("iris/CONTOURS-IRIS_2020_D094.shp.zip"),
        shared("iris/contours-iris-2020-france.parquet"),
    ) else {
        return;
    };
    let (system, expected, total) = val_de_marne(&gpkg).await;
    assert_eq!((system, expected.len(), total), (Coordinates::Metric(2154), 530, 5_265));
    for (path, all) in [(shapefile, 530), (parquet, 48_592)] {
        if !cfg!(feature = "formats") {
            let refused = outlines::read(&path, &[&["code_iris"]], |_| true).await.unwrap_err().to_string();
            assert!(refused.contains("cargo build"), "{refused}");
            continue;
        }
        let (system, found, total) = val_de_marne(&path).await;
        assert_eq!((system, found.len(), total), (Coordinates::Metric(2154), 530, all), "{}", path.display());
        for (code, (nom, area)) in &expected {
            let (other, other_area) = &found[code];
            assert_eq!(other, nom, "{code}");
            assert!((other_area - area).abs() <= area * 1e-6 + 1.0, "{code}: {area} m², {other_area} m²");
        }
    }
}

/// The rebuilt outlines overlap and leave holes: the index against each outline in turn.
#[tokio::test]
async fn points_in_overlaps_and_holes_are_where_brute_force_finds_them() {
    let Some(path) = shared("iris/contours-iris-2020-idf.gpkg") else { return };
    let mut iris: Vec<(String, MultiPolygon<f64>)> = Vec::new();
    read_polygons(&path, &[&["code_iris"]], |feature| {
        let code = feature.texts.into_iter().flatten().next().unwrap();
        if code.starts_with("94") {
            iris.push((code, feature.geometry));
        }
        true
    })
    .await
    .unwrap();
    iris.sort_by(|a, b| a.0.cmp(&b.0));
    let index = ZoneIndex::new(iris.iter().cloned());
    let bounds = iris.iter().filter_map(|(_, outline)| outline.bounding_rect()).reduce(joined).unwrap();
    let mut random = Random::new(94);
    let mut points: Vec<Coord<f64>> = (0..4_000)
        .map(|_| Coord {
            x: bounds.min().x + random.unit() * bounds.width(),
            y: bounds.min().y + random.unit() * bounds.height(),
        })
        .collect();
    // Around the vertices, where outlines overlap and gape.
    let vertices: Vec<Coord<f64>> = iris.iter().flat_map(|(_, outline)| outline.coords_iter()).collect();
    points.extend((0..4_000).map(|_| {
        let vertex = vertices[random.below(vertices.len())];
        Coord { x: vertex.x + random.unit() * 30.0 - 15.0, y: vertex.y + random.unit() * 30.0 - 15.0 }
    }));
    let together = index.locate_all(&points);
    let (mut overlaps, mut holes, mut attached) = (0, 0, 0);
    for (point, located) in points.iter().zip(&together) {
        let holding: Vec<&str> =
            iris.iter().filter(|(_, outline)| outline.intersects(point)).map(|(code, _)| code.as_str()).collect();
        assert_eq!(located.zone().map(String::as_str), holding.first().copied(), "{point:?}");
        assert_eq!(index.locate(*point), *located, "one by one, or all at once");
        overlaps += usize::from(holding.len() > 1);
        if holding.is_empty() {
            let distances = iris.iter().map(|(code, outline)| (Euclidean.distance(&Point(*point), outline), code));
            let nearest = distances.filter(|(metres, _)| *metres <= 25.0).min_by(|a, b| a.0.total_cmp(&b.0));
            assert_eq!(index.nearest_within(*point, 25.0, |_| true), nearest.map(|(_, code)| code), "{point:?}");
            holes += 1;
            attached += usize::from(nearest.is_some());
        }
    }
    assert!(overlaps > 100 && attached > 300 && holes > attached, "{overlaps} {holes} {attached}");
}

fn joined(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let low = (a.min().x.min(b.min().x), a.min().y.min(b.min().y));
    Rect::new(low, (a.max().x.max(b.max().x), a.max().y.max(b.max().y)))
}
