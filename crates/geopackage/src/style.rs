//! Default looks of layers, as QGIS reads them in `layer_styles` (QML).
//!
//! Every look goes with the French aliases of its columns. A category has a colour **and** a shape:
//! neither a print in grey nor a colour-blind reader loses it.

use std::fmt::Write;

use crate::layer::{Column, Name};

/// Shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// Disc.
    Circle,
    /// Square.
    Square,
    /// Square on its corner.
    Diamond,
    /// Triangle.
    Triangle,
    /// Pentagon.
    Pentagon,
    /// Hexagon.
    Hexagon,
}

impl Marker {
    const fn qgis(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Square => "square",
            Self::Diamond => "diamond",
            Self::Triangle => "triangle",
            Self::Pentagon => "pentagon",
            Self::Hexagon => "hexagon",
        }
    }
}

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    fn qgis(self) -> String {
        format!("{},{},{},255", self.0, self.1, self.2)
    }
}

/// A value of the column that sorts the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Value in the column.
    pub value: String,
    /// Label in the legend.
    pub label: String,
    /// Colour.
    pub colour: Colour,
    /// Shape.
    pub marker: Marker,
}

/// Points whose column holds this value are drawn hollow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hollow {
    /// Column.
    pub column: Name,
    /// Value.
    pub value: String,
}

/// The look of a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Style {
    /// Points sorted by a column.
    Points {
        /// Column.
        column: Name,
        /// Its values, in the order of the legend.
        categories: Vec<Category>,
        /// Points drawn hollow.
        hollow: Option<Hollow>,
    },
    /// Polygons drawn by their outline.
    Outline {
        /// Colour of the line.
        colour: Colour,
        /// Width of the line in millimetres.
        width: f64,
        /// Column written on each polygon.
        label: Name,
    },
    /// A table: aliases only.
    Table,
}

impl Style {
    /// The QML document, with the aliases of `columns`.
    pub fn qml(&self, columns: &[Column]) -> String {
        let (geometry_type, labels) = match self {
            Self::Points { .. } => (0, 0),
            Self::Outline { .. } => (2, 1),
            Self::Table => (4, 0),
        };
        let look = match self {
            Self::Points { column, categories, hollow } => points(column, categories, hollow.as_ref()),
            Self::Outline { colour, width, label } => outline(*colour, *width, label),
            Self::Table => String::new(),
        };
        format!(
            "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
             <qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields\" labelsEnabled=\"{labels}\">\n\
             {look}{}<layerGeometryType>{geometry_type}</layerGeometryType>\n</qgis>\n",
            aliases(columns)
        )
    }
}

/// Text fit to stand in an attribute of XML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

fn option(name: &str, value: &str) -> String {
    format!("<Option name=\"{name}\" type=\"QString\" value=\"{}\"/>", escaped(value))
}

fn points(column: &Name, categories: &[Category], hollow: Option<&Hollow>) -> String {
    let mut list = String::new();
    let mut symbols = String::new();
    for (rank, category) in categories.iter().enumerate() {
        let (value, label) = (escaped(&category.value), escaped(&category.label));
        // Writing to a String cannot fail.
        let _ = writeln!(
            list,
            "<category value=\"{value}\" label=\"{label}\" symbol=\"{rank}\" type=\"string\" render=\"true\"/>"
        );
        let _ = writeln!(
            symbols,
            "<symbol name=\"{rank}\" type=\"marker\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{}</symbol>",
            marker(category, hollow)
        );
    }
    format!(
        "<renderer-v2 type=\"categorizedSymbol\" attr=\"{column}\" symbollevels=\"0\" forceraster=\"0\" \
         enableorderby=\"0\">\n<categories>\n{list}</categories>\n<symbols>\n{symbols}</symbols>\n</renderer-v2>\n"
    )
}

fn marker(category: &Category, hollow: Option<&Hollow>) -> String {
    let options = [
        option("name", category.marker.qgis()),
        option("color", &category.colour.qgis()),
        option("outline_color", &category.colour.qgis()),
        option("outline_style", "solid"),
        option("outline_width", "0.4"),
        option("outline_width_unit", "MM"),
        option("size", "2.8"),
        option("size_unit", "MM"),
    ];
    let defined = hollow.map_or_else(String::new, |hollow| {
        let value = hollow.value.replace('\'', "''");
        let expression = format!("CASE WHEN \"{}\" = '{value}' THEN '255,255,255,0' END", hollow.column);
        format!(
            "<data_defined_properties><Option type=\"Map\">{}<Option name=\"properties\" type=\"Map\">\
             <Option name=\"fillColor\" type=\"Map\"><Option name=\"active\" type=\"bool\" value=\"true\"/>{}\
             <Option name=\"type\" type=\"int\" value=\"3\"/></Option></Option>{}</Option></data_defined_properties>",
            option("name", ""),
            option("expression", &expression),
            option("type", "collection")
        )
    });
    format!(
        "<layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{}</Option>{defined}</layer>",
        options.concat()
    )
}

/// Colour of the labels: dark enough to be read over any outline.
const LABEL: Colour = Colour(0x33, 0x33, 0x33);

/// Zones of several levels overlap: none may be an obstacle to the labels of the others.
fn outline(colour: Colour, width: f64, label: &Name) -> String {
    let options = [
        option("style", "no"),
        option("outline_color", &colour.qgis()),
        option("outline_style", "solid"),
        option("outline_width", &width.to_string()),
        option("outline_width_unit", "MM"),
        option("joinstyle", "round"),
    ];
    format!(
        "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n<symbols>\n\
         <symbol name=\"0\" type=\"fill\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
         <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{}</Option></layer>\
         </symbol>\n</symbols>\n</renderer-v2>\n\
         <labeling type=\"simple\"><settings calloutType=\"simple\">\
         <text-style fieldName=\"{label}\" isExpression=\"0\" fontSize=\"8\" fontSizeUnit=\"Point\" textColor=\"{}\" \
         textOpacity=\"1\">\
         <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" \
         bufferOpacity=\"1\"/></text-style>\
         <placement placement=\"1\"/><rendering obstacle=\"0\"/></settings></labeling>\n",
        options.concat(),
        LABEL.qgis()
    )
}

fn aliases(columns: &[Column]) -> String {
    let named = columns.iter().filter(|column| !column.alias.is_empty());
    let lines = named.fold(String::new(), |mut lines, column| {
        let _ = writeln!(lines, "<alias field=\"{}\" name=\"{}\"/>", column.name, escaped(&column.alias));
        lines
    });
    format!("<aliases>\n{lines}</aliases>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::ColumnKind;

    #[test]
    fn texts_cannot_leave_their_attribute() {
        let alias = "Nom \"d’usage\" <&> l'autre";
        let columns = [Column::new("nom", ColumnKind::Text, alias).unwrap()];
        let hollow = Hollow { column: Name::new("q").unwrap(), value: "l'une".to_owned() };
        let category = Category {
            value: "a\"b".to_owned(),
            label: "<A>".to_owned(),
            colour: Colour(1, 2, 3),
            marker: Marker::Circle,
        };
        let column = Name::new("famille").unwrap();
        let qml = Style::Points { column, categories: vec![category], hollow: Some(hollow) }.qml(&columns);
        assert!(qml.contains("name=\"Nom &quot;d’usage&quot; &lt;&amp;&gt; l&apos;autre\""), "{qml}");
        assert!(qml.contains("value=\"a&quot;b\" label=\"&lt;A&gt;\""), "{qml}");
        assert!(qml.contains("= &apos;l&apos;&apos;une&apos; THEN"), "{qml}");
        assert!(qml.contains("attr=\"famille\"") && qml.contains("1,2,3,255"), "{qml}");
    }
}
