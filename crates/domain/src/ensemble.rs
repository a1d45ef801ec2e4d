//! Small sets of named values, written as their codes joined by commas.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A value of a closed list of at most 16, with a code for files.
pub trait Membre: Copy + PartialEq + 'static {
    /// All the values, in the order in which a set is written.
    const ALL: &'static [Self];

    /// Code used in files.
    fn code(self) -> &'static str;
}

/// A set of values of one closed list, as small as an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "T: Membre")]
pub struct Ensemble<T: Membre> {
    bits: u16,
    of: PhantomData<fn() -> T>,
}

impl<T: Membre> Default for Ensemble<T> {
    fn default() -> Self {
        Self { bits: 0, of: PhantomData }
    }
}

impl<T: Membre> Ensemble<T> {
    /// Adds a value.
    pub fn insert(&mut self, value: T) {
        self.bits |= Self::bit(value);
    }

    /// Adds every value of another set.
    pub fn extend(&mut self, other: Self) {
        self.bits |= other.bits;
    }

    /// Holds a value.
    pub fn contains(self, value: T) -> bool {
        self.bits & Self::bit(value) != 0
    }

    /// Holds none.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The values held, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |&value| self.contains(value))
    }

    /// The codes joined by commas; `None` when there is none, as a cell of a table has it.
    pub fn codes(self) -> Option<String> {
        (!self.is_empty()).then(|| self.to_string())
    }

    fn bit(value: T) -> u16 {
        T::ALL.iter().position(|&other| other == value).map_or(0, |rank| 1 << rank)
    }
}

impl<T: Membre> FromIterator<T> for Ensemble<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = Self::default();
        values.into_iter().for_each(|value| set.insert(value));
        set
    }
}

impl<T: Membre> fmt::Display for Ensemble<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rank, value) in self.iter().enumerate() {
            if rank > 0 {
                f.write_str(",")?;
            }
            f.write_str(value.code())?;
        }
        Ok(())
    }
}

/// A code that the list does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("code « {code} » inconnu ; admis : {known}")]
pub struct CodeInconnu {
    code: String,
    known: String,
}

impl<T: Membre> FromStr for Ensemble<T> {
    type Err = CodeInconnu;

    fn from_str(text: &str) -> Result<Self, CodeInconnu> {
        let find = |code: &str| {
            let known = || T::ALL.iter().map(|value| value.code()).collect::<Vec<_>>().join(", ");
            let found = T::ALL.iter().copied().find(|value| value.code() == code);
            found.ok_or_else(|| CodeInconnu { code: code.to_owned(), known: known() })
        };
        text.split(',').map(str::trim).filter(|code| !code.is_empty()).map(find).collect()
    }
}

impl<T: Membre> TryFrom<String> for Ensemble<T> {
    type Error = CodeInconnu;

    fn try_from(text: String) -> Result<Self, CodeInconnu> {
        text.parse()
    }
}

impl<T: Membre> From<Ensemble<T>> for String {
    fn from(set: Ensemble<T>) -> Self {
        set.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Ensemble;
    use crate::ChampCorrige;

    #[test]
    fn a_set_is_written_in_the_order_of_the_list_and_read_back() {
        let set: Ensemble<ChampCorrige> = [ChampCorrige::Nom, ChampCorrige::Position].into_iter().collect();
        assert_eq!(set.to_string(), "position,nom");
        assert_eq!("nom, position".parse(), Ok(set));
        assert!(set.contains(ChampCorrige::Nom) && !set.contains(ChampCorrige::Famille));
        assert_eq!(Ensemble::<ChampCorrige>::default().codes(), None);
        assert!("position,taille".parse::<Ensemble<ChampCorrige>>().unwrap_err().to_string().contains("taille"));
    }
}
