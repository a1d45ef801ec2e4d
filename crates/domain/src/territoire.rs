//! A place: `ept:200057941` (alias `ept:T10`), `commune:94052`, `epci:200054781`, `departement:94`,
//! `region:11`, or a list of codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{CodeCommune, Niveau, NiveauRegroupe};

/// A place as users name it in the API, on the command line and in permalinks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Territoire {
    /// A zone made of whole communes, by code; an EPT also by its alias (`T10`).
    Zone(NiveauRegroupe, String),
    /// One commune or a list, sorted, without repetition.
    Communes(Vec<CodeCommune>),
}

/// Why a text names no territory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "territoire « {value} » illisible : {reason} ; formes admises : ept:T10, ept:200057941, epci:200054781, commune:94052, departement:94, region:11, ou une liste de codes 94015,94017"
)]
pub struct TerritoireError {
    value: String,
    reason: String,
}

impl FromStr for Territoire {
    type Err = TerritoireError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let refuse = |reason: String| TerritoireError { value: value.to_owned(), reason };
        let (niveau, codes) = value.split_once(':').unwrap_or(("commune", value));
        match Niveau::from_code(niveau) {
            Some(Niveau::Regroupe(niveau)) => match key_error(niveau, codes) {
                None => Ok(Self::Zone(niveau, codes.to_ascii_uppercase())),
                Some(reason) => Err(refuse(reason.to_owned())),
            },
            Some(Niveau::Commune) => parse_communes(codes).map_err(refuse),
            Some(Niveau::Iris) => Err(refuse("un IRIS n’est pas un territoire".to_owned())),
            None => Err(refuse(format!("niveau « {niveau} » inconnu"))),
        }
    }
}

/// Why a text is no key of that level.
fn key_error(niveau: NiveauRegroupe, key: &str) -> Option<&'static str> {
    let (holds, reason) = match niveau {
        NiveauRegroupe::Ept => (is_ept_key(key), "un EPT se nomme par son SIREN ou par T et un nombre"),
        NiveauRegroupe::Epci => (is_siren(key), "un EPCI se nomme par son SIREN"),
        NiveauRegroupe::Departement => {
            (crate::regroupement::departement(&key.to_ascii_uppercase()).is_some(), "département inconnu")
        }
        NiveauRegroupe::Region => (crate::regroupement::region(key).is_some(), "région inconnue"),
    };
    (!holds).then_some(reason)
}

fn is_siren(key: &str) -> bool {
    key.len() == 9 && key.bytes().all(|b| b.is_ascii_digit())
}

fn is_ept_key(key: &str) -> bool {
    let number = key.strip_prefix(['T', 't']);
    is_siren(key) || number.is_some_and(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
}

fn parse_communes(codes: &str) -> Result<Territoire, String> {
    let communes: Result<Vec<CodeCommune>, _> = codes.split(',').map(|code| code.trim().parse()).collect();
    let mut communes = communes.map_err(|error| error.to_string())?;
    communes.sort();
    communes.dedup();
    Ok(Territoire::Communes(communes))
}

impl fmt::Display for Territoire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(niveau, code) => write!(f, "{}:{code}", niveau.code()),
            Self::Communes(codes) => {
                let codes: Vec<&str> = codes.iter().map(CodeCommune::as_str).collect();
                write!(f, "commune:{}", codes.join(","))
            }
        }
    }
}

impl TryFrom<String> for Territoire {
    type Error = TerritoireError;
    fn try_from(value: String) -> Result<Self, Self::Error> {
        value.parse()
    }
}

impl From<Territoire> for String {
    fn from(territoire: Territoire) -> Self {
        territoire.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_round_trip() {
        for text in [
            "ept:T10",
            "ept:200057941",
            "epci:200054781",
            "commune:94052",
            "departement:94",
            "departement:2A",
            "region:11",
            "commune:94015,94017",
        ] {
            assert_eq!(text.parse::<Territoire>().unwrap().to_string(), text);
        }
        assert_eq!("94017, 94015,94017".parse::<Territoire>().unwrap().to_string(), "commune:94015,94017");
    }

    #[test]
    fn refusals_name_the_mend() {
        for text in [
            "ept:PEMB",
            "ept:",
            "epci:T10",
            "region:12",
            "departement:20",
            "commune:9405",
            "",
            "ept:T100",
            "ept:12345678",
        ] {
            let message = text.parse::<Territoire>().unwrap_err().to_string();
            assert!(message.contains("formes admises"), "{message}");
        }
    }
}
