//! Rows as GeoJSON features (RFC 7946, CRS84): every property in every feature.

use domain::{Commune, Iris, NiveauRegroupe, Regroupement, Structure, Tranche};
use geo::{MultiPolygon, Rect};
use geojson::feature::Id;
use geojson::{Feature, GeometryValue, JsonObject, Position};
use serde_json::{Value, json};
use spatial_index::Snapshot;
use spatial_index::snapshot::ZoneShape;

/// Digits kept of a degree: 1e-7 is a centimetre, below any source.
const DEGREE_DIGITS: f64 = 1e7;

/// Rounds a coordinate in degrees.
fn degrees(value: f64) -> f64 {
    (value * DEGREE_DIGITS).round() / DEGREE_DIGITS
}

/// A coordinate pair in degrees, rounded.
pub fn rounded(coord: geo::Coord<f64>) -> geo::Coord<f64> {
    geo::Coord { x: degrees(coord.x), y: degrees(coord.y) }
}

fn position(x: f64, y: f64) -> Position {
    Position::from(vec![degrees(x), degrees(y)])
}

/// Always a MultiPolygon: QGIS mixes up layers that hold both.
pub fn multi_polygon(outline: &MultiPolygon<f64>) -> geojson::Geometry {
    let ring = |line: &geo::LineString<f64>| line.coords().map(|c| position(c.x, c.y)).collect::<Vec<_>>();
    let polygons = outline
        .0
        .iter()
        .map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect::<Vec<_>>());
    geojson::Geometry::new(GeometryValue::MultiPolygon { coordinates: polygons.collect() })
}

/// A structure; its geometry is null when it has no point.
pub fn structure(snapshot: &Snapshot, structure: &Structure) -> Feature {
    let geometry = structure
        .position
        .map(|at| geojson::Geometry::new(GeometryValue::Point { coordinates: position(at.lon, at.lat) }));
    let mut properties = JsonObject::new();
    let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
    put("siret", json!(structure.siret));
    put("siren", json!(structure.siren));
    put("nom", json!(structure.nom));
    put("enseigne", json!(structure.enseigne));
    put("famille", json!(structure.famille.code()));
    put("famille_libelle", json!(structure.famille.libelle()));
    put("regle", json!(structure.regle.code()));
    put("accord_sources", json!(structure.accord.code()));
    put("categorie_juridique", json!(structure.categorie_juridique));
    put("code_ape", json!(structure.ape.as_ref().map(|ape| &*ape.code)));
    put("secteur", json!(structure.secteur));
    put("tranche_effectifs", json!(structure.tranche.map(Tranche::code)));
    put("tranche_libelle", json!(structure.tranche.map(Tranche::libelle)));
    put("annee_effectifs", json!(structure.annee_effectifs));
    put("caractere_employeur", json!(structure.caractere_employeur.map(yes_no)));
    put("mention_ess", json!(structure.mention_ess.map(yes_no)));
    put("siege", json!(structure.siege));
    put("date_creation", json!(structure.date_creation));
    put("adresse", json!(structure.adresse));
    put("code_postal", json!(structure.code_postal));
    put("code_commune", json!(structure.code_commune));
    put("nom_commune", json!(snapshot.nom_commune(&structure.code_commune)));
    put("code_iris", json!(structure.code_iris));
    put("qualite_position", json!(structure.qualite_position.code()));
    put("source_position", json!(structure.position.map(|position| position.source.code())));
    put("corrige", json!(structure.corrige.codes()));
    put("a_verifier", json!(structure.a_verifier.codes()));
    put("couronne", json!(structure.couronne));
    put("fictif", json!(structure.fictif));
    feature(structure.siret.as_str(), geometry, properties)
}

/// `O` or `N`, as Sirene writes them.
fn yes_no(value: bool) -> &'static str {
    if value { "O" } else { "N" }
}

/// A commune.
pub fn commune(row: &Commune, shape: &ZoneShape) -> Feature {
    let properties = object(json!({
        "code_commune": row.code,
        "nom": row.nom,
        "code_departement": row.code.departement(),
        "code_region": row.regroupement(NiveauRegroupe::Region),
        "siren_ept": row.siren_ept,
        "siren_epci": row.siren_epci,
        "population": row.population.map(|population| population.habitants),
        "population_annee": row.population.map(|population| population.annee),
        "superficie_km2": shape.superficie_km2,
        "couronne": row.couronne,
    }));
    zone(row.code.as_str(), shape, properties)
}

/// An IRIS.
pub fn iris(row: &Iris, shape: &ZoneShape) -> Feature {
    let properties = object(json!({
        "code_iris": row.code,
        "nom": row.nom,
        "type_iris": row.type_iris,
        "code_commune": row.code_commune,
        "population": row.population.map(|population| population.habitants),
        "population_annee": row.population.map(|population| population.annee),
        "superficie_km2": shape.superficie_km2,
        "couronne": row.couronne,
    }));
    zone(row.code.as_str(), shape, properties)
}

/// A zone made of whole communes.
pub fn regroupement(snapshot: &Snapshot, (niveau, row): (NiveauRegroupe, &Regroupement), shape: &ZoneShape) -> Feature {
    let key = match niveau {
        NiveauRegroupe::Ept | NiveauRegroupe::Epci => "siren",
        NiveauRegroupe::Departement => "code_departement",
        NiveauRegroupe::Region => "code_region",
    };
    let mut properties = object(json!({ key: row.code, "nom": row.nom }));
    if niveau == NiveauRegroupe::Ept {
        properties.insert("alias".to_owned(), json!(row.alias));
    }
    properties.insert("communes".to_owned(), json!(row.communes.len()));
    // Of a department or region it may be unknown, and QGIS takes a column of nulls for one of texts.
    if matches!(niveau, NiveauRegroupe::Ept | NiveauRegroupe::Epci) {
        properties.insert("communes_officielles".to_owned(), json!(row.communes_officielles));
    }
    properties.append(&mut object(json!({
        "population": statistics::aggregate::population_of(snapshot, &row.communes),
        "superficie_km2": shape.superficie_km2,
    })));
    zone(&row.code, shape, properties)
}

/// A zone with its outline and box.
pub fn zone(id: &str, shape: &ZoneShape, properties: JsonObject) -> Feature {
    let mut feature = feature(id, Some(multi_polygon(&shape.lon_lat)), properties);
    feature.bbox = shape.bbox.map(box_of);
    feature
}

/// A box as GeoJSON writes it.
pub fn box_of(rect: Rect<f64>) -> Vec<f64> {
    vec![degrees(rect.min().x), degrees(rect.min().y), degrees(rect.max().x), degrees(rect.max().y)]
}

/// A feature with its stable identifier.
pub fn feature(id: &str, geometry: Option<geojson::Geometry>, properties: JsonObject) -> Feature {
    Feature {
        bbox: None,
        geometry,
        id: Some(Id::String(id.to_owned())),
        properties: Some(properties),
        foreign_members: None,
    }
}

/// The object of a `json!` literal.
pub fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        AccordSources, ChampCorrige, Membre, MotifVerification, QualitePosition, RegleRetenue, SourcePosition,
    };

    #[test]
    fn the_viewer_has_a_word_for_every_code() {
        let words = include_str!("../../../viewer/src/review.mjs");
        let reviews = MotifVerification::ALL.iter().map(|motif| motif.code());
        // A structure that a correction put out is in no feature.
        let corrected =
            ChampCorrige::ALL.iter().filter(|champ| **champ != ChampCorrige::Exclure).map(|champ| champ.code());
        let positions = QualitePosition::ALL.iter().map(|quality| quality.code());
        let sources = SourcePosition::ALL.iter().map(|source| source.code());
        let rules = RegleRetenue::ALL.iter().map(|rule| rule.code());
        let agreeing = AccordSources::ALL.iter().flat_map(|accord| accord.code().split('+'));
        for code in reviews.chain(corrected).chain(positions).chain(sources).chain(rules).chain(agreeing) {
            let named = [format!("  {code}: '"), format!("  '{code}': '"), format!(" {code}: '")];
            assert!(named.iter().any(|entry| words.contains(entry)), "{code}");
        }
    }
}
