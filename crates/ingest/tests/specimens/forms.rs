//! The same tables as CSV, in a ZIP, in a gzip and in Parquet: one atlas.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use domain::{Atlas, VersionJeu};

use super::outlines::specimens;
use super::{Files, files_of, run_on};

/// What may differ: the names and digests of the files, and the version that is made of them.
fn without_names(mut atlas: Atlas) -> Atlas {
    for source in &mut atlas.manifest.sources {
        source.fichier.clear();
        source.sha256.clear();
    }
    atlas.manifest.version = VersionJeu(String::new());
    atlas
}

fn each(set: &Path, mut turn: impl FnMut(&Path) -> PathBuf) -> Files {
    let files = files_of(set);
    Files {
        etablissements: turn(&files.etablissements),
        unites_legales: turn(&files.unites_legales),
        geolocalisation: files.geolocalisation.map(|path| turn(&path)),
    }
}

pub fn zipped(csv: &Path, dir: &Path) -> PathBuf {
    let path = dir.join(csv.file_name().unwrap()).with_extension("zip");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file(csv.file_name().unwrap().to_string_lossy(), options).unwrap();
    archive.write_all(&std::fs::read(csv).unwrap()).unwrap();
    archive.finish().unwrap();
    path
}

pub fn gzipped(csv: &Path, dir: &Path) -> PathBuf {
    let path = dir.join(csv.file_name().unwrap()).with_extension("csv.gz");
    let mut file = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
    file.write_all(&std::fs::read(csv).unwrap()).unwrap();
    file.finish().unwrap();
    path
}

async fn every_set_alike(turn: impl Fn(&Path, &Path) -> PathBuf) {
    for name in ["employeur", "perimetre", "diffusion", "position", "corrections"] {
        let set = specimens().join(name);
        let dir = tempfile::tempdir().unwrap();
        let expected = run_on(&set, files_of(&set)).await.unwrap();
        let found = run_on(&set, each(&set, |csv| turn(csv, dir.path()))).await.unwrap();
        assert_ne!(found.manifest.version, expected.manifest.version, "{name}: the digest is that of the file given");
        test_support::assert_same(&without_names(found), &without_names(expected));
    }
}

#[tokio::test]
async fn a_zip_reads_as_its_csv() {
    every_set_alike(zipped).await;
}

#[tokio::test]
async fn a_gzip_reads_as_its_csv() {
    every_set_alike(gzipped).await;
}

async fn refusal(stock: &Path) -> String {
    let set = specimens().join("employeur");
    let files = Files { etablissements: stock.to_owned(), ..files_of(&set) };
    run_on(&set, files).await.unwrap_err().to_string()
}

/// Half of a file.
fn truncated(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

#[tokio::test]
async fn bad_archives_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let csv = specimens().join("employeur/StockEtablissement_utf8.csv");

    let half = zipped(&csv, dir.path());
    truncated(&half);
    let message = refusal(&half).await;
    assert!(message.contains("StockEtablissement_utf8.zip") && message.contains("télécharger de nouveau"), "{message}");

    let half = gzipped(&csv, dir.path());
    truncated(&half);
    let message = refusal(&half).await;
    assert!(message.contains("StockEtablissement_utf8.csv.gz") && message.contains("incomplet"), "{message}");

    let path = dir.path().join("deux.zip");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for member in ["a.csv", "b.csv"] {
        archive.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"siret").unwrap();
    }
    archive.finish().unwrap();
    let message = refusal(&path).await;
    assert!(message.contains("a.csv, b.csv") && message.contains("extraire"), "{message}");
}

#[cfg(feature = "formats")]
pub mod parquet_form {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use parquet::basic::{LogicalType, Repetition, Type as Physical};
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;

    use super::{every_set_alike, refusal, specimens, truncated};

    /// As in the stock: the legal category and the year are numbers, the seat is a boolean.
    fn physical(column: &str) -> Physical {
        match column {
            "categorieJuridiqueUniteLegale" => Physical::INT64,
            "anneeEffectifsEtablissement" => Physical::INT32,
            "etablissementSiege" => Physical::BOOLEAN,
            _ => Physical::BYTE_ARRAY,
        }
    }

    fn field(column: &str) -> Arc<Type> {
        let text = (physical(column) == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let builder = Type::primitive_type_builder(column, physical(column));
        Arc::new(builder.with_repetition(Repetition::OPTIONAL).with_logical_type(text).build().unwrap())
    }

    pub fn parquet(csv: &Path, dir: &Path) -> PathBuf {
        let delimiter = if csv.to_string_lossy().contains("Geolocalisation") { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(csv).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let fields = header.iter().map(|name| field(name.trim_start_matches('\u{feff}'))).collect();
        let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build().unwrap());
        let path = dir.join(csv.file_name().unwrap()).with_extension("parquet");
        let file = std::fs::File::create(&path).unwrap();
        let mut writer = SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::default())).unwrap();
        // Two groups, so that the reader goes from one to the next.
        for part in rows.chunks(rows.len().div_ceil(2).max(1)) {
            let mut group = writer.next_row_group().unwrap();
            for (rank, name) in header.iter().enumerate() {
                let texts: Vec<&str> = part.iter().map(|row| &row[rank]).collect();
                let levels: Vec<i16> = texts.iter().map(|text| i16::from(!text.is_empty())).collect();
                let present = texts.iter().filter(|text| !text.is_empty());
                let mut column = group.next_column().unwrap().unwrap();
                let levels = Some(levels.as_slice());
                let _ = match physical(name) {
                    Physical::INT64 => {
                        let values: Vec<i64> = present.map(|text| text.parse().unwrap()).collect();
                        column.typed::<Int64Type>().write_batch(&values, levels, None)
                    }
                    Physical::INT32 => {
                        let values: Vec<i32> = present.map(|text| text.parse().unwrap()).collect();
                        column.typed::<Int32Type>().write_batch(&values, levels, None)
                    }
                    Physical::BOOLEAN => {
                        let values: Vec<bool> = present.map(|text| *text == "true").collect();
                        column.typed::<BoolType>().write_batch(&values, levels, None)
                    }
                    _ => {
                        let values: Vec<ByteArray> = present.map(|text| text.as_bytes().to_vec().into()).collect();
                        column.typed::<ByteArrayType>().write_batch(&values, levels, None)
                    }
                }
                .unwrap();
                column.close().unwrap();
            }
            group.close().unwrap();
        }
        writer.close().unwrap();
        path
    }

    #[tokio::test]
    async fn a_parquet_file_reads_as_its_csv() {
        every_set_alike(parquet).await;
    }

    #[tokio::test]
    async fn bad_parquet_files_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let half = parquet(&specimens().join("employeur/StockEtablissement_utf8.csv"), dir.path());
        truncated(&half);
        let message = refusal(&half).await;
        assert!(message.contains(".parquet") && message.contains("télécharger de nouveau"), "{message}");

        let other = parquet(&specimens().join("employeur/StockUniteLegale_utf8.csv"), dir.path());
        let message = refusal(&other).await;
        assert!(message.contains("« siret » absente") && message.contains("statutDiffusionUniteLegale"), "{message}");
    }
}
