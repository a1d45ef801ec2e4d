//! Selecting the features of a collection: filters, box, interval, page.

use geo::Intersects;
use geojson::Feature;
use spatial_index::snapshot::ZoneShape;
use spatial_index::{Bbox, Filter, Snapshot};

use crate::collections::{Collection, CollectionId};
use crate::error::ApiError;
use crate::features;
use crate::params::{DateInterval, LIMIT_DEFAULT, LIMIT_MAX, Params};
use crate::state::Served;

/// Parameters of every `items`.
pub const PAGING: [&str; 4] = ["bbox", "datetime", "limit", "offset"];

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
}

/// A page.
pub struct Page {
    /// Features.
    pub features: Vec<Feature>,
    /// How many match in all.
    pub matched: usize,
}

impl ItemsQuery {
    /// Reads the parameters.
    pub fn parse(params: &Params, snapshot: &Snapshot) -> Result<Self, ApiError> {
        Ok(Self {
            filter: params.filter(snapshot)?,
            bbox: params.bbox()?,
            datetime: params.datetime()?,
            limit: params.count("limit", LIMIT_DEFAULT, LIMIT_MAX)?,
            offset: params.parsed("offset", "entier positif ou nul attendu")?.unwrap_or_default(),
        })
    }

    /// The page of a collection, in the stable order of identifiers.
    pub fn page(&self, served: &Served, collection: &Collection) -> Page {
        let snapshot = &served.snapshot;
        let (atlas, shapes) = (snapshot.atlas(), snapshot.shapes());
        match collection.id {
            CollectionId::Structures | CollectionId::StructuresNonLocalisees => self.structures(snapshot, collection),
            CollectionId::Communes => {
                let rows = atlas.communes.iter().zip(&shapes.communes);
                let kept = rows.filter(|(row, _)| self.filter.admits_place(&row.code, row.couronne));
                self.zones(kept, |(_, shape)| *shape, |(row, shape)| features::commune(row, shape))
            }
            CollectionId::Iris => {
                let rows = atlas.iris.iter().zip(&shapes.iris);
                let kept = rows.filter(|(row, _)| self.filter.admits_place(&row.code_commune, row.couronne));
                self.zones(kept, |(_, shape)| *shape, |(row, shape)| features::iris(row, shape))
            }
            CollectionId::Epts => {
                let rows = atlas.epts.iter().zip(&shapes.epts);
                self.zones(rows, |(_, shape)| *shape, |(row, shape)| features::ept(snapshot, row, shape))
            }
            CollectionId::Departements => {
                let rows = atlas.departements.iter().zip(&shapes.departements);
                self.zones(rows, |(_, shape)| *shape, |(row, shape)| features::departement(snapshot, row, shape))
            }
        }
    }

    fn structures(&self, snapshot: &Snapshot, collection: &Collection) -> Page {
        let located = collection.id == CollectionId::Structures;
        // A table has no geometry, so a box selects nothing away from it (OGC 17-069r4, 7.15.3).
        let bbox = self.bbox.as_ref().filter(|_| located);
        let in_time = |structure: &&domain::Structure| {
            self.datetime.as_ref().is_none_or(|interval| interval.contains(structure.date_creation.as_deref()))
        };
        let rows = snapshot
            .structures(&self.filter, bbox)
            .filter(|structure| structure.position.is_some() == located)
            .filter(in_time);
        self.cut(rows, |structure| features::structure(snapshot, structure))
    }

    fn zones<Row>(
        &self,
        rows: impl Iterator<Item = Row>,
        shape: impl Fn(&Row) -> &ZoneShape,
        feature: impl Fn(Row) -> Feature,
    ) -> Page {
        let touches = |row: &Row| {
            self.bbox.as_ref().is_none_or(|bbox| bbox.parts().iter().any(|part| part.intersects(&shape(row).lon_lat)))
        };
        self.cut(rows.filter(touches), feature)
    }

    fn cut<Row>(&self, rows: impl Iterator<Item = Row>, feature: impl Fn(Row) -> Feature) -> Page {
        let mut page = Page { features: Vec::new(), matched: 0 };
        for row in rows {
            if page.matched >= self.offset && page.features.len() < self.limit {
                page.features.push(feature(row));
            }
            page.matched += 1;
        }
        page
    }
}

/// One feature by identifier.
pub fn item(served: &Served, collection: &Collection, id: &str) -> Option<Feature> {
    let snapshot = &served.snapshot;
    let (atlas, shapes) = (snapshot.atlas(), snapshot.shapes());
    match collection.id {
        CollectionId::Structures | CollectionId::StructuresNonLocalisees => {
            let located = collection.id == CollectionId::Structures;
            let found = snapshot.structure(id).filter(|structure| structure.position.is_some() == located)?;
            Some(features::structure(snapshot, found))
        }
        CollectionId::Communes => {
            let found = atlas.communes.iter().zip(&shapes.communes).find(|(row, _)| row.code.as_str() == id)?;
            Some(features::commune(found.0, found.1))
        }
        CollectionId::Iris => {
            let found = atlas.iris.iter().zip(&shapes.iris).find(|(row, _)| row.code.as_str() == id)?;
            Some(features::iris(found.0, found.1))
        }
        CollectionId::Epts => {
            let found = atlas.epts.iter().zip(&shapes.epts).find(|(row, _)| row.siren == id)?;
            Some(features::ept(snapshot, found.0, found.1))
        }
        CollectionId::Departements => {
            let found = atlas.departements.iter().zip(&shapes.departements).find(|(row, _)| row.code == id)?;
            Some(features::departement(snapshot, found.0, found.1))
        }
    }
}
