//! Zones made of whole communes: EPT, EPCI, departments, regions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::table::{TableError, for_each_row};
use crate::{CodeCommune, Commune};

const DEPARTEMENTS: &str = include_str!("../../../geodata/territoires/departements.csv");
const REGIONS: &str = include_str!("../../../geodata/territoires/regions.csv");

/// A level of zones made of whole communes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NiveauRegroupe {
    /// *Établissements publics territoriaux* of the Grand Paris, by SIREN.
    Ept,
    /// *Établissements publics de coopération intercommunale* with own taxes, by SIREN.
    Epci,
    /// Departments.
    Departement,
    /// Regions.
    Region,
}

impl NiveauRegroupe {
    /// All of them, the smallest first.
    pub const ALL: [Self; 4] = [Self::Ept, Self::Epci, Self::Departement, Self::Region];

    /// Code used in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ept => "ept",
            Self::Epci => "epci",
            Self::Departement => "departement",
            Self::Region => "region",
        }
    }

    /// Name for readers, before the code of a zone.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Ept => "EPT",
            Self::Epci => "EPCI",
            Self::Departement => "département",
            Self::Region => "région",
        }
    }
}

/// A zone made of whole communes, as far as the atlas holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regroupement {
    /// SIREN of an EPT or EPCI, code of a department or region.
    pub code: String,
    /// Name.
    pub nom: String,
    /// Other key, such as `T10` (ours: the official table of the EPTs has none).
    pub alias: Option<String>,
    /// Its communes **that the atlas holds** in its territory, in code order.
    pub communes: Vec<CodeCommune>,
    /// Number of its communes in the official table, which tells a whole zone from a part; `None` is unknown.
    pub communes_officielles: Option<u32>,
    /// Union of the communes held, legal CRS, metres.
    pub contour: MultiPolygon<f64>,
}

impl Regroupement {
    /// All its communes are in the atlas; `None` when their number is unknown.
    pub fn est_entier(&self) -> Option<bool> {
        let held = u32::try_from(self.communes.len());
        self.communes_officielles.map(|official| held == Ok(official))
    }

    /// Is named so: by code or by alias.
    pub fn se_nomme(&self, key: &str) -> bool {
        self.code == key || self.alias.as_deref() == Some(key)
    }
}

/// The zones made of communes that an atlas holds, by level then by code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Regroupements(BTreeMap<NiveauRegroupe, Vec<Regroupement>>);

impl Regroupements {
    /// Sets the zones of a level, sorted by code.
    pub fn set(&mut self, niveau: NiveauRegroupe, zones: Vec<Regroupement>) {
        if zones.is_empty() {
            // A level without zones is a level that was never set.
            self.0.remove(&niveau);
        } else {
            self.0.insert(niveau, zones);
        }
    }

    /// The zones of a level, by code.
    pub fn niveau(&self, niveau: NiveauRegroupe) -> &[Regroupement] {
        self.0.get(&niveau).map_or(&[], Vec::as_slice)
    }

    /// The same, to change them; their order by code is kept by who does.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Regroupement> {
        self.0.values_mut().flatten()
    }

    /// All of them with their levels.
    pub fn iter(&self) -> impl Iterator<Item = (NiveauRegroupe, &Regroupement)> {
        NiveauRegroupe::ALL.into_iter().flat_map(|niveau| self.niveau(niveau).iter().map(move |zone| (niveau, zone)))
    }

    /// Rank of a code among the zones of a level.
    pub fn rang(&self, niveau: NiveauRegroupe, code: &str) -> Option<usize> {
        self.niveau(niveau).binary_search_by(|zone| zone.code.as_str().cmp(code)).ok()
    }
}

impl Commune {
    /// Code of the zone of a level that the commune is in.
    pub fn regroupement(&self, niveau: NiveauRegroupe) -> Option<&str> {
        match niveau {
            NiveauRegroupe::Ept => self.siren_ept.as_deref(),
            NiveauRegroupe::Epci => self.siren_epci.as_deref(),
            NiveauRegroupe::Departement => Some(self.code.departement()),
            NiveauRegroupe::Region => region_of(self.code.departement()).map(|region| region.code.as_str()),
        }
    }
}

/// A department or region by its official code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Code.
    pub code: String,
    /// Name.
    pub nom: String,
    /// Code of the region of a department.
    pub region: Option<String>,
}

/// A department by code; the overseas collectivities are none.
pub fn departement(code: &str) -> Option<&'static Division> {
    find(&LISTES.departements, code)
}

/// The departments, by code.
pub fn departements() -> &'static [Division] {
    &LISTES.departements
}

/// A region by code.
pub fn region(code: &str) -> Option<&'static Division> {
    find(&LISTES.regions, code)
}

/// The region of a department.
pub fn region_of(departement_code: &str) -> Option<&'static Division> {
    region(departement(departement_code)?.region.as_deref()?)
}

fn find(list: &'static [Division], code: &str) -> Option<&'static Division> {
    list.binary_search_by(|division| division.code.as_str().cmp(code)).ok().and_then(|rank| list.get(rank))
}

struct Listes {
    departements: Vec<Division>,
    regions: Vec<Division>,
}

static LISTES: LazyLock<Listes> = LazyLock::new(|| Listes {
    // The shipped tables are read by a test; a service with no names is better than none at all.
    departements: read("departements.csv", DEPARTEMENTS, Some("code_region")).unwrap_or_default(),
    regions: read("regions.csv", REGIONS, None).unwrap_or_default(),
});

fn read(name: &str, text: &str, region: Option<&str>) -> Result<Vec<Division>, TableError> {
    let mut list = Vec::new();
    let columns: Vec<&str> = ["code", "nom"].into_iter().chain(region).collect();
    for_each_row(name, text, &columns, |row| {
        list.push(Division {
            code: row.get("code").to_owned(),
            nom: row.get("nom").to_owned(),
            region: region.map(|column| row.get(column).to_owned()),
        });
        Ok(())
    })?;
    list.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_hold_every_department_in_a_region() {
        assert_eq!((LISTES.departements.len(), LISTES.regions.len()), (101, 18));
        for departement in &LISTES.departements {
            assert!(region_of(&departement.code).is_some(), "{departement:?}");
        }
        assert_eq!(region_of("94").map(|region| region.nom.as_str()), Some("Île-de-France"));
        assert_eq!(region_of("2A").map(|region| region.code.as_str()), Some("94"));
        assert_eq!(region_of("975"), None);
    }
}
