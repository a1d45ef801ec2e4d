//! Tables beside Sirene: corrections, EPT, EPCI, COG, movements, populations, jobs, sizes.
#![no_main]

use std::io::Write;

use ingest::probe::{Annexe, read_annexe};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    for annexe in Annexe::ALL {
        // Refused or read: never a panic.
        let _ = read_annexe(annexe, file.path());
    }
});
