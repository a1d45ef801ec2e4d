//! The HTTP service: OGC API Features, density, proximity, aggregates, pages.
//!
//! Computes no statistics: it reads parameters into types, asks the snapshot and `statistics`, and
//! renders. Every request sees one snapshot from start to end.

pub mod answers;
mod assets;
pub mod collections;
pub mod error;
mod features;
mod fragments;
mod guard;
mod items;
mod langue;
mod noms_proches;
pub mod openapi;
pub mod pages;
pub mod params;
mod provenance;
mod respond;
mod routes;
pub mod rows;
mod server;
pub mod spreadsheet;
mod state;
mod tiles;
mod token;
mod workbook;
mod zone_figures;

pub use error::ApiError;
pub use params::Params;
pub use server::{configure, start};
pub use state::{Landmark, Limits, Served, Service, Settings};

/// Distinguishes the answers of two builds in validators.
const BUILD: &str = env!("ESSAIM_BUILD");
