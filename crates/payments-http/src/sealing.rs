//! Seals the audit log in the background, so that no request waits for it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::audit_chain::Link;
use payments_core::ports::Unavailable;
use payments_store::Sealed;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument as _;

use crate::state::AppState;
use crate::traces;

/// How often unsealed records are looked for.
const INTERVAL: Duration = Duration::from_secs(5);
/// How many records are sealed in one transaction.
const BATCH_SIZE: u32 = 1_000;
/// How often the chain's end is logged: archived logs then reveal a later truncation.
const NOTE_EVERY: TimeDelta = TimeDelta::hours(1);

/// Seals waiting records periodically. One process seals at a time.
pub(crate) async fn seal_loop(state: Arc<AppState>) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut noted_at = None;
    loop {
        ticks.tick().await;
        let sealing = seal_all(&state).instrument(traces::job("seal_audit_log"));
        match sealing.await {
            Ok(Some(last)) => note(&last, state.clock.now(), &mut noted_at),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "could not seal the audit log"),
        }
        let measuring = measure(&state);
        measuring.instrument(traces::job("measure_seals")).await;
    }
}

/// Updates the metric of what still waits for its seal.
async fn measure(state: &AppState) {
    match state.database.audit_trail.oldest_unsealed().await {
        Ok(oldest) => {
            let age = oldest.map_or(0, |oldest| (state.clock.now() - oldest).num_seconds());
            state.metrics.unsealed_for(age.max(0));
        }
        Err(error) => tracing::warn!(%error, "the oldest unsealed audit record could not be read"),
    }
}

/// Seals all waiting records in batches. Returns the chain's end if this process sealed any.
async fn seal_all(state: &AppState) -> Result<Option<Link>, Unavailable> {
    let key = state.card_storage.keys().audit();
    let mut end = None;
    loop {
        let now = state.clock.now();
        let trail = &state.database.audit_trail;
        match trail.seal(key, now, BATCH_SIZE).await? {
            Sealed::Here { records, last } if records > 0 => {
                end = last;
                if records < BATCH_SIZE as usize {
                    return Ok(end);
                }
            }
            Sealed::Here { .. } | Sealed::Elsewhere => return Ok(end),
        }
    }
}

fn note(last: &Link, now: DateTime<Utc>, noted_at: &mut Option<DateTime<Utc>>) {
    if noted_at.is_some_and(|before| now - before < NOTE_EVERY) {
        return;
    }
    *noted_at = Some(now);
    let (number, seal) = (last.number, last.seal.to_hex());
    tracing::info!(number, seal, "sealed the audit log");
}
