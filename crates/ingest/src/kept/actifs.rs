//! Active establishments of the territory and its ring, in the order of the file.

use domain::Tranche;

use super::packed::{Packed, Reader};
use super::{bits_of, flag_of, read_ape, write_ape};
use crate::etablissement::Etablissement;

const MASQUE: u8 = 1;
const SIEGE: u8 = 2;
const LAMBERT: u8 = 4;
const ANNEE: u8 = 8;
const CARACTERE: u32 = 4;

/// Active establishments, packed.
#[derive(Debug, Default)]
pub struct Actifs {
    rows: Packed,
}

impl Actifs {
    /// Keeps one more.
    pub fn push(&mut self, row: &Etablissement) {
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = flag(row.masque, MASQUE)
            | flag(row.siege, SIEGE)
            | flag(row.lambert.is_some(), LAMBERT)
            | flag(row.annee_effectifs.is_some(), ANNEE)
            | (bits_of(row.caractere_employeur) << CARACTERE);
        let packed = &mut self.rows;
        packed.byte(flags);
        packed.text(Some(row.siret.as_str()));
        packed.text(Some(row.code_commune.as_str()));
        packed.text(row.tranche.map(Tranche::code));
        if let Some(annee) = row.annee_effectifs {
            packed.raw(&annee.to_le_bytes());
        }
        write_ape(packed, row.ape.as_ref());
        for text in [&row.date_creation, &row.enseigne, &row.adresse, &row.code_postal] {
            packed.text(text.as_deref());
        }
        if let Some((x, y)) = row.lambert {
            packed.raw(&x.to_le_bytes());
            packed.raw(&y.to_le_bytes());
        }
    }

    /// The establishments, each made anew, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = Etablissement> {
        let mut reader = self.rows.read_at(0);
        std::iter::from_fn(move || if reader.is_empty() { None } else { read(&mut reader) })
    }
}

/// What was packed is read back, so that the parsing of codes cannot fail.
fn read(reader: &mut Reader<'_>) -> Option<Etablissement> {
    let flags = reader.byte();
    let siret: domain::Siret = reader.text()?.parse().ok()?;
    let siren = siret.siren().ok()?;
    let code_commune = reader.text()?.parse().ok()?;
    let tranche = reader.text().and_then(Tranche::from_code);
    let annee_effectifs = (flags & ANNEE != 0).then(|| i32::from_le_bytes(reader.array()));
    let ape = read_ape(reader);
    let mut text = || reader.text().map(str::to_owned);
    let (date_creation, enseigne, adresse, code_postal) = (text(), text(), text(), text());
    let lambert =
        (flags & LAMBERT != 0).then(|| (f64::from_le_bytes(reader.array()), f64::from_le_bytes(reader.array())));
    Some(Etablissement {
        siret,
        siren,
        masque: flags & MASQUE != 0,
        code_commune,
        tranche,
        annee_effectifs,
        caractere_employeur: flag_of(flags >> CARACTERE),
        ape,
        siege: flags & SIEGE != 0,
        date_creation,
        enseigne,
        adresse,
        code_postal,
        lambert,
    })
}

#[cfg(test)]
mod tests {
    use domain::{CodeApe, Nomenclature};
    use proptest::prelude::*;

    use super::*;

    fn establishment() -> impl Strategy<Value = Etablissement> {
        let code = prop::sample::select(vec!["NN", "00", "01", "12", "53"]).prop_map(Tranche::from_code);
        let siret = prop::sample::select(vec!["73282932000074", "35600000000048", "00000001800010"]);
        let commune = prop::sample::select(vec!["94052", "2A004", "97411"]);
        let text = || prop::option::of("[A-Zé ,\"\n]{1,60}");
        let year = prop::option::of(any::<i32>());
        let codes = (siret, commune, prop_oneof![Just(None), code], year);
        let flags = (any::<bool>(), any::<bool>(), any::<Option<bool>>(), prop::option::of((-1e7..1e7, -1e7..1e7)));
        let ape = prop::option::of(("[0-9]{2}\\.[0-9]{2}[A-Z]", 0..3_u8)).prop_map(|ape| {
            let of = [Nomenclature::NafRev2, Nomenclature::Naf2025, Nomenclature::Ancienne];
            ape.map(|(code, rank)| CodeApe { code: code.into(), nomenclature: of[usize::from(rank)] })
        });
        (codes, flags, ape, (text(), text(), text(), text())).prop_map(|(codes, flags, ape, texts)| {
            let siret: domain::Siret = codes.0.parse().unwrap();
            Etablissement {
                siren: siret.siren().unwrap(),
                siret,
                masque: flags.0,
                code_commune: codes.1.parse().unwrap(),
                tranche: codes.2,
                annee_effectifs: codes.3,
                caractere_employeur: flags.2,
                ape,
                siege: flags.1,
                date_creation: texts.0,
                enseigne: texts.1,
                adresse: texts.2,
                code_postal: texts.3,
                lambert: flags.3,
            }
        })
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(rows in prop::collection::vec(establishment(), 0..12)) {
            let mut actifs = Actifs::default();
            for row in &rows {
                actifs.push(row);
            }
            let found: Vec<String> = actifs.iter().map(|row| format!("{row:?}")).collect();
            let expected: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
