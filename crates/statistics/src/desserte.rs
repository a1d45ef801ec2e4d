//! Share of the inhabitants who live near an employer structure, by family.

use domain::Famille;
use serde::Serialize;
use spatial_index::coverage::DISTANCES;
use spatial_index::{Selection, Snapshot, ZoneCoverage};

/// Distances, metres, as the crow flies.
pub const RAYONS_M: [f64; DISTANCES] = [500.0, 1000.0];

/// Shares of a family, or of all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LigneDesserte {
    /// Family; none for all.
    pub famille: Option<Famille>,
    /// Inhabitants within 500 m over inhabitants known, 0 to 1.
    pub part_500m: Option<f64>,
    /// The same within 1 km.
    pub part_1km: Option<f64>,
}

/// How near the inhabitants of a territory are to its structures, and those of its ring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Desserte {
    /// All families first, then each of the perimeter.
    pub lignes: Vec<LigneDesserte>,
    /// Inhabitants of the IRIS whose population is known: the denominator.
    pub population: f64,
    /// IRIS left out, their population being unknown.
    pub iris_sans_population: u64,
    /// Side of the cells over which the inhabitants of an IRIS are spread evenly, metres.
    pub maille_m: f64,
}

/// Shares of the inhabitants of a territory.
///
/// The inhabitants of an IRIS are spread evenly over its surface: where they live inside it is not in the open files.
/// Only structures placed at their number count: the others are near nobody for sure.
pub fn desserte(snapshot: &Snapshot, selection: &Selection) -> Desserte {
    let coverage = snapshot.coverage(&selection.communes, RAYONS_M);
    let people = |zone: &ZoneCoverage| {
        let iris = snapshot.atlas().iris.get(zone.iris)?;
        iris.population.map(|population| population.habitants)
    };
    let known: Vec<(&ZoneCoverage, f64)> =
        coverage.zones.iter().filter_map(|zone| Some((zone, people(zone)?))).collect();
    let population: f64 = known.iter().map(|(_, people)| people).sum();
    let share = |near: &dyn Fn(&ZoneCoverage) -> u32| {
        let inside = known.iter().filter(|(zone, _)| zone.cells > 0);
        let near: f64 = inside.map(|(zone, people)| people * f64::from(near(zone)) / f64::from(zone.cells)).sum();
        (population > 0.0).then(|| near / population)
    };
    let all =
        LigneDesserte { famille: None, part_500m: share(&|zone| zone.near[0]), part_1km: share(&|zone| zone.near[1]) };
    let of = |famille: &Famille| {
        let rank = Famille::ALL.iter().position(|one| one == famille).unwrap_or_default();
        let count = |zone: &ZoneCoverage, distance: usize| {
            zone.families.get(distance).and_then(|families| families.get(rank)).copied().unwrap_or_default()
        };
        LigneDesserte {
            famille: Some(*famille),
            part_500m: share(&|zone| count(zone, 0)),
            part_1km: share(&|zone| count(zone, 1)),
        }
    };
    let familles = snapshot.atlas().manifest.perimetre.familles.iter().map(of);
    Desserte {
        lignes: std::iter::once(all).chain(familles).collect(),
        population,
        iris_sans_population: (coverage.zones.len() - known.len()) as u64,
        maille_m: coverage.cell_m,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Territoire;
    use test_support::sample_atlas;

    #[test]
    fn shares_grow_with_the_distance_and_the_families() {
        for seed in 0..6 {
            let snapshot = Snapshot::build(sample_atlas(seed)).unwrap();
            let selection = snapshot.resolve(&"ept:T10".parse::<Territoire>().unwrap()).unwrap();
            let found = desserte(&snapshot, &selection);
            let all = found.lignes[0].clone();
            for line in &found.lignes {
                if let Some((near, far)) = line.part_500m.zip(line.part_1km) {
                    assert!((0.0..=1.0).contains(&near) && near <= far + 1e-12 && far <= 1.0 + 1e-12, "{line:?}");
                    assert!(near <= all.part_500m.unwrap() + 1e-12, "{line:?}");
                }
            }
        }
    }

    #[test]
    fn without_population_nothing_is_said() {
        let mut atlas = sample_atlas(1);
        atlas.iris.iter_mut().for_each(|iris| iris.population = None);
        let snapshot = Snapshot::build(atlas).unwrap();
        let selection = snapshot.resolve(&"ept:T10".parse::<Territoire>().unwrap()).unwrap();
        let found = desserte(&snapshot, &selection);
        assert!(found.lignes.iter().all(|line| line.part_500m.is_none()) && found.iris_sans_population > 0);
    }
}
