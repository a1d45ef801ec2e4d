//! *Code officiel géographique*: the communes of a vintage, with their department and region.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use domain::regroupement::region_of;
use domain::{CodeCommune, NiveauRegroupe, SourceMillesime};

use crate::error::IngestError;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile};

const DESCRIPTION: Description<'static> = Description {
    role: "cog",
    titre: "Code officiel géographique, communes",
    producteur: "Insee",
    delimiter: b',',
    needed: &["TYPECOM", "COM", "DEP", "LIBELLE"],
    optional: &[],
    mend: "fournir v_commune_AAAA.csv du code officiel géographique, séparé par des virgules",
};

/// The communes of a vintage.
#[derive(Debug, Default)]
pub struct Cog {
    noms: HashMap<CodeCommune, String>,
    communes: BTreeSet<CodeCommune>,
}

impl Cog {
    /// Reads `v_commune_AAAA.csv`.
    pub fn read(
        path: &Path,
        millesime: Option<&str>,
        progress: &dyn Progress,
    ) -> Result<(Self, SourceMillesime), IngestError> {
        let mut file = TableFile::open(path, &DESCRIPTION, progress)?;
        let mut cog = Self::default();
        file.for_each(progress, |row| {
            let kind = row.required("TYPECOM")?;
            // COMD and COMA are former communes: some share the code of the commune that they became.
            if !matches!(kind, "COM" | "ARM") {
                return Ok(());
            }
            let refuse = |error: domain::IdentifierError| row.refuse("COM", error.to_string());
            let code: CodeCommune = row.required("COM")?.parse().map_err(refuse)?;
            cog.noms.insert(code.clone(), row.required("LIBELLE")?.to_owned());
            // An arrondissement is counted with its town.
            if kind == "COM" {
                cog.communes.insert(code);
            }
            Ok(())
        })?;
        Ok((cog, file.into_source(millesime)?))
    }

    /// Name of a commune or arrondissement.
    pub fn nom(&self, commune: &CodeCommune) -> Option<&str> {
        self.noms.get(commune).map(String::as_str)
    }

    /// Is a commune or arrondissement of this vintage.
    #[cfg(all(test, feature = "formats"))]
    pub fn holds(&self, commune: &CodeCommune) -> bool {
        self.noms.contains_key(commune)
    }

    /// The communes of a department or region.
    pub fn communes_of(&self, niveau: NiveauRegroupe, code: &str) -> BTreeSet<CodeCommune> {
        self.communes.iter().filter(|commune| division(niveau, commune) == Some(code)).cloned().collect()
    }
}

/// Code of the department or region of a commune.
pub fn division(niveau: NiveauRegroupe, commune: &CodeCommune) -> Option<&str> {
    match niveau {
        NiveauRegroupe::Departement => Some(commune.departement()),
        NiveauRegroupe::Region => region_of(commune.departement()).map(|region| region.code.as_str()),
        NiveauRegroupe::Ept | NiveauRegroupe::Epci => None,
    }
}

/// Codes of the departments of a region.
pub fn departements_of(region: &str) -> impl Iterator<Item = &'static str> {
    domain::regroupement::departements()
        .iter()
        .filter(move |departement| departement.region.as_deref() == Some(region))
        .map(|departement| departement.code.as_str())
}
