//! From a recognised establishment to a structure: position, IRIS, and what the corrections say of them.

use std::collections::HashMap;

use domain::manifest::{Constats, DESACCORDS_LISTES, Desaccord};
use domain::{ChampCorrige, Ensemble, MotifVerification, QualitePosition, Secteurs, Siret, SortCorrection, Structure};
use geo::Coord;

use crate::corrections::{Amendes, Corrections, Valeur};
use crate::etablissement::Etablissement;
use crate::geolocalisation::Geolocalisation;
use crate::locate::{Indices, Locator, Place};
use crate::observe;
use crate::unite_legale::UniteLegale;

/// An establishment of the perimeter, on its way.
pub struct Retenu {
    /// As read.
    pub etablissement: Etablissement,
    /// Its legal unit, as read.
    pub unite: UniteLegale,
    /// What decided.
    pub reconnu: domain::Retenu,
    /// What corrections changed so far.
    pub amendes: Amendes,
}

impl Retenu {
    /// Partially diffusible, itself or its legal unit.
    pub fn masque(&self) -> bool {
        self.etablissement.masque || self.unite.masque
    }
}

/// Corrections of what shows a place or a name: never used on a masked unit.
const MONTRENT: [ChampCorrige; 3] = [ChampCorrige::Position, ChampCorrige::Iris, ChampCorrige::Nom];

/// Places structures one after the other, and notes what is to be reviewed.
pub struct Placement<'p> {
    /// Zones.
    pub locator: Locator,
    /// Sectors.
    pub secteurs: Secteurs,
    /// Rows of the geolocation file.
    pub points: &'p HashMap<Siret, Option<Geolocalisation>>,
    /// Corrections.
    pub corrections: &'p mut Corrections,
    /// Observations.
    pub constats: &'p mut Constats,
    /// Points to review, with their distance in metres.
    far: Vec<(f64, Siret)>,
}

impl<'p> Placement<'p> {
    /// Nothing placed yet.
    pub fn new(
        locator: Locator,
        secteurs: Secteurs,
        points: &'p HashMap<Siret, Option<Geolocalisation>>,
        (corrections, constats): (&'p mut Corrections, &'p mut Constats),
    ) -> Self {
        Self { locator, secteurs, points, corrections, constats, far: Vec::new() }
    }

    /// Makes the structure. A masked one is never placed, nor named by a correction, whatever a file says of it.
    pub fn structure(&mut self, mut retenu: Retenu) -> Structure {
        let siret = retenu.etablissement.siret.clone();
        if retenu.masque() {
            for champ in MONTRENT {
                self.corrections.close_field(&siret, champ, SortCorrection::DiffusionPartielle);
            }
            let insee = self.points.get(&siret).is_some_and(Option::is_some);
            self.constats.geolocalisations_masquees_ignorees += u64::from(insee);
            let structure = self.described(&mut retenu);
            return amended(structure, retenu.amendes);
        }
        let place = self.place(&mut retenu);
        let mut structure = self.described(&mut retenu);
        structure.position = place.position;
        structure.qualite_position = place.qualite;
        structure.code_iris = place.code_iris;
        structure.a_verifier.extend(place.a_verifier);
        amended(structure, retenu.amendes)
    }

    /// Everything but the place; name and sector may be corrected.
    fn described(&mut self, retenu: &mut Retenu) -> Structure {
        let siret = retenu.etablissement.siret.clone();
        let secteur =
            retenu.etablissement.ape.as_ref().map_or(domain::secteur::NON_CLASSE, |ape| self.secteurs.secteur(ape));
        let mut structure = build(retenu, secteur.to_owned());
        let now = Valeur::Secteur(structure.secteur.clone());
        if let Some(Valeur::Secteur(secteur)) =
            self.corrected(&siret, (ChampCorrige::Secteur, Some(&now)), &mut retenu.amendes)
        {
            structure.secteur = secteur;
        }
        if !retenu.masque() {
            let now = Valeur::Nom(structure.nom.clone());
            if let Some(Valeur::Nom(nom)) = self.corrected(&siret, (ChampCorrige::Nom, Some(&now)), &mut retenu.amendes)
            {
                structure.nom = nom;
            }
        }
        structure
    }

    fn corrected(
        &mut self,
        siret: &Siret,
        (champ, now): (ChampCorrige, Option<&Valeur>),
        amendes: &mut Amendes,
    ) -> Option<Valeur> {
        self.corrections.resolve(siret, champ, now).map(|resolue| amendes.note(resolue))
    }

    fn place(&mut self, retenu: &mut Retenu) -> Place {
        let siret = retenu.etablissement.siret.clone();
        let insee = self.points.get(&siret).and_then(Option::as_ref);
        let mut indices = Indices {
            commune: &retenu.etablissement.code_commune,
            correction: None,
            insee,
            lambert: retenu.etablissement.lambert,
        };
        let mut place = self.locator.place(indices);
        let now = place.position.map(|at| Valeur::Position(Coord { x: at.lon, y: at.lat }));
        if let Some(resolue) = self.corrections.resolve(&siret, ChampCorrige::Position, now.as_ref()) {
            let changes = resolue.corrige.is_some();
            if let (Valeur::Position(lon_lat), true) = (retenu.amendes.note(resolue), changes) {
                indices.correction = Some(lon_lat);
                place = self.locator.place(indices);
            }
        }
        observe::place(self.constats, &place);
        self.review(&siret, &place);
        self.correct_iris(retenu, &mut place);
        place
    }

    /// An IRIS given by hand, if it is one of the commune's.
    fn correct_iris(&mut self, retenu: &mut Retenu, place: &mut Place) {
        let siret = &retenu.etablissement.siret;
        let now = place.code_iris.clone().map(Valeur::Iris);
        let Some(resolue) = self.corrections.resolve(siret, ChampCorrige::Iris, now.as_ref()) else { return };
        let Valeur::Iris(code) = &resolue.valeur else { return };
        if !self.locator.knows(code, &retenu.etablissement.code_commune) {
            self.corrections.close_field(siret, ChampCorrige::Iris, SortCorrection::SansEffet);
            return;
        }
        if let Valeur::Iris(code) = retenu.amendes.note(resolue) {
            place.code_iris = Some(code);
            place.a_verifier =
                place.a_verifier.iter().filter(|motif| *motif != MotifVerification::IrisContredit).collect();
        }
    }

    /// Notes what a person should look at.
    fn review(&mut self, siret: &Siret, place: &Place) {
        let far = [MotifVerification::PointHorsCommune, MotifVerification::PointAberrant];
        if let Some(metres) = place.ecart_m.filter(|_| far.iter().any(|motif| place.a_verifier.contains(*motif))) {
            self.far.push((metres, siret.clone()));
        }
        let examples = &mut self.constats.iris_contredits_exemples;
        if place.a_verifier.contains(MotifVerification::IrisContredit) && examples.len() < DESACCORDS_LISTES {
            let code = |iris: Option<&domain::CodeIris>| iris.map_or_else(|| "aucun".to_owned(), ToString::to_string);
            let (theirs, ours) = (code(place.iris_insee.as_ref()), code(place.code_iris.as_ref()));
            let constat = format!("IRIS {theirs} selon l’Insee, {ours} selon les contours");
            examples.push(Desaccord { siret: siret.clone(), constat });
        }
    }

    /// Lists the points furthest from their commune.
    pub fn finish(mut self) {
        self.far.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| one.1.cmp(&two.1)));
        let listed = self.far.into_iter().take(DESACCORDS_LISTES).map(|(metres, siret)| {
            let constat = format!("point à {:.1} km de la commune du répertoire", metres / 1_000.0);
            Desaccord { siret, constat }
        });
        self.constats.points_a_verifier = listed.collect();
    }
}

/// The corrected fields and their review, all known at last.
fn amended(mut structure: Structure, amendes: Amendes) -> Structure {
    structure.corrige = amendes.corrige;
    structure.a_verifier.extend(amendes.a_verifier);
    structure
}

fn build(retenu: &Retenu, secteur: String) -> Structure {
    let Retenu { etablissement, unite, reconnu, .. } = retenu;
    Structure {
        siret: etablissement.siret.clone(),
        siren: etablissement.siren.clone(),
        nom: unite.denomination.clone().unwrap_or_else(|| "(sans dénomination)".to_owned()),
        enseigne: etablissement.enseigne.clone(),
        famille: reconnu.famille,
        regle: reconnu.regle,
        accord: reconnu.accord,
        categorie_juridique: unite.categorie.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default(),
        ape: etablissement.ape.clone(),
        secteur,
        ape_a_decider: reconnu.a_decider,
        tranche: etablissement.tranche,
        annee_effectifs: etablissement.annee_effectifs,
        caractere_employeur: etablissement.caractere_employeur,
        mention_ess: unite.mention_ess,
        siege: etablissement.siege,
        date_creation: etablissement.date_creation.clone(),
        adresse: etablissement.adresse.clone(),
        code_postal: etablissement.code_postal.clone(),
        code_commune: etablissement.code_commune.clone(),
        code_iris: None,
        position: None,
        qualite_position: QualitePosition::Inconnue,
        corrige: Ensemble::default(),
        a_verifier: reconnu.contradiction.then_some(MotifVerification::SourcesContradictoires).into_iter().collect(),
        couronne: false,
        fictif: false,
    }
}
