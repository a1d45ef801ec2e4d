//! The same communes over outlines that someone else drew, for instance IGN's.
//!
//! Lets the generator plant fictive establishments on real ground: a rehearsal of the real thing,
//! where neighbours overlap, leave gaps and break into several parts.

use std::collections::BTreeMap;

use geo::{Area, Coord, MultiPolygon, Polygon};

use super::{CommuneShape, Geography, GeographyError, IrisShape};

/// Below this, a sliver is not ground to plant in, square metres.
const SLIVER_M2: f64 = 100.0;

/// An IRIS of an outline file.
#[derive(Debug, Clone)]
pub struct IrisOutline {
    /// 9-character code.
    pub code: String,
    /// Name.
    pub nom: String,
    /// `H`, `A`, `D` or `Z`.
    pub type_iris: char,
    /// Outline, Lambert-93 metres.
    pub outline: MultiPolygon<f64>,
}

/// Replaces the schematic outlines by those given; communes without any are dropped.
///
/// Population is spread over the IRIS in equal shares, as in the schematic geography.
pub fn overlay(
    schematic: Geography,
    communes: &BTreeMap<String, MultiPolygon<f64>>,
    iris: &[IrisOutline],
) -> Result<Geography, GeographyError> {
    let mut drawn = Geography { communes: Vec::new(), iris: Vec::new(), landmarks: schematic.landmarks };
    for commune in schematic.communes {
        let Some(outline) = communes.get(&commune.code) else { continue };
        let members: Vec<&IrisOutline> = iris.iter().filter(|iris| iris.code.starts_with(&commune.code)).collect();
        let shapes = shares(&commune, &members);
        if shapes.is_empty() {
            return Err(GeographyError::NoIris { code_commune: commune.code });
        }
        drawn.iris.extend(shapes);
        let superficie_m2 = outline.unsigned_area();
        drawn.communes.push(CommuneShape { outline: outline.clone(), superficie_m2, ..commune });
    }
    drawn.iris.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(drawn)
}

fn shares(commune: &CommuneShape, members: &[&IrisOutline]) -> Vec<IrisShape> {
    let plantable: Vec<(&IrisOutline, Polygon<f64>)> =
        members.iter().filter_map(|iris| Some((*iris, largest_part(&iris.outline)?))).collect();
    let count = u32::try_from(plantable.len()).unwrap_or(u32::MAX).max(1);
    let (share, rest) = (commune.population / count, commune.population % count);
    let build = |(rank, (iris, outline)): (u32, (&IrisOutline, Polygon<f64>))| IrisShape {
        code: iris.code.clone(),
        nom: iris.nom.clone(),
        type_iris: iris.type_iris,
        code_commune: commune.code.clone(),
        population: share + u32::from(rank < rest),
        outline,
    };
    (0..).zip(plantable).map(build).collect()
}

/// The largest part, without repeated closing points that a generator would walk twice.
fn largest_part(outline: &MultiPolygon<f64>) -> Option<Polygon<f64>> {
    let largest = outline.0.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let mut ring: Vec<Coord<f64>> = largest.exterior().0.clone();
    ring.dedup();
    (largest.unsigned_area() > SLIVER_M2).then(|| Polygon::new(ring.into(), largest.interiors().to_vec()))
}
