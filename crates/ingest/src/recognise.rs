//! Is an establishment of the perimeter, and is it an employer? One named reason when not.

use domain::employeur::IndicesEmployeur;
use domain::perimetre::Faits;
use domain::{AccordSources, Decision, Famille, Motif, Perimetre, RegleEmployeur, RegleRetenue};

use crate::etablissement::Etablissement;
use crate::unite_legale::UniteLegale;

/// The rules of an ingest.
#[derive(Debug, Clone)]
pub struct Regles {
    /// Perimeter.
    pub perimetre: Perimetre,
    /// Employer rule: the perimeter's, or the user's choice.
    pub employeur: RegleEmployeur,
}

/// An establishment kept, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconnu {
    /// Family.
    pub famille: Famille,
    /// Rule that decided.
    pub regle: RegleRetenue,
    /// Sources that agree.
    pub accord: AccordSources,
    /// Activity whose fate is undecided.
    pub a_decider: bool,
}

impl Regles {
    /// Employer under the rule; the establishment is active.
    pub fn est_employeur(&self, etablissement: &Etablissement) -> bool {
        self.employeur.est_employeur(indices(etablissement))
    }

    /// Applies the perimeter, then the employer rule.
    pub fn recognise(&self, etablissement: &Etablissement, unite: Option<&UniteLegale>) -> Result<Reconnu, Motif> {
        let unite = unite.ok_or(Motif::UniteLegaleAbsente)?;
        let decision = self.perimetre.decide(Faits {
            categorie: unite.categorie.as_ref(),
            mention_ess: unite.mention_ess,
            ape_etablissement: etablissement.ape.as_ref(),
            ape_unite_legale: unite.ape.as_ref(),
        });
        match decision {
            Decision::Exclu(motif) => Err(motif),
            Decision::Retenu { .. } if !self.est_employeur(etablissement) => Err(Motif::NonEmployeur),
            Decision::Retenu { famille, regle, accord, a_decider } => Ok(Reconnu { famille, regle, accord, a_decider }),
        }
    }
}

/// The two facts of the employer rules.
pub fn indices(etablissement: &Etablissement) -> IndicesEmployeur {
    IndicesEmployeur { tranche: etablissement.tranche, caractere: etablissement.caractere_employeur }
}
