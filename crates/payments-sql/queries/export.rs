//! Exports everything but sessions in batches, from one snapshot.

use payments_core::ports::ExportSink;
use payments_core::record::{Part, Record};

use payments_sql::sql_error::SqlError;

use super::database::{OpenSnapshot, in_time};
use super::table::Span;
use super::{Database, part};

const MAX_BATCH: i64 = 500;

/// The timeout, in statement timeouts, of reading a batch, and of the sink that takes it. The server ends a transaction
/// that is idle for four.
const STATEMENTS: u32 = 3;

/// Passes every batch to a sink, until the sink stops. A batch cannot be taken back, so it is never retried.
pub(super) async fn export(database: &Database, sink: &mut dyn ExportSink) -> Result<(), SqlError> {
    let mut snapshot = database.open_snapshot("Records.export").await?;
    for part in Part::ALL.into_iter().filter(|part| *part != Part::Sessions) {
        if !export_part(database, &mut snapshot, part, sink).await? {
            break;
        }
    }
    snapshot.end().await
}

/// Exports a part; returns whether the sink wants more.
async fn export_part(
    database: &Database,
    snapshot: &mut OpenSnapshot,
    part: Part,
    sink: &mut dyn ExportSink,
) -> Result<bool, SqlError> {
    let limit = database.query_timeout() * STATEMENTS;
    let mut key = None;
    loop {
        let span = Span::After {
            key,
            limit: MAX_BATCH,
        };
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
