//! The way of a row, from the files to the atlas.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crs::Projection;
use domain::manifest::Constats;
use domain::{
    Atlas, CelluleEconomie, CelluleEmplois, CelluleMasquee, ClasseTaille, CodeCommune, Manifest, Motif, NomListe,
    Perimetre, RegleEmployeur, RegleRetenue, Secteurs, Siret, SortCorrection, SourceMillesime, Structure, Territoire,
    VersionJeu, Waterfall,
};

use crate::corrections::{Amendes, Corrections};
use crate::economie::Economie;
use crate::emplois;
use crate::error::{IngestError, shown};
use crate::etablissement::{self, Etablissement, Ligne};
use crate::geography::{self, Geography};
use crate::geolocalisation::{self, Geolocalisation};
use crate::kept::{Actifs, Unites};
use crate::listes::Listes;
use crate::locate::Locator;
use crate::mask::{Candidat, mask};
use crate::observe;
use crate::placement::{Placement, Retenu};
use crate::progress::Progress;
use crate::recognise::{Jugement, Regles, faits};
use crate::rejets::{LigneIllisible, Rejets};
use crate::unite_legale::{self, UniteLegale};
use crate::version::version_of;

/// The official files.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// `StockEtablissement_utf8.csv`.
    pub etablissements: PathBuf,
    /// `StockUniteLegale_utf8.csv`.
    pub unites_legales: PathBuf,
    /// INSEE geolocation; without it positions come from the stock only.
    pub geolocalisation: Option<PathBuf>,
    /// IRIS outlines, in any form that [`crate`] reads.
    pub iris: PathBuf,
    /// Commune outlines; without them, the unions of their IRIS.
    pub communes: Option<PathBuf>,
    /// Commune → EPT table (INSEE's workbook, or a CSV); the shipped one without it.
    pub epts: Option<PathBuf>,
    /// Commune → EPCI table (the DGCL's workbook, INSEE's, or a CSV).
    pub epcis: Option<PathBuf>,
    /// Communes of the *code officiel géographique*.
    pub cog: Option<PathBuf>,
    /// Movements of communes, which bring the files of several vintages to the same codes.
    pub mouvements: Option<PathBuf>,
    /// Legal populations of communes.
    pub population_communes: Option<PathBuf>,
    /// Populations by IRIS.
    pub population_iris: Option<PathBuf>,
    /// Lists of SIREN, by name.
    pub listes: HashMap<NomListe, PathBuf>,
    /// Corrections of the observatory.
    pub corrections: Option<PathBuf>,
    /// Jobs by commune: the census's, or cells of a partner.
    pub emplois: Option<PathBuf>,
    /// Establishments and jobs by size class.
    pub tailles: Option<PathBuf>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// Territory.
    pub territoire: Territoire,
    /// Perimeter.
    pub perimetre: Perimetre,
    /// Employer rule, when not the perimeter's.
    pub regle_employeur: Option<RegleEmployeur>,
    /// Width of the ring around the territory, metres.
    pub couronne_m: f64,
    /// Vintages by role of the source.
    pub millesimes: HashMap<String, String>,
    /// The inputs are the demonstration's.
    pub fictif: bool,
    /// What becomes of a row of Sirene or of the geolocation that cannot be read.
    pub illisibles: LigneIllisible,
}

impl Options {
    /// Vintage given for a source.
    pub fn millesime(&self, role: &str) -> Option<&str> {
        self.millesimes.get(role).map(String::as_str)
    }
}

/// One run: what it reads, its rules, and what it counts.
struct Run<'r> {
    inputs: &'r Inputs,
    options: &'r Options,
    progress: &'r dyn Progress,
    regles: Regles,
    waterfall: Waterfall,
    constats: Constats,
    corrections: Corrections,
    sources: Vec<SourceMillesime>,
    rejets: Rejets,
    emplois: Vec<CelluleEmplois>,
    tailles: Vec<ClasseTaille>,
}

/// What an ingest yields.
#[derive(Debug)]
pub struct Ingestion {
    /// The atlas, for a store.
    pub atlas: Atlas,
    /// Rows set aside, for the person who will mend the source.
    pub rejets: Rejets,
}

/// Runs an ingest. Nothing is written: the caller gives the atlas to a store.
pub async fn ingest(inputs: &Inputs, options: &Options, progress: &dyn Progress) -> Result<Ingestion, IngestError> {
    let employeur = options.regle_employeur.unwrap_or(options.perimetre.entete.employeur);
    let mut run = Run {
        inputs,
        options,
        progress,
        regles: Regles { perimetre: options.perimetre.clone(), employeur },
        waterfall: Waterfall::default(),
        constats: Constats::default(),
        corrections: Corrections::read(inputs.corrections.as_deref(), options.millesime("corrections"), progress)?,
        sources: Vec::new(),
        rejets: Rejets::new(options.illisibles),
        emplois: Vec::new(),
        tailles: Vec::new(),
    };
    let geography = geography::read(inputs, options, progress).await?;
    let (actifs, mut unites) = run.read_establishments(&geography)?;
    run.read_units(&mut unites)?;
    let mut listes = run.read_lists(&unites)?;
    let (retenus, economie) = run.sort_out(&geography, &actifs, (&unites, &mut listes));
    // Recognition needed them all; what follows needs the rows of the perimeter only.
    drop((actifs, unites));
    run.constats.listes = listes.bilans;
    run.read_jobs(&geography)?;
    let points = run.read_points(&retenus)?;
    let candidats = run.locate_all(&geography, retenus, &points)?;
    run.account();
    let (structures, masques) = mask(candidats);
    run.tally(&structures, &masques);
    run.waterfall.verifie()?;
    let rejets = std::mem::take(&mut run.rejets);
    run.constats.lignes_rejetees.clone_from(&rejets.comptes);
    Ok(Ingestion { atlas: run.assemble(geography, (structures, masques, economie)), rejets })
}

impl Run<'_> {
    fn read_establishments(&mut self, geography: &Geography) -> Result<(Actifs, Unites), IngestError> {
        let mut wanted: HashSet<&str> = geography.members.keys().map(CodeCommune::as_str).collect();
        wanted.extend(geography.former.keys().map(CodeCommune::as_str));
        let (mut actifs, mut unites) = (Actifs::default(), Unites::default());
        let mut file = etablissement::open(&self.inputs.etablissements, self.progress)?;
        let (waterfall, corrections) = (&mut self.waterfall, &mut self.corrections);
        let recodes = &mut self.constats.etablissements_recodes;
        file.for_each_readable(self.progress, &mut self.rejets, |row| {
            let (motif, sort) = match etablissement::read(row, |code| wanted.contains(code))? {
                Ligne::HorsTerritoire => (Motif::HorsTerritoire, SortCorrection::HorsTerritoire),
                Ligne::Ferme => (Motif::Ferme, SortCorrection::SansEffet),
                Ligne::Actif(mut etablissement) => {
                    if let Some(now) = geography.former.get(&etablissement.code_commune) {
                        etablissement.code_commune.clone_from(now);
                        *recodes += 1;
                    }
                    unites.want(&etablissement.siren);
                    actifs.push(&etablissement);
                    return Ok(());
                }
            };
            waterfall.exclut(motif);
            if !corrections.is_empty() {
                corrections.close(row.text("siret")?.unwrap_or_default(), sort, Some(motif));
            }
            Ok(())
        })?;
        waterfall.lus = file.rows();
        let source = file.into_source(self.options.millesime("stock_etablissement"))?;
        waterfall.exclut_lot(Motif::LigneRejetee, self.rejets.de(&source.role));
        self.sources.push(source);
        Ok((actifs, unites))
    }

    fn read_units(&mut self, unites: &mut Unites) -> Result<(), IngestError> {
        let mut file = unite_legale::open(&self.inputs.unites_legales, self.progress)?;
        unite_legale::fill(&mut file, unites, (self.progress, &mut self.rejets))?;
        self.sources.push(file.into_source(self.options.millesime("stock_unite_legale"))?);
        Ok(())
    }

    fn read_lists(&mut self, unites: &Unites) -> Result<Listes, IngestError> {
        let entete = &self.options.perimetre.entete;
        let mut listes =
            Listes::read(entete, &self.inputs.listes, |siren| unites.wants(siren.as_str()), self.progress)?;
        for source in &mut listes.sources {
            if let Some(millesime) = self.options.millesime(&source.role) {
                millesime.clone_into(&mut source.millesime);
            }
        }
        self.sources.append(&mut listes.sources);
        Ok(listes)
    }

    /// Recognition, employer rule, and the whole economy in the same pass.
    fn sort_out(
        &mut self,
        geography: &Geography,
        actifs: &Actifs,
        (unites, listes): (&Unites, &mut Listes),
    ) -> (Vec<Retenu>, Vec<CelluleEconomie>) {
        let mut economie = Economie::default();
        let mut retenus = Vec::new();
        for etablissement in actifs.iter() {
            let unite = unites.get(&etablissement.siren);
            let unite = unite.as_ref();
            let (jugement, amendes) = self.judge(&etablissement, unite, listes);
            let decision = jugement.decision();
            if jugement.employeur {
                economie.count(&etablissement, unite, decision.is_ok());
            }
            let couronne = geography.members.get(&etablissement.code_commune).copied().unwrap_or_default();
            match (decision, unite) {
                (Ok(reconnu), Some(unite)) => {
                    if let RegleRetenue::Liste(nom) = reconnu.regle {
                        listes.decides(nom);
                    }
                    retenus.push(Retenu { unite: unite.clone(), etablissement, reconnu, amendes });
                }
                (Ok(_), None) => self.waterfall.exclut(Motif::UniteLegaleAbsente),
                (Err(motif), unite) => {
                    self.waterfall.exclut(motif);
                    self.corrections.close(etablissement.siret.as_str(), SortCorrection::SansEffet, Some(motif));
                    observe::ecarte(&mut self.constats, motif, (&etablissement, unite, couronne), listes);
                }
            }
        }
        (retenus, economie.into_cells())
    }

    /// What the rules say, then what the corrections say of it.
    fn judge(
        &mut self,
        etablissement: &Etablissement,
        unite: Option<&UniteLegale>,
        listes: &Listes,
    ) -> (Jugement, Amendes) {
        let jugement = self.regles.juge(etablissement, unite, listes);
        let Some(unite) = unite else { return (jugement, Amendes::default()) };
        let context = (&self.regles.perimetre, faits(etablissement, unite, listes));
        self.corrections.amend(&etablissement.siret, jugement, context)
    }

    /// What became of the corrections, once every row has been seen.
    fn account(&mut self) {
        if let Some((bilan, source)) = std::mem::take(&mut self.corrections).account() {
            self.constats.corrections = Some(bilan);
            self.sources.push(source);
        }
    }

    /// Tables of jobs: nothing of them decides a structure.
    fn read_jobs(&mut self, geography: &Geography) -> Result<(), IngestError> {
        if let Some(path) = &self.inputs.emplois {
            let held = |code: &CodeCommune| {
                let now = geography.former.get(code).unwrap_or(code);
                geography.members.contains_key(now).then(|| now.clone())
            };
            let (cells, source) = emplois::cells(path, self.options.millesime("emplois"), (&held, self.progress))?;
            self.emplois = cells;
            self.sources.push(source);
        }
        if let Some(path) = &self.inputs.tailles {
            let held = |departement: &str| {
                let inside = geography.members.iter().filter(|(_, ring)| !**ring);
                inside.into_iter().any(|(code, _)| code.departement() == departement)
            };
            let (classes, source) = emplois::tailles(path, self.options.millesime("tailles"), (&held, self.progress))?;
            self.tailles = classes;
            self.sources.push(source);
        }
        Ok(())
    }

    fn read_points(&mut self, retenus: &[Retenu]) -> Result<HashMap<Siret, Option<Geolocalisation>>, IngestError> {
        let mut wanted: HashMap<Siret, Option<Geolocalisation>> =
            retenus.iter().map(|retenu| (retenu.etablissement.siret.clone(), None)).collect();
        if let Some(path) = &self.inputs.geolocalisation {
            let mut file = geolocalisation::open(path, self.progress)?;
            geolocalisation::fill(&mut file, &mut wanted, (self.progress, &mut self.rejets))?;
            self.sources.push(file.into_source(self.options.millesime("geolocalisation"))?);
        }
        Ok(wanted)
    }

    fn locate_all(
        &mut self,
        geography: &Geography,
        retenus: Vec<Retenu>,
        points: &HashMap<Siret, Option<Geolocalisation>>,
    ) -> Result<Vec<Candidat>, IngestError> {
        self.progress.step("Position, IRIS et masque", None);
        let projection = Projection::new(geography.epsg).map_err(|source| IngestError::Crs {
            file: shown(self.inputs.communes.as_deref().unwrap_or(&self.inputs.iris)),
            source,
        })?;
        let locator = Locator::new(projection, &geography.outlines, &geography.iris);
        let mut candidats = Vec::with_capacity(retenus.len());
        let (corrections, constats) = (&mut self.corrections, &mut self.constats);
        let mut placement = Placement::new(locator, Secteurs::embedded()?, points, (corrections, constats));
        for retenu in retenus {
            let couronne = geography.members.get(&retenu.etablissement.code_commune).copied().unwrap_or_default();
            if retenu.reconnu.categorie_a_verifier && !couronne {
                observe::categorie(&mut placement.constats.categories_a_verifier, &retenu.unite);
            }
            let masque = retenu.masque();
            let mut structure = placement.structure(retenu);
            (structure.couronne, structure.fictif) = (couronne, self.options.fictif);
            candidats.push(Candidat { structure, masque });
        }
        placement.finish();
        for candidat in candidats.iter().filter(|candidat| !candidat.structure.couronne) {
            observe::retenu(&mut self.constats, &candidat.structure);
        }
        Ok(candidats)
    }

    fn tally(&mut self, structures: &[Structure], masques: &[CelluleMasquee]) {
        for structure in structures {
            let line = match (structure.couronne, structure.position.is_some()) {
                (true, _) => &mut self.waterfall.couronne,
                (false, true) => &mut self.waterfall.localises,
                (false, false) => &mut self.waterfall.non_localises,
            };
            *line += 1;
        }
        for cell in masques {
            let line = if cell.couronne { &mut self.waterfall.couronne } else { &mut self.waterfall.masques };
            *line += u64::from(cell.effectif);
        }
    }

    fn assemble(
        mut self,
        geography: Geography,
        (structures, masques, economie): (Vec<Structure>, Vec<CelluleMasquee>, Vec<CelluleEconomie>),
    ) -> Atlas {
        self.sources.extend(geography.sources);
        self.sources.sort_by(|a, b| a.role.cmp(&b.role));
        self.constats.contours_repares = geography.repaired.len() as u64;
        self.constats.contours_repares_codes = geography.repaired;
        self.constats.communes_sans_iris = geography.sans_iris.iter().map(ToString::to_string).collect();
        let change = |(before, after): &(CodeCommune, CodeCommune)| (before.to_string(), after.to_string());
        self.constats.communes_changees = geography.changes.iter().map(change).collect();
        let perimetre = self.regles.perimetre.empreinte;
        let mut manifest = Manifest {
            version: VersionJeu(String::new()),
            essaim: env!("CARGO_PKG_VERSION").to_owned(),
            territoire: self.options.territoire.clone(),
            nom_territoire: geography.nom,
            composition: self.regles.perimetre.composition(),
            perimetre: self.regles.perimetre.entete,
            regle_employeur: self.regles.employeur,
            epsg: geography.epsg,
            sources: self.sources,
            waterfall: self.waterfall,
            constats: self.constats,
            tailles: self.tailles,
            fictif: self.options.fictif,
        };
        manifest.version = version_of(&manifest, perimetre, self.options.couronne_m);
        Atlas {
            manifest,
            communes: geography.communes,
            iris: geography.iris,
            regroupements: geography.regroupements,
            structures,
            masques,
            economie,
            emplois: self.emplois,
        }
    }
}
