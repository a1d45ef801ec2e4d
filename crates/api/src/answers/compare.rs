//! Two or three territories side by side: the same figures, and what the others have more or less.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use spatial_index::Selection;
use statistics::Portrait;
use statistics::mesures::{Mesure, mesures};

use super::portrait::{VIEW, Vue, resolve, view};
use crate::error::ApiError;
use crate::params::{Params, invalid};
use crate::provenance::provenance;
use crate::state::Served;

/// Territories beside the first: a page has room for no more.
pub const BESIDE_MAX: usize = 4;
/// Parts of the portrait whose lines mean the same everywhere; communes and IRIS are each territory's own.
const SECTIONS: [&str; 7] =
    ["territoire", "familles", "secteurs", "tranches", "secteurs_par_famille", "economie", "desserte"];

/// What a territory says of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Slot {
    /// It has no structure of that kind: none is a figure.
    Absent,
    /// Nobody knows.
    Unknown,
    /// A figure.
    Known(f64),
}

impl Slot {
    fn value(self) -> Option<f64> {
        match self {
            Self::Absent => Some(0.0),
            Self::Unknown => None,
            Self::Known(value) => Some(value),
        }
    }
}

/// `/portrait/{zone}/compare?with=`.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareQuestion {
    selections: Vec<Selection>,
    vue: Vue,
}

impl CompareQuestion {
    /// Parameters.
    pub const PARAMETERS: &'static [&'static [&'static str]] = &[&["with"], &VIEW];

    /// Reads the territories; `with` is repeated for several.
    pub fn parse(zone: &str, params: &Params, served: &Served) -> Result<Self, ApiError> {
        const MEND: &str = "territoire à comparer, par exemple with=commune:94052 (répétable)";
        let beside: Vec<&str> = params.all("with").collect();
        if beside.is_empty() {
            return Err(ApiError::MissingParameter { name: "with", mend: MEND });
        }
        if beside.len() > BESIDE_MAX {
            return Err(invalid("with", &beside.join(" "), &format!("{BESIDE_MAX} territoires au plus")));
        }
        let mut selections = vec![resolve(zone, served)?];
        for text in beside {
            // A parameter is refused where a path is not found; the reason is the same.
            let selection = resolve(text, served).map_err(|error| invalid("with", text, &error.to_string()))?;
            if selections.contains(&selection) {
                return Err(invalid("with", text, "territoire déjà dans la comparaison"));
            }
            selections.push(selection);
        }
        Ok(Self { selections, vue: view(params)? })
    }

    fn portraits(&self, served: &Served) -> Vec<Portrait> {
        let of = |selection| statistics::portrait(&served.snapshot, selection, &served.referentiel);
        self.selections.iter().map(of).collect()
    }

    /// As a page whose links begin with `base`.
    pub fn html(&self, served: &Served, base: &str) -> Result<String, ApiError> {
        crate::pages::compare_html(&self.portraits(served), served, (base, self.vue))
    }

    /// One line a figure: its value in each territory, and the difference with the first.
    pub fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let names: Vec<String> = self.selections.iter().map(|selection| selection.territoire.to_string()).collect();
        let mut lines: Vec<(Mesure, Vec<Slot>)> = Vec::new();
        let mut ranks: BTreeMap<(&str, String, String), usize> = BTreeMap::new();
        for (place, portrait) in self.portraits(served).iter().enumerate() {
            for mesure in mesures(portrait).into_iter().filter(|mesure| SECTIONS.contains(&mesure.section)) {
                // The whole of each territory is the same line.
                let code = if mesure.section == "territoire" { String::new() } else { mesure.code.clone() };
                let rank = *ranks.entry((mesure.section, code, mesure.indicateur.clone())).or_insert(lines.len());
                if rank == lines.len() {
                    lines.push((mesure.clone(), vec![Slot::Absent; names.len()]));
                }
                let slot = lines.get_mut(rank).and_then(|(_, values)| values.get_mut(place));
                if let Some(slot) = slot {
                    *slot = mesure.valeur.map_or(Slot::Unknown, Slot::Known);
                }
            }
        }
        let line = |(mesure, slots): (Mesure, Vec<Slot>)| {
            let values: Vec<Option<f64>> = slots.into_iter().map(Slot::value).collect();
            let of_whole = mesure.section == "territoire";
            let mut row = Map::new();
            row.insert("section".to_owned(), json!(mesure.section));
            row.insert("code".to_owned(), json!(if of_whole { "" } else { &mesure.code }));
            row.insert("libelle".to_owned(), json!(if of_whole { "ensemble" } else { &mesure.libelle }));
            row.insert("indicateur".to_owned(), json!(mesure.indicateur));
            row.insert("unite".to_owned(), json!(mesure.unite));
            for (name, value) in names.iter().zip(&values) {
                row.insert(format!("valeur {name}"), json!(value));
            }
            let first = values.first().copied().flatten();
            for (name, value) in names.iter().zip(&values).skip(1) {
                // Unknown beside known is no difference.
                row.insert(format!("ecart {name}"), json!(first.zip(*value).map(|(first, value)| value - first)));
            }
            Value::Object(row)
        };
        let territoires: Vec<Value> = self
            .selections
            .iter()
            .map(|selection| json!({ "territoire": selection.territoire.to_string(), "nom": selection.nom }))
            .collect();
        Ok(json!({
            "territoires": territoires,
            "lecture": "ecart : valeur de ce territoire moins celle du premier, dans l’unité de la ligne ; vide quand l’une est inconnue",
            "lignes": lines.into_iter().map(line).collect::<Vec<_>>(),
            "metadata": provenance(&served.snapshot.atlas().manifest),
        }))
    }
}
