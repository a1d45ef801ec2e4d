//! Legal units and establishments, drawn one after the other: only what the rows and the truth need.

use geo::Coord;

use super::digits::with_key;
use super::ground::{Commune, Ground};
use crate::economy::random::Random;

/// SIREN of a unit: its rank spread over the eight digits that the key follows.
const FIRST_SIREN: u64 = 1_000_000;
/// Two bodies to a unit, one of which is drawn: increasing, none twice.
const STEP: u64 = 2;

/// Category and activities of a kind of unit; `ess` says that the planted perimeter holds it when the activity is not excluded.
pub struct Kind {
    /// Legal category.
    pub categorie: &'static str,
    /// `O` when the register writes the mention.
    pub mention: &'static str,
    /// Of the perimeter.
    pub ess: bool,
    /// Activity codes that are surely in it, or surely out for the last kinds.
    pub apes: &'static [&'static str],
    /// Words of the name.
    pub nom: &'static str,
}

const ASSOCIATION: &[&str] = &["93.12Z", "88.99B", "85.59B", "90.01Z", "88.91A", "87.10A"];
const COMMERCE: &[&str] = &["47.11B", "56.10A", "43.21A", "62.01Z", "96.02A"];

/// The kinds of the social economy: associations first, as they are.
const ESS: [Kind; 7] = [
    Kind { categorie: "9220", mention: "O", ess: true, apes: ASSOCIATION, nom: "ASSOCIATION FICTIVE" },
    Kind { categorie: "9220", mention: "", ess: true, apes: ASSOCIATION, nom: "AMICALE FICTIVE" },
    Kind { categorie: "9300", mention: "O", ess: true, apes: &["88.10A", "87.10A"], nom: "FONDATION FICTIVE" },
    Kind { categorie: "8210", mention: "O", ess: true, apes: &["65.12Z", "86.90F"], nom: "MUTUELLE FICTIVE" },
    Kind { categorie: "5458", mention: "O", ess: true, apes: &["43.21A", "62.01Z", "71.12B"], nom: "SCOP FICTIVE" },
    // A commercial company with the mention: of the social economy by law, not of the four families of `cress-employeurs`.
    Kind { categorie: "5710", mention: "O", ess: false, apes: COMMERCE, nom: "ENTREPRISE SOLIDAIRE FICTIVE" },
    // A religious association: its activity is out of the field.
    Kind { categorie: "9220", mention: "", ess: false, apes: &["94.91Z"], nom: "PAROISSE FICTIVE" },
];
/// Hundredths of each, in order.
const ESS_SHARES: [u64; 7] = [53, 23, 3, 3, 8, 4, 6];

const OTHERS: [Kind; 4] = [
    Kind { categorie: "1000", mention: "", ess: false, apes: COMMERCE, nom: "" },
    Kind { categorie: "5499", mention: "", ess: false, apes: COMMERCE, nom: "SOCIETE FICTIVE" },
    Kind { categorie: "5710", mention: "N", ess: false, apes: COMMERCE, nom: "ENTREPRISE FICTIVE" },
    Kind { categorie: "9110", mention: "", ess: false, apes: &["81.10Z"], nom: "COPROPRIETE FICTIVE" },
];
const OTHERS_SHARES: [u64; 4] = [50, 25, 20, 5];

/// Bands with the flag of the register, in thousandths; the first four say "no employee" with both.
const BANDS: [(&str, &str, u64); 14] = [
    ("NN", "N", 330),
    ("", "N", 200),
    ("", "", 60),
    ("00", "N", 20),
    ("NN", "O", 15),
    ("", "O", 15),
    ("00", "O", 10),
    ("01", "N", 15),
    ("01", "O", 170),
    ("02", "O", 80),
    ("03", "O", 40),
    ("11", "O", 25),
    ("12", "O", 15),
    ("21", "O", 5),
];
/// How many of them are without employee.
const WITHOUT_EMPLOYEE: usize = 4;

/// Insee's qualities and how often in a hundred; the last two: the stock alone has the point, nobody has it.
const QUALITIES: [(Source, u64); 7] = [
    (Source::Insee("11"), 62),
    (Source::Insee("21"), 15),
    (Source::Insee("12"), 9),
    (Source::Insee("22"), 4),
    (Source::Insee("33"), 6),
    (Source::StockOnly, 2),
    (Source::Nowhere, 2),
];

/// What gives the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A row of Insee's file, with its quality.
    Insee(&'static str),
    /// The Lambert columns of the stock alone.
    StockOnly,
    /// Nothing.
    Nowhere,
}

/// A legal unit.
pub struct Unit {
    /// Nine digits.
    pub siren: u64,
    /// What it is.
    pub kind: &'static Kind,
    /// Under partial diffusion, with all its establishments.
    pub masked: bool,
    /// Of its seat.
    pub ape: &'static str,
    /// Year of creation.
    pub year: u64,
}

/// An establishment.
pub struct Site<'g> {
    /// Fourteen digits.
    pub siret: u64,
    /// Of its address.
    pub commune: &'g Commune,
    /// Rank of its commune.
    pub rank: usize,
    /// IRIS where it stands, rank in the commune.
    pub iris: usize,
    /// Where it stands.
    pub point: Coord<f64>,
    /// Who says so.
    pub source: Source,
    /// Open.
    pub active: bool,
    /// Workforce band.
    pub band: &'static str,
    /// Employer flag.
    pub flag: &'static str,
    /// At least one sign of an employee.
    pub employer: bool,
    /// Number in the street.
    pub number: u64,
}

/// Draws units and sites.
pub struct Draw<'g> {
    ground: &'g Ground,
    random: Random,
    units: u64,
    tables: Tables,
}

struct Tables {
    ess: Vec<u64>,
    others: Vec<u64>,
    bands: Vec<u64>,
    qualities: Vec<u64>,
}

impl<'g> Draw<'g> {
    /// Starts the stream of a seed.
    pub fn new(ground: &'g Ground, seed: u64) -> Self {
        let sums = |shares: &[u64]| crate::economy::random::cumulate(shares.iter().copied());
        let tables = Tables {
            ess: sums(&ESS_SHARES),
            others: sums(&OTHERS_SHARES),
            bands: sums(&BANDS.map(|band| band.2)),
            qualities: sums(&QUALITIES.map(|quality| quality.1)),
        };
        Self { ground, random: Random::new(seed, "country"), units: 0, tables }
    }

    /// The next unit and how many establishments it has: 1.4 on average.
    pub fn unit(&mut self) -> (Unit, u64) {
        let random = &mut self.random;
        let kind = if random.chance(9) {
            &ESS[random.weighted(&self.tables.ess)]
        } else {
            &OTHERS[random.weighted(&self.tables.others)]
        };
        let siren = with_key(FIRST_SIREN + self.units * STEP + random.below(2) as u64);
        self.units += 1;
        let sites = match random.below(100) {
            0..78 => 1,
            78..93 => 2,
            93..97 => 3,
            _ => 6,
        };
        let ape = kind.apes[random.below(kind.apes.len())];
        let year = u64::from(random.between(1985, 2025));
        (Unit { siren, kind, masked: random.chance(8), ape, year }, sites)
    }

    /// The `order`-th establishment of a unit, whose seat is in commune `seat`.
    pub fn site(&mut self, unit: &Unit, order: u64, seat: Option<usize>) -> Site<'g> {
        let random = &mut self.random;
        let rank = match seat {
            Some(seat) if random.chance(60) => seat,
            _ => random.weighted(&self.ground.cumulated),
        };
        let commune = &self.ground.communes[rank];
        let iris = random.below(commune.iris);
        let band = random.weighted(&self.tables.bands);
        Site {
            siret: with_key(unit.siren * 10_000 + order),
            commune,
            rank,
            iris,
            point: commune.point(iris, random),
            source: QUALITIES[random.weighted(&self.tables.qualities)].0,
            active: random.chance(40),
            band: BANDS[band].0,
            flag: BANDS[band].1,
            employer: band >= WITHOUT_EMPLOYEE,
            number: u64::from(random.between(1, 240)),
        }
    }
}
