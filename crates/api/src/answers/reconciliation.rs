//! Which sources say that a structure is of the ESS: its legal category, the Sirene flag, the lists.

use std::collections::BTreeMap;

use domain::{AccordSources, Famille};
use serde_json::{Value, json};
use spatial_index::Filter;

use super::Question;
use crate::error::ApiError;
use crate::params::{FILTERS, Params, invalid};
use crate::provenance::provenance;
use crate::state::Served;

/// `/reconciliation`: counts by agreement, or the structures of one.
#[derive(Debug, Clone, PartialEq)]
pub struct ReconciliationQuery {
    filter: Filter,
    accord: Option<AccordSources>,
}

impl Question for ReconciliationQuery {
    const SUMMARY: &'static str = "Accord des sources : forme juridique, mention ESS de Sirene, listes";
    const PATH: &'static str = "/reconciliation";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["accord"], &FILTERS];
    const HAS_GEOMETRY: bool = false;

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let filter = params.filter(&served.snapshot)?;
        // A + of a query is a blank once decoded.
        let asked = params.text("accord").map(|text| text.replace(' ', "+"));
        let accord = asked
            .map(|text| {
                let names = AccordSources::ALL.map(AccordSources::code).join(", ");
                AccordSources::from_code(&text).ok_or_else(|| invalid("accord", &text, &format!("admis : {names}")))
            })
            .transpose()?;
        Ok(Self { filter, accord })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let matched = served.snapshot.structures(&self.filter, None);
        let matched = matched.filter(|structure| self.accord.is_none_or(|accord| structure.accord == accord)).count();
        let lignes = match self.accord {
            Some(accord) => self.structures(served, accord),
            None => self.counts(served),
        };
        let manifest = &served.snapshot.atlas().manifest;
        let constats = &manifest.constats;
        let by_reason = |counts: &BTreeMap<domain::Motif, u64>| -> Vec<Value> {
            let line = |(motif, count): (&domain::Motif, &u64)| json!({ "code": motif.code(), "libelle": motif.libelle(), "etablissements": count });
            counts.iter().map(line).collect()
        };
        Ok(json!({
            "accord": self.accord.map(AccordSources::code),
            "structures": matched,
            "numberReturned": lignes.len(),
            "lignes": lignes,
            "dehors_malgre_la_mention": by_reason(&constats.mentions_ecartees),
            "dehors_malgre_une_liste": by_reason(&constats.listees_ecartees),
            "listes": constats.listes,
            "laissees_de_cote": {
                "masquees": manifest.waterfall.masques,
                "raison": "à diffusion partielle : comptées par commune, famille, secteur et tranche seulement",
            },
            "metadata": provenance(manifest),
        }))
    }
}

impl ReconciliationQuery {
    fn counts(&self, served: &Served) -> Vec<Value> {
        let mut counts: BTreeMap<AccordSources, BTreeMap<Famille, u64>> = BTreeMap::new();
        for structure in served.snapshot.structures(&self.filter, None) {
            *counts.entry(structure.accord).or_default().entry(structure.famille).or_default() += 1;
        }
        let line = |accord: AccordSources| {
            let families = counts.get(&accord);
            let of = |famille: Famille| families.and_then(|counts| counts.get(&famille)).copied().unwrap_or_default();
            let by_family: serde_json::Map<String, Value> =
                Famille::ALL.into_iter().map(|famille| (famille.code().to_owned(), json!(of(famille)))).collect();
            json!({
                "accord": accord.code(),
                "sources": accord.nombre(),
                "structures": Famille::ALL.into_iter().map(of).sum::<u64>(),
                "familles": by_family,
                "structures_en_csv": format!("/reconciliation?accord={}&f=csv", accord.code().replace('+', "%2B")),
            })
        };
        AccordSources::ALL.into_iter().map(line).collect()
    }

    fn structures(&self, served: &Served, accord: AccordSources) -> Vec<Value> {
        let held = served.snapshot.structures(&self.filter, None).filter(|structure| structure.accord == accord);
        let line = |structure: &domain::Structure| {
            json!({
                "siret": structure.siret,
                "siren": structure.siren,
                "nom": structure.nom,
                "famille": structure.famille.code(),
                "regle": structure.regle.code(),
                "accord_sources": structure.accord.code(),
                "categorie_juridique": structure.categorie_juridique,
                "code_ape": structure.ape.as_ref().map(|ape| &*ape.code),
                "mention_ess": structure.mention_ess,
                "code_commune": structure.code_commune,
                "nom_commune": served.snapshot.nom_commune(&structure.code_commune),
            })
        };
        held.take(LIGNES_MAX).map(line).collect()
    }
}

/// Most structures of an answer; the export of the whole atlas has them all.
const LIGNES_MAX: usize = 100_000;
