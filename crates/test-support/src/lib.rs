//! Database fixtures and comparers for the tests.
