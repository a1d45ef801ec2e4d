//! The perimeter, explained: each rule and the number of establishments that it concerned.

use domain::waterfall::Nature;
use domain::{Membre, RegleEmployeur};
use serde_json::{Value, json};

use super::Question;
use crate::error::ApiError;
use crate::params::Params;
use crate::provenance::provenance;
use crate::state::Served;

/// `/perimetre`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerimetreQuery;

impl Question for PerimetreQuery {
    const SUMMARY: &'static str = "Le périmètre : ses règles, et combien d’établissements chacune a concernés";
    const PATH: &'static str = "/perimetre";
    const PARAMETERS: &'static [&'static [&'static str]] = &[];
    const HAS_GEOMETRY: bool = false;

    fn is_heavy(&self) -> bool {
        false
    }

    fn parse(_params: &Params, _served: &Served) -> Result<Self, ApiError> {
        Ok(Self)
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let manifest = &served.snapshot.atlas().manifest;
        let (entete, constats) = (&manifest.perimetre, &manifest.constats);
        let mut lignes = Vec::new();
        let mut line = |groupe: &str, code: &str, libelle: &str, etablissements: u64| {
            lignes
                .push(json!({ "groupe": groupe, "code": code, "libelle": libelle, "etablissements": etablissements }));
        };
        for stage in manifest.waterfall.etapes() {
            for ligne in stage.lignes.iter().filter(|ligne| ligne.nature == Nature::Sortie) {
                line(&format!("ecartes_{}", stage.etape.code()), ligne.code, ligne.libelle, ligne.lignes);
            }
        }
        for (regle, count) in &constats.regles {
            line("gardes_par_regle", regle.code(), "structures du territoire que cette règle a gardées", *count);
        }
        for regle in RegleEmployeur::ALL {
            line("retenus_selon_regle_employeur", regle.code(), regle.libelle(), constats.employeurs.selon(regle));
        }
        for (code, count) in &constats.non_classes {
            line("categories_non_classees", code, "catégorie juridique inconnue de la table : écartée", *count);
        }
        for (code, count) in &constats.categories_a_verifier {
            line("categories_a_confirmer", code, "catégorie juridique gardée, place à confirmer", *count);
        }
        line("activites_a_decider", "", "activité au sort non tranché : gardée", constats.ape_a_decider);
        for liste in &constats.listes {
            let libelle = if liste.fournie { "structures que cette liste a décidées" } else { "liste non fournie" };
            line("listes", liste.nom.code(), libelle, liste.decisives);
        }
        Ok(json!({
            "nom": entete.nom,
            "version": entete.version,
            "titre": entete.titre,
            "description": entete.description,
            "reserve": entete.reserve,
            "sources": entete.sources,
            "mention_ess": entete.mention_ess.libelle(),
            "exclusion_teste": entete.exclusion_teste.libelle(),
            "regle_employeur": manifest.regle_employeur.libelle(),
            "composition": manifest.composition,
            "lignes": lignes,
            "metadata": provenance(manifest),
        }))
    }
}
