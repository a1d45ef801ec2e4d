//! Legal populations of communes and census populations of IRIS.

use std::collections::HashMap;
use std::path::Path;

use domain::zone::Population;
use domain::{CodeCommune, CodeIris, SourceMillesime};

use crate::error::IngestError;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile};

const COMMUNES: Description<'static> = Description {
    role: "population_communes",
    titre: "Populations de référence des communes",
    producteur: "Insee",
    delimiter: b';',
    needed: &["COM", "PMUN"],
    optional: &[],
    mend: "fournir donnees_communes.csv des populations de référence, séparé par des points-virgules",
};

const IRIS: Description<'static> = Description {
    role: "population_iris",
    titre: "Recensement : population par IRIS",
    producteur: "Insee",
    delimiter: b';',
    needed: &["IRIS"],
    optional: &[],
    mend: "fournir base-ic-evol-struct-pop-AAAA.CSV, séparé par des points-virgules",
};

/// Municipal populations by commune. The file does not say its year: the user does.
pub fn communes(
    path: &Path,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<(HashMap<CodeCommune, Population>, SourceMillesime), IngestError> {
    let annee = millesime
        .and_then(|text| text.get(..4))
        .and_then(|year| year.parse().ok())
        .ok_or_else(|| IngestError::MissingVintage { file: path.display().to_string(), role: COMMUNES.role })?;
    let mut file = TableFile::open(path, &COMMUNES, progress)?;
    let mut populations = HashMap::new();
    file.for_each(progress, |row| {
        // Overseas collectivities carry codes of another form in this file: they are not communes of an atlas.
        let Ok(code) = row.required("COM")?.parse::<CodeCommune>() else { return Ok(()) };
        if let Some(habitants) = row.number("PMUN")? {
            populations.insert(code, Population { habitants, annee });
        }
        Ok(())
    })?;
    Ok((populations, file.into_source(millesime)?))
}

/// Populations by IRIS; the year is in the name of the column (`P22_POP` is 2022).
pub fn iris(
    path: &Path,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<(HashMap<CodeIris, Population>, SourceMillesime), IngestError> {
    let mut file = TableFile::open(path, &IRIS, progress)?;
    let column = file.column_names().find(|name| year_of(name).is_some()).map(str::to_owned);
    let Some((column, annee)) = column.and_then(|name| year_of(&name).map(|year| (name, year))) else {
        return Err(IngestError::MissingColumn {
            file: path.display().to_string(),
            column: "PAA_POP".to_owned(),
            found: file.column_names().collect::<Vec<_>>().join(", "),
            mend: IRIS.mend.to_owned(),
        });
    };
    let mut populations = HashMap::new();
    file.for_each(progress, |row| {
        let code: CodeIris = row
            .required("IRIS")?
            .parse()
            .map_err(|error: domain::IdentifierError| row.refuse("IRIS", error.to_string()))?;
        if let Some(habitants) = row.number(&column)? {
            populations.insert(code, Population { habitants, annee });
        }
        Ok(())
    })?;
    Ok((populations, file.into_source(millesime)?))
}

/// The year of a column `Pyy_POP`.
fn year_of(column: &str) -> Option<i32> {
    let digits = column.strip_prefix('P')?.strip_suffix("_POP")?;
    (digits.len() == 2).then(|| digits.parse::<i32>().ok().map(|year| 2000 + year)).flatten()
}

#[cfg(test)]
mod tests {
    use super::year_of;

    #[test]
    fn the_year_is_in_the_column() {
        assert_eq!(year_of("P22_POP"), Some(2022));
        assert_eq!(year_of("P22_POP0014"), None);
        assert_eq!(year_of("C22_POP15P"), None);
    }
}
