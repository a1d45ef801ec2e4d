//! Official identifiers. All are strings: leading zeros carry meaning.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// SIREN of La Poste, whose SIRETs obey another check than Luhn (digits sum to a multiple of 5).
const LA_POSTE: &str = "356000000";

/// Why a text is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// Wrong length or a character outside the alphabet.
    #[error("{expected} attendu, « {value} » trouvé{}", zero_hint(.value, *.length))]
    Form {
        /// What was expected, in French, for instance `siret de 14 chiffres`.
        expected: &'static str,
        /// Expected length in characters.
        length: usize,
        /// What was found.
        value: String,
    },
    /// Right form, wrong check digit.
    #[error("clé de contrôle fausse dans « {value} » ({expected}) : chiffre mal recopié ?")]
    CheckDigit {
        /// What was expected.
        expected: &'static str,
        /// What was found.
        value: String,
    },
}

/// Excel drops leading zeros: name that cause when the text is digits only and too short.
fn zero_hint(value: &str, length: usize) -> &'static str {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if digits && value.len() < length { " : zéro initial perdu par un tableur ?" } else { "" }
}

/// Sum of the Luhn algorithm (ISO/IEC 7812-1); a number is valid when it is a multiple of 10.
fn luhn_sum(digits: &str) -> u32 {
    digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(rank, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = if rank % 2 == 1 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum()
}

fn check_digits(value: &str, length: usize, expected: &'static str) -> Result<(), IdentifierError> {
    if value.len() == length && value.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    Err(IdentifierError::Form { expected, length, value: value.to_owned() })
}

/// Declares an identifier of a fixed number of ASCII characters, held inline: an atlas has millions of them, and a heap
/// allocation for each would cost more than the characters.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $length:literal, $parse:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = IdentifierError;
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                $parse(value)?;
                let form = |_| IdentifierError::Form {
                    expected: stringify!($name),
                    length: $length,
                    value: value.to_owned(),
                };
                value.as_bytes().try_into().map(Self).map_err(form)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdentifierError;
            fn try_from(value: String) -> Result<Self, Self::Error> {
                value.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData))
            }
        }
    };
}

/// Reads an identifier from a text without owning a copy of it.
struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err = IdentifierError>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un code officiel, en texte")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        value.parse().map_err(E::custom)
    }
}

identifier!(
    /// SIREN: 9 digits of a legal unit, Luhn-checked.
    Siren,
    9,
    parse_siren
);
identifier!(
    /// SIRET: 14 digits of an establishment (SIREN + NIC), Luhn-checked.
    Siret,
    14,
    parse_siret
);
identifier!(
    /// INSEE code of a commune or municipal arrondissement: 5 characters, `2A`/`2B` for Corsica.
    CodeCommune,
    5,
    parse_commune
);
identifier!(
    /// INSEE code of an IRIS: commune code and 4 digits, `0000` when the commune is not cut.
    CodeIris,
    9,
    parse_iris
);

fn parse_siren(value: &str) -> Result<(), IdentifierError> {
    const EXPECTED: &str = "siren de 9 chiffres";
    check_digits(value, 9, EXPECTED)?;
    if luhn_sum(value).is_multiple_of(10) {
        return Ok(());
    }
    Err(IdentifierError::CheckDigit { expected: EXPECTED, value: value.to_owned() })
}

fn parse_siret(value: &str) -> Result<(), IdentifierError> {
    const EXPECTED: &str = "siret de 14 chiffres";
    check_digits(value, 14, EXPECTED)?;
    let plain_sum: u32 = value.bytes().map(|b| u32::from(b - b'0')).sum();
    let la_poste = value.starts_with(LA_POSTE) && plain_sum.is_multiple_of(5);
    if la_poste || luhn_sum(value).is_multiple_of(10) {
        return Ok(());
    }
    Err(IdentifierError::CheckDigit { expected: EXPECTED, value: value.to_owned() })
}

fn parse_commune(value: &str) -> Result<(), IdentifierError> {
    let bytes = value.as_bytes();
    let corsica = value.starts_with("2A") || value.starts_with("2B");
    let tail = if corsica { 2 } else { 0 };
    if bytes.len() == 5 && bytes.iter().skip(tail).all(u8::is_ascii_digit) {
        return Ok(());
    }
    let expected = "code commune Insee de 5 caractères";
    Err(IdentifierError::Form { expected, length: 5, value: value.to_owned() })
}

fn parse_iris(value: &str) -> Result<(), IdentifierError> {
    let form = || IdentifierError::Form {
        expected: "code IRIS de 9 caractères (commune + 4 chiffres)",
        length: 9,
        value: value.to_owned(),
    };
    let (commune, local) = value.split_at_checked(5).ok_or_else(form)?;
    parse_commune(commune).map_err(|_| form())?;
    check_digits(local, 4, "").map_err(|_| form())
}

impl Siret {
    /// The SIREN of the legal unit: the first nine digits.
    ///
    /// A SIRET whose own key holds but whose SIREN key does not is refused here.
    pub fn siren(&self) -> Result<Siren, IdentifierError> {
        self.as_str().get(..9).unwrap_or_default().parse()
    }
}

impl CodeIris {
    /// The commune part of the code.
    pub fn commune(&self) -> CodeCommune {
        let [commune @ .., _, _, _, _] = self.0;
        CodeCommune(commune)
    }
}

impl CodeCommune {
    /// Department: two characters, three overseas (`971`).
    pub fn departement(&self) -> &str {
        let length = if self.0.starts_with(b"97") || self.0.starts_with(b"98") { 3 } else { 2 };
        self.as_str().get(..length).unwrap_or_default()
    }

    /// The town of a municipal arrondissement of Paris, Lyon or Marseille.
    pub fn ville_des_arrondissements(&self) -> Option<Self> {
        let number: u32 = self.as_str().parse().ok()?;
        let town = match number {
            75_101..=75_120 => *b"75056",
            69_381..=69_389 => *b"69123",
            13_201..=13_216 => *b"13055",
            _ => return None,
        };
        Some(Self(town))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pemb_siren_and_leading_zeros() {
        assert!("200057941".parse::<Siren>().is_ok());
        assert!("200057942".parse::<Siren>().is_err());
        assert_eq!("000000000".parse::<Siren>().unwrap().as_str(), "000000000");
    }

    #[test]
    fn la_poste_obeys_its_own_rule() {
        // 35600000000048 is La Poste's seat; 35600000049837 sums to 45 but fails Luhn.
        assert!("35600000000048".parse::<Siret>().is_ok());
        assert!("35600000049837".parse::<Siret>().is_ok());
    }

    #[test]
    fn lost_zero_is_named() {
        let message = "5720100013".parse::<Siret>().unwrap_err().to_string();
        assert!(message.contains("zéro initial perdu"), "{message}");
    }

    #[test]
    fn corsica_and_overseas_communes() {
        assert_eq!("2A004".parse::<CodeCommune>().unwrap().departement(), "2A");
        assert_eq!("97105".parse::<CodeCommune>().unwrap().departement(), "971");
        assert!("2C004".parse::<CodeCommune>().is_err());
        assert_eq!("940520101".parse::<CodeIris>().unwrap().commune().as_str(), "94052");
    }

    #[test]
    fn text_is_the_form_outside_memory() {
        let commune: CodeCommune = serde_json::from_str("\"2A004\"").unwrap();
        assert_eq!(serde_json::to_string(&commune).unwrap(), "\"2A004\"");
        assert_eq!(format!("{commune} {commune:?}"), "2A004 CodeCommune(\"2A004\")");
        assert!(serde_json::from_str::<CodeCommune>("\"4052\"").is_err());
        assert_eq!(size_of::<Siret>(), 14);
    }

    proptest! {
        #[test]
        fn order_is_that_of_the_texts(a in "(2A|2B|[0-9]{2})[0-9]{3}", b in "(2A|2B|[0-9]{2})[0-9]{3}") {
            let (x, y): (CodeCommune, CodeCommune) = (a.parse().unwrap(), b.parse().unwrap());
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        }

        #[test]
        fn one_changed_digit_is_always_caught(base in "[0-9]{8}", rank in 0_usize..9, delta in 1_u8..10) {
            let key = (0..10).map(|k| format!("{base}{k}")).find(|s| s.parse::<Siren>().is_ok()).unwrap();
            let mut bytes = key.into_bytes();
            bytes[rank] = b'0' + (bytes[rank] - b'0' + delta) % 10;
            prop_assert!(String::from_utf8(bytes).unwrap().parse::<Siren>().is_err());
        }

        #[test]
        fn never_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<Siret>();
            let _ = text.parse::<CodeIris>();
            let _ = text.parse::<CodeCommune>();
        }
    }
}
