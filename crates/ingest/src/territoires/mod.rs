//! Which communes make which territory: tables of EPT, EPCI and communes, and the movements between their vintages.

mod cog;
pub mod composition;
mod passage;
#[cfg(test)]
mod tests;
#[cfg(feature = "formats")]
mod workbook;

use std::collections::{BTreeMap, BTreeSet};

use domain::regroupement::{departement, region};
use domain::{CodeCommune, NiveauRegroupe, SourceMillesime, Territoire};

pub use cog::Cog;
use composition::Composition;
pub use passage::Passage;

use crate::error::IngestError;
use crate::pipeline::{Inputs, Options};
use crate::progress::Progress;

/// The tables of one ingest.
#[derive(Debug, Default)]
pub struct Territoires {
    epts: Composition,
    epcis: Composition,
    cog: Option<Cog>,
    /// From the codes of one vintage to those of another.
    pub passage: Passage,
}

impl Territoires {
    /// Reads the tables given, and the shipped one of the EPTs where none is.
    pub fn read(
        inputs: &Inputs,
        options: &Options,
        (progress, sources): (&dyn Progress, &mut Vec<SourceMillesime>),
    ) -> Result<Self, IngestError> {
        let (epts, source) = composition::epts(inputs.epts.as_deref(), options.millesime("epts"), progress)?;
        sources.push(source);
        let mut tables = Self { epts, ..Self::default() };
        if let Some(path) = &inputs.epcis {
            let (epcis, source) = composition::epcis(path, options.millesime("epcis"), progress)?;
            tables.epcis = epcis;
            sources.push(source);
        }
        if let Some(path) = &inputs.cog {
            let (cog, source) = Cog::read(path, options.millesime("cog"), progress)?;
            tables.cog = Some(cog);
            sources.push(source);
        }
        if let Some(path) = &inputs.mouvements {
            let (passage, source) = Passage::read(path, options.millesime("mouvements"), progress)?;
            tables.passage = passage;
            sources.push(source);
        }
        tables.epts.follow(&tables.passage);
        tables.epcis.follow(&tables.passage);
        Ok(tables)
    }

    /// SIREN of the EPT of a commune.
    pub fn ept_of(&self, commune: &CodeCommune) -> Option<&str> {
        self.epts.of(commune)
    }

    /// SIREN of the EPCI of a commune.
    pub fn epci_of(&self, commune: &CodeCommune) -> Option<&str> {
        self.epcis.of(commune)
    }

    /// Name of a commune in the COG.
    pub fn nom(&self, commune: &CodeCommune) -> Option<&str> {
        self.cog.as_ref()?.nom(commune)
    }

    /// Name of a zone, its alias, and the number of its communes among `known`, where a table tells them.
    pub fn officiel(
        &self,
        (niveau, code): (NiveauRegroupe, &str),
        known: &BTreeSet<CodeCommune>,
    ) -> (String, Option<String>, Option<u32>) {
        let (table, nom) = match niveau {
            NiveauRegroupe::Ept => (self.epts.get(code), None),
            NiveauRegroupe::Epci => (self.epcis.get(code), None),
            NiveauRegroupe::Departement => (None, departement(code)),
            NiveauRegroupe::Region => (None, region(code)),
        };
        let communes = match (table, &self.cog) {
            (Some(zone), _) => Some(zone.communes.clone()),
            (None, Some(cog)) => Some(cog.communes_of(niveau, code)),
            (None, None) => None,
        };
        let number = communes.map(|communes| u32::try_from(in_outlines(communes, known).len()).unwrap_or(u32::MAX));
        let nom = table.map(|zone| zone.nom.clone()).or_else(|| nom.map(|division| division.nom.clone()));
        let nom = nom.unwrap_or_else(|| format!("{} {code}", niveau.libelle()));
        (nom, table.and_then(|zone| zone.alias.clone()), number)
    }

    /// Name and communes of a territory; `known` are the communes of the outlines, in their vintage.
    pub fn resolve(
        &self,
        territoire: &Territoire,
        known: &BTreeSet<CodeCommune>,
    ) -> Result<(String, BTreeSet<CodeCommune>), IngestError> {
        let (niveau, key) = match territoire {
            Territoire::Communes(codes) => {
                let codes = codes.iter().map(|code| self.passage.of(code)).collect();
                return Ok((format!("{} communes", in_outlines(codes, known).len()), self.listed(territoire, known)));
            }
            Territoire::Zone(niveau, key) => (*niveau, key.as_str()),
        };
        let table = match niveau {
            NiveauRegroupe::Ept => Some(&self.epts),
            NiveauRegroupe::Epci => Some(&self.epcis),
            NiveauRegroupe::Departement | NiveauRegroupe::Region => None,
        };
        let Some(table) = table else { return self.resolve_division((niveau, key), (territoire, known)) };
        let zone = table.find(key).ok_or_else(|| refuse(territoire, table.unknown(niveau)))?;
        Ok((zone.nom.clone(), in_outlines(zone.communes.clone(), known)))
    }

    /// A department or region: its communes in the COG, else in the outlines.
    fn resolve_division(
        &self,
        (niveau, code): (NiveauRegroupe, &str),
        (territoire, known): (&Territoire, &BTreeSet<CodeCommune>),
    ) -> Result<(String, BTreeSet<CodeCommune>), IngestError> {
        let of_outlines = || {
            let mine = known.iter().filter(|commune| cog::division(niveau, commune) == Some(code));
            mine.cloned().collect::<BTreeSet<_>>()
        };
        let communes = match &self.cog {
            Some(cog) => in_outlines(cog.communes_of(niveau, code), known),
            None => of_outlines(),
        };
        if communes.is_empty() {
            let reason = format!("aucune commune de ce territoire ({}) dans les contours fournis", niveau.libelle());
            return Err(refuse(territoire, reason));
        }
        Ok((self.officiel((niveau, code), known).0, communes))
    }

    fn listed(&self, territoire: &Territoire, known: &BTreeSet<CodeCommune>) -> BTreeSet<CodeCommune> {
        let Territoire::Communes(codes) = territoire else { return BTreeSet::new() };
        in_outlines(codes.iter().map(|code| self.passage.of(code)).collect(), known)
    }

    /// The legal systems (EPSG codes) of the communes of a territory.
    pub fn legal_systems(&self, territoire: &Territoire) -> BTreeSet<u32> {
        let of = |code: &CodeCommune| crs::legal_system(code.departement());
        match territoire {
            Territoire::Communes(codes) => codes.iter().map(of).collect(),
            Territoire::Zone(NiveauRegroupe::Ept, _) => [crs::LAMBERT_93].into(),
            Territoire::Zone(NiveauRegroupe::Epci, key) => {
                let communes = self.epcis.find(key).map(|zone| zone.communes.iter().map(of).collect());
                // An unknown one is refused when the territory is resolved, with its name.
                communes.unwrap_or_else(|| [crs::LAMBERT_93].into())
            }
            Territoire::Zone(NiveauRegroupe::Departement, code) => [crs::legal_system(code)].into(),
            Territoire::Zone(NiveauRegroupe::Region, code) => {
                cog::departements_of(code).map(crs::legal_system).collect()
            }
        }
    }
}

fn refuse(territoire: &Territoire, reason: String) -> IngestError {
    IngestError::Territoire { territoire: territoire.to_string(), reason }
}

/// The communes as the outlines have them: Paris, Lyon and Marseille by arrondissement where they are drawn so.
fn in_outlines(communes: BTreeSet<CodeCommune>, known: &BTreeSet<CodeCommune>) -> BTreeSet<CodeCommune> {
    let mut arrondissements: BTreeMap<CodeCommune, Vec<&CodeCommune>> = BTreeMap::new();
    for code in known {
        if let Some(whole) = code.ville_des_arrondissements() {
            arrondissements.entry(whole).or_default().push(code);
        }
    }
    let as_drawn = |code: CodeCommune| match arrondissements.get(&code) {
        Some(parts) if !known.contains(&code) => parts.iter().map(|part| (*part).clone()).collect(),
        _ => vec![code],
    };
    communes.into_iter().flat_map(as_drawn).collect()
}
