//! Selecting the features of a collection: filters, box, interval, page.

use geo::Intersects;
use geojson::Feature;
use spatial_index::snapshot::ZoneShape;
use spatial_index::{Bbox, Filter, Snapshot};

use crate::collections::{Collection, CollectionId};
use crate::error::ApiError;
use crate::fragments;
use crate::params::{DateInterval, LIMIT_DEFAULT, LIMIT_MAX, Params, invalid};
use crate::state::Served;
use crate::token;

/// Parameters of every `items`.
pub const PAGING: [&str; 5] = ["bbox", "datetime", "limit", "offset", token::PARAMETER];

/// What is asked of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemsQuery {
    filter: Filter,
    bbox: Option<Bbox>,
    datetime: Option<DateInterval>,
    /// Page size.
    pub limit: usize,
    /// Features before the page.
    pub offset: usize,
    /// The page begins after this row.
    after: Option<usize>,
    /// What the token of the next page is bound to.
    scope: String,
}

/// A page: ranks of rows of the atlas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Rows, in the stable order of identifiers.
    pub ranks: Vec<usize>,
    /// How many match in all.
    pub matched: usize,
    /// Others follow.
    pub has_next: bool,
}

impl ItemsQuery {
    /// Reads the parameters.
    pub fn parse(params: &Params, served: &Served, collection: &Collection) -> Result<Self, ApiError> {
        let snapshot = &served.snapshot;
        let scope = format!("{}?{}", collection.id.code(), params.scope());
        let offset = params.parsed("offset", "entier positif ou nul attendu")?;
        let after = match params.text(token::PARAMETER) {
            Some(text) if offset.is_some() => {
                return Err(invalid(token::PARAMETER, text, "donner jeton ou offset, pas les deux"));
            }
            Some(text) => {
                let last = token::read(text, &snapshot.atlas().manifest.version, &scope)?;
                let unknown = || invalid(token::PARAMETER, text, "reprendre sans jeton");
                Some(rank_of(snapshot, collection.id, last).ok_or_else(unknown)?)
            }
            None => None,
        };
        Ok(Self {
            filter: params.filter(snapshot)?,
            bbox: params.bbox()?,
            datetime: params.datetime()?,
            limit: params.count("limit", LIMIT_DEFAULT, LIMIT_MAX)?,
            offset: offset.unwrap_or_default(),
            after,
            scope,
        })
    }

    /// The same question without pages: everything that matches, for a file.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { limit: usize::MAX, offset: 0, after: None, ..self }
    }

    /// Opens the page that follows, when there is one.
    pub fn next_token(&self, served: &Served, (collection, page): (&Collection, &Page)) -> Option<String> {
        let last = page.ranks.last().filter(|_| page.has_next)?;
        let id = id_of(&served.snapshot, collection.id, *last)?;
        Some(token::write(&served.snapshot.atlas().manifest.version, &self.scope, id))
    }

    /// The page of a collection, in the stable order of identifiers.
    pub fn page(&self, served: &Served, collection: &Collection) -> Page {
        let snapshot = &served.snapshot;
        let (atlas, shapes) = (snapshot.atlas(), snapshot.shapes());
        match collection.id {
            CollectionId::Structures | CollectionId::StructuresNonLocalisees => self.structures(snapshot, collection),
            CollectionId::Communes => {
                let admits = |rank: &usize| {
                    atlas.communes.get(*rank).is_some_and(|row| self.filter.admits_place(&row.code, row.couronne))
                };
                self.zones(&shapes.communes, admits)
            }
            CollectionId::Iris => {
                let admits = |rank: &usize| {
                    let row = atlas.iris.get(*rank);
                    row.is_some_and(|row| self.filter.admits_place(&row.code_commune, row.couronne))
                };
                self.zones(&shapes.iris, admits)
            }
            CollectionId::Regroupes(niveau) => self.zones(shapes.regroupements(niveau), |_| true),
        }
    }

    fn structures(&self, snapshot: &Snapshot, collection: &Collection) -> Page {
        let located = collection.id == CollectionId::Structures;
        // A table has no geometry, so a box selects nothing away from it (OGC 17-069r4, 7.15.3).
        let bbox = self.bbox.as_ref().filter(|_| located);
        let rows = self.rows(snapshot, (bbox, located));
        self.cut(rows.filter_map(|structure| snapshot.atlas().structures.element_offset(structure)))
    }

    fn rows<'s>(
        &'s self,
        snapshot: &'s Snapshot,
        (bbox, located): (Option<&'s Bbox>, bool),
    ) -> impl Iterator<Item = &'s domain::Structure> {
        let in_time = |structure: &&domain::Structure| {
            self.datetime.as_ref().is_none_or(|interval| interval.contains(structure.date_creation.as_deref()))
        };
        let rows = snapshot.structures(&self.filter, bbox);
        rows.filter(move |structure| structure.position.is_some() == located).filter(in_time)
    }

    /// Structures that pass the same filters and are not in this collection: those of the other one, and the partially
    /// disclosed, which are in none. A box leaves them as they are: what has no point is neither in nor out of it.
    pub fn aside(&self, served: &Served, collection: &Collection) -> (u64, u64) {
        let atlas = served.snapshot.atlas();
        let located = collection.id == CollectionId::Structures;
        if self.filter == Filter::default() && self.datetime.is_none() {
            let flow = &atlas.manifest.waterfall;
            return (if located { flow.non_localises } else { flow.localises }, flow.masques);
        }
        let masked = atlas.masques.iter().filter(|cell| self.filter.admits_masked(cell));
        let others = self.rows(&served.snapshot, (None, !located)).count();
        (others as u64, masked.map(|cell| u64::from(cell.effectif)).sum())
    }

    fn zones(&self, shapes: &[ZoneShape], admits: impl Fn(&usize) -> bool) -> Page {
        let touches = |rank: &usize| {
            let meets = |bbox: &Bbox| {
                let shape = shapes.get(*rank);
                shape.is_some_and(|shape| bbox.parts().iter().any(|part| part.intersects(&shape.lon_lat)))
            };
            self.bbox.as_ref().is_none_or(meets)
        };
        self.cut((0..shapes.len()).filter(admits).filter(touches))
    }

    fn cut(&self, ranks: impl Iterator<Item = usize>) -> Page {
        let mut page = Page::default();
        for rank in ranks {
            let is_before = page.matched < self.offset || self.after.is_some_and(|after| rank <= after);
            page.matched += 1;
            if is_before {
                continue;
            }
            if page.ranks.len() < self.limit {
                page.ranks.push(rank);
            } else {
                page.has_next = true;
            }
        }
        page
    }
}

/// Identifier of a row.
fn id_of(snapshot: &Snapshot, id: CollectionId, rank: usize) -> Option<&str> {
    let atlas = snapshot.atlas();
    match id {
        CollectionId::Structures | CollectionId::StructuresNonLocalisees => {
            atlas.structures.get(rank).map(|row| row.siret.as_str())
        }
        CollectionId::Communes => atlas.communes.get(rank).map(|row| row.code.as_str()),
        CollectionId::Iris => atlas.iris.get(rank).map(|row| row.code.as_str()),
        CollectionId::Regroupes(niveau) => atlas.regroupements.niveau(niveau).get(rank).map(|row| row.code.as_str()),
    }
}

/// Row of an identifier; the long tables are in its order.
fn rank_of(snapshot: &Snapshot, id: CollectionId, text: &str) -> Option<usize> {
    let atlas = snapshot.atlas();
    match id {
        CollectionId::Structures | CollectionId::StructuresNonLocalisees => {
            atlas.structures.binary_search_by(|row| row.siret.as_str().cmp(text)).ok()
        }
        CollectionId::Communes => atlas.communes.binary_search_by(|row| row.code.as_str().cmp(text)).ok(),
        CollectionId::Iris => atlas.iris.binary_search_by(|row| row.code.as_str().cmp(text)).ok(),
        CollectionId::Regroupes(niveau) => atlas.regroupements.rang(niveau, text),
    }
}

/// One feature by identifier.
pub fn item(served: &Served, collection: &Collection, text: &str) -> Option<Feature> {
    let rank = rank_of(&served.snapshot, collection.id, text)?;
    if collection.id.is_structures() {
        let located = served.snapshot.atlas().structures.get(rank)?.position.is_some();
        if located != (collection.id == CollectionId::Structures) {
            return None;
        }
    }
    fragments::feature(served, collection.id, rank)
}
