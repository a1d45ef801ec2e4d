//! Configuration: command line > environment `ESSAIM_*` > TOML file > default, for every option alike.
//!
//! The options declared to clap are the only table of settings: names of variables, keys of the file,
//! the generated reference and `essaim config show` all come from it. A value found in the environment
//! or in the file is handed to clap as if it had been typed, so that one parser checks every origin.

mod error;
mod file;
mod layers;
pub mod reference;
mod secret;
mod setting;

pub use error::ConfigError;
pub use file::ConfigFile;
pub use layers::{Effective, Environment, Layers, Origin, has_settings, typed};
pub use secret::masked;
pub use setting::{Kind, Setting, leaves, settings};

/// Variable that names the configuration file.
pub const FILE_VARIABLE: &str = "ESSAIM_CONFIG";
/// Name of the configuration file where none is given.
pub const FILE_NAME: &str = "essaim.toml";
