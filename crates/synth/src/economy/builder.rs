//! Makes legal units and establishments one by one; every later step goes through it.

use super::SynthError;
use super::ground::Ground;
use super::identifiers::{Sirens, nic};
use super::model::{Address, Establishment, LegalUnit, Outcome, Truth};
use super::names::{commune_label, name};
use super::random::Random;
use super::situation::{Situation, place};
use super::tables::Tables;

/// Category of a natural person trading in their own name.
const NATURAL_PERSON: &str = "1000";

/// State of a generation in progress.
#[derive(Debug)]
pub struct Builder<'a> {
    /// Where to plant.
    pub ground: &'a Ground<'a>,
    /// What to plant.
    pub tables: &'a Tables,
    /// The stream of chance.
    pub random: Random,
    /// Legal units made.
    pub units: Vec<LegalUnit>,
    /// Establishments made.
    pub establishments: Vec<Establishment>,
    sirens: Sirens,
}

/// What makes a legal unit.
#[derive(Debug, Clone, Copy)]
pub struct UnitSeed<'s> {
    /// Legal category.
    pub categorie: &'s str,
    /// Activity.
    pub ape: &'s str,
    /// Theme of its name.
    pub theme: &'s str,
    /// ESS flag.
    pub mention: &'static str,
}

/// What makes an establishment.
#[derive(Debug, Clone)]
pub struct SiteSeed<'s> {
    /// Rank of the legal unit.
    pub unit: usize,
    /// Rank of the plot.
    pub plot: usize,
    /// Activity.
    pub ape: &'s str,
    /// Workforce band.
    pub tranche: &'static str,
    /// Employer flag.
    pub caractere: &'static str,
    /// Case of position.
    pub situation: Situation,
    /// What it must become.
    pub verite: Truth,
}

impl<'a> Builder<'a> {
    /// An empty economy.
    pub fn new(ground: &'a Ground<'a>, tables: &'a Tables, seed: u64) -> Self {
        Self {
            ground,
            tables,
            random: Random::new(seed, "economie"),
            units: Vec::new(),
            establishments: Vec::new(),
            sirens: Sirens::new(seed),
        }
    }

    /// Adds a legal unit and gives its rank.
    pub fn unit(&mut self, seed: UnitSeed, plot: usize) -> Result<usize, SynthError> {
        let commune = &self.ground.plots[plot].shape.nom;
        let denomination = if seed.categorie == NATURAL_PERSON {
            String::new()
        } else {
            name(self.tables, seed.theme, commune, &mut self.random)
        };
        let rna = if seed.categorie.starts_with("92") && self.random.chance(80) {
            // Department 00 exists for no association.
            format!("W000{:06}", self.random.below(1_000_000))
        } else {
            String::new()
        };
        let creation = self.birth_date();
        self.units.push(LegalUnit {
            siren: self.sirens.next()?,
            denomination,
            categorie: seed.categorie.to_owned(),
            ape: seed.ape.to_owned(),
            statut: "O",
            etat: "A",
            mention: seed.mention,
            rna,
            creation,
            tranche: "",
            nic_siege: String::new(),
            sites: 0,
            publiee: true,
        });
        Ok(self.units.len() - 1)
    }

    /// Adds an establishment and gives its rank.
    pub fn site(&mut self, seed: SiteSeed) -> Result<usize, SynthError> {
        let position = place(self.ground, seed.plot, seed.situation, &mut self.random)?;
        let unit = &mut self.units[seed.unit];
        unit.sites += 1;
        // One seat in three moved once: its NIC is not the first.
        let order = if unit.sites == 1 { 1 + u32::from(unit.siren.ends_with(['1', '4', '7'])) } else { unit.sites + 1 };
        let number = nic(&unit.siren, order);
        let siret = format!("{}{number}", unit.siren);
        if unit.sites == 1 {
            unit.nic_siege = number;
            unit.tranche = seed.tranche;
        }
        let creation = unit.creation.clone();
        let debut = later(&creation, &mut self.random);
        self.establishments.push(Establishment {
            unit: seed.unit,
            plot: Some(seed.plot),
            code_commune: self.ground.plots[seed.plot].shape.code.clone(),
            siret,
            statut: "O",
            etat: "A",
            tranche: seed.tranche,
            caractere: seed.caractere,
            ape: seed.ape.to_owned(),
            nomenclature: "NAFRev2",
            creation,
            debut,
            enseigne: String::new(),
            adresse: Address::default(),
            position,
            verite: seed.verite,
        });
        let rank = self.establishments.len() - 1;
        self.address(rank);
        Ok(rank)
    }

    /// Moves an establishment to another case of position.
    pub fn situate(&mut self, rank: usize, situation: Situation) -> Result<(), SynthError> {
        if let Some(plot) = self.establishments[rank].plot {
            self.establishments[rank].position = place(self.ground, plot, situation, &mut self.random)?;
            self.address(rank);
        }
        Ok(())
    }

    /// Gives a fictive address; those of one IRIS share a few streets.
    pub fn address(&mut self, rank: usize) {
        let voies = &self.tables.voies;
        let site = &mut self.establishments[rank];
        let quarter: usize = site.position.iris.bytes().map(usize::from).sum::<usize>() * 5;
        let index = (quarter + self.random.below(7)) % voies.len();
        let street = &voies[index];
        let number = self.random.between(1, 148);
        let repetition = ["", "", "", "", "", "", "", "", "B", "T"][self.random.below(10)];
        site.adresse = Address {
            complement: if self.random.chance(6) { "BATIMENT A, ESCALIER 2".to_owned() } else { String::new() },
            numero: number.to_string(),
            repetition,
            type_voie: street.kind.clone(),
            voie: street.libelle.clone(),
            // Two letters then two digits: no FANTOIR street has such a key.
            cle: format!("{}_zz{index:02}_{number:05}", site.code_commune),
        };
    }

    /// A shop sign for some.
    pub fn sign(&mut self, rank: usize, theme: &str) {
        if let Some(plot) = self.establishments[rank].plot {
            let commune = commune_label(&self.ground.plots[plot].shape.nom);
            self.establishments[rank].enseigne = name(self.tables, theme, &commune, &mut self.random);
        }
    }

    fn birth_date(&mut self) -> String {
        // Recent births are more frequent than old ones.
        let age = (self.random.unit() * self.random.unit() * 70.0).round();
        let year = 2024 - (0..70).filter(|&step| f64::from(step) < age).count();
        format!("{year:04}-{:02}-{:02}", self.random.between(1, 12), self.random.between(1, 28))
    }
}

/// A kept structure of a family.
pub fn kept(famille: &str, piege: &'static str) -> Truth {
    Truth { issues: vec![Outcome::Retenu], famille: famille.to_owned(), piege }
}

/// A row that must be no structure.
pub fn refused(issues: &[Outcome], piege: &'static str) -> Truth {
    Truth { issues: issues.to_vec(), famille: String::new(), piege }
}

/// A date between a birth and the stock.
fn later(creation: &str, random: &mut Random) -> String {
    let born: u32 = creation.get(..4).and_then(|year| year.parse().ok()).unwrap_or(2000);
    let year = random.between(born.max(1993) + 1, 2025.max(born + 1));
    if random.chance(40) { creation.to_owned() } else { format!("{year:04}-01-{:02}", random.between(1, 28)) }
}
