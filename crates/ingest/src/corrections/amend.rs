//! What the corrections change in what the rules decided.

use domain::perimetre::Faits;
use domain::{ChampCorrige, Ensemble, Motif, MotifVerification, Perimetre, RegleRetenue, Retenu, Siret};

use super::{Corrections, Resolue, Valeur};
use crate::recognise::Jugement;

/// What corrections changed in one establishment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Amendes {
    /// Fields changed.
    pub corrige: Ensemble<ChampCorrige>,
    /// Why it is to be reviewed.
    pub a_verifier: Ensemble<MotifVerification>,
}

impl Amendes {
    /// Takes note of a correction and gives its value.
    pub fn note(&mut self, resolue: Resolue) -> Valeur {
        if let Some(champ) = resolue.corrige {
            self.corrige.insert(champ);
        }
        if resolue.a_revoir {
            self.a_verifier.insert(MotifVerification::CorrectionARevoir);
        }
        resolue.valeur
    }
}

impl Corrections {
    /// Corrects what the rules say of an establishment: in or out, family, employer.
    pub fn amend(
        &mut self,
        siret: &Siret,
        mut jugement: Jugement,
        (perimetre, faits): (&Perimetre, Faits<'_>),
    ) -> (Jugement, Amendes) {
        let mut amendes = Amendes::default();
        if self.is_empty() {
            return (jugement, amendes);
        }
        let now = Valeur::Appartenance(jugement.perimetre.ok().map(|retenu| retenu.famille));
        if let Some(resolue) = self.resolve(siret, ChampCorrige::Inclure, Some(&now)) {
            let changes = resolue.corrige.is_some();
            if let (Valeur::Appartenance(place), true) = (amendes.note(resolue), changes) {
                jugement.perimetre = placed(place, jugement.perimetre, (perimetre, faits));
            }
        }
        if let Ok(retenu) = &mut jugement.perimetre {
            let resolue = self.resolve(siret, ChampCorrige::Famille, Some(&Valeur::Famille(retenu.famille)));
            if let Some(Valeur::Famille(famille)) = resolue.map(|resolue| amendes.note(resolue)) {
                retenu.famille = famille;
                retenu.contradiction = false;
            }
            if !perimetre.entete.familles.contains(&retenu.famille) {
                jugement.perimetre = Err(Motif::FamilleHorsPerimetre);
            }
        }
        let resolue = self.resolve(siret, ChampCorrige::Employeur, Some(&Valeur::Employeur(jugement.employeur)));
        if let Some(Valeur::Employeur(employeur)) = resolue.map(|resolue| amendes.note(resolue)) {
            jugement.employeur = employeur;
        }
        (jugement, amendes)
    }
}

/// In under a family, or out, whatever the rules said.
fn placed(
    place: Option<domain::Famille>,
    before: Result<Retenu, Motif>,
    (perimetre, faits): (&Perimetre, Faits<'_>),
) -> Result<Retenu, Motif> {
    let famille = place.ok_or(Motif::ExcluParCorrection)?;
    let (regle, accord) = (RegleRetenue::Correction, perimetre.accord(faits));
    match before {
        Ok(retenu) => Ok(Retenu { famille, contradiction: false, ..retenu }),
        Err(_) => {
            Ok(Retenu { famille, regle, accord, contradiction: false, a_decider: false, categorie_a_verifier: false })
        }
    }
}
