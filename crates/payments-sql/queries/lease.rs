//! Leases of the reconciler's entries.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::sql_types::Timestamp;
use diesel_async::RunQueryDsl;
use payments_core::intent::LeaseTerms;

use payments_sql::column::instant;
use payments_sql::prepared::Prepare as _;
use payments_sql::sql_error::SqlError;

use super::Connection;

pub(super) struct Lease {
    pub(super) now: NaiveDateTime,
    pub(super) until: NaiveDateTime,
}

impl Lease {
    pub(super) fn of(terms: &LeaseTerms, attempts: i32) -> Self {
        let attempts = u32::try_from(attempts).unwrap_or_default();
        Self {
            now: instant(terms.now),
            until: instant(terms.lease_until(attempts)),
        }
    }
}

/// Now by the database's clock.
pub(super) async fn now(connection: &mut Connection) -> Result<DateTime<Utc>, SqlError> {
    let now = diesel::select(sql::<Timestamp>(super::NOW));
    let now: NaiveDateTime = now.prepared().get_result(connection).await?;
    Ok(now.and_utc())
}
