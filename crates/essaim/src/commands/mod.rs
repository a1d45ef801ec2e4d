//! One file per sub-command.

pub mod check;
pub mod demo;
pub mod ingest;
pub mod openapi;
mod perimetre;
pub mod serve;
pub mod synth;
