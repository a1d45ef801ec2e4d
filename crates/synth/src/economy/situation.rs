//! Where an establishment is and what the two official files say about it: every case that a reader meets.

use geo::Coord;

use super::SynthError;
use super::ground::{Ground, Spot, near};
use super::model::{Lambert, Located, Position};
use super::plane::to_centimetre;
use super::random::Random;

/// A case of position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    /// Number found, street sure (quality 11).
    ExactSure,
    /// Number found, street probable (quality 21).
    ExactProbable,
    /// Random draw on a sure street (quality 12), nothing in the stock.
    StreetSure,
    /// Random draw on a probable street (quality 22), nothing in the stock.
    StreetProbable,
    /// Random draw in the commune (quality 33), nothing in the stock.
    RandomInCommune,
    /// Random draw in the commune, but the stock knows the place.
    RandomButLambert,
    /// Number found in a commune that is not the one of the address.
    OtherCommune,
    /// In the stock only.
    LambertOnly,
    /// In neither file.
    Nowhere,
    /// In no geolocation row; the stock writes `[ND]` although the unit is diffusible.
    MaskedColumns,
    /// Partial diffusion, in no geolocation row.
    PartialAbsent,
    /// Partial diffusion, and yet a geolocation row.
    PartialLocated,
    /// The legal unit alone is under partial diffusion; both files give the place.
    PartialUnit,
}

/// Builds the position of a case.
pub fn place(ground: &Ground, plot: usize, situation: Situation, random: &mut Random) -> Result<Position, SynthError> {
    let true_spot = ground.draw(plot, random)?;
    Ok(match situation {
        Situation::ExactSure => exact(true_spot, "11", usual_lambert(true_spot, random)),
        Situation::ExactProbable => exact(true_spot, "21", usual_lambert(true_spot, random)),
        Situation::StreetSure => street(true_spot, "12", near(true_spot, 120.0, random)),
        Situation::StreetProbable => street(true_spot, "22", near(true_spot, 120.0, random)),
        Situation::RandomInCommune => nothing(true_spot, Some(drawn(ground.draw(plot, random)?, "33"))),
        Situation::RandomButLambert => {
            Position { geolocalisation: Some(drawn(ground.draw(plot, random)?, "33")), ..stock_only(true_spot) }
        }
        Situation::OtherCommune => ground.elsewhere(plot, random).map_or_else(|| nothing(true_spot, None), moved),
        Situation::LambertOnly => stock_only(true_spot),
        Situation::Nowhere => nothing(true_spot, None),
        Situation::MaskedColumns | Situation::PartialAbsent => {
            Position { lambert: Lambert::Masked, ..nothing(true_spot, None) }
        }
        Situation::PartialLocated => {
            Position { lambert: Lambert::Masked, ..nothing(true_spot, Some(drawn(true_spot, "11"))) }
        }
        Situation::PartialUnit => {
            Position { lambert: usual_lambert(true_spot, random), ..nothing(true_spot, Some(drawn(true_spot, "11"))) }
        }
    })
}

/// A position exactly on a vertex shared by several IRIS: the smallest code has it.
pub fn on_border(spot: Spot) -> Position {
    exact(spot, "11", Lambert::Absent)
}

fn exact(spot: Spot, quality: &'static str, lambert: Lambert) -> Position {
    Position {
        vraie: spot.point,
        geolocalisation: Some(drawn(spot, quality)),
        lambert,
        qualite: "numero",
        iris: spot.iris.code.clone(),
    }
}

/// The truth of a street-level row is the point that Insee drew: nobody can know better.
fn street(true_spot: Spot, quality: &'static str, given: Spot) -> Position {
    Position {
        vraie: true_spot.point,
        geolocalisation: Some(drawn(given, quality)),
        lambert: Lambert::Absent,
        qualite: "voie",
        iris: given.iris.code.clone(),
    }
}

fn stock_only(spot: Spot) -> Position {
    Position {
        vraie: spot.point,
        geolocalisation: None,
        lambert: Lambert::At(spot.point),
        qualite: "numero",
        iris: spot.iris.code.clone(),
    }
}

fn nothing(spot: Spot, row: Option<Located>) -> Position {
    Position {
        vraie: spot.point,
        geolocalisation: row,
        lambert: Lambert::Absent,
        qualite: "commune",
        iris: String::new(),
    }
}

/// It has moved and its address has not followed: the point is right, in no IRIS of the commune of the address.
fn moved(spot: Spot) -> Position {
    Position { iris: String::new(), ..exact(spot, "11", Lambert::Absent) }
}

fn drawn(spot: Spot, quality: &'static str) -> Located {
    Located { point: spot.point, qualite: quality, iris: spot.iris.code.clone() }
}

/// Four times in five the stock has its own point, a few metres away.
fn usual_lambert(spot: Spot, random: &mut Random) -> Lambert {
    if !random.chance(80) {
        return Lambert::Absent;
    }
    Lambert::At(to_centimetre(Coord { x: spot.point.x + 3.0 * random.bell(), y: spot.point.y + 3.0 * random.bell() }))
}
