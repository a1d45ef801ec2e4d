//! The layers of tiles: collections of OGC API Features under their own names, and the density cells.

use std::fmt;

use domain::{Niveau, NiveauRegroupe};

use crate::collections::{Kind, Property, property};
use crate::error::ApiError;

/// A layer of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// Located structures: points, or cells with their counts.
    Structures,
    /// Zones with their figures.
    Zones(Niveau),
    /// H3 cells with their figures.
    Densite,
    /// A point for each commune, with its name and figures.
    Noms,
}

/// Properties of a zone.
const ZONE: &[Property] = &[
    property("code", Kind::Text, "Code de la zone"),
    property("nom", Kind::Text, "Nom"),
    property("structures", Kind::Integer, "Structures de l’ESS, après filtres"),
    property("population", Kind::Real, "Population municipale"),
    property("superficie_km2", Kind::Real, "Superficie du contour (km²)"),
    property("densite_km2", Kind::Real, "Structures par km²"),
    property("pour_10000_habitants", Kind::Real, "Structures pour 10 000 habitants"),
    property("couronne", Kind::Boolean, "Hors du territoire, dans sa couronne"),
];

/// Properties of a cell.
const CELL: &[Property] = &[
    property("code", Kind::Text, "Identifiant H3 de la cellule"),
    property("maille", Kind::Text, "Résolution : h3:7 à h3:10"),
    property("structures", Kind::Integer, "Structures de l’ESS, après filtres"),
    property("superficie_km2", Kind::Real, "Superficie de la cellule (km²)"),
    property("densite_km2", Kind::Real, "Structures par km²"),
    property("couronne", Kind::Boolean, "Toujours faux : une cellule est du territoire"),
];

/// Properties of a point or of a cell of points. The counts by family are named after the families.
const POINT: &[Property] = &[
    property("structures", Kind::Integer, "Structures que l’objet représente"),
    property("siret", Kind::Text, "SIRET (une structure seule)"),
    property("famille", Kind::Text, "Famille de l’ESS (une structure seule)"),
    property("secteur", Kind::Text, "Secteur d’observatoire (une structure seule)"),
    property("tranche_effectifs", Kind::Text, "Tranche d’effectifs (une structure seule)"),
    property("qualite_position", Kind::Text, "Qualité de la position (une structure seule)"),
    property("precise", Kind::Boolean, "Position assez sûre pour une distance (une structure seule)"),
    property("associations", Kind::Integer, "dont associations (plusieurs structures)"),
    property("cooperatives", Kind::Integer, "dont coopératives (plusieurs structures)"),
    property("mutuelles", Kind::Integer, "dont mutuelles (plusieurs structures)"),
    property("fondations", Kind::Integer, "dont fondations (plusieurs structures)"),
    property("societes_commerciales_ess", Kind::Integer, "dont sociétés commerciales de l’ESS (plusieurs structures)"),
    property("autres_opbnl", Kind::Integer, "dont autres organismes privés à but non lucratif (plusieurs structures)"),
];

impl Layer {
    /// All of them, in the order of a tile that has them all.
    pub(crate) const ALL: [Self; 9] = [
        Self::Structures,
        Self::Zones(Niveau::Commune),
        Self::Zones(Niveau::Iris),
        Self::Zones(Niveau::Regroupe(NiveauRegroupe::Ept)),
        Self::Zones(Niveau::Regroupe(NiveauRegroupe::Epci)),
        Self::Zones(Niveau::Regroupe(NiveauRegroupe::Departement)),
        Self::Zones(Niveau::Regroupe(NiveauRegroupe::Region)),
        Self::Densite,
        Self::Noms,
    ];

    /// Name in URLs and in tiles.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Structures => "structures",
            Self::Zones(Niveau::Commune) => "communes",
            Self::Zones(Niveau::Iris) => "iris",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Ept)) => "epts",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Epci)) => "epcis",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Departement)) => "departements",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Region)) => "regions",
            Self::Densite => "densite",
            Self::Noms => "noms",
        }
    }

    /// The layer of a name.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.code() == code)
    }

    /// Title.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Structures => "Structures de l’ESS",
            Self::Zones(Niveau::Commune) => "Communes",
            Self::Zones(Niveau::Iris) => "IRIS",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Ept)) => "Établissements publics territoriaux",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Epci)) => "Intercommunalités à fiscalité propre",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Departement)) => "Départements",
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Region)) => "Régions",
            Self::Densite => "Densité par hexagone (H3)",
            Self::Noms => "Noms des communes, un point chacune",
        }
    }

    /// What its features carry.
    pub(crate) const fn properties(self) -> &'static [Property] {
        match self {
            Self::Structures => POINT,
            Self::Zones(_) | Self::Noms => ZONE,
            Self::Densite => CELL,
        }
    }

    /// First zoom at which a national atlas keeps a tile light: above, its zones are a few pixels wide.
    pub(crate) const fn min_zoom(self) -> u32 {
        match self {
            Self::Structures | Self::Zones(Niveau::Regroupe(NiveauRegroupe::Departement | NiveauRegroupe::Region)) => 0,
            Self::Zones(Niveau::Regroupe(NiveauRegroupe::Ept | NiveauRegroupe::Epci)) => 5,
            Self::Zones(Niveau::Commune) | Self::Noms => 7,
            Self::Zones(Niveau::Iris) | Self::Densite => 9,
        }
    }
}

/// The layers of a tile: at least one, none twice, in the order of [`Layer::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layers(Vec<Layer>);

impl Layers {
    /// One layer.
    pub(crate) fn one(layer: Layer) -> Self {
        Self(vec![layer])
    }

    /// Every layer.
    pub(crate) fn all() -> Self {
        Self(Layer::ALL.to_vec())
    }

    /// A comma list of names.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let names = Layer::ALL.map(Layer::code).join(", ");
        let unknown = |name: &str| ApiError::NotFound {
            what: format!("couche de tuiles « {name} »"),
            mend: format!("les couches sont {names} ; plusieurs se séparent par des virgules"),
        };
        let mut layers = Vec::new();
        for name in text.split(',') {
            layers.push(Layer::from_code(name).ok_or_else(|| unknown(name))?);
        }
        layers.sort_unstable();
        layers.dedup();
        Ok(Self(layers))
    }

    /// The layers.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Layer> {
        self.0.iter()
    }

    /// Structures and nothing else.
    pub(crate) fn is_structures_alone(&self) -> bool {
        self.0 == [Layer::Structures]
    }

    /// First zoom at which something is drawn.
    pub(crate) fn min_zoom(&self) -> u32 {
        self.0.iter().map(|layer| layer.min_zoom()).min().unwrap_or_default()
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|layer| layer.code()).collect();
        formatter.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use domain::Famille;

    use super::*;

    #[test]
    fn layers_have_one_name_whatever_their_order() {
        let layers = Layers::parse("iris,structures,iris").unwrap();
        assert_eq!(layers.to_string(), "structures,iris");
        assert_eq!(layers.min_zoom(), 0);
        assert!(!layers.is_structures_alone());
        for bad in ["", "structures,", "structure", "structures, iris"] {
            assert!(matches!(Layers::parse(bad), Err(ApiError::NotFound { .. })), "{bad}");
        }
        assert_eq!(Layers::parse(&Layers::all().to_string()).unwrap(), Layers::all());
    }

    #[test]
    fn every_family_has_its_count_described() {
        for famille in Famille::ALL {
            assert!(POINT.iter().any(|property| property.name == famille.code()), "{}", famille.code());
        }
    }
}
