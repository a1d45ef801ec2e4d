//! Aggregates, job intervals, comparisons and the portrait model.
