//! Legal units of the active establishments.

use std::collections::HashMap;

use domain::{CategorieJuridique, Siren};
use rustc_hash::FxBuildHasher;

use super::packed::Packed;
use super::{bits_of, flag_of, read_ape, write_ape};
use crate::unite_legale::UniteLegale;

const MASQUE: u8 = 1;
const MENTION: u32 = 1;

/// Legal units, packed; those asked for are known before their file is read.
#[derive(Debug, Default)]
pub struct Unites {
    /// By the number of the SIREN: one more than where the unit starts, 0 as long as it has not been read.
    starts: HashMap<u32, u64, FxBuildHasher>,
    rows: Packed,
}

impl Unites {
    /// Asks for a unit.
    pub fn want(&mut self, siren: &Siren) {
        if let Some(number) = number(siren.as_str()) {
            self.starts.entry(number).or_default();
        }
    }

    /// Is this unit, named by its SIREN as written, asked for?
    pub fn wants(&self, siren: &str) -> bool {
        number(siren).is_some_and(|number| self.starts.contains_key(&number))
    }

    /// Keeps a unit, in the place of what was known of it.
    pub fn insert(&mut self, siren: &str, unit: &UniteLegale) {
        let Some(number) = number(siren) else { return };
        self.starts.insert(number, self.rows.end() as u64 + 1);
        let packed = &mut self.rows;
        packed.byte((u8::from(unit.masque) * MASQUE) | (bits_of(unit.mention_ess) << MENTION));
        packed.text(unit.categorie.as_ref().map(CategorieJuridique::as_str));
        write_ape(packed, unit.ape.as_ref());
        packed.text(unit.denomination.as_deref());
    }

    /// A unit, made anew; `None` when its file does not hold it.
    pub fn get(&self, siren: &Siren) -> Option<UniteLegale> {
        let start = self.starts.get(&number(siren.as_str())?)?.checked_sub(1)?;
        let mut reader = self.rows.read_at(usize::try_from(start).ok()?);
        let flags = reader.byte();
        let categorie = reader.text().and_then(CategorieJuridique::normalise);
        let ape = read_ape(&mut reader);
        Some(UniteLegale {
            masque: flags & MASQUE != 0,
            denomination: reader.text().map(str::to_owned),
            categorie,
            mention_ess: flag_of(flags >> MENTION),
            ape,
        })
    }
}

/// The nine digits as a number; `None` for anything else.
fn number(siren: &str) -> Option<u32> {
    let digits = siren.len() == 9 && siren.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| siren.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use domain::{CodeApe, Nomenclature};

    use super::*;

    fn unit(name: Option<&str>, mention_ess: Option<bool>) -> UniteLegale {
        UniteLegale {
            masque: name.is_none(),
            denomination: name.map(str::to_owned),
            categorie: CategorieJuridique::normalise("9220"),
            mention_ess,
            ape: Some(CodeApe { code: "94.99Z".into(), nomenclature: Nomenclature::NafRev2 }),
        }
    }

    #[test]
    fn asked_for_then_read() {
        let [known, unread, other]: [Siren; 3] =
            ["732829320", "356000000", "000000018"].map(|text| text.parse().unwrap());
        let mut unites = Unites::default();
        unites.want(&known);
        unites.want(&unread);
        assert!(unites.wants("732829320") && !unites.wants("000000018") && !unites.wants("+73282932"));
        for (name, mention) in [(None, None), (Some("LE GRAND CAFÉ"), Some(true)), (Some("CAFÉ"), Some(false))] {
            unites.insert(known.as_str(), &unit(name, mention));
            assert_eq!(format!("{:?}", unites.get(&known)), format!("{:?}", Some(unit(name, mention))));
        }
        assert!(unites.get(&unread).is_none() && unites.get(&other).is_none());
        assert!(unites.wants(unread.as_str()));
    }
}
