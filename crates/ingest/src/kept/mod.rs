//! What is kept of the rows of the territory until they are recognised, packed.
//!
//! The rest of the files leaves as it is read, so memory is bounded by the territory: about 90 bytes for each of its
//! active establishments and 60 for each of their legal units, plus the rows of the perimeter (some 700 bytes each).
//! A territory of a department takes a few tens of megabytes, whatever the size of the files.

mod actifs;
mod packed;
mod unites;

pub use actifs::Actifs;
pub use unites::Unites;

use domain::{CodeApe, Nomenclature};
use packed::{Packed, Reader};

fn write_ape(packed: &mut Packed, ape: Option<&CodeApe>) {
    packed.text(ape.map(|ape| &*ape.code));
    if let Some(ape) = ape {
        packed.byte(match ape.nomenclature {
            Nomenclature::NafRev2 => 0,
            Nomenclature::Naf2025 => 1,
            Nomenclature::Ancienne => 2,
        });
    }
}

fn read_ape(reader: &mut Reader<'_>) -> Option<CodeApe> {
    let code = reader.text()?.into();
    let nomenclature = match reader.byte() {
        0 => Nomenclature::NafRev2,
        1 => Nomenclature::Naf2025,
        _ => Nomenclature::Ancienne,
    };
    Some(CodeApe { code, nomenclature })
}

/// Yes, no or unknown, on two bits.
fn bits_of(flag: Option<bool>) -> u8 {
    match flag {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    }
}

fn flag_of(bits: u8) -> Option<bool> {
    match bits & 3 {
        0 => None,
        1 => Some(false),
        _ => Some(true),
    }
}
