//! Runs the batches that delete expired rows.

use std::pin::{Pin, pin};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use tokio::time::Sleep;

use payments_sql::cleanup::{
    Batch, CleanupEnd, CleanupReport, ExpiringTable, Retention, TableCleanup,
};
use payments_sql::upkeep::Upkeep;

/// Lets other writers in between two batches.
const PAUSE: Duration = Duration::from_millis(10);

/// Deletes expired rows, table by table, each for at most `time`.
pub(crate) async fn clean_up(
    upkeep: &dyn Upkeep,
    now: DateTime<Utc>,
    keep: Retention,
    time: Duration,
) -> CleanupReport {
    let mut report = CleanupReport::default();
    for table in ExpiringTable::ALL {
        if let Some(until) = table.expired_before(now, keep) {
            let time = pin!(tokio::time::sleep(time));
            report
                .tables
                .push(clean_up_table(upkeep, table, until, time).await);
        }
    }
    report
}

async fn clean_up_table(
    upkeep: &dyn Upkeep,
    table: ExpiringTable,
    until: NaiveDateTime,
    mut time: Pin<&mut Sleep>,
) -> TableCleanup {
    let mut deleted = 0;
    let mut from = None;
    let ending = loop {
        match upkeep.delete_batch(table, until, from).await {
            Ok(Batch::Deleted { rows, next }) => {
                deleted += rows;
                from = next;
            }
            Ok(Batch::Elsewhere) => break CleanupEnd::Elsewhere,
            Err(error) => break CleanupEnd::Failed(error),
        }
        if from.is_none() {
            break CleanupEnd::Done;
        }
        tokio::select! {
            biased;
            () = time.as_mut() => break CleanupEnd::OutOfTime,
            () = tokio::time::sleep(PAUSE) => {}
        }
    };
    TableCleanup {
        table,
        rows: deleted,
        ending,
    }
}
