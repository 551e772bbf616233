//! Runs the batches that delete expired rows.

use std::pin::{Pin, pin};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use tokio::time::Sleep;

use crate::tidying::{Batch, Ending, Retention, Tidied, TidiedTable, Tidying};
use crate::upkeep::Upkeep;

/// Lets other writers in between two batches.
const PAUSE: Duration = Duration::from_millis(10);

/// Deletes expired rows, table by table, each for at most `time`.
pub(crate) async fn tidy(
    upkeep: &dyn Upkeep,
    now: DateTime<Utc>,
    keep: Retention,
    time: Duration,
) -> Tidied {
    let mut tidied = Tidied::default();
    for table in Tidying::ALL {
        if let Some(until) = table.over_at(now, keep) {
            let time = pin!(tokio::time::sleep(time));
            tidied
                .tables
                .push(tidy_table(upkeep, table, until, time).await);
        }
    }
    tidied
}

async fn tidy_table(
    upkeep: &dyn Upkeep,
    table: Tidying,
    until: NaiveDateTime,
    mut time: Pin<&mut Sleep>,
) -> TidiedTable {
    let mut gone = 0;
    let mut from = None;
    let ending = loop {
        match upkeep.delete_batch(table, until, from).await {
            Ok(Batch::Deleted { rows, next }) => {
                gone += rows;
                from = next;
            }
            Ok(Batch::Elsewhere) => break Ending::Elsewhere,
            Err(error) => break Ending::Failed(error),
        }
        if from.is_none() {
            break Ending::Done;
        }
        tokio::select! {
            biased;
            () = time.as_mut() => break Ending::OutOfTime,
            () = tokio::time::sleep(PAUSE) => {}
        }
    };
    TidiedTable {
        table,
        rows: gone,
        ending,
    }
}
