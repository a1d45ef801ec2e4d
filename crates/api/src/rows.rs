//! An answer as rows and columns.

use serde_json::{Map, Value};

/// Columns of a table of structures, as a terminal has room for them.
const STRUCTURE: [&str; 9] = [
    "distance_m",
    "nom",
    "famille_libelle",
    "secteur",
    "tranche_libelle",
    "nom_commune",
    "qualite_position",
    "siret",
    "territoire",
];
/// Columns of a table of counts.
const COUNTS: [&str; 13] = [
    "code",
    "libelle",
    "structures",
    "au_numero",
    "a_la_voie",
    "non_localisees",
    "masquees",
    "emplois_bas",
    "emplois_haut",
    "population",
    "superficie_km2",
    "densite_km2",
    "pour_10000_habitants",
];

/// French label of a column, with its unit.
const LABELS: [(&str, &str); 42] = [
    ("distance_m", "Distance (m)"),
    ("nom", "Nom"),
    ("famille_libelle", "Famille"),
    ("secteur", "Secteur"),
    ("tranche_libelle", "Effectifs"),
    ("nom_commune", "Commune"),
    ("qualite_position", "Position"),
    ("siret", "SIRET"),
    ("code", "Code"),
    ("libelle", "Libellé"),
    ("structures", "Structures"),
    ("au_numero", "Au numéro"),
    ("a_la_voie", "À la voie"),
    ("non_localisees", "Non localisées"),
    ("sans_point", "Sans point"),
    ("masquees", "Masquées"),
    ("emplois_bas", "Emplois (bas)"),
    ("emplois_haut", "Emplois (haut)"),
    ("population", "Population (hab.)"),
    ("superficie_km2", "Superficie (km²)"),
    ("densite_km2", "Par km²"),
    ("pour_10000_habitants", "Pour 10 000 hab."),
    ("pour_10000_habitants_lisse", "Pour 10 000 hab., lissé"),
    ("emplois_central", "Emplois (central)"),
    ("emplois_bas_80", "Emplois (80 %, bas)"),
    ("emplois_haut_80", "Emplois (80 %, haut)"),
    ("emplois_sans_tranche", "Employeurs sans tranche"),
    ("emplois_a_verifier", "250 salariés et plus, à vérifier"),
    ("part_emploi_total", "Part de l’emploi total"),
    ("part_emploi_prive", "Part de l’emploi privé"),
    ("part_etablissements", "Part des établissements employeurs"),
    ("part_500m", "Habitants à moins de 500 m"),
    ("part_1km", "Habitants à moins de 1 km"),
    ("taille_moyenne", "Emplois par établissement"),
    ("etablissements", "Établissements"),
    ("groupe", "Groupe"),
    ("accord", "Sources d’accord"),
    ("regle_employeur", "Règle d’employeur"),
    ("mention_ess", "Mention ESS"),
    ("exclusion_teste", "Activité testée"),
    ("reserve", "Réserve"),
    ("titre", "Titre"),
];

/// Rows of one set of columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// Names of the columns, as in the JSON.
    pub columns: Vec<String>,
    /// Cells, as many as columns in each row.
    pub cells: Vec<Vec<Value>>,
    /// Sums, when the answer has them.
    pub total: Option<Vec<Value>>,
}

impl Rows {
    /// Every property of every row, for programs.
    pub fn complete(answer: &Value) -> Self {
        let rows = flat_rows(answer);
        let mut columns: Vec<String> = Vec::new();
        for name in rows.iter().flat_map(Map::keys) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let cells = rows.iter().map(|row| cells(row, &columns)).collect();
        Self { columns, cells, total: None }
    }

    /// The columns that a reader wants, those without any value left out.
    pub fn readable(answer: &Value) -> Self {
        let rows = flat_rows(answer);
        let total = answer.get("total").and_then(Value::as_object).map(flat);
        let wanted: &[&str] = if total.is_some() { &COUNTS } else { &STRUCTURE };
        let has_value = |name: &&&str| rows.iter().any(|row| row.get(**name).is_some_and(|value| !value.is_null()));
        let columns: Vec<String> = wanted.iter().filter(has_value).map(|name| (*name).to_owned()).collect();
        if columns.is_empty() {
            // Neither structures nor counts by zone: every column is for readers.
            return Self::complete(answer);
        }
        let total = total.filter(|_| rows.len() > 1).map(|mut total| {
            total.insert("libelle".to_owned(), "Total".into());
            cells(&total, &columns)
        });
        let cells = rows.iter().map(|row| cells(row, &columns)).collect();
        Self { columns, cells, total }
    }
}

/// French label of a column; its name when it has none.
pub fn label(name: &str) -> String {
    LABELS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or_else(|| name.replace('_', " "), |(_, label)| (*label).to_owned())
}

fn cells(row: &Map<String, Value>, columns: &[String]) -> Vec<Value> {
    columns.iter().map(|name| row.get(name).cloned().unwrap_or_default()).collect()
}

/// Rows of a table, or properties of features with the coordinates of their point.
fn flat_rows(answer: &Value) -> Vec<Map<String, Value>> {
    if let Some(rows) = answer.get("lignes").and_then(Value::as_array) {
        return rows.iter().filter_map(Value::as_object).map(flat).collect();
    }
    if let Some(structures) = answer.get("structures").and_then(Value::as_array) {
        // What a search finds: territories, then structures.
        let territories = answer.get("territoires").and_then(Value::as_array).into_iter().flatten();
        return territories.chain(structures).filter_map(Value::as_object).map(flat).collect();
    }
    let features = answer.get("features").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    features.iter().map(feature).collect()
}

fn feature(feature: &Value) -> Map<String, Value> {
    let mut row = feature.get("properties").and_then(Value::as_object).map(flat).unwrap_or_default();
    if feature.pointer("/geometry/type").and_then(Value::as_str) == Some("Point") {
        for (name, rank) in [("lon", "/geometry/coordinates/0"), ("lat", "/geometry/coordinates/1")] {
            row.insert(name.to_owned(), feature.pointer(rank).cloned().unwrap_or_default());
        }
    }
    row
}

/// Members of members, named one after the other: `emplois_bas`.
fn flat(object: &Map<String, Value>) -> Map<String, Value> {
    let mut row = Map::new();
    for (name, value) in object {
        match value {
            Value::Object(inner) => {
                row.extend(flat(inner).into_iter().map(|(below, value)| (format!("{name}_{below}"), value)));
            }
            other => {
                row.insert(name.clone(), other.clone());
            }
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_of_members_become_columns() {
        let answer =
            json!({ "lignes": [{ "code": "a", "emplois": { "bas": 1, "haut": 2 } }], "total": { "structures": 1 } });
        let rows = Rows::complete(&answer);
        assert_eq!(rows.columns, ["code", "emplois_bas", "emplois_haut"]);
        assert_eq!(rows.cells, [[json!("a"), json!(1), json!(2)]]);
    }

    #[test]
    fn a_column_that_some_rows_lack_is_kept_whole() {
        let point = json!({ "type": "Point", "coordinates": [2.5, 48.8] });
        let answer = json!({ "features": [
            { "properties": { "siret": "1" }, "geometry": null },
            { "properties": { "siret": "2" }, "geometry": point },
        ] });
        let rows = Rows::complete(&answer);
        assert_eq!(rows.columns, ["siret", "lon", "lat"]);
        assert_eq!(rows.cells[0], [json!("1"), Value::Null, Value::Null]);
        assert_eq!(rows.cells[1], [json!("2"), json!(2.5), json!(48.8)]);
    }

    #[test]
    fn empty_columns_are_not_shown_and_the_total_is_one_row() {
        let row = |code: &str| json!({ "code": code, "libelle": code, "structures": 2, "population": null });
        let answer = json!({ "lignes": [row("a"), row("b")], "total": { "structures": 4 } });
        let rows = Rows::readable(&answer);
        assert_eq!(rows.columns, ["code", "libelle", "structures"]);
        assert_eq!(rows.total.unwrap(), [Value::Null, json!("Total"), json!(4)]);
    }
}
