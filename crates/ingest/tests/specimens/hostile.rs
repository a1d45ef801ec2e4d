//! Any bytes where a table is expected: never a panic, and errors that name the file.

use std::path::{Path, PathBuf};

use ingest::IngestError;
use ingest::probe::{Lecture, Table, read_bytes, read_file};
use proptest::collection::vec;
use proptest::prelude::*;

use super::outlines::specimens;
use super::{files_of, forms};

const TABLES: [Table; 3] = [Table::Etablissements, Table::UnitesLegales, Table::Geolocalisation];

fn csv_of(table: Table) -> PathBuf {
    let files = files_of(&specimens().join("position"));
    match table {
        Table::Etablissements => files.etablissements,
        Table::UnitesLegales => files.unites_legales,
        Table::Geolocalisation => files.geolocalisation.unwrap(),
    }
}

/// A reading ends in rows that add up or in an error that names its file.
fn sound(outcome: Result<Lecture, IngestError>, file: &str) {
    match outcome {
        Ok(Lecture { lues, rejetees }) => assert!(rejetees <= lues, "{rejetees} > {lues}"),
        Err(error) => assert!(error.to_string().contains(file), "{error}"),
    }
}

/// Cells as the files hold them, and as they should not.
fn cell() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "(|\\[ND\\]|A|F|O|N|P|NN|11|12|33|2154|true|94052|1901-01-01)".prop_map(String::into_bytes),
        "[0-9]{9}|[0-9]{14}|-?[0-9]{1,12}(\\.[0-9]{1,3})?|NaN|inf|1e400".prop_map(String::into_bytes),
        "\"[^\"]{0,12}\"".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..400)) {
        for table in TABLES {
            sound(read_bytes(table, &bytes), "octets");
        }
    }

    #[test]
    fn any_rows_below_a_true_header(rows in vec(vec(cell(), 19..=54), 0..5)) {
        for table in TABLES {
            let mut bytes = std::fs::read(csv_of(table)).unwrap();
            bytes.truncate(1 + bytes.iter().position(|byte| *byte == b'\n').unwrap());
            let (columns, separator) = match table {
                Table::Etablissements => (54, b','),
                Table::UnitesLegales => (35, b','),
                Table::Geolocalisation => (19, b';'),
            };
            for row in &rows {
                let cells: Vec<Vec<u8>> = row.iter().cycle().take(columns).cloned().collect();
                bytes.extend(cells.join(&separator));
                bytes.push(b'\n');
            }
            sound(read_bytes(table, &bytes), "octets");
        }
    }

    #[test]
    fn a_byte_changed_in_a_true_file(place in any::<prop::sample::Index>(), value: u8) {
        for table in TABLES {
            let mut bytes = std::fs::read(csv_of(table)).unwrap();
            let rank = place.index(bytes.len());
            bytes[rank] = value;
            sound(read_bytes(table, &bytes), "octets");
        }
    }
}

/// Bytes changed, then cut, at random places of a file of another form than CSV.
fn damaged(form: impl Fn(&Path, &Path) -> PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let table = Table::Etablissements;
    let path = form(&csv_of(table), dir.path());
    let whole = std::fs::read(&path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let read = read_file(table, &path).unwrap();
    assert!(read.lues > 0, "{name}");
    let place = any::<prop::sample::Index>();
    proptest!(|(changes in vec((place, any::<u8>()), 1..4), cut in prop::option::weighted(0.3, any::<prop::sample::Index>()))| {
        let mut bytes = whole.clone();
        for (place, value) in changes {
            let rank = place.index(bytes.len());
            bytes[rank] = value;
        }
        bytes.truncate(cut.map_or(bytes.len(), |place| place.index(bytes.len())));
        std::fs::write(&path, &bytes).unwrap();
        sound(read_file(table, &path), &name);
    });
}

#[test]
fn a_damaged_zip() {
    damaged(forms::zipped);
}

#[test]
fn a_damaged_gzip() {
    damaged(forms::gzipped);
}

#[cfg(feature = "formats")]
#[test]
fn a_damaged_parquet_file() {
    damaged(forms::parquet_form::parquet);
}

/// Its legal unit may be masked: no list says where an establishment stands.
#[tokio::test]
async fn a_broken_coordinate_is_told_without_its_value() {
    let dir = tempfile::tempdir().unwrap();
    let set = specimens().join("position");
    let mut files = files_of(&set);
    let mut reader = csv::Reader::from_path(&files.etablissements).unwrap();
    let header = reader.headers().unwrap().clone();
    let rank = header.iter().position(|name| name == "coordonneeLambertAbscisseEtablissement").unwrap();
    files.etablissements = dir.path().join("stock.csv");
    let mut writer = csv::Writer::from_path(&files.etablissements).unwrap();
    writer.write_record(&header).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        writer
            .write_record(row.iter().enumerate().map(|(at, cell)| if at == rank { "652x381" } else { cell }))
            .unwrap();
    }
    writer.flush().unwrap();
    let rejets = super::ingest_on(&set, files, ingest::LigneIllisible::Rejetee).await.unwrap().rejets;
    let listed = String::from_utf8(rejets.csv().unwrap()).unwrap();
    assert!(listed.contains("coordonneeLambertAbscisseEtablissement") && !listed.contains("652x381"), "{listed}");
}
