//! Counts of structures by zone or by kind, with what each table leaves out.

use std::collections::BTreeMap;

use domain::{Agregat, CelluleMasquee, CodeCommune, Niveau, NiveauRegroupe, Position, Structure, Tranche};
use serde::Serialize;
use spatial_index::grid::grid_projection;
use spatial_index::{Attribut, Filter, Grid, Groupe, Hexagon, Hexagons, Place, Snapshot};

use self::describe::Describe;
pub use self::describe::population_of;
use crate::emplois::{Emplois, Estimateur};

mod describe;

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// A level of zones.
    Zone(Niveau),
    /// Cells of a grid.
    Grille(Grid),
    /// H3 cells; a density divides by the true area of each.
    Hexagones(Hexagons),
    /// Families.
    Famille,
    /// Observatory sectors.
    Secteur,
    /// Workforce bands.
    Tranche,
    /// Position qualities.
    Qualite,
}

impl Dimension {
    /// All dimensions with their names in URLs.
    pub const ALL: [(&'static str, Self); 16] = [
        ("commune", Self::Zone(Niveau::Commune)),
        ("iris", Self::Zone(Niveau::Iris)),
        ("ept", Self::Zone(Niveau::Regroupe(NiveauRegroupe::Ept))),
        ("epci", Self::Zone(Niveau::Regroupe(NiveauRegroupe::Epci))),
        ("departement", Self::Zone(Niveau::Regroupe(NiveauRegroupe::Departement))),
        ("region", Self::Zone(Niveau::Regroupe(NiveauRegroupe::Region))),
        ("grid:1km", Self::Grille(Grid::Km1)),
        ("grid:200m", Self::Grille(Grid::M200)),
        (Hexagons::Res7.code(), Self::Hexagones(Hexagons::Res7)),
        (Hexagons::Res8.code(), Self::Hexagones(Hexagons::Res8)),
        (Hexagons::Res9.code(), Self::Hexagones(Hexagons::Res9)),
        (Hexagons::Res10.code(), Self::Hexagones(Hexagons::Res10)),
        ("famille", Self::Famille),
        ("secteur", Self::Secteur),
        ("tranche", Self::Tranche),
        ("qualite_position", Self::Qualite),
    ];

    /// The dimension of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == code).map(|(_, dimension)| dimension)
    }

    /// Label of a row; its code when it has none.
    pub fn label(self, snapshot: &Snapshot, code: &str) -> String {
        Describe { snapshot, dimension: self }.label(code)
    }

    /// What the index groups by for these rows; `None` when they are cells, which hold points.
    fn attributes(self) -> Option<Vec<Attribut>> {
        let row = match self {
            Self::Zone(Niveau::Commune | Niveau::Regroupe(_)) => Attribut::Commune,
            Self::Zone(Niveau::Iris) => Attribut::Iris,
            Self::Famille => Attribut::Famille,
            Self::Secteur => Attribut::Secteur,
            Self::Tranche => Attribut::Tranche,
            Self::Qualite => Attribut::Qualite,
            Self::Grille(_) | Self::Hexagones(_) => return None,
        };
        Some(vec![row, Attribut::Tranche])
    }

    /// Rows are places that need a point: masked and unlocated structures are in none.
    fn needs_point(self) -> bool {
        matches!(self, Self::Zone(Niveau::Iris) | Self::Grille(_) | Self::Hexagones(_))
    }
}

/// Counts of one set of structures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Comptage {
    /// Structures: located, not located and masked.
    pub structures: u64,
    /// With a precise point.
    pub au_numero: u64,
    /// With a point on their street only.
    pub a_la_voie: u64,
    /// Without a point.
    pub non_localisees: u64,
    /// Partially diffusible: counted, never shown.
    pub masquees: u64,
    /// Jobs, estimated.
    pub emplois: Emplois,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ligne {
    /// Code of the zone or kind; empty for the unknown band.
    pub code: String,
    /// Label.
    pub libelle: String,
    /// Counts.
    #[serde(flatten)]
    pub comptage: Comptage,
    /// Inhabitants of the zone, when known.
    pub population: Option<f64>,
    /// Area of the zone, km².
    pub superficie_km2: Option<f64>,
    /// Structures per km².
    pub densite_km2: Option<f64>,
    /// Structures per 10,000 inhabitants; none where the rate means nothing (IRIS of activity or diverse).
    pub pour_10000_habitants: Option<f64>,
}

/// Structures of the selection that are in no row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LaisseesDeCote {
    /// Without a point.
    pub non_localisees: u64,
    /// Partially diffusible.
    pub masquees: u64,
    /// With a point that no zone of this level holds.
    pub hors_zone: u64,
}

/// A table: rows, total of the selection, and what is in no row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tableau {
    /// Rows, by code (bands in growing order).
    pub lignes: Vec<Ligne>,
    /// The whole selection: rows and what they leave out.
    pub total: Comptage,
    /// In no row.
    pub laissees_de_cote: LaisseesDeCote,
}

/// Running counts of a row.
#[derive(Debug, Default)]
pub(crate) struct Cumul {
    comptage: Comptage,
    tranches: BTreeMap<Option<Tranche>, u64>,
}

impl Cumul {
    /// Structures of one band: with a precise point, on their street only, without a point.
    pub(crate) fn add(&mut self, tranche: Option<Tranche>, [precise, street, unlocated]: [u64; 3]) {
        let structures = precise + street + unlocated;
        self.comptage.structures += structures;
        self.comptage.au_numero += precise;
        self.comptage.a_la_voie += street;
        self.comptage.non_localisees += unlocated;
        *self.tranches.entry(tranche).or_default() += structures;
    }

    fn merge(&mut self, other: &Self) {
        self.comptage.structures += other.comptage.structures;
        self.comptage.au_numero += other.comptage.au_numero;
        self.comptage.a_la_voie += other.comptage.a_la_voie;
        self.comptage.non_localisees += other.comptage.non_localisees;
        self.comptage.masquees += other.comptage.masquees;
        for (tranche, structures) in &other.tranches {
            *self.tranches.entry(*tranche).or_default() += structures;
        }
    }

    pub(crate) fn add_masked(&mut self, cell: &CelluleMasquee) {
        let effectif = u64::from(cell.effectif);
        self.comptage.structures += effectif;
        self.comptage.masquees += effectif;
        *self.tranches.entry(cell.tranche).or_default() += effectif;
    }

    pub(crate) fn close(self, estimateur: &Estimateur) -> Comptage {
        Comptage { emplois: estimateur.estimate(self.tranches), ..self.comptage }
    }
}

/// Counts the structures of a filter by a dimension, where they are asked for.
pub fn aggregate<'p>(
    snapshot: &'p Snapshot,
    (filter, place): (&'p Filter, impl Into<Place<'p>>),
    dimension: Dimension,
    estimateur: &Estimateur,
) -> Tableau {
    let place = place.into();
    let mut rows: BTreeMap<String, Cumul> = match place {
        // Most zones of the atlas have nothing to do with a polygon.
        Place::Outline(_) => BTreeMap::new(),
        _ => empty_rows(snapshot, filter, dimension),
    };
    let mut total = Cumul::default();
    let mut aside = LaisseesDeCote::default();
    let mut put = |key: Option<String>, cumul: Cumul| {
        let counts = cumul.comptage;
        total.merge(&cumul);
        match key {
            Some(key) => rows.entry(key).or_default().merge(&cumul),
            None if dimension.needs_point() => {
                aside.non_localisees += counts.non_localisees;
                aside.hors_zone += counts.au_numero + counts.a_la_voie;
            }
            None => aside.hors_zone += counts.structures,
        }
    };
    if let Some(attributes) = dimension.attributes() {
        let tally = snapshot.tally((filter, place), &attributes);
        let mut groups = tally.groups().peekable();
        while let Some(group) = groups.next() {
            let mut cumul = Cumul::default();
            cumul.add(group.tranche(), group.placed());
            // Bands of one row follow each other: its key is written once.
            let beside = |next: &Groupe<'_>| dimension != Dimension::Tranche && next.is_beside(&group);
            while let Some(next) = groups.next_if(beside) {
                cumul.add(next.tranche(), next.placed());
            }
            put(key_of(snapshot, dimension, &group), cumul);
        }
    } else {
        let cells = Cells::new(dimension);
        for structure in structures(snapshot, (filter, place)) {
            let cell = structure.position.and_then(|position| cells.of(position));
            let mut cumul = Cumul::default();
            cumul.add(
                structure.tranche,
                match structure.position {
                    None => [0, 0, 1],
                    Some(_) if structure.qualite_position.est_precise() => [1, 0, 0],
                    Some(_) => [0, 1, 0],
                },
            );
            put(cell, cumul);
        }
    }
    // A masked unit has no point, IRIS or quality: it is in the selection only when none of them is asked.
    let pointless = matches!(place, Place::Everywhere) && filter.iris.is_empty() && filter.qualites.is_empty();
    for cell in snapshot.atlas().masques.iter().filter(|cell| pointless && admits_masked(filter, cell)) {
        total.add_masked(cell);
        match key_of_masked(snapshot, dimension, cell) {
            Some(key) => rows.entry(key).or_default().add_masked(cell),
            None => aside.masquees += u64::from(cell.effectif),
        }
    }
    let describe = Describe { snapshot, dimension };
    let lignes = rows.into_iter().map(|(key, cumul)| describe.row(key, cumul.close(estimateur))).collect();
    Tableau { lignes, total: total.close(estimateur), laissees_de_cote: aside }
}

fn structures<'s>(
    snapshot: &'s Snapshot,
    (filter, place): (&'s Filter, Place<'s>),
) -> Box<dyn Iterator<Item = &'s Structure> + 's> {
    match place {
        Place::Everywhere => Box::new(snapshot.structures(filter, None)),
        Place::Box(bbox) => Box::new(snapshot.structures(filter, Some(bbox))),
        Place::Outline(outline) => Box::new(snapshot.inside(outline, filter).into_iter()),
    }
}

pub(crate) fn admits_masked(filter: &Filter, cell: &CelluleMasquee) -> bool {
    filter.employeurs.is_empty()
        && filter.admits_place(&cell.code_commune, cell.couronne)
        && filter.admits_kind(cell.famille, &cell.secteur, cell.tranche)
}

/// Zones of the selection without a structure are rows too: zero is a figure.
fn empty_rows(snapshot: &Snapshot, filter: &Filter, dimension: Dimension) -> BTreeMap<String, Cumul> {
    let atlas = snapshot.atlas();
    let codes: Vec<String> = match dimension {
        Dimension::Zone(Niveau::Commune) => atlas
            .communes
            .iter()
            .filter(|commune| filter.admits_place(&commune.code, commune.couronne))
            .map(|commune| commune.code.to_string())
            .collect(),
        Dimension::Zone(Niveau::Iris) => atlas
            .iris
            .iter()
            .filter(|iris| filter.admits_place(&iris.code_commune, iris.couronne))
            .filter(|iris| filter.iris.is_empty() || filter.iris.contains(&iris.code))
            .map(|iris| iris.code.to_string())
            .collect(),
        Dimension::Zone(Niveau::Regroupe(niveau)) => {
            let admitted = |code: &CodeCommune| filter.admits_place(code, false);
            let zones = atlas.regroupements.niveau(niveau).iter();
            zones.filter(|zone| zone.communes.iter().any(admitted)).map(|zone| zone.code.clone()).collect()
        }
        _ => Vec::new(),
    };
    codes.into_iter().map(|code| (code, Cumul::default())).collect()
}

/// The row of a group; none for what is in no row.
fn key_of(snapshot: &Snapshot, dimension: Dimension, group: &Groupe<'_>) -> Option<String> {
    match dimension {
        Dimension::Zone(Niveau::Commune) => group.commune().map(ToString::to_string),
        Dimension::Zone(Niveau::Regroupe(niveau)) => regroupement(snapshot, group.commune()?, niveau),
        Dimension::Zone(Niveau::Iris) => group.iris().map(ToString::to_string),
        Dimension::Famille => group.famille().map(|famille| famille.code().to_owned()),
        Dimension::Secteur => group.secteur().map(str::to_owned),
        Dimension::Tranche => Some(code_tranche(group.tranche())),
        Dimension::Qualite => group.qualite().map(|qualite| qualite.code().to_owned()),
        Dimension::Grille(_) | Dimension::Hexagones(_) => None,
    }
}

/// The row of masked units: of none that needs a point.
fn key_of_masked(snapshot: &Snapshot, dimension: Dimension, cell: &CelluleMasquee) -> Option<String> {
    match dimension {
        Dimension::Zone(Niveau::Commune) => Some(cell.code_commune.to_string()),
        Dimension::Zone(Niveau::Regroupe(niveau)) => regroupement(snapshot, &cell.code_commune, niveau),
        Dimension::Famille => Some(cell.famille.code().to_owned()),
        Dimension::Secteur => Some(cell.secteur.clone()),
        Dimension::Tranche => Some(code_tranche(cell.tranche)),
        Dimension::Zone(Niveau::Iris) | Dimension::Grille(_) | Dimension::Hexagones(_) | Dimension::Qualite => None,
    }
}

/// The zone made of communes that holds a commune.
pub(crate) fn regroupement(snapshot: &Snapshot, commune: &CodeCommune, niveau: NiveauRegroupe) -> Option<String> {
    let communes = &snapshot.atlas().communes;
    let rank = communes.binary_search_by(|row| row.code.cmp(commune)).ok()?;
    communes.get(rank)?.regroupement(niveau).map(str::to_owned)
}

/// Empty for the unknown band.
pub(crate) fn code_tranche(tranche: Option<Tranche>) -> String {
    tranche.map_or(String::new(), |tranche| tranche.code().to_owned())
}

/// Cells of a grid or of hexagons.
enum Cells {
    Grille(Grid, Option<Box<crs::Projection>>),
    Hexagones(Hexagons),
    None,
}

impl Cells {
    fn new(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Grille(grid) => Self::Grille(grid, grid_projection().ok().map(Box::new)),
            Dimension::Hexagones(hexagons) => Self::Hexagones(hexagons),
            _ => Self::None,
        }
    }

    fn of(&self, position: Position) -> Option<String> {
        let lon_lat = geo::Coord { x: position.lon, y: position.lat };
        match self {
            Self::Grille(grid, laea) => Some(grid.cell(laea.as_ref()?.project(lon_lat).ok()?).id()),
            Self::Hexagones(hexagons) => hexagons.cell(lon_lat).map(Hexagon::id),
            Self::None => None,
        }
    }
}

/// The counts of every zone of every level, over the whole perimeter.
pub fn agregats(snapshot: &Snapshot, estimateur: &Estimateur) -> Vec<Agregat> {
    let level = |niveau: Niveau| {
        let table = aggregate(snapshot, (&Filter::default(), None), Dimension::Zone(niveau), estimateur);
        table.lignes.into_iter().map(move |ligne| agregat(niveau, ligne)).collect::<Vec<_>>()
    };
    Niveau::ALL.into_iter().flat_map(level).collect()
}

fn agregat(niveau: Niveau, ligne: Ligne) -> Agregat {
    let Comptage { structures, au_numero, a_la_voie, non_localisees, masquees, emplois } = ligne.comptage;
    Agregat {
        niveau: niveau.code().to_owned(),
        code: ligne.code,
        libelle: ligne.libelle,
        structures,
        au_numero,
        a_la_voie,
        non_localisees,
        masquees,
        emplois_bas: emplois.bas,
        emplois_central: emplois.central,
        emplois_haut: emplois.haut,
        emplois_sans_tranche: emplois.sans_tranche,
        population: ligne.population,
        superficie_km2: ligne.superficie_km2,
        densite_km2: ligne.densite_km2,
        pour_10000_habitants: ligne.pour_10000_habitants,
    }
}
