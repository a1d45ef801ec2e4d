//! The structures themselves, page by page, in the order of their identifiers.

use geojson::JsonObject;
use serde_json::{Value, json};

use super::Question;
use crate::collections::{Collection, CollectionId, find};
use crate::error::ApiError;
use crate::features::object;
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
        ItemsQuery::parse(params, &served.snapshot).map(Self)
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
        ItemsQuery::parse(params, &served.snapshot).map(Self)
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        page(&self.0, CollectionId::StructuresNonLocalisees, served)
    }
}

fn page(query: &ItemsQuery, id: CollectionId, served: &Served) -> Result<Value, ApiError> {
    let collection = find(id.code()).ok_or_else(|| ApiError::internal(id.code()))?;
    let page = query.page(served, collection);
    let foreign_members = Some(members(served, collection, &page));
    let body = geojson::FeatureCollection { bbox: None, features: page.features, foreign_members };
    serde_json::to_value(&body).map_err(ApiError::internal)
}

/// Foreign members of a page that depend on the snapshot only; links and the clock belong to the route.
pub fn members(served: &Served, collection: &Collection, page: &Page) -> JsonObject {
    let mut members = object(json!({
        "numberMatched": page.matched,
        "numberReturned": page.features.len(),
        "essaim": provenance(&served.snapshot.atlas().manifest),
    }));
    if collection.id.is_structures() {
        members.insert("laissees_de_cote".to_owned(), aside(served, collection));
    }
    members
}

/// What the other collection and the masked counts hold, so that nobody takes a page for the whole.
fn aside(served: &Served, collection: &Collection) -> Value {
    let flow = &served.snapshot.atlas().manifest.waterfall;
    match collection.id {
        CollectionId::Structures => json!({ "non_localisees": flow.non_localises, "masquees": flow.masques }),
        _ => json!({ "localisees": flow.localises, "masquees": flow.masques }),
    }
}
