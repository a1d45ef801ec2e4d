//! Counts of structures by zone or by kind, with what each table leaves out.

use std::collections::BTreeMap;

use domain::zone::Population;
use domain::{
    Agregat, CelluleMasquee, CodeCommune, Famille, Niveau, NiveauRegroupe, QualitePosition, Structure, Tranche,
};
use geo::MultiPolygon;
use serde::Serialize;
use spatial_index::grid::grid_projection;
use spatial_index::snapshot::ZoneShape;
use spatial_index::{Bbox, Filter, Grid, Hexagon, Hexagons, Snapshot};

use crate::emplois::{Emplois, Estimateur};

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
struct Cumul {
    comptage: Comptage,
    tranches: BTreeMap<Option<Tranche>, u64>,
}

impl Cumul {
    fn add(&mut self, structure: &Structure) {
        self.comptage.structures += 1;
        *self.tranches.entry(structure.tranche).or_default() += 1;
        let line = match (structure.position.is_some(), structure.qualite_position.est_precise()) {
            (false, _) => &mut self.comptage.non_localisees,
            (true, true) => &mut self.comptage.au_numero,
            (true, false) => &mut self.comptage.a_la_voie,
        };
        *line += 1;
    }

    fn add_masked(&mut self, cell: &CelluleMasquee) {
        let effectif = u64::from(cell.effectif);
        self.comptage.structures += effectif;
        self.comptage.masquees += effectif;
        *self.tranches.entry(cell.tranche).or_default() += effectif;
    }

    fn close(self, estimateur: &Estimateur) -> Comptage {
        Comptage { emplois: estimateur.estimate(self.tranches), ..self.comptage }
    }
}

/// Where structures are counted.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    /// Wherever the filter admits them.
    Everywhere,
    /// The located ones in a box.
    Box(&'p Bbox),
    /// The located ones that an outline holds (legal CRS, metres), its boundary included.
    Outline(&'p MultiPolygon<f64>),
}

impl<'p> From<Option<&'p Bbox>> for Place<'p> {
    fn from(bbox: Option<&'p Bbox>) -> Self {
        bbox.map_or(Self::Everywhere, Self::Box)
    }
}

impl<'p> Place<'p> {
    fn structures(self, snapshot: &'p Snapshot, filter: &'p Filter) -> Vec<&'p Structure> {
        match self {
            Self::Everywhere => snapshot.structures(filter, None).collect(),
            Self::Box(bbox) => snapshot.structures(filter, Some(bbox)).collect(),
            Self::Outline(outline) => snapshot.inside(outline, filter),
        }
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
    let keys = Keys::new(snapshot, dimension);
    for structure in place.structures(snapshot, filter) {
        total.add(structure);
        match keys.of(structure) {
            Some(key) => rows.entry(key).or_default().add(structure),
            None if structure.position.is_none() && dimension.needs_point() => aside.non_localisees += 1,
            None => aside.hors_zone += 1,
        }
    }
    // A masked unit has no point, IRIS or quality: it is in the selection only when none of them is asked.
    let pointless = matches!(place, Place::Everywhere) && filter.iris.is_empty() && filter.qualites.is_empty();
    for cell in snapshot.atlas().masques.iter().filter(|cell| pointless && admits_masked(filter, cell)) {
        total.add_masked(cell);
        match keys.of_masked(cell) {
            Some(key) => rows.entry(key).or_default().add_masked(cell),
            None => aside.masquees += u64::from(cell.effectif),
        }
    }
    let describe = Describe { snapshot, dimension };
    let lignes = rows.into_iter().map(|(key, cumul)| describe.row(key, cumul.close(estimateur))).collect();
    Tableau { lignes, total: total.close(estimateur), laissees_de_cote: aside }
}

fn admits_masked(filter: &Filter, cell: &CelluleMasquee) -> bool {
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

/// The key of a row for each structure.
struct Keys<'s> {
    snapshot: &'s Snapshot,
    dimension: Dimension,
    laea: Option<crs::Projection>,
}

impl<'s> Keys<'s> {
    fn new(snapshot: &'s Snapshot, dimension: Dimension) -> Self {
        let laea = matches!(dimension, Dimension::Grille(_)).then(|| grid_projection().ok()).flatten();
        Self { snapshot, dimension, laea }
    }

    fn of(&self, structure: &Structure) -> Option<String> {
        match self.dimension {
            Dimension::Zone(Niveau::Iris) => structure.code_iris.as_ref().map(ToString::to_string),
            Dimension::Grille(grid) => {
                let position = structure.position?;
                let point = self.laea.as_ref()?.project(geo::Coord { x: position.lon, y: position.lat }).ok()?;
                Some(grid.cell(point).id())
            }
            Dimension::Hexagones(hexagons) => {
                let position = structure.position?;
                hexagons.cell(geo::Coord { x: position.lon, y: position.lat }).map(Hexagon::id)
            }
            Dimension::Qualite => Some(structure.qualite_position.code().to_owned()),
            _ => self.of_kind(&structure.code_commune, (structure.famille, &structure.secteur, structure.tranche)),
        }
    }

    fn of_masked(&self, cell: &CelluleMasquee) -> Option<String> {
        match self.dimension {
            Dimension::Zone(Niveau::Iris) | Dimension::Grille(_) | Dimension::Hexagones(_) | Dimension::Qualite => None,
            _ => self.of_kind(&cell.code_commune, (cell.famille, &cell.secteur, cell.tranche)),
        }
    }

    fn of_kind(
        &self,
        commune: &CodeCommune,
        (famille, secteur, tranche): (Famille, &str, Option<Tranche>),
    ) -> Option<String> {
        match self.dimension {
            Dimension::Zone(Niveau::Commune) => Some(commune.to_string()),
            Dimension::Zone(Niveau::Regroupe(niveau)) => {
                let atlas = self.snapshot.atlas();
                let rank = atlas.communes.binary_search_by(|row| row.code.cmp(commune)).ok()?;
                atlas.communes.get(rank)?.regroupement(niveau).map(str::to_owned)
            }
            Dimension::Famille => Some(famille.code().to_owned()),
            Dimension::Secteur => Some(secteur.to_owned()),
            Dimension::Tranche => Some(tranche.map_or(String::new(), |tranche| tranche.code().to_owned())),
            Dimension::Zone(Niveau::Iris) | Dimension::Grille(_) | Dimension::Hexagones(_) | Dimension::Qualite => None,
        }
    }
}

/// Label, population and area of a row.
struct Describe<'s> {
    snapshot: &'s Snapshot,
    dimension: Dimension,
}

impl Describe<'_> {
    fn row(&self, code: String, comptage: Comptage) -> Ligne {
        let (libelle, population, superficie_km2) = self.facts(&code);
        let structures = comptage.structures as f64;
        Ligne {
            densite_km2: superficie_km2.filter(|area| *area > 0.0).map(|area| structures / area),
            pour_10000_habitants: population
                .filter(|people| *people > 0.0 && self.rate_is_meaningful(&code))
                .map(|people| structures / people * 10_000.0),
            code,
            libelle,
            comptage,
            population,
            superficie_km2,
        }
    }

    /// Label, population and area of a row.
    fn facts(&self, code: &str) -> (String, Option<f64>, Option<f64>) {
        match self.dimension {
            Dimension::Zone(niveau) => self.zone(niveau, code).unwrap_or_else(|| (code.to_owned(), None, None)),
            Dimension::Hexagones(_) => (code.to_owned(), None, Hexagon::from_id(code).map(Hexagon::area_km2)),
            Dimension::Grille(grid) => (code.to_owned(), None, Some(f64::from(grid.side_m()).powi(2) / 1e6)),
            _ => (self.label(code), None, None),
        }
    }

    fn zone(&self, niveau: Niveau, code: &str) -> Option<(String, Option<f64>, Option<f64>)> {
        let (atlas, shapes) = (self.snapshot.atlas(), self.snapshot.shapes());
        let area = |shapes: &[ZoneShape], rank: usize| shapes.get(rank).map(|shape| shape.superficie_km2);
        let habitants = |population: Option<Population>| population.map(|population| population.habitants);
        match niveau {
            Niveau::Commune => {
                let rank = atlas.communes.binary_search_by(|zone| zone.code.as_str().cmp(code)).ok()?;
                let zone = atlas.communes.get(rank)?;
                Some((zone.nom.clone(), habitants(zone.population), area(&shapes.communes, rank)))
            }
            Niveau::Iris => {
                let rank = atlas.iris.binary_search_by(|zone| zone.code.as_str().cmp(code)).ok()?;
                let zone = atlas.iris.get(rank)?;
                Some((zone.nom.clone(), habitants(zone.population), area(&shapes.iris, rank)))
            }
            Niveau::Regroupe(niveau) => {
                let rank = atlas.regroupements.rang(niveau, code)?;
                let zone = atlas.regroupements.niveau(niveau).get(rank)?;
                let people = population_of(self.snapshot, &zone.communes);
                Some((zone.nom.clone(), people, area(shapes.regroupements(niveau), rank)))
            }
        }
    }

    fn label(&self, code: &str) -> String {
        let label = match self.dimension {
            Dimension::Famille => Famille::from_code(code).map(|famille| famille.libelle().to_owned()),
            Dimension::Tranche if code.is_empty() => Some("tranche non renseignée".to_owned()),
            Dimension::Tranche => Tranche::from_code(code).map(Tranche::libelle),
            Dimension::Qualite => QualitePosition::from_code(code).map(|qualite| qualite.libelle().to_owned()),
            Dimension::Secteur | Dimension::Zone(_) | Dimension::Grille(_) | Dimension::Hexagones(_) => None,
        };
        label.unwrap_or_else(|| code.to_owned())
    }

    /// IRIS of activity (A) or diverse (D) have almost no residents: a rate per inhabitant means nothing.
    fn rate_is_meaningful(&self, code: &str) -> bool {
        if self.dimension != Dimension::Zone(Niveau::Iris) {
            return true;
        }
        let iris = &self.snapshot.atlas().iris;
        let found = iris.binary_search_by(|zone| zone.code.as_str().cmp(code)).ok().and_then(|rank| iris.get(rank));
        found.is_some_and(|iris| matches!(iris.type_iris.as_str(), "H" | "Z"))
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

/// Sum of the populations; unknown as soon as one is.
pub fn population_of<'c>(snapshot: &Snapshot, communes: impl IntoIterator<Item = &'c CodeCommune>) -> Option<f64> {
    let atlas = snapshot.atlas();
    communes
        .into_iter()
        .map(|code| {
            let rank = atlas.communes.binary_search_by(|commune| commune.code.cmp(code)).ok()?;
            atlas.communes.get(rank)?.population.map(|population| population.habitants)
        })
        .sum()
}
