//! One file per group of resources.

pub mod analysis;
pub mod common;
pub mod features;
pub mod pages;
pub mod service;
pub mod tiles;

pub(crate) use common::link;
