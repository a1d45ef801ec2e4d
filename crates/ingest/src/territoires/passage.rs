//! From the commune codes of one vintage to those of another: mergers and changes of code.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use domain::{CodeCommune, SourceMillesime};

use crate::error::IngestError;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile};

const DESCRIPTION: Description<'static> = Description {
    role: "mouvements",
    titre: "Code officiel géographique, mouvements des communes",
    producteur: "Insee",
    delimiter: b',',
    needed: &["MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP"],
    optional: &[],
    mend: "fournir v_mvt_commune_AAAA.csv du code officiel géographique, séparé par des virgules",
};

/// Creation and re-establishment: the commune of arrival begins, and no longer follows an older merger.
const NAISSANCES: [&str; 2] = ["20", "21"];

/// Where each code that is no more has gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage(HashMap<CodeCommune, CodeCommune>);

/// One row of the table, for a commune that had a code and has another.
struct Mouvement {
    naissance: bool,
    before: CodeCommune,
    after: CodeCommune,
}

impl Passage {
    /// Reads `v_mvt_commune_AAAA.csv`.
    pub fn read(
        path: &Path,
        millesime: Option<&str>,
        progress: &dyn Progress,
    ) -> Result<(Self, SourceMillesime), IngestError> {
        let mut file = TableFile::open(path, &DESCRIPTION, progress)?;
        let mut by_date: BTreeMap<String, Vec<Mouvement>> = BTreeMap::new();
        file.for_each(progress, |row| {
            // A commune that was created, or one that went abroad, has an empty side.
            let is_whole = |column| row.text(column).map(|kind| kind == Some("COM"));
            if !is_whole("TYPECOM_AV")? || !is_whole("TYPECOM_AP")? {
                return Ok(());
            }
            let code = |column: &'static str| -> Result<CodeCommune, IngestError> {
                let refuse = |error: domain::IdentifierError| row.refuse(column, error.to_string());
                row.required(column)?.parse().map_err(refuse)
            };
            let (before, after) = (code("COM_AV")?, code("COM_AP")?);
            if before != after {
                let naissance = NAISSANCES.contains(&row.required("MOD")?);
                let date = row.required("DATE_EFF")?.to_owned();
                by_date.entry(date).or_default().push(Mouvement { naissance, before, after });
            }
            Ok(())
        })?;
        Ok((Self::follow(by_date), file.into_source(millesime)?))
    }

    /// Follows the movements in their order, then each code to its end.
    fn follow(by_date: BTreeMap<String, Vec<Mouvement>>) -> Self {
        let mut next: HashMap<CodeCommune, CodeCommune> = HashMap::new();
        for movements in by_date.into_values() {
            let mut day: BTreeMap<CodeCommune, BTreeSet<CodeCommune>> = BTreeMap::new();
            for movement in movements {
                if movement.naissance {
                    next.remove(&movement.after);
                } else {
                    day.entry(movement.before).or_default().insert(movement.after);
                }
            }
            for (before, afters) in day {
                let mut afters = afters.into_iter();
                // A commune shared out between several has no single successor.
                if let (Some(after), None) = (afters.next(), afters.next()) {
                    // A code taken again is no longer one that went elsewhere.
                    next.remove(&after);
                    next.insert(before, after);
                }
            }
        }
        let end = |code: &CodeCommune| {
            let mut at = code;
            // No chain is longer than the table: a circle would be one.
            for _ in 0..next.len() {
                match next.get(at) {
                    Some(after) => at = after,
                    None => break,
                }
            }
            at.clone()
        };
        Self(next.keys().map(|code| (code.clone(), end(code))).collect())
    }

    /// No movement is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The code that a commune has now.
    pub fn of(&self, code: &CodeCommune) -> CodeCommune {
        self.0.get(code).unwrap_or(code).clone()
    }

    /// Former codes that lead to a wanted commune, with it.
    pub fn former<'p>(
        &'p self,
        wanted: impl Fn(&CodeCommune) -> bool + 'p,
    ) -> impl Iterator<Item = (&'p CodeCommune, &'p CodeCommune)> {
        self.0.iter().filter(move |(before, after)| wanted(after) && !wanted(before))
    }
}
