//! Files written and read back, and files that are not what they should be.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::path::Path;

use geo_types::{Coord, MultiPolygon, Rect, polygon};
use geopackage::{
    Column, ColumnKind, Feature, GeometryColumn, GeometryKind, GeopackageError, Layer, Name, Row, Shape, Value,
    open_read_only, read_layer, read_polygons, write_file,
};

/// The form in which IGN publishes its IRIS: geometry `geometrie`, codes as text.
fn iris_layer(name: &str) -> Layer {
    let column = |name| Column::new(name, ColumnKind::Text, "").unwrap();
    Layer {
        name: Name::new(name).unwrap(),
        title: format!("Contours… {name}"),
        description: String::new(),
        geometry: Some(GeometryColumn {
            name: Name::new("geometrie").unwrap(),
            kind: GeometryKind::MultiPolygon,
            epsg: 2154,
        }),
        columns: ["cleabs", "code_insee", "code_iris", "NOM_IRIS"].map(column).to_vec(),
        style: None,
    }
}

fn square(x: f64) -> MultiPolygon<f64> {
    MultiPolygon(vec![polygon![(x: x, y: 0.1), (x: x + 1.0, y: 0.1), (x: x + 1.0, y: 1.1), (x: x, y: 0.1)]])
}

fn row<'g>(outline: &'g MultiPolygon<f64>, code: &str, nom: Option<&str>) -> Row<'g> {
    Row {
        fid: None,
        geometry: Some(Shape::MultiPolygon(outline)),
        values: vec![Value::Null, "01004".into(), code.into(), nom.into()],
    }
}

async fn write(path: &Path, names: &[&str]) {
    let outline = square(900_000.25);
    let layers = names.iter().map(|name| {
        (iris_layer(name), vec![row(&outline, "010040101", Some("L’Été \"d'or\"")), row(&outline, "010040102", None)])
    });
    write_file(path, layers.collect()).await.unwrap();
}

const WANTED: [&[&str]; 3] = [&["DCOMIRIS", "code_iris"], &["nom_iris"], &[]];

async fn read(path: &Path, wanted: &[&[&str]]) -> Result<Vec<Feature>, GeopackageError> {
    let mut features = Vec::new();
    read_polygons(path, wanted, |feature| {
        features.push(feature);
        true
    })
    .await?;
    Ok(features)
}

#[tokio::test]
async fn written_layers_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contours été #1 100 %.gpkg");
    write(&path, &["contours_iris"]).await;
    let features = read(&path, &WANTED).await.unwrap();
    let texts = vec![Some("010040101".to_owned()), Some("L’Été \"d'or\"".to_owned()), None];
    assert_eq!(features[0], Feature { geometry: square(900_000.25), texts });
    assert_eq!(features[1].texts[1], None, "NULL is no empty text");
    let mut seen = 0;
    let info = read_layer(&path, "CONTOURS_IRIS", &[], |_| {
        seen += 1;
        false
    })
    .await
    .unwrap();
    assert_eq!((seen, info.epsg, info.geometry_column.as_str()), (1, 2154, "geometrie"), "visit stops the reading");
}

#[tokio::test]
async fn errors_name_the_place_and_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("un.gpkg");
    let two = folder.path().join("deux.gpkg");
    let text = folder.path().join("texte.gpkg");
    write(&one, &["contours_iris"]).await;
    write(&two, &["a", "b"]).await;
    std::fs::write(&text, "code;nom\n".repeat(200)).unwrap();
    let absent = folder.path().join("absent.gpkg");
    let unknown: &[&[&str]] = &[&["code_commune", "insee"]];
    let cases = [
        (&one, unknown, "un.gpkg, contours_iris, « code_commune » ou « insee », code_insee"),
        (&two, &WANTED, "deux.gpkg, plusieurs couches, ogr2ogr"),
        (&two, unknown, "deux.gpkg, aucune couche, code_commune, a, b"),
        (&text, &WANTED, "texte.gpkg, pas un fichier SQLite"),
        (&absent, &WANTED, "absent.gpkg, ouverture impossible"),
    ];
    for (path, wanted, parts) in cases {
        let message = read(path, wanted).await.unwrap_err().to_string();
        assert!(parts.split(", ").all(|part| message.contains(part)), "{message}");
    }
    let message = read_layer(&two, "c", &[], |_| true).await.unwrap_err().to_string();
    assert!(message.contains("couche « c » absente ; couches lues : a, b"), "{message}");
}

#[tokio::test]
async fn rows_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let outline = square(0.0);
    let point = Row { geometry: Some(Shape::Point(Coord { x: 0.0, y: 0.0 })), ..row(&outline, "c", None) };
    let short = Row { values: vec![Value::Null], ..row(&outline, "c", None) };
    let number = Row { values: vec![Value::Integer(1); 4], ..row(&outline, "c", None) };
    for (rank, (row, part)) in
        [(point, "MULTIPOLYGON"), (short, "4 colonnes"), (number, "Text")].into_iter().enumerate()
    {
        let path = folder.path().join(format!("{rank}.gpkg"));
        let message = write_file(&path, vec![(iris_layer("iris"), vec![row])]).await.unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
    for name in ["", "é", "a b", "gpkg_x", "1a", "a\"b"] {
        assert!(Name::new(name).is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("un.gpkg");
    write(&path, &["iris"]).await;
    let again = write_file(&path, Vec::new()).await;
    assert!(matches!(again, Err(GeopackageError::Exists { .. })), "{again:?}");
}

#[tokio::test]
async fn the_index_finds_what_a_scan_finds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grille.gpkg");
    // 300 rows take several statements; fids of 14 digits stand as SIRETs do.
    let outlines: Vec<_> = (0..300_u32).map(|rank| square(f64::from(rank) * 2.0)).collect();
    let rows = outlines
        .iter()
        .zip(1_i64..)
        .map(|(outline, rank)| Row { fid: Some(rank + 90_000_000_000_000), ..row(outline, "c", None) });
    write_file(&path, vec![(iris_layer("iris"), rows.collect())]).await.unwrap();
    let mut connection = open_read_only(&path).await.unwrap();
    let window = Rect::new((100.0, 0.0), (110.5, 1.0));
    let found: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM rtree_iris_geometrie WHERE maxx >= ? AND minx <= ? AND maxy >= 0 AND miny <= 1 ORDER BY id",
    )
    .bind(window.min().x)
    .bind(window.max().x)
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let expected: Vec<i64> = (50..56).map(|rank| 90_000_000_000_001 + rank).collect();
    assert_eq!(found, expected);
    let bounds: (f64, f64, f64, f64) =
        sqlx::query_as("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'iris'")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(bounds, (0.0, 0.1, 599.0, 1.1));
}
