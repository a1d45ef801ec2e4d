//! A fictive country of any size in the exact official forms, with its truth: files of the size of the national
//! ones, to measure and to rehearse with. Rows are made and written as a stream; memory holds the communes alone.
//! Nothing here calls recognition code: the truth is counted from what is planted.

mod digits;
mod draw;
mod error;
mod ground;
mod lattice;
mod outlines;
mod rows;
mod sheet;
mod small;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::economy::GEOLOCALISATION_FILE;
use crate::economy::headers::{GEOLOCALISATION, STOCK_ETABLISSEMENT, STOCK_UNITE_LEGALE};
use draw::{Draw, Source};
use ground::Ground;
use sheet::Sheet;
use small::Truth;

pub use error::CountryError;
pub use rows::Naf25;
pub use sheet::Packing;

/// Most establishments: the SIREN drawn stay within nine digits.
pub const LARGEST: u64 = 48_000_000;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryOptions {
    /// Rows of `StockEtablissement`.
    pub etablissements: u64,
    /// Same seed, same bytes.
    pub seed: u64,
    /// How the three national files are put on the disk.
    pub packing: Packing,
    /// With or without the columns of NAF 2025.
    pub naf25: Naf25,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CountryReport {
    /// Rows of `StockEtablissement`.
    pub etablissements: u64,
    /// Rows of `StockUniteLegale`.
    pub unites_legales: u64,
    /// Communes.
    pub communes: usize,
}

/// Writes the country in `dir`.
pub async fn generate(options: &CountryOptions, dir: &Path) -> Result<CountryReport, CountryError> {
    if !(1..=LARGEST).contains(&options.etablissements) {
        return Err(CountryError::Size(options.etablissements));
    }
    std::fs::create_dir_all(dir).map_err(|source| CountryError::Write { path: dir.to_owned(), source })?;
    let ground = Ground::new(options.etablissements, options.seed);
    outlines::write(&ground, dir).await?;
    let (truths, unites_legales) = stocks(&ground, options, dir)?;
    small::write(&ground, &truths, dir)?;
    Ok(CountryReport { etablissements: options.etablissements, unites_legales, communes: ground.communes.len() })
}

struct Stocks {
    sites: Sheet,
    units: Sheet,
    points: Sheet,
}

impl Stocks {
    fn create(options: &CountryOptions, dir: &Path) -> Result<Self, CountryError> {
        let kept = |header: &'static [&'static str]| {
            let without = usize::from(options.naf25 == Naf25::Absent);
            &header[..header.len() - without]
        };
        let open = |name, header| Sheet::create((dir, name), options.packing, header);
        Ok(Self {
            sites: open("StockEtablissement_utf8.csv", (",", kept(&STOCK_ETABLISSEMENT)))?,
            units: open("StockUniteLegale_utf8.csv", (",", kept(&STOCK_UNITE_LEGALE)))?,
            points: open(GEOLOCALISATION_FILE, (";", &GEOLOCALISATION))?,
        })
    }

    fn finish(self) -> Result<(), CountryError> {
        self.sites.finish()?;
        self.units.finish()?;
        self.points.finish()
    }
}

/// The national files; gives the truth by commune and the number of units.
fn stocks(ground: &Ground, options: &CountryOptions, dir: &Path) -> Result<(Vec<Truth>, u64), CountryError> {
    let mut sheets = Stocks::create(options, dir)?;
    let mut truths = vec![Truth::default(); ground.communes.len()];
    let mut draw = Draw::new(ground, options.seed);
    let (mut left, mut units) = (options.etablissements, 0);
    while left > 0 {
        let (unit, sites) = draw.unit();
        let sites = sites.min(left);
        let (mut seat, mut active) = (None, false);
        for order in 1..=sites {
            let site = draw.site(&unit, order, seat.map(|(rank, _)| rank));
            rows::establishment(sheets.sites.row(), &unit, &site, (seat.is_none(), options.naf25));
            sheets.sites.end()?;
            if rows::geolocation(sheets.points.row(), &site) {
                sheets.points.end()?;
            }
            if unit.kind.ess && site.active && site.employer {
                let placed = !matches!(site.source, Source::Nowhere | Source::Insee("33"));
                truths[site.rank].count(unit.masked, placed);
            }
            active |= site.active;
            seat = seat.or(Some((site.rank, site.siret)));
        }
        rows::unit(sheets.units.row(), &unit, (active, seat.map_or(0, |(_, siret)| siret)), options.naf25);
        sheets.units.end()?;
        (left, units) = (left - sites, units + 1);
    }
    sheets.finish()?;
    Ok((truths, units))
}
