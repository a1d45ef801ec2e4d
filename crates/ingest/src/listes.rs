//! Lists of SIREN that a perimeter names: ESS France, ESUS, SCOP and SCIC, a CRESS's own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::manifest::BilanListe;
use domain::perimetre::EntetePerimetre;
use domain::{Ensemble, Membre, NomListe, Siren, SourceMillesime};

use crate::delimiter;
use crate::error::IngestError;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile, TableRow};

/// Names of the column, as the producers write it.
const COLUMNS: [&str; 3] = ["siren", "SIREN", "Siren"];

/// What the lists say of the legal units of the territory.
#[derive(Debug, Default)]
pub struct Listes {
    by_siren: HashMap<Siren, Ensemble<NomListe>>,
    /// A line for each list that the perimeter names.
    pub bilans: Vec<BilanListe>,
    /// Files read.
    pub sources: Vec<SourceMillesime>,
}

impl Listes {
    /// Reads the lists given. Those that the perimeter names and nobody gives are noted.
    pub fn read(
        entete: &EntetePerimetre,
        given: &HashMap<NomListe, PathBuf>,
        wanted: impl Fn(&Siren) -> bool,
        progress: &dyn Progress,
    ) -> Result<Self, IngestError> {
        let mut listes = Self::default();
        for &nom in NomListe::ALL {
            let named = entete.listes.iter().any(|liste| liste.nom == nom);
            match given.get(&nom) {
                Some(path) => {
                    let (lignes, illisibles) = listes.read_one(nom, path, &wanted, progress)?;
                    listes.bilans.push(BilanListe {
                        nom,
                        fournie: true,
                        nommee: named,
                        lignes,
                        illisibles,
                        decisives: 0,
                    });
                }
                None if named => listes.bilans.push(BilanListe {
                    nom,
                    fournie: false,
                    nommee: true,
                    lignes: 0,
                    illisibles: 0,
                    decisives: 0,
                }),
                None => {}
            }
        }
        Ok(listes)
    }

    /// Lists that hold a legal unit.
    pub fn of(&self, siren: &Siren) -> Ensemble<NomListe> {
        self.by_siren.get(siren).copied().unwrap_or_default()
    }

    /// One kept structure was decided by a list.
    pub fn decides(&mut self, nom: NomListe) {
        if let Some(bilan) = self.bilans.iter_mut().find(|bilan| bilan.nom == nom) {
            bilan.decisives += 1;
        }
    }

    fn read_one(
        &mut self,
        nom: NomListe,
        path: &Path,
        wanted: &impl Fn(&Siren) -> bool,
        progress: &dyn Progress,
    ) -> Result<(u64, u64), IngestError> {
        let mut file = TableFile::open(path, &description(nom, delimiter::of(path)?), progress)?;
        let column = COLUMNS.into_iter().find(|column| file.column_names().any(|name| name == *column));
        let column = column.ok_or_else(|| IngestError::MissingColumn {
            file: path.display().to_string(),
            column: "siren".to_owned(),
            found: file.column_names().collect::<Vec<_>>().join(", "),
            mend: "fournir une liste au format CSV dont une colonne s’appelle siren".to_owned(),
        })?;
        let (mut unreadable, mut first_error) = (0, None);
        file.for_each(progress, |row| {
            match siren(row, column) {
                Ok(siren) if wanted(&siren) => self.by_siren.entry(siren).or_default().insert(nom),
                Ok(_) => {}
                Err(error) => {
                    unreadable += 1;
                    first_error.get_or_insert(error);
                }
            }
            Ok(())
        })?;
        let rows = file.rows();
        // A broken line matches nobody and is counted; a file of nothing else is another file.
        if let Some(error) = first_error.filter(|_| unreadable == rows) {
            return Err(error);
        }
        self.sources.push(file.into_source(None)?);
        Ok((rows, unreadable))
    }
}

/// The ESS France list has lost its leading zeros; data frames add `.0`.
fn siren(row: &TableRow<'_>, column: &str) -> Result<Siren, IngestError> {
    let text = row.required(column)?;
    let digits = text.strip_suffix(".0").unwrap_or(text);
    let plausible = !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = if plausible { format!("{digits:0>9}") } else { digits.to_owned() };
    padded.parse().map_err(|error: domain::IdentifierError| row.refuse(column, error.to_string()))
}

fn description(nom: NomListe, delimiter: u8) -> Description<'static> {
    let (role, titre, producteur) = match nom {
        NomListe::EssFrance => ("liste_ess_france", "Liste nationale des entreprises de l’ESS", "ESS France"),
        NomListe::Esus => {
            ("liste_esus", "Entreprises solidaires d’utilité sociale agréées", "Direction générale du Trésor")
        }
        NomListe::Scop => ("liste_scop", "Scop et Scic", "Confédération générale des Scop et des Scic"),
        NomListe::Cress => ("liste_cress", "Liste propre à l’observatoire", "CRESS"),
    };
    Description { role, titre, producteur, delimiter, needed: &[], optional: &COLUMNS, mend: "" }
}
