//! Lets a system come to rest.

use std::sync::Arc;

use anyhow::{Result, bail};
use chrono::TimeDelta;
use payments_core::card_storage::{CardStorage, Ports, Reconciled};
use payments_core::testkit::fakes::{FakeClock, LaterIntents};
use payments_http::settings;

use super::System;

/// The most runs of the reconciler: two looks at the gateway, and some for what failed in between.
const MOST_RUNS: u32 = 8;
/// Longer than every horizon and lease, in seconds.
const STEP: i64 = 1_000;

impl System {
    /// Makes the time pass that the reconciler waits for, and runs it until nothing is left to do. Nothing else may be
    /// running. Returns what it did.
    ///
    /// # Errors
    /// A server is unavailable, or something is never settled.
    pub async fn come_to_rest(&self) -> Result<Reconciled> {
        let state = &self.operator;
        let storage = &state.card_storage;
        let intents = Arc::new(LaterIntents::of(Arc::clone(&storage.ports().intents)));
        let later = state.clock.now() + TimeDelta::hours(2);
        let ports = Ports {
            intents: intents.clone(),
            clock: Arc::new(FakeClock::new(later)),
            ..storage.ports().clone()
        };
        let keys = settings::keys(&state.settings, &*state.entropy)?;
        let storage = CardStorage::new(ports, keys, storage.settings().clone())?;
        let catalog = &state.snapshots.current().catalog;
        let mut all = Reconciled::default();
        for _ in 0..MOST_RUNS {
            intents.advance(STEP);
            let done = storage.reconcile(catalog, 100_000).await?;
            if done == Reconciled::default() {
                return Ok(all);
            }
            all.intents_closed += done.intents_closed;
            all.tokens_deleted += done.tokens_deleted;
        }
        let stuck = storage.ports().intents.stuck(10).await?;
        bail!("the reconciler does not finish: {stuck:?}");
    }
}
