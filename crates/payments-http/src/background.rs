//! What runs beside the requests: the catalog's watcher, the reconciler, the brooms.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::state::AppState;

/// The tasks, to be stopped with the service.
pub struct Background {
    watcher: JoinHandle<()>,
    reconciler: JoinHandle<()>,
    broom: JoinHandle<()>,
    flow_broom: JoinHandle<()>,
}

/// How often expired sessions and the like are thrown away.
const TIDYING_INTERVAL: Duration = Duration::from_hours(1);
/// How often flows that are over are.
const SWEEPING_INTERVAL: Duration = Duration::from_secs(5);

/// Starts them.
pub fn start(state: &Arc<AppState>) -> Background {
    Background {
        watcher: tokio::spawn(Arc::clone(&state.snapshots).watch()),
        reconciler: tokio::spawn(reconcile_for_ever(Arc::clone(state))),
        broom: tokio::spawn(tidy_for_ever(Arc::clone(state))),
        flow_broom: tokio::spawn(sweep_for_ever(Arc::clone(state))),
    }
}

impl Background {
    /// Stops them; what a reconciler was at, the next one finds by its lease.
    pub async fn stop(self) {
        for task in [self.watcher, self.reconciler, self.broom, self.flow_broom] {
            task.abort();
            drop(task.await);
        }
    }
}

async fn reconcile_for_ever(state: Arc<AppState>) {
    let settings = state.settings.reconciler;
    let mut ticks = interval(Duration::from_secs(settings.interval_seconds.max(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let snapshot = state.snapshots.current();
        match state
            .card_storage
            .reconcile(&snapshot.catalog, settings.batch)
            .await
        {
            Ok(done) => tracing::debug!(?done, "reconciled"),
            Err(error) => tracing::warn!(%error, "the reconciler could not look"),
        }
    }
}

async fn tidy_for_ever(state: Arc<AppState>) {
    let mut ticks = interval(TIDYING_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match state.database.tidy(state.clock.now()).await {
            Ok(tidied) => tracing::debug!(?tidied, "tidied"),
            Err(error) => tracing::warn!(%error, "could not tidy"),
        }
    }
}

async fn sweep_for_ever(state: Arc<AppState>) {
    let mut ticks = interval(SWEEPING_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        state.flows.sweep(state.clock.now());
    }
}
