//! Territories and structures by what one remembers of them: a piece of a name, a code, a SIRET.

use std::collections::BTreeSet;

use domain::{CodeCommune, Structure};
use serde_json::{Value, json};
use spatial_index::Filter;

use super::Question;
use crate::error::ApiError;
use crate::noms_proches::{folded, territoires};
use crate::params::{FILTERS, Params, invalid};
use crate::provenance::provenance;
use crate::state::Served;

/// Longest text looked for, characters.
const LONGEST: usize = 100;
/// Digits of a postcode.
const POSTCODE: usize = 5;

/// `/recherche?q=`: what is called so.
#[derive(Debug, Clone, PartialEq)]
pub struct RechercheQuery {
    /// Words looked for, without case or accents.
    words: Vec<String>,
    limit: usize,
    filter: Filter,
}

impl Question for RechercheQuery {
    const SUMMARY: &'static str =
        "Territoires et structures, par un morceau de leur nom, un code, un code postal ou un SIRET";
    const PATH: &'static str = "/recherche";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["q", "limit"], &FILTERS];
    const REQUIRED: &'static [&'static str] = &["q"];
    /// Of each kind.
    const LIMIT: (usize, usize) = (10, 100);
    const HAS_GEOMETRY: bool = false;

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let mend = "ce qui est cherché : un nom, un code ou un SIRET";
        let text = params.text("q").ok_or(ApiError::MissingParameter { name: "q", mend })?;
        if text.chars().count() > LONGEST {
            return Err(invalid("q", text, &format!("{LONGEST} caractères au plus")));
        }
        let words: Vec<String> = folded(text).split(' ').map(str::to_owned).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Err(invalid("q", text, mend));
        }
        let limit = params.count("limit", Self::LIMIT.0, Self::LIMIT.1)?;
        Ok(Self { words, limit, filter: params.filter(&served.snapshot)?.with_ring() })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let atlas = served.snapshot.atlas();
        let zones = territoires(atlas, &self.words, &self.communes_of_postcode(served));
        let zones = zones.iter().take(self.limit).map(|zone| {
            json!({
                "territoire": zone.territoire, "nom": zone.nom, "niveau": zone.niveau, "communes": zone.communes,
            })
        });
        let (found, matched) = self.structures(served);
        let rows = found.into_iter().map(|row| {
            json!({
                "siret": row.siret,
                "nom": row.nom,
                "enseigne": row.enseigne,
                "famille": row.famille.code(),
                "code_commune": row.code_commune,
                "nom_commune": served.snapshot.nom_commune(&row.code_commune),
                "adresse": row.adresse,
                "qualite_position": row.qualite_position.code(),
                "lon": row.position.map(|at| at.lon),
                "lat": row.position.map(|at| at.lat),
                "couronne": row.couronne,
            })
        });
        Ok(json!({
            "territoires": zones.collect::<Vec<_>>(),
            "structures": rows.collect::<Vec<_>>(),
            "numberMatched": matched,
            "metadata": provenance(&atlas.manifest),
        }))
    }
}

impl RechercheQuery {
    /// Communes where structures have the postcode looked for; none when the text is no postcode.
    fn communes_of_postcode<'s>(&'s self, served: &'s Served) -> BTreeSet<&'s CodeCommune> {
        let [postcode] = self.words.as_slice() else { return BTreeSet::new() };
        if postcode.len() != POSTCODE || !postcode.bytes().all(|byte| byte.is_ascii_digit()) {
            return BTreeSet::new();
        }
        let rows = served.snapshot.structures(&self.filter, None);
        // A partially disclosed unit shows nothing of its address, its postcode neither.
        let shown = rows.filter(|row| row.code_postal.as_deref() == Some(postcode));
        shown.map(|row| &row.code_commune).collect()
    }

    /// Best first: a name that begins with the text, then the shortest; and how many there are.
    fn structures<'s>(&'s self, served: &'s Served) -> (Vec<&'s Structure>, usize) {
        let whole = self.words.join(" ");
        let digits = self.words.concat();
        let number = (digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits);
        let mut found: Vec<((bool, usize), &Structure)> = Vec::new();
        for row in served.snapshot.structures(&self.filter, None) {
            if number.as_ref().is_some_and(|digits| row.siret.as_str().starts_with(digits.as_str())) {
                found.push(((false, 0), row));
                continue;
            }
            let mut name = folded(&row.nom);
            if let Some(sign) = &row.enseigne {
                name = format!("{name} {}", folded(sign));
            }
            if self.words.iter().all(|word| name.contains(word.as_str())) {
                found.push(((!name.starts_with(&whole), name.len()), row));
            }
        }
        let matched = found.len();
        found.sort_by(|(a, first), (b, second)| a.cmp(b).then_with(|| first.siret.cmp(&second.siret)));
        (found.into_iter().take(self.limit).map(|(_, row)| row).collect(), matched)
    }
}

#[cfg(test)]
mod tests {
    use spatial_index::Snapshot;
    use test_support::sample_atlas;

    use super::*;

    fn served() -> Served {
        let mut atlas = sample_atlas(2);
        for (row, nom) in
            atlas.structures.iter_mut().zip(["CRÈCHE L’ÉPHÉMÈRE", "ÉPHÉMÈRE SPORTIVE", "LES AMIS DE L'EPHEMERE"])
        {
            nom.clone_into(&mut row.nom);
            row.enseigne = None;
        }
        Served::new(Snapshot::build(atlas).unwrap()).unwrap()
    }

    fn ask(served: &Served, text: &str) -> Value {
        let params = Params::new(vec![("q".to_owned(), text.to_owned())], RechercheQuery::PARAMETERS).unwrap();
        RechercheQuery::parse(&params, served).unwrap().answer(served).unwrap()
    }

    fn names(answer: &Value) -> Vec<&str> {
        answer["structures"].as_array().unwrap().iter().map(|row| row["nom"].as_str().unwrap()).collect()
    }

    #[test]
    fn words_are_found_in_any_order_without_accents_and_the_nearest_name_first() {
        let served = served();
        assert_eq!(names(&ask(&served, "ephemere"))[0], "ÉPHÉMÈRE SPORTIVE");
        assert_eq!(names(&ask(&served, "ephemere")).len(), 3);
        assert_eq!(names(&ask(&served, "Éphémère crèche")), ["CRÈCHE L’ÉPHÉMÈRE"]);
        assert!(names(&ask(&served, "mutuelle de nulle part")).is_empty());
    }

    #[test]
    fn a_siret_is_found_with_or_without_spaces() {
        let served = served();
        let row = &served.snapshot.atlas().structures[7];
        let spaced = format!("{} {}", &row.siret.as_str()[..9], &row.siret.as_str()[9..]);
        for text in [row.siret.as_str(), &spaced] {
            assert_eq!(ask(&served, text)["structures"][0]["siret"], row.siret.as_str());
        }
    }

    #[test]
    fn a_commune_is_found_by_its_code_and_its_name() {
        let served = served();
        for text in ["94015", "bry sur"] {
            assert_eq!(ask(&served, text)["territoires"][0]["territoire"], "commune:94015", "{text}");
        }
    }

    #[test]
    fn a_postcode_finds_the_communes_that_have_it() {
        let served = served();
        let row =
            served.snapshot.atlas().structures.iter().find(|row| row.code_postal.is_some() && !row.couronne).unwrap();
        let found = ask(&served, row.code_postal.as_deref().unwrap());
        let territoires = found["territoires"].as_array().unwrap();
        let wanted = format!("commune:{}", row.code_commune);
        assert!(territoires.iter().any(|zone| zone["territoire"] == wanted.as_str()), "{territoires:?}");
        assert!(ask(&served, "00000")["territoires"].as_array().unwrap().is_empty());
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        let served = served();
        for text in ["", " - ", &"a".repeat(101)] {
            let params = Params::new(vec![("q".to_owned(), (*text).to_owned())], RechercheQuery::PARAMETERS).unwrap();
            assert!(RechercheQuery::parse(&params, &served).is_err(), "{text}");
        }
    }
}
