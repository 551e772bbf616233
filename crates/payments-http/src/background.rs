//! What runs beside the requests: the catalog's watcher, the reconciler, the brooms.

use std::sync::Arc;
use std::time::Duration;

use payments_core::card_storage::Reconciled;
use payments_store::{Ending, Retention, TidiedTable};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::deliveries::ASKING_INTERVAL_SECONDS;
use crate::sealing;
use crate::shop;
use crate::sms_usage;
use crate::state::AppState;

/// The tasks, to be stopped with the service.
pub struct Background {
    watcher: JoinHandle<()>,
    reconciler: JoinHandle<()>,
    product_watcher: JoinHandle<()>,
    broom: JoinHandle<()>,
    flow_broom: JoinHandle<()>,
    delivery_asker: JoinHandle<()>,
    sealer: JoinHandle<()>,
    sms_usage: JoinHandle<()>,
}

/// How often expired sessions and the like are thrown away.
const TIDYING_INTERVAL: Duration = Duration::from_hours(1);
/// How long it may take for one table; the next run goes on.
const TIDYING_TIME: Duration = Duration::from_mins(5);
/// How often flows that are over are.
const SWEEPING_INTERVAL: Duration = Duration::from_secs(5);

/// Starts them.
pub fn start(state: &Arc<AppState>) -> Background {
    Background {
        watcher: tokio::spawn(Arc::clone(&state.snapshots).watch(state.database.catalog_changes())),
        reconciler: tokio::spawn(reconcile_for_ever(Arc::clone(state))),
        product_watcher: tokio::spawn(follow_products(Arc::clone(state))),
        broom: tokio::spawn(tidy_for_ever(Arc::clone(state))),
        flow_broom: tokio::spawn(sweep_for_ever(Arc::clone(state))),
        delivery_asker: tokio::spawn(ask_for_ever(Arc::clone(state))),
        sealer: tokio::spawn(sealing::for_ever(Arc::clone(state))),
        sms_usage: tokio::spawn(sms_usage::follow(Arc::clone(state))),
    }
}

impl Background {
    /// Stops them; what a reconciler was at, the next one finds by its lease.
    pub async fn stop(self) {
        let tasks = [
            self.watcher,
            self.reconciler,
            self.product_watcher,
            self.broom,
            self.flow_broom,
            self.delivery_asker,
            self.sealer,
            self.sms_usage,
        ];
        for task in tasks {
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
        tokio::select! {
            _ = ticks.tick() => {}
            () = state.reconcile_soon.notified() => {}
        }
        while has_more(reconcile(&state).await, settings.batch) {}
        count_backlog(&state).await;
    }
}

async fn reconcile(state: &AppState) -> Reconciled {
    let (snapshot, batch) = (state.snapshots.current(), state.settings.reconciler.batch);
    let catalog = &snapshot.catalog;
    match state.card_storage.reconcile(catalog, batch).await {
        Ok(done) => {
            state.metrics.reconciled(done);
            if done.revealing_left > 0 {
                let count = done.revealing_left;
                tracing::error!(
                    count,
                    "tokens with a card number in them could not be deleted at their gateway; they are tried again"
                );
            }
            tracing::debug!(?done, "reconciled");
            done
        }
        Err(error) => {
            tracing::warn!(%error, "the reconciler could not look");
            Reconciled::default()
        }
    }
}

async fn count_backlog(state: &AppState) {
    match state.card_storage.ports().intents.backlog().await {
        Ok(backlog) => state.metrics.waits(backlog),
        Err(error) => tracing::warn!(%error, "the reconciler's backlog could not be counted"),
    }
}

/// Whether more than a batch was waiting, and getting on is possible: an erased customer with many cards does not wait
/// for the next interval.
const fn has_more(done: Reconciled, batch: u32) -> bool {
    let got_on = done.intents_closed.saturating_add(done.tokens_deleted);
    got_on > 0 && got_on.saturating_add(done.still_open) >= batch
}

async fn follow_products(state: Arc<AppState>) {
    state.product_listings.follow(&*state.purchases).await;
}

async fn tidy_for_ever(state: Arc<AppState>) {
    let mut ticks = interval(TIDYING_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        tidy(&state).await;
        if state.settings.demo.enabled {
            match shop::tidy(&state).await {
                Ok(gone) => tracing::debug!(gone, "tidied the shop"),
                Err(error) => tracing::warn!(%error, "could not tidy the shop"),
            }
        }
    }
}

async fn tidy(state: &AppState) {
    let settings = state.settings.retention;
    let keep = Retention {
        closed_intent_days: settings.closed_intent_days,
        basket_days: settings.basket_days,
        pre_order_days: settings.pre_order_days,
    };
    let now = state.clock.now();
    for TidiedTable {
        table,
        rows,
        ending,
    } in state.database.tidy(now, keep, TIDYING_TIME).await.tables
    {
        let table = table.table();
        match ending {
            Ending::Done if rows == 0 => tracing::debug!(table, "nothing to tidy"),
            Ending::Done => tracing::info!(table, rows, "tidied"),
            Ending::Elsewhere => tracing::debug!(table, rows, "another process is tidying"),
            Ending::OutOfTime => {
                tracing::info!(table, rows, "tidied a part; the next run goes on");
            }
            Ending::Failed(error) => {
                let reason = error.source.as_deref().map(ToString::to_string);
                tracing::warn!(table, rows, %error, reason, "tidying stopped");
            }
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

async fn ask_for_ever(state: Arc<AppState>) {
    if !state.deliveries.reporters.have_to_be_asked() {
        return;
    }
    // A message is not reported on in the first seconds after it was sent, so a process does not ask as it starts.
    let period = Duration::from_secs(ASKING_INTERVAL_SECONDS);
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match state.deliveries.ask().await {
            Ok(reported) => tracing::debug!(reported, "asked for delivery reports"),
            Err(error) => tracing::warn!(%error, "could not ask for delivery reports"),
        }
    }
}
