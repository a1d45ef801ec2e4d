//! Is an establishment of the perimeter, and is it an employer? One named reason when not.

use domain::employeur::IndicesEmployeur;
use domain::perimetre::Faits;
use domain::{Decision, Motif, Perimetre, RegleEmployeur, Retenu};

use crate::etablissement::Etablissement;
use crate::listes::Listes;
use crate::unite_legale::UniteLegale;

/// The rules of an ingest.
#[derive(Debug, Clone)]
pub struct Regles {
    /// Perimeter.
    pub perimetre: Perimetre,
    /// Employer rule: the perimeter's, or the user's choice.
    pub employeur: RegleEmployeur,
}

/// What the rules say of an establishment, the employer rule apart.
#[derive(Debug, Clone, Copy)]
pub struct Jugement {
    /// Of the perimeter, or out by a reason.
    pub perimetre: Result<Retenu, Motif>,
    /// Employer under the rule.
    pub employeur: bool,
}

impl Jugement {
    /// The perimeter first, then the employer rule.
    pub fn decision(self) -> Result<Retenu, Motif> {
        let retenu = self.perimetre?;
        if self.employeur { Ok(retenu) } else { Err(Motif::NonEmployeur) }
    }
}

impl Regles {
    /// Employer under the rule; the establishment is active.
    fn est_employeur(&self, etablissement: &Etablissement) -> bool {
        self.employeur.est_employeur(indices(etablissement))
    }

    /// Applies the perimeter and the employer rule.
    pub fn juge(&self, etablissement: &Etablissement, unite: Option<&UniteLegale>, listes: &Listes) -> Jugement {
        let employeur = self.est_employeur(etablissement);
        let Some(unite) = unite else {
            return Jugement { perimetre: Err(Motif::UniteLegaleAbsente), employeur };
        };
        let decision = self.perimetre.decide(faits(etablissement, unite, listes));
        let perimetre = match decision {
            Decision::Exclu(motif) => Err(motif),
            Decision::Retenu(retenu) => Ok(retenu),
        };
        Jugement { perimetre, employeur }
    }
}

/// What the perimeter looks at.
pub fn faits<'f>(etablissement: &'f Etablissement, unite: &'f UniteLegale, listes: &Listes) -> Faits<'f> {
    Faits {
        categorie: unite.categorie.as_ref(),
        mention_ess: unite.mention_ess,
        listes: listes.of(&etablissement.siren),
        ape_etablissement: etablissement.ape.as_ref(),
        ape_unite_legale: unite.ape.as_ref(),
    }
}

/// The two facts of the employer rules.
pub fn indices(etablissement: &Etablissement) -> IndicesEmployeur {
    IndicesEmployeur { tranche: etablissement.tranche, caractere: etablissement.caractere_employeur }
}
