//! Commune → EPT table and the territory asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use domain::table::for_each_row;
use domain::{CodeCommune, SourceMillesime, Territoire};

use crate::error::{IngestError, shown};
use crate::progress::Progress;
use crate::table_file::{Description, TableFile};

/// `ZZZZZZZZZ` in the official table: a commune of the metropolis outside any EPT (Paris).
const NO_EPT: &str = "ZZZZZZZZZ";
const ALIASES: &str = include_str!("../../../geodata/territoires/alias_ept.csv");
const EMBEDDED: &[u8] = include_bytes!("../../../geodata/territoires/ept_grand_paris.csv");

const DESCRIPTION: Description<'static> = Description {
    role: "epts",
    titre: "Composition communale des établissements publics territoriaux",
    producteur: "Insee",
    delimiter: b',',
    needed: &["code_commune", "siren_ept", "nom_ept"],
    optional: &[],
    mend: "fournir une table code_commune,siren_ept,nom_ept",
};

/// An EPT of the official table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EptOfficiel {
    /// Name.
    pub nom: String,
    /// Alias such as `T10`.
    pub alias: Option<String>,
    /// All its communes.
    pub communes: BTreeSet<CodeCommune>,
}

/// The table, by SIREN.
#[derive(Debug, Clone, Default)]
pub struct TableEpt {
    /// EPT by SIREN.
    pub epts: BTreeMap<String, EptOfficiel>,
}

impl TableEpt {
    /// Reads a table, or the one shipped.
    pub fn read(
        path: Option<&Path>,
        millesime: Option<&str>,
        progress: &dyn Progress,
    ) -> Result<(Self, SourceMillesime), IngestError> {
        let mut file = match path {
            Some(path) => open(path, progress)?,
            None => TableFile::from_bytes(Path::new("ept_grand_paris.csv"), EMBEDDED.to_vec(), &DESCRIPTION)?,
        };
        let aliases = aliases()?;
        let mut table = Self::default();
        file.for_each(progress, |row| {
            let siren = row.required("siren_ept")?;
            if siren == NO_EPT {
                return Ok(());
            }
            let code = row
                .required("code_commune")?
                .parse()
                .map_err(|error: domain::IdentifierError| row.refuse("code_commune", error.to_string()))?;
            let nom = row.required("nom_ept")?;
            let ept = table.epts.entry(siren.to_owned()).or_insert_with(|| EptOfficiel {
                nom: nom.to_owned(),
                alias: aliases.get(siren).cloned(),
                communes: BTreeSet::new(),
            });
            ept.communes.insert(code);
            Ok(())
        })?;
        let millesime = millesime.or(path.is_none().then_some("2025-01-01"));
        Ok((table, file.into_source(millesime)?))
    }

    /// SIREN of the EPT of a commune.
    pub fn ept_of(&self, commune: &CodeCommune) -> Option<&str> {
        self.epts.iter().find(|(_, ept)| ept.communes.contains(commune)).map(|(siren, _)| siren.as_str())
    }

    /// Name and communes of a territory; `known` lists the communes of the outlines.
    pub fn resolve<'k>(
        &self,
        territoire: &Territoire,
        known: impl Iterator<Item = &'k CodeCommune>,
    ) -> Result<(String, BTreeSet<CodeCommune>), IngestError> {
        let refuse = |reason: String| IngestError::Territoire { territoire: territoire.to_string(), reason };
        match territoire {
            Territoire::Ept(key) => {
                let named = |(siren, ept): &(&String, &EptOfficiel)| *siren == key || ept.alias.as_deref() == Some(key);
                let (_, ept) = self
                    .epts
                    .iter()
                    .find(named)
                    .ok_or_else(|| refuse(format!("EPT inconnu ; la table contient {}", self.names())))?;
                Ok((ept.nom.clone(), ept.communes.clone()))
            }
            Territoire::Departement(code) => {
                let communes: BTreeSet<_> = known.filter(|commune| commune.departement() == code).cloned().collect();
                if communes.is_empty() {
                    return Err(refuse("aucune commune de ce département dans les contours fournis".to_owned()));
                }
                Ok((format!("Département {code}"), communes))
            }
            Territoire::Communes(codes) => Ok((format!("{} communes", codes.len()), codes.iter().cloned().collect())),
        }
    }

    fn names(&self) -> String {
        let name = |(siren, ept): (&String, &EptOfficiel)| match &ept.alias {
            Some(alias) => format!("ept:{alias} ({})", ept.nom),
            None => format!("ept:{siren} ({})", ept.nom),
        };
        self.epts.iter().map(name).collect::<Vec<_>>().join(", ")
    }
}

/// The official table is a workbook: its CSV is somebody's export, with either separator.
fn open(path: &Path, progress: &dyn Progress) -> Result<TableFile, IngestError> {
    let bytes = std::fs::read(path).map_err(|source| IngestError::Io { file: shown(path), source })?;
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if header.contains(&b';') { b';' } else { b',' };
    progress.step(DESCRIPTION.titre, None);
    let description = Description { delimiter, ..DESCRIPTION };
    TableFile::from_bytes(path, bytes, &description)
}

fn aliases() -> Result<HashMap<String, String>, IngestError> {
    let mut aliases = HashMap::new();
    for_each_row("alias_ept.csv", ALIASES, &["siren_ept", "alias"], |row| {
        aliases.insert(row.get("siren_ept").to_owned(), row.get("alias").to_owned());
        Ok(())
    })?;
    Ok(aliases)
}
