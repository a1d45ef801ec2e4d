//! The tables as layers of a GeoPackage, with their default looks.

use domain::{Famille, NiveauRegroupe, QualitePosition};
use geopackage::style::{Category, Colour, Hollow, Marker, Style};
use geopackage::{Column, GeometryColumn, GeometryKind, GeopackageError, Layer, Name};

use crate::tables::{self, Table};

/// Name of the geometry column in both stores.
pub const GEOMETRY: &str = "geom";

/// Colour and shape of a family: told apart by colour-blind readers, and in print by the shape.
pub const fn marker(famille: Famille) -> (Colour, Marker) {
    match famille {
        Famille::Associations => (Colour(0x00, 0x72, 0xB2), Marker::Circle),
        Famille::Cooperatives => (Colour(0xD5, 0x5E, 0x00), Marker::Square),
        Famille::Mutuelles => (Colour(0x00, 0x7A, 0x5E), Marker::Diamond),
        Famille::Fondations => (Colour(0x88, 0x22, 0x55), Marker::Triangle),
        Famille::SocietesCommercialesEss => (Colour(0x5D, 0x5D, 0x00), Marker::Pentagon),
        Famille::AutresOpbnl => (Colour(0x4D, 0x4D, 0x4D), Marker::Hexagon),
    }
}

/// A table as a layer in the system `epsg`.
pub fn layer(table: &Table, epsg: u32) -> Result<Layer, GeopackageError> {
    let geometry = match table.geometry {
        Some(kind) => Some(GeometryColumn { name: Name::new(GEOMETRY)?, kind, epsg }),
        None => None,
    };
    let columns = table.fields.iter().map(|field| Column::new(field.name, field.kind, field.alias));
    Ok(Layer {
        name: Name::new(table.name)?,
        title: table.title.to_owned(),
        description: table.description.to_owned(),
        geometry,
        columns: columns.collect::<Result<_, _>>()?,
        style: Some(style(table)?),
    })
}

fn style(table: &Table) -> Result<Style, GeopackageError> {
    let outline = |colour, width, label| Ok(Style::Outline { colour, width, label: Name::new(label)? });
    match (table.geometry, table.name) {
        (None, _) => Ok(Style::Table),
        (Some(GeometryKind::Point), _) => by_family(),
        (_, name) if name == tables::IRIS.name => outline(Colour(0x8A, 0x8A, 0x8A), 0.16, "nom"),
        (_, name) if name == tables::COMMUNES.name => outline(Colour(0x55, 0x55, 0x55), 0.36, "nom"),
        (_, name) if name == tables::COURONNE_IRIS.name || name == tables::COURONNE_COMMUNES.name => {
            outline(Colour(0x00, 0x00, 0x00), 0.86, "code")
        }
        (_, name) if name == tables::regroupements(NiveauRegroupe::Ept).name => {
            outline(Colour(0x1A, 0x1A, 0x1A), 0.66, "nom")
        }
        _ => outline(Colour(0x00, 0x00, 0x00), 0.86, "nom"),
    }
}

fn by_family() -> Result<Style, GeopackageError> {
    let category = |famille: Famille| {
        let (colour, marker) = marker(famille);
        Category { value: famille.code().to_owned(), label: famille.libelle().to_owned(), colour, marker }
    };
    Ok(Style::Points {
        column: Name::new("famille")?,
        categories: Famille::ALL.map(category).to_vec(),
        hollow: Some(Hollow { column: Name::new("qualite_position")?, value: QualitePosition::Voie.code().to_owned() }),
    })
}
