//! Sample atlases and database fixtures for the tests; never a normal dependency.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    reason = "a fixture fails as a test does, and says why it skips"
)]

mod compare;
mod database;
mod public_data;
mod random;
mod sample;

pub use compare::assert_same;
pub use database::{TestDatabase, postgis_url, test_database};
pub use public_data::shared_file;
pub use random::Random;
pub use sample::sample_atlas;
