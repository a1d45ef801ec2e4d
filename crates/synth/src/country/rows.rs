//! Rows of the three national files.

use super::digits::{push, push_fixed, push_padded, scaled};
use super::draw::{Site, Source, Unit};
use crate::economy::lambert::to_degrees;

/// Masked cell, with the comma before it.
const MASKED: &[u8] = b",[ND]";

/// Whether the columns of NAF 2025 are written: older files lack them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naf25 {
    /// As published since the end of 2025.
    Written,
    /// As published before.
    Absent,
}

/// `StockEtablissement`.
pub fn establishment(row: &mut Vec<u8>, unit: &Unit, site: &Site<'_>, (seat, naf25): (bool, Naf25)) {
    push_padded(row, unit.siren, 9);
    row.push(b',');
    push_padded(row, site.siret % 100_000, 5);
    row.push(b',');
    push_padded(row, site.siret, 14);
    row.extend_from_slice(if unit.masked { b",P," } else { b",O," });
    push(row, unit.year);
    row.extend_from_slice(b"-03-01,");
    row.extend_from_slice(site.band.as_bytes());
    row.extend_from_slice(if site.band.is_empty() { b",,,".as_slice() } else { b",2024,,".as_slice() });
    processed(row, site.siret);
    row.extend_from_slice(if seat { b",true,1".as_slice() } else { b",false,1" });
    address(row, unit, site);
    row.extend_from_slice(b",,,,,,,,,,,,,,,");
    push(row, unit.year);
    row.extend_from_slice(if site.active { b"-03-01,A," } else { b"-03-01,F," });
    if unit.masked {
        row.extend_from_slice(b"[ND]");
    }
    row.extend_from_slice(b",,,,");
    row.extend_from_slice(unit.ape.as_bytes());
    row.extend_from_slice(b",NAFRev2,");
    row.extend_from_slice(site.flag.as_bytes());
    twin(row, unit.ape, naf25);
}

/// Nineteen cells, each after its comma.
fn address(row: &mut Vec<u8>, unit: &Unit, site: &Site<'_>) {
    let commune = site.commune;
    if unit.masked {
        row.extend_from_slice(b",[ND],[ND],[ND],,,[ND],[ND],[ND],");
    } else {
        row.extend_from_slice(b",,");
        push(row, site.number);
        row.extend_from_slice(b",,,,RUE,DE LA RUCHE,");
        row.extend_from_slice(commune.code.as_bytes());
        row.push(b',');
    }
    row.extend_from_slice(commune.nom.as_bytes());
    row.extend_from_slice(if unit.masked { b",,[ND],".as_slice() } else { b",,," });
    row.extend_from_slice(commune.code.as_bytes());
    row.extend_from_slice(b",,,,,");
    let known = match site.source {
        Source::StockOnly => true,
        Source::Insee(quality) => quality != "33" && !site.number.is_multiple_of(5),
        Source::Nowhere => false,
    };
    if unit.masked {
        row.extend_from_slice(b"[ND]");
        row.extend_from_slice(MASKED);
        row.extend_from_slice(MASKED);
    } else if known {
        row.push(b',');
        push_fixed(row, scaled(site.point.x, 100.0), 2);
        row.push(b',');
        push_fixed(row, scaled(site.point.y, 100.0), 2);
    } else {
        row.extend_from_slice(b",,");
    }
}

/// `StockUniteLegale`.
pub fn unit(row: &mut Vec<u8>, unit: &Unit, (active, seat): (bool, u64), naf25: Naf25) {
    let person = unit.kind.nom.is_empty();
    push_padded(row, unit.siren, 9);
    row.extend_from_slice(if unit.masked { b",P,," } else { b",O,," });
    push(row, unit.year);
    row.extend_from_slice(b"-03-01,");
    row.extend_from_slice(match (person, unit.masked) {
        (true, true) => b"[ND],[ND],[ND],,,,[ND],,".as_slice(),
        (true, false) => b",F,PRENOM FICTIF,,,,PRENOM FICTIF,,",
        (false, true) => b"[ND],,,,,,,,",
        (false, false) => b",,,,,,,,",
    });
    row.extend_from_slice(b",,,");
    processed(row, unit.siren);
    row.extend_from_slice(b",1,,,");
    push(row, unit.year);
    row.extend_from_slice(if active { b"-03-01,A," } else { b"-03-01,C," });
    name(row, unit);
    row.extend_from_slice(b",,,,");
    row.extend_from_slice(unit.kind.categorie.as_bytes());
    row.push(b',');
    row.extend_from_slice(unit.ape.as_bytes());
    row.extend_from_slice(b",NAFRev2,");
    push_padded(row, seat % 100_000, 5);
    row.push(b',');
    row.extend_from_slice(unit.kind.mention.as_bytes());
    row.extend_from_slice(b",,");
    twin(row, unit.ape, naf25);
}

/// Surname, used name, company name.
fn name(row: &mut Vec<u8>, unit: &Unit) {
    match (unit.kind.nom.is_empty(), unit.masked) {
        (true, true) => row.extend_from_slice(b"[ND],,"),
        (true, false) => row.extend_from_slice(b"NOM FICTIF,,"),
        (false, true) => row.extend_from_slice(b",,[ND]"),
        (false, false) => {
            row.extend_from_slice(b",,");
            row.extend_from_slice(unit.kind.nom.as_bytes());
            row.push(b' ');
            push(row, unit.siren);
        }
    }
}

/// `GeolocalisationEtablissement`; false when the file has no row of the establishment.
pub fn geolocation(row: &mut Vec<u8>, site: &Site<'_>) -> bool {
    let Source::Insee(quality) = site.source else { return false };
    let degrees = to_degrees(site.point);
    push_padded(row, site.siret, 14);
    row.push(b';');
    push_fixed(row, scaled(site.point.x, 100.0), 2);
    row.push(b';');
    push_fixed(row, scaled(site.point.y, 100.0), 2);
    row.push(b';');
    row.extend_from_slice(quality.as_bytes());
    row.extend_from_slice(b";2154;HZ;");
    match site.commune.iris_code(site.iris) {
        0 => row.extend_from_slice(b"CSZ"),
        code => push_padded(row, code, 4),
    }
    row.extend_from_slice(b";HZ;HZ;HZ;");
    row.extend_from_slice(site.commune.code.as_bytes());
    row.extend_from_slice(match quality {
        "11" => b";10;1;1;1;1;1;".as_slice(),
        "21" => b";30;1;1;1;1;1;",
        "12" | "22" => b";250;2;2;2;2;2;",
        _ => b";2500;3;3;3;3;3;",
    });
    push_fixed(row, scaled(degrees.y, 1e7), 7);
    row.push(b';');
    push_fixed(row, scaled(degrees.x, 1e7), 7);
    true
}

/// A timestamp without a zone, spread over the month before the stock.
fn processed(row: &mut Vec<u8>, identifier: u64) {
    let seed = identifier / 10;
    row.extend_from_slice(b"2026-09-");
    push_padded(row, 1 + seed % 30, 2);
    row.push(b'T');
    push_padded(row, 6 + seed % 14, 2);
    row.push(b':');
    push_padded(row, seed % 60, 2);
    row.extend_from_slice(b":00.000");
}

/// The NAF 2025 code with its comma: the same class for every activity drawn here, or nothing where classes moved.
fn twin(row: &mut Vec<u8>, ape: &str, naf25: Naf25) {
    if naf25 == Naf25::Absent {
        return;
    }
    row.push(b',');
    let Some((stem, letter)) = ape.split_at_checked(5) else { return };
    if matches!(ape.get(..2), Some("85" | "86" | "87" | "88" | "90")) {
        return;
    }
    row.extend_from_slice(stem.as_bytes());
    row.extend_from_slice(match letter {
        "Z" => b"Y",
        "A" => b"G",
        "B" => b"H",
        _ => b"J",
    });
}
