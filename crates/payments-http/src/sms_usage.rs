//! How much of the day's messages is left, and which prefixes are paused, for monitoring.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use payments_core::card_storage::SmsUsage;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument as _;

use crate::state::AppState;
use crate::traces;

/// How often the database is read.
const INTERVAL: Duration = Duration::from_secs(10);

/// Updates the metrics and logs each pause once.
pub(crate) async fn follow(state: Arc<AppState>) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut logged = BTreeSet::new();
    loop {
        ticks.tick().await;
        let usage = state.card_storage.sms_usage();
        match usage.instrument(traces::job("read_sms_usage")).await {
            Ok(usage) => {
                logged = log_pauses(&usage, &logged);
                let sending = state.card_storage.settings().sending;
                state.metrics.sms_used(&sending, &usage);
            }
            Err(error) => tracing::warn!(%error, "the daily SMS usage could not be read"),
        }
    }
}

/// Logs what was not logged before; all that is paused now.
fn log_pauses(usage: &SmsUsage, logged: &BTreeSet<String>) -> BTreeSet<String> {
    let paused = usage.paused.iter();
    paused
        .map(|one| {
            let (prefix, until) = (one.prefix.as_str().to_owned(), one.until);
            if !logged.contains(&prefix) {
                tracing::warn!(
                    prefix,
                    %until,
                    "few of the codes sent to this prefix are entered: customers who have not verified one are refused"
                );
            }
            prefix
        })
        .collect()
}
