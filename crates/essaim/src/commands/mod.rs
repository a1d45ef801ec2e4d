//! One file per sub-command.

pub mod check;
pub mod demo;
pub mod ingest;
pub mod openapi;
pub mod serve;
pub mod synth;
