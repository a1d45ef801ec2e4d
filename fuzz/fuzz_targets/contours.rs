//! Outlines: GeoJSON, and whatever the first bytes claim to be.
#![no_main]

use std::io::Write;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let columns: [&[&str]; 2] = [&["code_iris"], &["nom_iris"]];
    let _ = runtime.block_on(ingest::outlines::read(file.path(), &columns, |_| true));
});
