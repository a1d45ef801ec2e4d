//! The structures themselves, page by page, in the order of their identifiers.

use geojson::JsonObject;
use serde_json::{Value, json};

use super::Question;
use crate::collections::{Collection, CollectionId, find};
use crate::error::ApiError;
use crate::features::object;
use crate::fragments;
use crate::items::{ItemsQuery, PAGING, Page};
use crate::params::{FILTERS, Params};
use crate::provenance::provenance;
use crate::state::Served;

/// `/collections/structures/items`: the structures that have a point.
#[derive(Debug, Clone, PartialEq)]
pub struct StructuresQuery(ItemsQuery);

/// `/collections/structures_non_localisees/items`: the structures that have none.
#[derive(Debug, Clone, PartialEq)]
pub struct UnlocatedQuery(ItemsQuery);

impl Question for StructuresQuery {
    const SUMMARY: &'static str = "Structures localisées, dans l’ordre des SIRET";
    const PATH: &'static str = "/collections/structures/items";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&PAGING, &FILTERS];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        parse(params, served, CollectionId::Structures).map(Self)
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        page(&self.0, CollectionId::Structures, served)
    }
}

impl Question for UnlocatedQuery {
    const SUMMARY: &'static str = "Structures sans point, comptées dans leur commune";
    const PATH: &'static str = "/collections/structures_non_localisees/items";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&PAGING, &FILTERS];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        parse(params, served, CollectionId::StructuresNonLocalisees).map(Self)
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        page(&self.0, CollectionId::StructuresNonLocalisees, served)
    }
}

fn parse(params: &Params, served: &Served, id: CollectionId) -> Result<ItemsQuery, ApiError> {
    ItemsQuery::parse(params, served, known(id)?)
}

fn known(id: CollectionId) -> Result<&'static Collection, ApiError> {
    find(id.code()).ok_or_else(|| ApiError::internal(id.code()))
}

fn page(query: &ItemsQuery, id: CollectionId, served: &Served) -> Result<Value, ApiError> {
    let collection = known(id)?;
    let page = query.page(served, collection);
    let mut foreign = members(served, collection, (query, &page));
    foreign.insert("metadata".to_owned(), provenance(&served.snapshot.atlas().manifest));
    value(served, (collection, &page), foreign)
}

/// A page with its foreign members.
pub fn value(
    served: &Served,
    (collection, page): (&Collection, &Page),
    foreign: JsonObject,
) -> Result<Value, ApiError> {
    let features = page.ranks.iter().filter_map(|rank| fragments::feature(served, collection.id, *rank)).collect();
    let body = geojson::FeatureCollection { bbox: None, features, foreign_members: Some(foreign) };
    serde_json::to_value(&body).map_err(ApiError::internal)
}

/// Foreign members of a page that depend on the snapshot only, but for its provenance; links and the
/// clock belong to the route.
pub fn members(served: &Served, collection: &Collection, (query, page): (&ItemsQuery, &Page)) -> JsonObject {
    let mut members = object(json!({
        "numberMatched": page.matched,
        "numberReturned": page.ranks.len(),
    }));
    if collection.id.is_structures() {
        members.insert("laissees_de_cote".to_owned(), aside(query, served, collection));
    }
    members
}

/// What the other collection and the masked counts hold, so that nobody takes a page for the whole.
fn aside(query: &ItemsQuery, served: &Served, collection: &Collection) -> Value {
    let (others, masked) = query.aside(served, collection);
    match collection.id {
        CollectionId::Structures => json!({ "non_localisees": others, "masquees": masked }),
        _ => json!({ "localisees": others, "masquees": masked }),
    }
}
