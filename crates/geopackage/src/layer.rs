//! What a layer is: its names, its columns, its geometry, its look; and the rows that it takes.

use std::fmt;

use crate::error::GeopackageError;
use crate::style::Style;
use crate::wkb::Shape;

/// A name of a table or of a column, safe to stand in a statement between double quotes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// Letters without accent, digits and `_`, not beginning with a digit nor with a reserved prefix.
    pub fn new(name: &str) -> Result<Self, GeopackageError> {
        let plain = name.len() <= 63
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let reserved =
            ["gpkg_", "sqlite_", "rtree_"].iter().any(|prefix| name.to_ascii_lowercase().starts_with(prefix));
        if plain && !reserved {
            return Ok(Self(name.to_owned()));
        }
        Err(GeopackageError::Name { name: name.to_owned() })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text; codes too, so that leading zeros stay.
    Text,
    /// Integer of 64 bits.
    Integer,
    /// Real number.
    Real,
    /// True or false.
    Boolean,
    /// Day, as ISO text.
    Date,
}

impl ColumnKind {
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Boolean => "BOOLEAN",
            Self::Date => "DATE",
        }
    }
}

/// A column and its French alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: Name,
    /// Type.
    pub kind: ColumnKind,
    /// What readers see in place of the name; empty for none.
    pub alias: String,
}

impl Column {
    /// A column.
    pub fn new(name: &str, kind: ColumnKind, alias: &str) -> Result<Self, GeopackageError> {
        Ok(Self { name: Name::new(name)?, kind, alias: alias.to_owned() })
    }
}

/// Kind of the geometries of a layer: all of them are of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeometryKind {
    /// Points.
    Point,
    /// Lines.
    LineString,
    /// Single polygons.
    Polygon,
    /// Multipolygons.
    MultiPolygon,
}

impl GeometryKind {
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::Point => "POINT",
            Self::LineString => "LINESTRING",
            Self::Polygon => "POLYGON",
            Self::MultiPolygon => "MULTIPOLYGON",
        }
    }

    pub(crate) const fn fits(self, shape: Shape<'_>) -> bool {
        matches!(
            (self, shape),
            (Self::Point, Shape::Point(_))
                | (Self::LineString, Shape::LineString(_))
                | (Self::Polygon, Shape::Polygon(_))
                | (Self::MultiPolygon, Shape::MultiPolygon(_))
        )
    }
}

/// Geometry column of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeometryColumn {
    /// Name, usually `geom`.
    pub name: Name,
    /// Kind.
    pub kind: GeometryKind,
    /// System, EPSG code: one of [`crate::srs::SUPPORTED`].
    pub epsg: u32,
}

/// A layer to write: a table of features, or of attributes when it has no geometry column.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Name of the table.
    pub name: Name,
    /// Title for readers, unique in the file (`gpkg_contents.identifier`).
    pub title: String,
    /// Description for readers.
    pub description: String,
    /// Geometry column; `None` for a table of attributes.
    pub geometry: Option<GeometryColumn>,
    /// Columns, besides `fid` and the geometry.
    pub columns: Vec<Column>,
    /// Default look; `None` leaves it to the reader's program.
    pub style: Option<Style>,
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Unknown.
    Null,
    /// Text, or a date.
    Text(String),
    /// Integer.
    Integer(i64),
    /// Real number; must be finite.
    Real(f64),
    /// True or false.
    Boolean(bool),
}

impl Value {
    pub(crate) const fn fits(&self, kind: ColumnKind) -> bool {
        matches!(
            (self, kind),
            (Self::Null, _)
                | (Self::Text(_), ColumnKind::Text | ColumnKind::Date)
                | (Self::Integer(_), ColumnKind::Integer)
                | (Self::Real(_), ColumnKind::Real)
                | (Self::Boolean(_), ColumnKind::Boolean)
        )
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })+
    };
}

value_from!(&str => Text, String => Text, i64 => Integer, i32 => Integer, u32 => Integer, f64 => Real, bool => Boolean);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'g> {
    /// Feature identifier; `None` numbers the rows from 1. Give all or none in one layer.
    pub fid: Option<i64>,
    /// Geometry; always `None` in a table of attributes.
    pub geometry: Option<Shape<'g>>,
    /// One value for each column, in their order.
    pub values: Vec<Value>,
}
