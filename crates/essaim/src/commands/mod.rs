//! One file per sub-command.

pub mod check;
pub mod completions;
pub mod config;
pub mod demo;
pub mod ingest;
pub mod openapi;
pub mod perimetre;
pub mod portrait;
pub mod query;
pub mod reload;
pub mod serve;
pub mod synth;
