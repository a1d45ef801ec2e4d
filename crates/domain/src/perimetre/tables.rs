//! The two tables of a perimeter: legal categories, and activities out of the field.

use std::collections::HashMap;

use super::entete::EntetePerimetre;
use crate::Famille;
use crate::nomenclature::{CategorieJuridique, Nomenclature};
use crate::table::{Row, TableError, for_each_row};

/// Rule of a legal category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RegleCategorie {
    /// Never of the ESS.
    Hors,
    /// Of the ESS by its form.
    Forme(Famille),
    /// Of the ESS only with the mention or on a list.
    SurPreuve(Famille),
}

/// A legal category of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Categorie {
    pub regle: RegleCategorie,
    /// Its place awaits the confirmation of the observatory.
    pub a_verifier: bool,
}

/// Fate of an activity in the exclusion table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortApe {
    Exclue,
    ADecider,
    Incluse,
}

/// Reads the table of categories, then what the head changes in it.
pub(super) fn categories(entete: &EntetePerimetre, text: &str) -> Result<HashMap<String, Categorie>, TableError> {
    let mut categories = HashMap::new();
    for_each_row(&entete.categories, text, &["code", "famille", "dans_ess", "confiance"], |row| {
        let code = CategorieJuridique::normalise(row.get("code"))
            .ok_or_else(|| row.refuse("code", "mettre une catégorie juridique de 4 chiffres"))?;
        let a_verifier = row.get("confiance") == "a_verifier";
        let known = categories.insert(code.as_str().to_owned(), Categorie { regle: regle(row)?, a_verifier });
        match known {
            None => Ok(()),
            Some(_) => Err(row.refuse("code", "catégorie en double ; garder une seule ligne")),
        }
    })?;
    for propre in &entete.categories_propres {
        let Some(code) = CategorieJuridique::normalise(&propre.code) else { continue };
        let regle = propre.famille.map_or(RegleCategorie::Hors, RegleCategorie::Forme);
        categories.insert(code.as_str().to_owned(), Categorie { regle, a_verifier: false });
    }
    Ok(categories)
}

fn regle(row: &Row<'_>) -> Result<RegleCategorie, TableError> {
    let famille = || {
        Famille::from_code(row.get("famille")).ok_or_else(|| row.refuse("famille", "mettre un code de famille connu"))
    };
    match row.get("dans_ess") {
        "non" => Ok(RegleCategorie::Hors),
        "oui" | "famille5" => Ok(RegleCategorie::Forme(famille()?)),
        "conditionnel" => Ok(RegleCategorie::SurPreuve(famille()?)),
        _ => Err(row.refuse("dans_ess", "mettre oui, non, conditionnel ou famille5")),
    }
}

/// Reads the table of activities: each line gives its code in both nomenclatures.
pub(super) fn ape(table: &str, text: &str) -> Result<HashMap<(Nomenclature, String), SortApe>, TableError> {
    let mut ape = HashMap::new();
    for_each_row(table, text, &["code_naf_rev2", "code_naf2025", "decision"], |row| {
        let sort = match row.get("decision") {
            "exclue" => SortApe::Exclue,
            "a_decider" => SortApe::ADecider,
            "incluse" => SortApe::Incluse,
            _ => return Err(row.refuse("decision", "mettre exclue, incluse ou a_decider")),
        };
        for (column, nomenclature) in
            [("code_naf_rev2", Nomenclature::NafRev2), ("code_naf2025", Nomenclature::Naf2025)]
        {
            let code = row.get(column);
            if code.is_empty() {
                continue;
            }
            let known = ape.insert((nomenclature, code.to_owned()), sort);
            if known.is_some_and(|other| other != sort) {
                return Err(row.refuse(column, "activité en double avec un autre sort ; garder une seule ligne"));
            }
        }
        Ok(())
    })?;
    Ok(ape)
}
