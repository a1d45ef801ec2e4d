//! The file of corrections: read by column name, every cell checked.

use std::path::Path;

use domain::secteur::Secteurs;
use domain::{ChampCorrige, CodeIris, Famille, IdentifierError, Membre, SourceMillesime};
use geo::Coord;

use super::{Correction, Valeur};
use crate::delimiter;
use crate::error::IngestError;
use crate::etablissement::is_iso_date;
use crate::progress::Progress;
use crate::table_file::{Description, TableFile, TableRow};

/// Columns that the file may have; another one is a misspelling, and what it holds would be lost in silence.
const COLUMNS: [&str; 9] = ["siret", "champ", "valeur", "lon", "lat", "auteur", "date", "motif", "valeur_source"];

const MEND: &str =
    "écrire un CSV dont l’en-tête est siret,champ,valeur,lon,lat,auteur,date,motif (et valeur_source, facultative)";

/// Reads every row.
pub(super) fn rows(
    path: &Path,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<(Vec<Correction>, SourceMillesime), IngestError> {
    let description = Description {
        role: "corrections",
        titre: "Corrections de l’observatoire",
        producteur: "Observatoire",
        delimiter: delimiter::of(path)?,
        needed: &["siret", "champ", "auteur", "date", "motif"],
        optional: &COLUMNS,
        mend: MEND,
    };
    let mut file = TableFile::open(path, &description, progress)?;
    let mut unknown: Vec<&str> = file.column_names().filter(|name| !COLUMNS.contains(name)).collect();
    unknown.sort_unstable();
    if let Some(column) = unknown.first() {
        let (file, column) = (path.display().to_string(), (*column).to_owned());
        return Err(IngestError::UnknownColumn { file, column, known: COLUMNS.join(", ") });
    }
    let secteurs = Secteurs::embedded()?;
    let mut rows = Vec::new();
    file.for_each(progress, |row| {
        rows.push(correction(row, &secteurs)?);
        Ok(())
    })?;
    Ok((rows, file.into_source(millesime)?))
}

fn correction(row: &TableRow<'_>, secteurs: &Secteurs) -> Result<Correction, IngestError> {
    let siret =
        row.required("siret")?.parse().map_err(|error: IdentifierError| row.refuse("siret", error.to_string()))?;
    let champ = ChampCorrige::from_code(row.required("champ")?).ok_or_else(|| {
        let known = ChampCorrige::ALL.iter().map(|champ| champ.code()).collect::<Vec<_>>().join(", ");
        row.refuse("champ", format!("champ inconnu ; admis : {known}"))
    })?;
    // Who and why are for people: a correction that nobody signs is one that nobody can withdraw.
    row.required("auteur")?;
    row.required("motif")?;
    let date = row.required("date")?;
    if !is_iso_date(date) {
        return Err(row.refuse("date", "date AAAA-MM-JJ attendue"));
    }
    let valeur = match champ {
        ChampCorrige::Position => position(row)?,
        ChampCorrige::Exclure => excluded(row)?,
        _ => value(row, "valeur", row.required("valeur")?, (champ, secteurs))?,
    };
    let then = row.text("valeur_source")?;
    let valeur_source = then.map(|text| value(row, "valeur_source", text, (champ, secteurs))).transpose()?;
    Ok(Correction { ligne: row.line(), siret, champ, valeur, valeur_source, date: date.to_owned() })
}

fn excluded(row: &TableRow<'_>) -> Result<Valeur, IngestError> {
    match row.text("valeur")? {
        None => Ok(Valeur::Appartenance(None)),
        Some(_) => Err(row.refuse("valeur", "vide attendu pour « exclure » : la raison va dans la colonne motif")),
    }
}

/// A text as the value of a field.
fn value(
    row: &TableRow<'_>,
    column: &str,
    text: &str,
    (champ, secteurs): (ChampCorrige, &Secteurs),
) -> Result<Valeur, IngestError> {
    let famille = || {
        Famille::from_code(text).ok_or_else(|| {
            let known = Famille::ALL.map(Famille::code).join(", ");
            row.refuse(column, format!("famille inconnue ; admises : {known}"))
        })
    };
    match champ {
        ChampCorrige::Famille => Ok(Valeur::Famille(famille()?)),
        // For « exclure », only as what the source said: the establishment was in, under this family.
        ChampCorrige::Inclure | ChampCorrige::Exclure => Ok(Valeur::Appartenance(Some(famille()?))),
        ChampCorrige::Employeur => match text {
            "oui" | "O" => Ok(Valeur::Employeur(true)),
            "non" | "N" => Ok(Valeur::Employeur(false)),
            _ => Err(row.refuse(column, "oui ou non attendu")),
        },
        ChampCorrige::Secteur if secteurs.connait(text) => Ok(Valeur::Secteur(text.to_owned())),
        ChampCorrige::Secteur => {
            Err(row.refuse(column, format!("secteur inconnu ; admis : {}", secteurs.tous().join(" | "))))
        }
        ChampCorrige::Nom => Ok(Valeur::Nom(text.to_owned())),
        ChampCorrige::Iris => {
            let code = text.parse::<CodeIris>();
            code.map(Valeur::Iris).map_err(|error| row.refuse(column, error.to_string()))
        }
        ChampCorrige::Position => {
            let mut parts = text.split_whitespace().map(str::parse::<f64>);
            match (parts.next(), parts.next(), parts.next()) {
                (Some(Ok(x)), Some(Ok(y)), None) => Ok(Valeur::Position(Coord { x, y })),
                _ => Err(row.refuse(column, "longitude et latitude attendues, séparées par une espace")),
            }
        }
    }
}

fn position(row: &TableRow<'_>) -> Result<Valeur, IngestError> {
    let needed = |column: &str| {
        row.number(column)?
            .ok_or_else(|| row.refuse(column, "valeur obligatoire pour « position », en degrés décimaux"))
    };
    let (lon, lat) = (needed("lon")?, needed("lat")?);
    if lat.abs() > 90.0 {
        return Err(row.refuse("lat", "latitude entre -90 et 90 degrés attendue, pas des mètres"));
    }
    if lon.abs() > 180.0 {
        return Err(row.refuse("lon", "longitude entre -180 et 180 degrés attendue, pas des mètres"));
    }
    // Metropolitan France read the wrong way round falls off the Somali coast.
    if (41.0..=52.0).contains(&lon) && (-6.0..=10.0).contains(&lat) {
        return Err(row.refuse("lon", "longitude et latitude semblent inversées"));
    }
    Ok(Valeur::Position(Coord { x: lon, y: lat }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::progress::Silent;

    const HEADER: &str = "siret,champ,valeur,lon,lat,auteur,date,motif,valeur_source";

    fn read(text: &str) -> Result<Vec<Correction>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("corrections.csv");
        std::fs::write(&path, text).unwrap();
        let read = |path: &Path| rows(path, None, &Silent).map(|(rows, _)| rows);
        read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn spreadsheets_write_semicolons_and_columns_in_any_order() {
        let text =
            "motif;date;auteur;champ;siret;valeur\nvu sur place;2026-05-04;A. Essai;employeur;00095001400019;oui\n";
        let rows = read(text).unwrap();
        assert_eq!(
            (rows[0].ligne, rows[0].champ, &rows[0].valeur),
            (2, ChampCorrige::Employeur, &Valeur::Employeur(true))
        );
        assert!(read(&format!("\u{feff}{HEADER}\n")).unwrap().is_empty());
    }

    #[test]
    fn a_bad_cell_is_refused_with_its_place_and_mend() {
        let cases = [
            ("00095001400018,nom,X,,,A,2026-05-04,M,", "siret", "clé de contrôle"),
            ("95001400019,nom,X,,,A,2026-05-04,M,", "siret", "zéro initial"),
            ("00095001400019,taille,X,,,A,2026-05-04,M,", "champ", "position, iris, famille"),
            ("00095001400019,nom,,,,A,2026-05-04,M,", "valeur", "obligatoire"),
            ("00095001400019,nom,X,,,,2026-05-04,M,", "auteur", "obligatoire"),
            ("00095001400019,nom,X,,,A,2026-05-04,,", "motif", "obligatoire"),
            ("00095001400019,nom,X,,,A,04/05/2026,M,", "date", "AAAA-MM-JJ"),
            ("00095001400019,famille,Associations,,,A,2026-05-04,M,", "valeur", "associations, cooperatives"),
            ("00095001400019,secteur,Sport,,,A,2026-05-04,M,", "valeur", "Enseignement"),
            ("00095001400019,employeur,1,,,A,2026-05-04,M,", "valeur", "oui ou non"),
            ("00095001400019,iris,94052010,,,A,2026-05-04,M,", "valeur", "code IRIS"),
            ("00095001400019,position,,2.48,,A,2026-05-04,M,", "lat", "obligatoire"),
            ("00095001400019,position,,661400,6859400,A,2026-05-04,M,", "lat", "mètres"),
            ("00095001400019,position,,48.83,2.48,A,2026-05-04,M,", "lon", "inversées"),
            ("00095001400019,exclure,oui,,,A,2026-05-04,M,", "valeur", "motif"),
            ("00095001400019,inclure,,,,A,2026-05-04,M,", "valeur", "obligatoire"),
            ("00095001400019,position,,2.48,48.83,A,2026-05-04,M,48.83", "valeur_source", "espace"),
        ];
        for (row, column, mend) in cases {
            let error = read(&format!("{HEADER}\n{row}\n")).unwrap_err();
            assert!(error.contains("corrections.csv, ligne 2"), "{error}");
            assert!(error.contains(&format!("« {column} »")) && error.contains(mend), "{row} : {error}");
        }
    }

    #[test]
    fn a_misspelt_or_missing_column_is_refused() {
        let error = read("siret,champ,valeurs,auteur,date,motif\n").unwrap_err();
        assert!(error.contains("« valeurs » inconnue") && error.contains("valeur_source"), "{error}");
        let error = read("siret,champ,valeur,date,motif\n").unwrap_err();
        assert!(error.contains("« auteur » absente"), "{error}");
    }
}
