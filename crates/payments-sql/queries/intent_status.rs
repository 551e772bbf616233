//! The status of an intent, for a caller other than its owner.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::flow::IntentId;
use payments_core::intent::IntentStatus;

use payments_sql::schema::intents;
use payments_sql::sql_error::SqlError;

use super::{Connection, intent};

/// The status of an intent.
pub(super) async fn status(
    connection: &mut Connection,
    id: &IntentId,
) -> Result<IntentStatus, SqlError> {
    if let Some(outcome) = intent::outcome(connection, id).await? {
        return Ok(IntentStatus::Closed(outcome));
    }
    let known = intents::table.filter(intents::id.eq(&id.0)).count();
    let known: i64 = known.get_result(connection).await?;
    Ok(if known == 0 {
        IntentStatus::Unknown
    } else {
        IntentStatus::Open
    })
}
