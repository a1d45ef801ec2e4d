//! Tables of jobs that a user supplies: the census's, a partner's cells, sizes by class (Flores).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::emplois::publiable;
use domain::{CelluleEmplois, ChampEmplois, ClasseTaille, CodeCommune, Famille, SourceMillesime};

use crate::error::IngestError;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile};

const CELLS: Description<'static> = Description {
    role: "emplois",
    titre: "Emplois par commune",
    producteur: "fourni par l’utilisateur",
    delimiter: b';',
    needed: &[],
    optional: &["code_commune", "champ", "famille", "etablissements", "emplois", "maximum"],
    mend: "fournir un CSV à points-virgules : la base de l’Insee (CODGEO, PAA_EMPLT), ou code_commune;champ;famille;etablissements;emplois;maximum",
};

const TAILLES: Description<'static> = Description {
    role: "tailles",
    titre: "Établissements et emplois par classe de taille",
    producteur: "fourni par l’utilisateur",
    delimiter: b';',
    needed: &["effectif_min", "effectif_max", "etablissements", "emplois"],
    optional: &["departement"],
    mend: "fournir un CSV à points-virgules : departement;effectif_min;effectif_max;etablissements;emplois (effectif_max vide pour la classe ouverte)",
};

/// The commune of the atlas that a code of the file is; none outside of it.
type Held<'h> = &'h dyn Fn(&CodeCommune) -> Option<CodeCommune>;

/// Tells a department of the atlas.
type HeldDepartement<'h> = &'h dyn Fn(&str) -> bool;

/// Jobs by commune. Cells of the ESS come with the number of their establishments and the largest of them, and those
/// that secrecy hides leave here without their value: it is in no atlas.
pub fn cells(
    path: &Path,
    millesime: Option<&str>,
    (held, progress): (Held<'_>, &dyn Progress),
) -> Result<(Vec<CelluleEmplois>, SourceMillesime), IngestError> {
    let mut file = TableFile::open(path, &CELLS, progress)?;
    let names: Vec<String> = file.column_names().map(str::to_owned).collect();
    let census = names.iter().find_map(|name| Some((name.clone(), year_of(name)?)));
    let cells = match census {
        Some((column, annee)) if names.iter().any(|name| name == "CODGEO") => {
            census_jobs(&mut file, (&column, annee), (held, progress))?
        }
        _ => {
            if let Some(absent) =
                ["code_commune", "champ", "emplois"].iter().find(|name| !names.iter().any(|n| n == *name))
            {
                return Err(IngestError::MissingColumn {
                    file: path.display().to_string(),
                    column: (*absent).to_owned(),
                    found: names.join(", "),
                    mend: CELLS.mend.to_owned(),
                });
            }
            partner_jobs(&mut file, year_of_vintage(path, millesime)?, (held, progress))?
        }
    };
    Ok((cells, file.into_source(millesime)?))
}

/// `PAA_EMPLT`: jobs at the place of work, year in the name.
fn year_of(column: &str) -> Option<i32> {
    let digits = column.strip_prefix('P')?.strip_suffix("_EMPLT")?;
    (digits.len() == 2).then(|| digits.parse::<i32>().ok().map(|year| 2000 + year)).flatten()
}

fn year_of_vintage(path: &Path, millesime: Option<&str>) -> Result<i32, IngestError> {
    let year = millesime.and_then(|text| text.get(..4)).and_then(|year| year.parse().ok());
    year.ok_or_else(|| IngestError::MissingVintage { file: path.display().to_string(), role: CELLS.role })
}

fn census_jobs(
    file: &mut TableFile,
    (column, annee): (&str, i32),
    (held, progress): (Held<'_>, &dyn Progress),
) -> Result<Vec<CelluleEmplois>, IngestError> {
    let mut sums: BTreeMap<CodeCommune, f64> = BTreeMap::new();
    file.for_each(progress, |row| {
        let Ok(code) = row.required("CODGEO")?.parse::<CodeCommune>() else { return Ok(()) };
        let jobs = row.number(column)?;
        if let Some((code, jobs)) = held(&code).zip(jobs) {
            // Communes that merged add up.
            *sums.entry(code).or_default() += jobs;
        }
        Ok(())
    })?;
    let cell = |(code_commune, emplois)| CelluleEmplois {
        code_commune,
        champ: ChampEmplois::Total,
        famille: None,
        annee,
        etablissements: None,
        emplois: Some(emplois),
        secret: false,
    };
    Ok(sums.into_iter().map(cell).collect())
}

/// Establishments, jobs and the largest establishment of a cell.
#[derive(Debug, Clone, Copy, Default)]
struct Cumul {
    etablissements: u32,
    emplois: f64,
    maximum: f64,
}

fn partner_jobs(
    file: &mut TableFile,
    annee: i32,
    (held, progress): (Held<'_>, &dyn Progress),
) -> Result<Vec<CelluleEmplois>, IngestError> {
    let mut sums: BTreeMap<(CodeCommune, ChampEmplois, Option<Famille>), Cumul> = BTreeMap::new();
    file.for_each(progress, |row| {
        let code: CodeCommune = row
            .required("code_commune")?
            .parse()
            .map_err(|error: domain::IdentifierError| row.refuse("code_commune", error.to_string()))?;
        let champ = ChampEmplois::from_code(row.required("champ")?)
            .ok_or_else(|| row.refuse("champ", "mettre ess, prive ou total".to_owned()))?;
        let famille =
            match row.text("famille")? {
                None => None,
                Some(code) => Some(Famille::from_code(code).ok_or_else(|| {
                    row.refuse("famille", "mettre un code de famille, ou rien pour toutes".to_owned())
                })?),
            };
        let positive = |column: &str| match row.number(column)? {
            Some(value) if value >= 0.0 => Ok(Some(value)),
            Some(_) => Err(row.refuse(column, "mettre un nombre positif ou nul".to_owned())),
            None => Ok(None),
        };
        let emplois = positive("emplois")?
            .ok_or_else(|| row.refuse("emplois", "mettre un nombre, ou retirer la ligne".to_owned()))?;
        let (etablissements, maximum) = (positive("etablissements")?, positive("maximum")?);
        let mut own = Cumul { etablissements: u32::MAX, emplois, maximum: 0.0 };
        if champ == ChampEmplois::Ess {
            let mend = "nécessaire au secret statistique pour le champ ess";
            let n = etablissements.ok_or_else(|| row.refuse("etablissements", mend.to_owned()))?;
            own.maximum = maximum.ok_or_else(|| row.refuse("maximum", mend.to_owned()))?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: whole and small")]
            if n.fract() == 0.0 && n < f64::from(u32::MAX) {
                own.etablissements = n as u32;
            } else {
                return Err(row.refuse("etablissements", "mettre un nombre entier".to_owned()));
            }
            if own.maximum > own.emplois {
                return Err(row.refuse("maximum", "le plus grand établissement ne peut dépasser la somme".to_owned()));
            }
        }
        if let Some(code) = held(&code) {
            let cell = sums.entry((code, champ, famille)).or_default();
            cell.etablissements = cell.etablissements.saturating_add(own.etablissements);
            cell.emplois += own.emplois;
            cell.maximum = cell.maximum.max(own.maximum);
        }
        Ok(())
    })?;
    let cell = |((code_commune, champ, famille), sum): ((CodeCommune, ChampEmplois, Option<Famille>), Cumul)| {
        let confidential = champ == ChampEmplois::Ess;
        let secret = confidential && !publiable(sum.etablissements, sum.emplois, sum.maximum);
        CelluleEmplois {
            code_commune,
            champ,
            famille,
            annee,
            etablissements: confidential.then_some(sum.etablissements),
            emplois: (!secret).then_some(sum.emplois),
            secret,
        }
    };
    let mut cells: Vec<CelluleEmplois> = sums.into_iter().map(cell).collect();
    hide_totals(&mut cells);
    Ok(cells)
}

/// The total of a commune would give a hidden family back: it is hidden too.
fn hide_totals(cells: &mut [CelluleEmplois]) {
    let hiding = cells.iter().filter(|cell| cell.secret && cell.famille.is_some());
    let hiding: BTreeSet<CodeCommune> = hiding.map(|cell| cell.code_commune.clone()).collect();
    for cell in cells.iter_mut().filter(|cell| cell.champ == ChampEmplois::Ess && cell.famille.is_none()) {
        if hiding.contains(&cell.code_commune) {
            (cell.secret, cell.emplois) = (true, None);
        }
    }
}

/// Establishments and jobs by size class, of the departments that are `held`, and of the rows that name none. Classes of
/// several departments add up: an atlas has one estimator.
pub fn tailles(
    path: &Path,
    millesime: Option<&str>,
    (held, progress): (HeldDepartement<'_>, &dyn Progress),
) -> Result<(Vec<ClasseTaille>, SourceMillesime), IngestError> {
    let mut file = TableFile::open(path, &TAILLES, progress)?;
    let mut classes: BTreeMap<(u32, Option<u32>), (f64, f64)> = BTreeMap::new();
    file.for_each(progress, |row| {
        let whole = |column: &str, value: f64| {
            let fits = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
            let narrowed = value as u32;
            fits.then_some(narrowed).ok_or_else(|| row.refuse(column, "mettre un nombre entier".to_owned()))
        };
        let needed = |column: &str| {
            row.number(column)?.ok_or_else(|| row.refuse(column, "mettre un nombre, ou retirer la ligne".to_owned()))
        };
        let minimum = whole("effectif_min", needed("effectif_min")?)?;
        let maximum = row.number("effectif_max")?.map(|value| whole("effectif_max", value)).transpose()?;
        let (establishments, jobs) = (needed("etablissements")?, needed("emplois")?);
        whole("etablissements", establishments)?;
        let mean = jobs / establishments;
        let inside = mean >= f64::from(minimum) && maximum.is_none_or(|maximum| mean <= f64::from(maximum));
        if establishments > 0.0 && !inside {
            let mend = format!("la moyenne {mean:.2} sort de la classe ; vérifier les deux nombres");
            return Err(row.refuse("emplois", mend));
        }
        if row.text("departement")?.is_some_and(|departement| !held(departement)) {
            return Ok(());
        }
        let sum = classes.entry((minimum, maximum)).or_default();
        (sum.0, sum.1) = (sum.0 + establishments, sum.1 + jobs);
        Ok(())
    })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sums of whole numbers")]
    let class = |((minimum, maximum), (establishments, emplois)): (_, (f64, f64))| ClasseTaille {
        departement: None,
        minimum,
        maximum,
        etablissements: establishments as u32,
        emplois,
    };
    let found = classes.into_iter().filter(|(_, (establishments, _))| *establishments > 0.0).map(class).collect();
    Ok((found, file.into_source(millesime)?))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::progress::Silent;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn read(text: &str) -> Result<Vec<CelluleEmplois>, IngestError> {
        let held = |code: &CodeCommune| code.as_str().starts_with("94").then(|| code.clone());
        cells(file(text).path(), Some("2022"), (&held, &Silent)).map(|(cells, _)| cells)
    }

    #[test]
    fn what_secrecy_hides_leaves_without_its_value() {
        let text = "code_commune;champ;famille;etablissements;emplois;maximum\n\
                    94052;ess;associations;10;100;20\n94052;ess;mutuelles;2;30;20\n94052;ess;fondations;6;40;38\n\
                    75056;ess;associations;10;100;20\n94052;total;;;9000;\n";
        let found = read(text).unwrap();
        let told: Vec<_> =
            found.iter().map(|cell| (cell.famille.map(Famille::code), cell.emplois, cell.secret)).collect();
        assert_eq!(
            told,
            [
                (Some("associations"), Some(100.0), false),
                (Some("mutuelles"), None, true),
                (Some("fondations"), None, true),
                (None, Some(9000.0), false),
            ]
        );
    }

    #[test]
    fn a_total_never_gives_a_hidden_family_back() {
        let text = "code_commune;champ;famille;etablissements;emplois;maximum\n\
                    94052;ess;associations;10;100;20\n94052;ess;mutuelles;2;30;20\n94052;ess;;12;130;20\n\
                    94058;ess;associations;10;100;20\n94058;ess;;10;100;20\n";
        let totals: Vec<_> =
            read(text).unwrap().into_iter().filter(|cell| cell.famille.is_none()).map(|cell| cell.emplois).collect();
        assert_eq!(totals, [None, Some(100.0)]);
    }

    #[test]
    fn cells_of_one_commune_and_family_add_up_before_the_rules() {
        let text = "code_commune;champ;famille;etablissements;emplois;maximum\n\
                    94052;ess;mutuelles;2;30;20\n94052;ess;mutuelles;1;10;10\n";
        assert_eq!(read(text).unwrap()[0].emplois, Some(40.0));
    }

    #[test]
    fn the_census_gives_all_jobs_and_its_year() {
        let found = read("CODGEO;LIBGEO;P21_EMPLT\n94052;Nogent;8123.5\n01001;Ailleurs;12\n").unwrap();
        assert_eq!((found.len(), found[0].annee, found[0].emplois), (1, 2021, Some(8123.5)));
    }

    #[test]
    fn a_cell_that_cannot_be_protected_is_refused() {
        for (row, column) in [
            ("94052;ess;mutuelles;;30;20", "etablissements"),
            ("94052;ess;mutuelles;4;30;", "maximum"),
            ("94052;ess;mutuelles;4;30;31", "maximum"),
            ("94052;ess;mutuelle;4;30;3", "famille"),
            ("94052;public;;4;30;3", "champ"),
            ("94052;ess;;4;-3;0", "emplois"),
        ] {
            let text = format!("code_commune;champ;famille;etablissements;emplois;maximum\n{row}\n");
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(column) && error.contains("ligne 2"), "{error}");
        }
    }

    #[test]
    fn sizes_add_up_over_departments_and_must_fit_their_class() {
        let held = |departement: &str| departement != "13";
        let read = |text: &str| tailles(file(text).path(), None, (&held, &Silent)).map(|(classes, _)| classes);
        let head = "departement;effectif_min;effectif_max;etablissements;emplois\n";
        let found =
            read(&format!("{head}94;10;19;100;1364\n75;10;19;100;1400\n94;100;;3;900\n13;10;19;9;90\n")).unwrap();
        assert_eq!(found.len(), 2);
        assert!((found[0].moyenne() - 13.82).abs() < 1e-9);
        assert_eq!(found[1].maximum, None);
        assert!(read(&format!("{head}94;10;19;100;2500\n")).unwrap_err().to_string().contains("25.00"));
    }
}
