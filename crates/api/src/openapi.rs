//! The OpenAPI 3.0.3 document, made from the same tables as the answers.

use ::tiles::MAX_ZOOM;
use serde_json::{Map, Value, json};

use crate::answers::{
    AggregatesQuery, BESIDE_MAX, DensityQuery, KernelDensityQuery, NearestQuery, PerimetreQuery, Question,
    RechercheQuery, ReconciliationQuery, VERTICES_MAX, WithinQuery,
};
use crate::collections::{COLLECTIONS, Collection, Kind, Property};
use crate::params::{K_MAX, LIMIT_DEFAULT, LIMIT_MAX, RAYON_MAX};
use crate::respond::{CSV, GEOJSON, HTML, JSON, OPENAPI, XLSX};
use crate::tiles::{self, Layer};

/// The document for a base URL.
pub fn document(base: &str) -> Value {
    let mut paths = Map::new();
    for (path, summary, kind) in [
        ("/", "Page d’accueil", JSON),
        ("/conformance", "Classes de conformité", JSON),
        ("/api", "Cette description", OPENAPI),
        ("/collections", "Collections", JSON),
    ] {
        paths.insert(path.to_owned(), get(summary, (&[], kind)));
    }
    for collection in &COLLECTIONS {
        add_collection(&mut paths, collection);
    }
    add_analysis(&mut paths);
    add_tiles(&mut paths);
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Essaim",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "L’économie sociale et solidaire d’un territoire : structures, agrégats, densité, proximité.",
            "license": { "name": "Licence Ouverte 2.0", "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/" },
        },
        "servers": [{ "url": base }],
        "paths": paths,
        "components": { "parameters": components(), "schemas": schemas(), "responses": responses() },
    })
}

fn add_collection(paths: &mut Map<String, Value>, collection: &Collection) {
    let id = collection.id.code();
    let url = format!("/collections/{id}");
    paths.insert(url.clone(), get(collection.title, (&[], JSON)));
    let mut items = vec![inline("limit"), inline("bbox"), inline("datetime"), inline("offset"), inline("jeton")];
    items.extend(collection.filters.iter().map(|name| inline(name)));
    paths.insert(format!("{url}/items"), with_csv(get(collection.title, (&items, GEOJSON))));
    let id_parameter = json!({
        "name": "id", "in": "path", "required": true,
        "description": "Identifiant de l’objet", "schema": { "type": "string" },
    });
    paths.insert(format!("{url}/items/{{id}}"), get(collection.title, (&[id_parameter], GEOJSON)));
}

fn add_analysis(paths: &mut Map<String, Value>) {
    for (path, operation) in [
        question::<DensityQuery>(),
        question::<KernelDensityQuery>(),
        question::<AggregatesQuery>(),
        question::<NearestQuery>(),
        question::<PerimetreQuery>(),
        question::<RechercheQuery>(),
        question::<ReconciliationQuery>(),
        question::<WithinQuery>(),
    ] {
        paths.insert(path.to_owned(), operation);
    }
    if let Some(Value::Object(aggregates)) = paths.get_mut(AggregatesQuery::PATH) {
        let posted = posted_polygon(aggregates.get("get").and_then(|get| get.get("parameters")));
        aggregates.insert("post".to_owned(), posted);
    }
    let zone = json!({
        "name": "zone", "in": "path", "required": true,
        "description": "Territoire : ept:T10, ept:200057941, epci:200054781, commune:94052, departement:94, region:11 ou une liste de codes",
        "schema": { "type": "string" },
    });
    let beside = json!({
        "name": "with", "in": "query", "required": true, "style": "form", "explode": true,
        "description": "Territoires à comparer au premier, répété pour plusieurs",
        "schema": { "type": "array", "minItems": 1, "maxItems": BESIDE_MAX, "items": { "type": "string" } },
    });
    let choice = |name: &str, values: &[&str], description: &str| {
        json!({
            "name": name, "in": "query", "required": false, "description": description,
            "schema": { "type": "string", "enum": values, "default": values.first() },
        })
    };
    let methods: Vec<&str> = statistics::classes::Discretisation::ALL.iter().map(|(name, _)| *name).collect();
    let view = [
        choice("classes", &methods, "Classes des cartes de la page ; Q6 et q6 sont celles de mapsf"),
        choice("lang", &["fr", "en"], "Langue de la page"),
    ];
    let raking = json!({
        "name": "calage", "in": "query", "required": false,
        "description": "Total d’emplois publié, du même périmètre et de la même date, sur lequel caler l’estimation",
        "schema": { "type": "number", "minimum": 1, "maximum": 1e8 },
    });
    let of = |own: &[&Value]| own.iter().copied().chain(&view).cloned().collect::<Vec<_>>();
    let summary = "Le même portrait pour plusieurs territoires, et les écarts";
    let compare = get(summary, (&of(&[&zone, &beside]), JSON));
    paths.insert("/portrait/{zone}/compare".to_owned(), with_csv(compare));
    let portrait = with_csv(get("Portrait d’un territoire", (&of(&[&zone, &raking]), JSON)));
    let portrait = with_form(portrait, ("xlsx", XLSX), &json!({ "type": "string", "format": "binary" }));
    paths.insert("/portrait/{zone}".to_owned(), portrait);
}

fn add_tiles(paths: &mut Map<String, Value>) {
    let names = Layer::ALL.map(Layer::code).join(", ");
    let inside = |name: &str, description: &str, kind: &str| {
        json!({
            "name": name, "in": "path", "required": true, "description": description, "schema": { "type": kind },
        })
    };
    let filters: Vec<Value> = tiles::PARAMETERS.iter().copied().flatten().map(|name| inline(name)).collect();
    let with = |own: &[Value]| own.iter().chain(&filters).cloned().collect::<Vec<_>>();
    let layers = inside("layers", &format!("Couches, séparées par des virgules : {names}"), "string");
    let zoom = format!("Zoom, de 0 à {MAX_ZOOM}");
    let plain = [
        layers.clone(),
        inside("z", &zoom, "integer"),
        inside("x", "Colonne", "integer"),
        inside("y", "Ligne", "integer"),
    ];
    let ogc = [
        inside("tileMatrix", &zoom, "string"),
        inside("tileRow", "Ligne, depuis le nord", "integer"),
        inside("tileCol", "Colonne, depuis l’ouest", "integer"),
    ];
    let chosen = json!({
        "name": "collections", "in": "query", "required": false,
        "description": format!("Couches de la tuile, toutes sans ce paramètre : {names}"), "schema": { "type": "string" },
    });
    let set = tiles::TILE_MATRIX_SET;
    let mut add = |path: String, operation: Value| paths.insert(path, operation);
    add("/tiles".to_owned(), get("Jeux de tuiles vectorielles", (&[], JSON)));
    add("/tiles/{layers}".to_owned(), get("TileJSON 3.0 de couches", (&with(&[layers]), JSON)));
    add("/tiles/{layers}/{z}/{x}/{y}.mvt".to_owned(), tile_operation(&with(&plain)));
    let dataset = with(std::slice::from_ref(&chosen));
    add(format!("/tiles/{set}"), get("Jeu de tuiles de toutes les couches", (&dataset, JSON)));
    let at = |own: &[Value]| own.iter().chain(&ogc).cloned().collect::<Vec<_>>();
    let path = format!("/tiles/{set}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    add(path.clone(), tile_operation(&with(&at(&[chosen]))));
    for collection in COLLECTIONS.iter().filter(|each| Layer::from_code(each.id.code()).is_some()) {
        let root = format!("/collections/{}", collection.id.code());
        add(format!("{root}/tiles"), get(collection.title, (&[], JSON)));
        add(format!("{root}/tiles/{set}"), get(collection.title, (&filters, JSON)));
        add(format!("{root}{path}"), tile_operation(&with(&at(&[]))));
    }
    add("/tileMatrixSets".to_owned(), get("Pyramides de tuiles", (&[], JSON)));
    add(format!("/tileMatrixSets/{set}"), get("La pyramide WebMercatorQuad", (&[], JSON)));
    add("/styles".to_owned(), get("Styles de carte", (&[], JSON)));
    let styles = tiles::STYLES.map(|style| style.id).join(", ");
    let style = inside("style", &format!("Style : {styles}"), "string");
    let methods = statistics::classes::Discretisation::ALL.map(|(name, _)| name);
    let classes = json!({
        "name": "classes", "in": "query", "required": false, "description": "Méthode des classes",
        "schema": { "type": "string", "enum": methods, "default": methods.first() },
    });
    let per = json!({
        "name": "per", "in": "query", "required": false, "description": "Dénominateur du taux ; les hexagones n’ont que km2",
        "schema": { "type": "string", "enum": ["10000hab", "km2"] },
    });
    let summary = "Style MapLibre, une couche par classe";
    add("/styles/{style}".to_owned(), get(summary, (&with(&[style, classes, per]), JSON)));
}

/// A tile: bytes, and nothing where there is nothing.
fn tile_operation(parameters: &[Value]) -> Value {
    let mut operation = get("Tuile vectorielle (Mapbox Vector Tile 2.1)", (parameters, tiles::MVT));
    if let Some(responses) = operation.pointer_mut("/get/responses").and_then(Value::as_object_mut) {
        let binary = json!({ "schema": { "type": "string", "format": "binary" } });
        responses.insert("200".to_owned(), json!({ "description": "La tuile", "content": { tiles::MVT: binary } }));
        responses.insert("204".to_owned(), json!({ "description": "Rien dans cette tuile" }));
    }
    operation
}

/// The same question on a polygon in the body.
fn posted_polygon(parameters: Option<&Value>) -> Value {
    let polygon = json!({
        "schema": {
            "type": "object",
            "description": format!("Polygon, MultiPolygon ou Feature (RFC 7946), {VERTICES_MAX} sommets au plus"),
            "required": ["type"],
            "properties": { "type": { "type": "string", "enum": ["Polygon", "MultiPolygon", "Feature"] } },
        },
    });
    let problem = json!({ "$ref": "#/components/responses/Probleme" });
    let refused = ["400", "413", "415", "500", "503", "504"].map(|status| (status.to_owned(), problem.clone()));
    let mut responses: Map<String, Value> = refused.into_iter().collect();
    let answer =
        json!({ "description": "Effectifs dans le polygone", "content": { JSON: { "schema": { "type": "object" } } } });
    responses.insert("200".to_owned(), answer);
    json!({
        "summary": "Effectifs dans un polygone dessiné",
        "parameters": parameters,
        "requestBody": { "required": true, "content": { "application/geo+json": polygon, "application/json": polygon } },
        "responses": responses,
    })
}

/// Path and operation of a question.
fn question<Q: Question>() -> (&'static str, Value) {
    let describe = |name: &&str| {
        let mut parameter = inline(name);
        if let Some(object) = parameter.as_object_mut().filter(|_| Q::REQUIRED.contains(name)) {
            object.insert("required".to_owned(), json!(true));
        }
        if *name == "limit" {
            (parameter["schema"]["default"], parameter["schema"]["maximum"]) = (json!(Q::LIMIT.0), json!(Q::LIMIT.1));
        }
        parameter
    };
    let parameters: Vec<Value> = Q::PARAMETERS.iter().copied().flatten().map(describe).collect();
    (Q::PATH, with_csv(get(Q::SUMMARY, (&parameters, if Q::HAS_GEOMETRY { GEOJSON } else { JSON }))))
}

/// The same, its rows also given as CSV.
fn with_csv(operation: Value) -> Value {
    with_form(operation, ("csv", CSV), &json!({ "type": "string" }))
}

/// Another form of the answer, and its name in `f`.
fn with_form(mut operation: Value, (name, kind): (&str, &str), schema: &Value) -> Value {
    if let Some(content) = operation.pointer_mut("/get/responses/200/content").and_then(Value::as_object_mut) {
        content.insert(kind.to_owned(), json!({ "schema": schema }));
    }
    let parameters = operation.pointer_mut("/get/parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["name"] == "f") {
        if let Some(forms) = parameter.pointer_mut("/schema/enum").and_then(Value::as_array_mut) {
            forms.push(json!(name));
        }
    }
    operation
}

fn get(summary: &str, (parameters, kind): (&[Value], &str)) -> Value {
    let mut content = Map::new();
    content.insert(kind.to_owned(), json!({ "schema": { "type": "object" } }));
    content.insert(HTML.to_owned(), json!({ "schema": { "type": "string" } }));
    let mut parameters = parameters.to_vec();
    parameters.push(inline("f"));
    json!({
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": { "description": summary, "content": content },
                "304": { "description": "Inchangé" },
                "400": { "$ref": "#/components/responses/Probleme" },
                "404": { "$ref": "#/components/responses/Probleme" },
                "406": { "$ref": "#/components/responses/Probleme" },
                "500": { "$ref": "#/components/responses/Probleme" },
                "503": { "$ref": "#/components/responses/Probleme" },
            },
        },
    })
}

/// Name, schema and French description of every query parameter.
pub fn parameters() -> Vec<(&'static str, Value, &'static str)> {
    let text = || json!({ "type": "string" });
    vec![
        ("f", json!({ "type": "string", "enum": ["json", "geojson", "html"] }), "Format"),
        (
            "limit",
            json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT }),
            "Taille de la page",
        ),
        ("offset", json!({ "type": "integer", "minimum": 0, "default": 0 }), "Objets avant la page"),
        (
            "jeton",
            text(),
            "Suite d’une lecture : jeton du lien « next », propre à la version de l’atlas et aux filtres",
        ),
        (
            "bbox",
            json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } }),
            "ouest,sud,est,nord en degrés (CRS84)",
        ),
        (
            "datetime",
            text(),
            "Date de création : instant ou intervalle, ouvert par .. ; une structure sans date n’est dans aucun",
        ),
        (
            "accord",
            text(),
            "Sources qui s’accordent : forme, mention, liste, jointes par + ; les structures de cet accord",
        ),
        (
            "territoire",
            text(),
            "ept:T10, epci:200054781, commune:94052, departement:94, region:11 ou une liste de codes",
        ),
        ("code_commune", text(), "Codes Insee, séparés par des virgules"),
        ("code_iris", text(), "Codes d’IRIS, séparés par des virgules"),
        ("famille", text(), "Codes de famille, séparés par des virgules"),
        ("secteur", text(), "Secteur d’observatoire ; répéter le paramètre pour plusieurs"),
        ("tranche_effectifs", text(), "Codes de tranche, ou inconnue"),
        ("qualite_position", text(), "numero, interpolee, voie, commune, inconnue"),
        ("couronne", json!({ "type": "boolean", "default": false }), "Admet la couronne autour du territoire"),
        (
            "zone",
            json!({ "type": "string", "default": "commune" }),
            "commune, iris, ept, epci, departement, region, grid:1km, grid:200m, h3:7, h3:8, h3:9, h3:10",
        ),
        (
            "per",
            json!({ "type": "string", "enum": ["none", "km2", "10000hab"], "default": "none" }),
            "Ce à quoi « valeur » rapporte le nombre de structures : rien, un km², 10 000 habitants",
        ),
        (
            "par",
            json!({ "type": "string", "default": "commune" }),
            "Ce que sont les lignes : un niveau de zones, famille, secteur, tranche, qualite_position ; plusieurs, séparés par des virgules, se croisent (commune,famille,secteur,tranche)",
        ),
        ("lon", json!({ "type": "number", "minimum": -180, "maximum": 180 }), "Longitude (CRS84)"),
        ("lat", json!({ "type": "number", "minimum": -90, "maximum": 90 }), "Latitude (CRS84)"),
        ("k", json!({ "type": "integer", "minimum": 1, "maximum": K_MAX, "default": 10 }), "Nombre de voisins"),
        (
            "maille",
            json!({ "type": "number", "minimum": 0, "maximum": RAYON_MAX, "default": 100 }),
            "Côté des mailles de la surface, en mètres ; au plus le rayon de lissage",
        ),
        (
            "noyau",
            json!({ "type": "string", "enum": ["quartique", "epanechnikov"], "default": "quartique" }),
            "Noyau du lissage ; « rayon » est celui de son support",
        ),
        (
            "format",
            json!({ "type": "string", "enum": ["contours", "grid"], "default": "contours" }),
            "Contours emboîtés, ou mailles de densité non nulle",
        ),
        (
            "classes",
            json!({ "type": "integer", "minimum": 1, "maximum": 12, "default": 6 }),
            "Nombre de contours, à intervalles égaux",
        ),
        ("version", text(), "Version du jeu : l’adresse d’une tuile qui la porte ne change jamais de contenu"),
        ("q", text(), "Morceau de nom, code ou SIRET ; sans casse ni accents, mots dans n’importe quel ordre"),
        ("rayon", json!({ "type": "number", "minimum": 0, "maximum": RAYON_MAX }), "Rayon en mètres"),
    ]
}

/// Written in full in each operation: QGIS does not follow references there.
fn inline(name: &str) -> Value {
    let found = parameters().into_iter().find(|(known, _, _)| *known == name);
    found.map_or(Value::Null, |(name, schema, description)| {
        json!({
            "name": name, "in": "query", "required": false, "style": "form", "explode": false,
            "description": description, "schema": schema,
        })
    })
}

/// QGIS reads its page size at `components.parameters.limit`.
fn components() -> Value {
    parameters().into_iter().map(|(name, _, _)| (name.to_owned(), inline(name))).collect::<Map<_, _>>().into()
}

fn schemas() -> Value {
    let schema = |collection: &Collection| {
        let properties: Map<String, Value> =
            collection.properties().map(|each| (each.name.to_owned(), property_schema(each))).collect();
        (collection.id.code().to_owned(), json!({ "type": "object", "properties": properties }))
    };
    let mut schemas: Map<String, Value> = COLLECTIONS.iter().map(schema).collect();
    schemas.insert(
        "probleme".to_owned(),
        json!({
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": { "type": "string" }, "title": { "type": "string" },
                "status": { "type": "integer" }, "detail": { "type": "string" },
                "parameter": { "type": "string" },
            },
        }),
    );
    schemas.into()
}

fn property_schema(property: &Property) -> Value {
    let (kind, format) = property.kind.schema();
    let mut schema = json!({ "type": kind, "title": property.title, "nullable": property.kind != Kind::Boolean });
    if let (Some(format), Some(object)) = (format, schema.as_object_mut()) {
        object.insert("format".to_owned(), json!(format));
    }
    schema
}

fn responses() -> Value {
    let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/probleme" } } });
    json!({ "Probleme": { "description": "Problème (RFC 9457)", "content": content } })
}
