//! `StockUniteLegale`: a header and rows, all through the reader.
#![no_main]

use ingest::probe::{Table, read_bytes};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = read_bytes(Table::UnitesLegales, bytes) {
        assert!(read.rejetees <= read.lues);
    }
});
