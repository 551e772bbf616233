//! Background tasks: the catalog watcher, the reconciler, cleanup and others.

use std::sync::Arc;
use std::time::Duration;

use payments_core::card_storage::Reconciled;
use payments_store::{CleanupEnd, Retention, TableCleanup};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tracing::Instrument as _;

use crate::bin_counts;
use crate::clock;
use crate::demo;
use crate::process_report;
use crate::sealing;
use crate::sms_reports::POLL_INTERVAL_SECONDS;
use crate::sms_usage;
use crate::state::AppState;
use crate::traces;

pub(super) struct Background {
    watcher: JoinHandle<()>,
    reconciler: JoinHandle<()>,
    product_watcher: JoinHandle<()>,
    cleanup: JoinHandle<()>,
    flow_cleanup: JoinHandle<()>,
    sms_reports: JoinHandle<()>,
    sealer: JoinHandle<()>,
    sms_usage: JoinHandle<()>,
    process_report: JoinHandle<()>,
    bin_counts: JoinHandle<()>,
}

/// How often expired rows are deleted.
const CLEANUP_INTERVAL: Duration = Duration::from_hours(1);
/// The time limit per table; the next run continues.
const CLEANUP_TIMEOUT: Duration = Duration::from_mins(5);
/// How often expired flows are deleted.
const FLOW_CLEANUP_INTERVAL: Duration = Duration::from_secs(5);

pub(super) fn start(state: &Arc<AppState>) -> Background {
    Background {
        watcher: tokio::spawn(Arc::clone(&state.snapshots).watch(state.database.catalog_changes())),
        reconciler: tokio::spawn(reconcile_loop(Arc::clone(state))),
        product_watcher: tokio::spawn(follow_products(Arc::clone(state))),
        cleanup: tokio::spawn(cleanup_loop(Arc::clone(state))),
        flow_cleanup: tokio::spawn(flow_cleanup_loop(Arc::clone(state))),
        sms_reports: tokio::spawn(sms_report_loop(Arc::clone(state))),
        sealer: tokio::spawn(sealing::seal_loop(Arc::clone(state))),
        sms_usage: tokio::spawn(sms_usage::follow(Arc::clone(state))),
        process_report: tokio::spawn(process_report::keep_published(Arc::clone(state))),
        bin_counts: tokio::spawn(bin_counts::keep_saved(Arc::clone(state))),
    }
}

impl Background {
    /// Aborts the tasks. The next reconciler takes over unfinished work when its lease expires.
    pub(super) async fn stop(self) {
        let tasks = [
            self.watcher,
            self.reconciler,
            self.product_watcher,
            self.cleanup,
            self.flow_cleanup,
            self.sms_reports,
            self.sealer,
            self.sms_usage,
            self.process_report,
            self.bin_counts,
        ];
        for task in tasks {
            task.abort();
            drop(task.await);
        }
    }
}

/// The least time between two runs that are wanted: every saved card wants one.
const SOON: Duration = Duration::from_secs(1);

/// Ready when a run is wanted, but not before `soonest`.
async fn wanted(soon: &Notify, soonest: Instant) {
    soon.notified().await;
    sleep_until(soonest).await;
}

async fn reconcile_loop(state: Arc<AppState>) {
    let settings = state.settings.reconciler;
    let mut ticks = interval(Duration::from_secs(settings.interval_seconds.max(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut soonest = clock::instant();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = wanted(&state.reconcile_soon, soonest) => {}
        }
        soonest = clock::instant() + SOON;
        let run = || reconcile(&state).instrument(traces::job("reconcile"));
        while has_more(run().await, settings.batch) {}
        let counting = count_backlog(&state);
        counting.instrument(traces::job("count_backlog")).await;
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
                    "tokens that contain a card number could not be deleted at their gateway; the deletion is retried"
                );
            }
            tracing::debug!(?done, "reconciled");
            done
        }
        Err(error) => {
            tracing::warn!(%error, "the reconciler failed");
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
    state.listing_cache.follow().await;
}

async fn cleanup_loop(state: Arc<AppState>) {
    let mut ticks = interval(CLEANUP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let run = async {
            keep_months(&state).await;
            clean_up(&state).await;
        };
        run.instrument(traces::job("clean_up")).await;
        if state.settings.demo.enabled {
            match demo::clean_up(&state).await {
                Ok(gone) => tracing::debug!(gone, "cleaned up the demo shop"),
                Err(error) => tracing::warn!(%error, "could not clean up the demo shop"),
            }
        }
    }
}

async fn keep_months(state: &AppState) {
    match state.database.keep_months().await {
        Ok(parts) if parts.is_empty() => {}
        Ok(parts) => tracing::info!(
            partitions = parts.join(", "),
            "kept the partitions by month"
        ),
        Err(error) => {
            let reason = error.source.as_deref().map(ToString::to_string);
            tracing::warn!(%error, reason, "the partitions of the coming months were not made; the next run tries again");
        }
    }
}

async fn clean_up(state: &AppState) {
    let settings = state.settings.retention;
    let keep = Retention {
        closed_intent_days: settings.closed_intent_days,
        basket_days: settings.basket_days,
        pre_order_days: settings.pre_order_days,
    };
    let now = state.clock.now();
    for TableCleanup {
        table,
        rows,
        ending,
    } in state
        .database
        .clean_up(now, keep, CLEANUP_TIMEOUT)
        .await
        .tables
    {
        let table = table.table();
        match ending {
            CleanupEnd::Done if rows == 0 => tracing::debug!(table, "nothing to clean up"),
            CleanupEnd::Done => tracing::info!(table, rows, "cleaned up"),
            CleanupEnd::Elsewhere => tracing::debug!(table, rows, "another process is cleaning up"),
            CleanupEnd::OutOfTime => {
                tracing::info!(table, rows, "cleaned up a part; the next run continues");
            }
            CleanupEnd::Failed(error) => {
                let reason = error.source.as_deref().map(ToString::to_string);
                tracing::warn!(table, rows, %error, reason, "cleanup stopped");
            }
        }
    }
}

async fn flow_cleanup_loop(state: Arc<AppState>) {
    let mut ticks = interval(FLOW_CLEANUP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        state.flows.sweep(state.clock.now());
    }
}

async fn sms_report_loop(state: Arc<AppState>) {
    if !state.sms_reports.reporters.need_polling() {
        return;
    }
    // The first poll is one interval after the start: no report is available in the seconds after a message was sent.
    let mut ticks = interval(Duration::from_secs(POLL_INTERVAL_SECONDS));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let poll = state.sms_reports.poll();
        match poll.instrument(traces::job("poll_sms_reports")).await {
            Ok(reported) => tracing::debug!(reported, "polled delivery reports"),
            Err(error) => tracing::warn!(%error, "could not poll delivery reports"),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Notify;

    use super::{SOON, wanted};
    use crate::clock;

    #[tokio::test(start_paused = true)]
    async fn wanted_runs_are_apart_and_the_first_is_at_once() {
        let (soon, start) = (Notify::new(), clock::instant());
        soon.notify_one();
        wanted(&soon, start).await;
        assert!(start.elapsed() < SOON);
        for _ in 0..3 {
            soon.notify_one();
        }
        wanted(&soon, start + SOON).await;
        assert!(start.elapsed() >= SOON);
    }
}
