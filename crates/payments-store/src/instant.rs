//! Instants as the databases keep them: UTC, in whole microseconds (PostgreSQL's resolution, on SQLite as well).

use chrono::{DateTime, NaiveDateTime, Utc};

/// The column's value.
pub(crate) fn stored(at: DateTime<Utc>) -> NaiveDateTime {
    // A leap second counts as the second after it; instants chrono can hold have microseconds it can hold.
    DateTime::from_timestamp_micros(at.timestamp_micros())
        .unwrap_or(at)
        .naive_utc()
}
