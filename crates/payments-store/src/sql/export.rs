//! Everything but sessions, batch by batch, as one moment has it.

use payments_core::ports::ExportSink;
use payments_core::record::{Part, Record};

use crate::sql_error::SqlError;

use super::database::{OpenSnapshot, in_time};
use super::table::Span;
use super::{Database, part};

/// Objects in a batch at most.
const BATCH: i64 = 500;

/// How many statements' time a batch has to be read, and how many the sink has to take it. The server ends a transaction
/// that is idle for four.
const STATEMENTS: u32 = 3;

/// Hands every batch to a sink, until it wants no more. What was handed over cannot be taken back: nothing is retried.
pub(super) async fn export(database: &Database, sink: &mut dyn ExportSink) -> Result<(), SqlError> {
    let mut snapshot = database.open_snapshot().await?;
    for part in Part::ALL.into_iter().filter(|part| *part != Part::Sessions) {
        if !hand_over(database, &mut snapshot, part, sink).await? {
            break;
        }
    }
    snapshot.end().await
}

/// Hands a part over; whether the sink wants more.
async fn hand_over(
    database: &Database,
    snapshot: &mut OpenSnapshot,
    part: Part,
    sink: &mut dyn ExportSink,
) -> Result<bool, SqlError> {
    let limit = database.patience() * STATEMENTS;
    let mut key = None;
    loop {
        let span = Span::After { key, limit: BATCH };
        let reading = part::records(snapshot.connection(), part, &span, &[]);
        let batch = in_time(limit, reading).await?;
        key = batch.last().map(Record::key);
        if key.is_none() {
            return Ok(true);
        }
        if !in_time(limit, async { Ok(sink.take(batch).await) }).await? {
            return Ok(false);
        }
    }
}
