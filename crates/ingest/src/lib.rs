//! Readers of the official files, recognition, employer rule, position, zones, mask, waterfall.
