//! Counts by several dimensions at once: commune × family × sector × band, and any part of it.

use std::collections::BTreeMap;

use domain::{CelluleMasquee, Famille, Niveau, QualitePosition, Tranche};
use serde::Serialize;
use spatial_index::{Attribut, Filter, Groupe, Place, Snapshot};

use crate::aggregate::{Comptage, Cumul, Dimension, LaisseesDeCote, admits_masked, code_tranche, regroupement};
use crate::emplois::Estimateur;

/// Dimensions that cannot be crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AxesError {
    /// Cells of a grid have no other attribute to cross with.
    #[error("une grille ne se croise avec rien : la demander seule")]
    Cells,
    /// A structure is in one zone of each level: crossing levels says nothing more than the smallest.
    #[error("un seul niveau de zones à la fois")]
    Zones,
    /// The same dimension twice.
    #[error("dimension donnée deux fois")]
    Twice,
}

/// Dimensions to cross, checked: at most one level of zones, no grid, none twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axes(Vec<Dimension>);

impl Axes {
    /// Checks the dimensions.
    pub fn new(dimensions: Vec<Dimension>) -> Result<Self, AxesError> {
        if dimensions.iter().any(|axis| matches!(axis, Dimension::Grille(_) | Dimension::Hexagones(_))) {
            return Err(AxesError::Cells);
        }
        if dimensions.iter().enumerate().any(|(rank, axis)| dimensions.iter().skip(rank + 1).any(|other| other == axis))
        {
            return Err(AxesError::Twice);
        }
        if dimensions.iter().filter(|axis| matches!(axis, Dimension::Zone(_))).count() > 1 {
            return Err(AxesError::Zones);
        }
        Ok(Self(dimensions))
    }

    /// The dimensions, in the order given.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.0
    }

    fn zone(&self) -> Option<Niveau> {
        self.0.iter().find_map(|axis| if let Dimension::Zone(niveau) = axis { Some(*niveau) } else { None })
    }

    fn has(&self, axis: Dimension) -> bool {
        self.0.contains(&axis)
    }

    fn attributes(&self) -> Vec<Attribut> {
        let zone = self.zone().map(|niveau| if niveau == Niveau::Iris { Attribut::Iris } else { Attribut::Commune });
        let kinds = [
            (Dimension::Famille, Attribut::Famille),
            (Dimension::Secteur, Attribut::Secteur),
            (Dimension::Qualite, Attribut::Qualite),
        ];
        let kinds = kinds.into_iter().filter(|(axis, _)| self.has(*axis)).map(|(_, attribut)| attribut);
        // The band is always read: jobs come from it.
        zone.into_iter().chain(kinds).chain([Attribut::Tranche]).collect()
    }
}

/// What a cell is of; an axis that was not asked for is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cle {
    /// Zone.
    pub zone: Option<String>,
    /// Family.
    pub famille: Option<Famille>,
    /// Sector.
    pub secteur: Option<String>,
    /// Band; the inner `None` is the unknown band.
    pub tranche: Option<Option<Tranche>>,
    /// Position quality.
    pub qualite: Option<QualitePosition>,
}

impl Cle {
    /// Code of an axis; empty for the unknown band.
    pub fn code(&self, axis: Dimension) -> String {
        let code = match axis {
            Dimension::Zone(_) => self.zone.clone(),
            Dimension::Famille => self.famille.map(|famille| famille.code().to_owned()),
            Dimension::Secteur => self.secteur.clone(),
            Dimension::Tranche => self.tranche.map(code_tranche),
            Dimension::Qualite => self.qualite.map(|qualite| qualite.code().to_owned()),
            Dimension::Grille(_) | Dimension::Hexagones(_) => None,
        };
        code.unwrap_or_default()
    }
}

/// Structures that share the values of every axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Cellule {
    /// What it is of.
    pub cle: Cle,
    /// Counts.
    pub comptage: Comptage,
}

/// The cells that hold at least one structure, in the order of their keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Croise {
    /// Cells.
    pub cellules: Vec<Cellule>,
    /// The whole selection.
    pub total: Comptage,
    /// In no cell.
    pub laissees_de_cote: LaisseesDeCote,
}

/// Crosses dimensions over the structures of a filter, where they are asked for.
pub fn cross<'p>(
    snapshot: &Snapshot,
    (filter, place): (&Filter, impl Into<Place<'p>>),
    axes: &Axes,
    estimateur: &Estimateur,
) -> Croise {
    let place = place.into();
    let (mut cells, mut total, mut aside) =
        (BTreeMap::<Cle, Cumul>::new(), Cumul::default(), LaisseesDeCote::default());
    let needs_point = axes.zone() == Some(Niveau::Iris);
    for group in snapshot.tally((filter, place), &axes.attributes()).groups() {
        total.add(group.tranche(), group.placed());
        match key_of(snapshot, axes, &group) {
            Some(key) => cells.entry(key).or_default().add(group.tranche(), group.placed()),
            None if needs_point => {
                aside.non_localisees += group.non_localisees;
                aside.hors_zone += group.au_numero + group.a_la_voie;
            }
            None => aside.hors_zone += group.structures(),
        }
    }
    let everywhere = matches!(place, Place::Everywhere) && filter.iris.is_empty() && filter.qualites.is_empty();
    for cell in snapshot.atlas().masques.iter().filter(|cell| everywhere && admits_masked(filter, cell)) {
        total.add_masked(cell);
        match key_of_masked(snapshot, axes, cell) {
            Some(key) => cells.entry(key).or_default().add_masked(cell),
            None => aside.masquees += u64::from(cell.effectif),
        }
    }
    let cellule = |(cle, cumul): (Cle, Cumul)| Cellule { cle, comptage: cumul.close(estimateur) };
    Croise {
        cellules: cells.into_iter().map(cellule).collect(),
        total: total.close(estimateur),
        laissees_de_cote: aside,
    }
}

fn key_of(snapshot: &Snapshot, axes: &Axes, group: &Groupe<'_>) -> Option<Cle> {
    let zone = match axes.zone() {
        None => None,
        Some(Niveau::Iris) => Some(group.iris()?.to_string()),
        Some(Niveau::Commune) => Some(group.commune()?.to_string()),
        Some(Niveau::Regroupe(niveau)) => Some(regroupement(snapshot, group.commune()?, niveau)?),
    };
    Some(Cle {
        zone,
        famille: group.famille(),
        secteur: group.secteur().map(str::to_owned),
        tranche: axes.has(Dimension::Tranche).then(|| group.tranche()),
        qualite: group.qualite(),
    })
}

/// A masked unit has no point: it is in no IRIS and of no quality.
fn key_of_masked(snapshot: &Snapshot, axes: &Axes, cell: &CelluleMasquee) -> Option<Cle> {
    let zone = match axes.zone() {
        None => None,
        Some(Niveau::Iris) => return None,
        Some(Niveau::Commune) => Some(cell.code_commune.to_string()),
        Some(Niveau::Regroupe(niveau)) => Some(regroupement(snapshot, &cell.code_commune, niveau)?),
    };
    (!axes.has(Dimension::Qualite)).then(|| Cle {
        zone,
        famille: axes.has(Dimension::Famille).then_some(cell.famille),
        secteur: axes.has(Dimension::Secteur).then(|| cell.secteur.clone()),
        tranche: axes.has(Dimension::Tranche).then_some(cell.tranche),
        qualite: None,
    })
}

/// Structures of a sector, by family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LigneCroisee {
    /// Sector.
    pub secteur: String,
    /// Structures of each family, in the order of [`SecteursParFamille::familles`].
    pub structures: Vec<u64>,
}

/// Sectors by family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecteursParFamille {
    /// Families of the perimeter.
    pub familles: Vec<Famille>,
    /// Sectors, by label.
    pub lignes: Vec<LigneCroisee>,
}

/// Crosses the sectors of a filter with the families of the perimeter.
pub fn secteurs_par_famille(snapshot: &Snapshot, filter: &Filter, estimateur: &Estimateur) -> SecteursParFamille {
    let familles = snapshot.atlas().manifest.perimetre.familles.clone();
    let axes = Axes(vec![Dimension::Secteur, Dimension::Famille]);
    let mut rows: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for cell in cross(snapshot, (filter, None), &axes, estimateur).cellules {
        let place = familles.iter().position(|famille| Some(*famille) == cell.cle.famille);
        let row = rows.entry(cell.cle.secteur.unwrap_or_default()).or_insert_with(|| vec![0; familles.len()]);
        if let Some(count) = place.and_then(|place| row.get_mut(place)) {
            *count += cell.comptage.structures;
        }
    }
    let lignes = rows.into_iter().map(|(secteur, structures)| LigneCroisee { secteur, structures }).collect();
    SecteursParFamille { familles, lignes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::aggregate;
    use domain::NiveauRegroupe;
    use test_support::sample_atlas;

    #[test]
    fn margins_of_a_crossing_are_the_tables_of_its_axes() {
        for seed in 0..6 {
            let snapshot = Snapshot::build(sample_atlas(seed)).unwrap();
            let (filter, estimateur) = (Filter::default(), Estimateur::from_counts(&[]));
            let axes =
                vec![Dimension::Zone(Niveau::Commune), Dimension::Famille, Dimension::Secteur, Dimension::Tranche];
            let crossed = cross(&snapshot, (&filter, None), &Axes::new(axes.clone()).unwrap(), &estimateur);
            for axis in axes {
                let table = aggregate(&snapshot, (&filter, None), axis, &estimateur);
                assert_eq!(crossed.total, table.total);
                let mut margin: BTreeMap<String, u64> = BTreeMap::new();
                for cell in &crossed.cellules {
                    *margin.entry(cell.cle.code(axis)).or_default() += cell.comptage.structures;
                }
                let mut expected: BTreeMap<String, u64> =
                    table.lignes.iter().map(|row| (row.code.clone(), row.comptage.structures)).collect();
                expected.retain(|_, structures| *structures > 0);
                assert_eq!(margin, expected, "{axis:?}");
            }
        }
    }

    #[test]
    fn some_dimensions_do_not_cross() {
        let zone = Dimension::Zone;
        let two = vec![zone(Niveau::Commune), zone(Niveau::Regroupe(NiveauRegroupe::Ept))];
        assert_eq!(Axes::new(two), Err(AxesError::Zones));
        assert_eq!(Axes::new(vec![Dimension::Famille, Dimension::Famille]), Err(AxesError::Twice));
        assert_eq!(Axes::new(vec![Dimension::Grille(spatial_index::Grid::Km1)]), Err(AxesError::Cells));
    }

    #[test]
    fn masked_units_are_in_no_iris_and_of_no_quality() {
        let snapshot = Snapshot::build(sample_atlas(1)).unwrap();
        let masked: u64 =
            snapshot.atlas().masques.iter().filter(|cell| !cell.couronne).map(|cell| u64::from(cell.effectif)).sum();
        assert!(masked > 0);
        for axis in [Dimension::Zone(Niveau::Iris), Dimension::Qualite] {
            let axes = Axes::new(vec![axis, Dimension::Famille]).unwrap();
            let crossed = cross(&snapshot, (&Filter::default(), None), &axes, &Estimateur::from_counts(&[]));
            assert_eq!(crossed.laissees_de_cote.masquees, masked);
            assert!(crossed.cellules.iter().all(|cell| cell.comptage.masquees == 0));
        }
    }
}
