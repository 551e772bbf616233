//! What each process reports about itself, so that any of them can show all.
//!
//! A report has counts, versions and the names of providers: never an identity, a number, a phone or a secret.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use payments_core::ports::{Entropy, Unavailable};
use payments_gateways::http::Outgoing;
use payments_store::ANNOUNCED_FOR;
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;

use crate::activity::{Calls, Hour, Minutes};
use crate::pos_check::SANDBOX;
use crate::state::AppState;
use crate::traces;

/// How often a process reports. It divides a minute, so that each minute begins with a sample.
const INTERVAL: Duration = Duration::from_secs(ANNOUNCED_FOR.as_secs() / 3);

/// The largest report that is read.
const MAX_BYTES: usize = 64 * 1_024;

/// This process among those that share a flow store.
pub struct ThisProcess {
    /// A random name.
    pub name: String,
    started_at: DateTime<Utc>,
    hour: Mutex<Hour>,
}

impl ThisProcess {
    pub(crate) fn starting(entropy: &dyn Entropy, now: DateTime<Utc>) -> Self {
        let mut name = [0; 8];
        entropy.fill(&mut name);
        Self {
            name: hex::encode(name),
            started_at: now.trunc_subsecs(0),
            hour: Mutex::new(Hour::starting(now)),
        }
    }
}

/// What a process says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessReport {
    version: String,
    started_at: DateTime<Utc>,
    reported_at: DateTime<Utc>,
    catalog: CatalogReport,
    providers: Vec<ProviderReport>,
    pub(crate) minutes: Minutes,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CatalogReport {
    version: i64,
    /// When it was last known to be the stored one.
    seen_at: DateTime<Utc>,
    /// Whether the stored one cannot be read or used.
    is_failing: bool,
}

/// A provider, as the last hour's calls found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProviderReport {
    provider: String,
    /// Whether the circuit breaker rejected the last call.
    breaker_is_open: bool,
    /// The calls of the last hour by their outcome.
    calls: BTreeMap<String, u64>,
    last_success_at: Option<DateTime<Utc>>,
}

impl ProcessReport {
    /// The report of this process, as of now.
    pub(crate) fn own(state: &AppState) -> Self {
        let (this, now) = (&state.this_process, state.clock.now());
        let totals = &state.metrics.totals;
        let (minutes, calls) = {
            let mut hour = this.hour.lock().unwrap_or_else(PoisonError::into_inner);
            (hour.minutes(now, totals), hour.calls(now, totals))
        };
        let freshness = state.snapshots.freshness();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: this.started_at,
            reported_at: now.trunc_subsecs(0),
            catalog: CatalogReport {
                version: state.snapshots.current().catalog.version().0,
                seen_at: freshness.seen_at.trunc_subsecs(0),
                is_failing: freshness.is_failing(),
            },
            providers: providers(state, &calls, now),
            minutes,
        }
    }

    /// Reads a report of any version of the program; `None` if it has another shape.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_short = text.len() <= MAX_BYTES;
        is_short.then(|| serde_json::from_str(text).ok())?
    }

    /// The providers as all processes see them: open for one is open.
    pub(crate) fn providers_of<'r>(
        reports: impl Iterator<Item = &'r Self>,
    ) -> impl Iterator<Item = ProviderReport> {
        let mut merged: BTreeMap<&str, ProviderReport> = BTreeMap::new();
        for report in reports.flat_map(|report| &report.providers) {
            match merged.get_mut(&*report.provider) {
                Some(same) => same.add(report),
                None => drop(merged.insert(&report.provider, report.clone())),
            }
        }
        merged.into_values()
    }
}

impl ProviderReport {
    fn add(&mut self, other: &Self) {
        self.breaker_is_open |= other.breaker_is_open;
        for (outcome, count) in &other.calls {
            let sum = self.calls.entry(outcome.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.last_success_at = self.last_success_at.max(other.last_success_at);
    }
}

/// The configured providers, and those that were called.
fn providers(state: &AppState, calls: &Calls, now: DateTime<Utc>) -> Vec<ProviderReport> {
    let successes = state.metrics.totals.since_last_success();
    let breakers = state.outgoing.as_deref().map(Outgoing::breakers);
    let breakers = breakers.unwrap_or_default();
    let (sms, gateways) = (&state.settings.sms, &state.settings.gateways);
    let configured = sms.providers.iter().chain(&gateways.enabled);
    let configured = configured.map(String::as_str);
    let names = configured
        .filter(|name| *name != SANDBOX)
        .chain(breakers.keys().copied());
    let report = |name: &str| ProviderReport {
        provider: name.to_owned(),
        breaker_is_open: breakers.get(name).copied().unwrap_or_default(),
        calls: calls
            .iter()
            .filter(|((provider, _), _)| *provider == name)
            .map(|((_, outcome), count)| ((*outcome).to_owned(), *count))
            .collect(),
        last_success_at: successes.get(name).and_then(|ago| {
            let at = now - TimeDelta::from_std(*ago).ok()?;
            Some(at.trunc_subsecs(0))
        }),
    };
    let names: BTreeSet<&str> = names.collect();
    names.into_iter().map(report).collect()
}

/// Samples this process's counts, and publishes its report while the process runs.
pub(crate) async fn keep_published(state: Arc<AppState>) {
    loop {
        let publishing = publish(&state).instrument(traces::job("publish_process_report"));
        if let Err(error) = publishing.await {
            tracing::debug!(%error, "could not publish the report of this process");
        }
        tokio::time::sleep(until_next(state.clock.now())).await;
    }
}

async fn publish(state: &AppState) -> Result<(), Unavailable> {
    let report = ProcessReport::own(state);
    // Every key is a string.
    let text = serde_json::to_string(&report).unwrap_or_default();
    let name = &state.this_process.name;
    state.flows.publish_report(name, text).await
}

/// Withdraws the report. If that fails, it expires within half a minute.
pub(crate) async fn withdraw(state: &AppState) {
    let name = &state.this_process.name;
    if let Err(error) = state.flows.withdraw_report(name).await {
        tracing::debug!(%error, "could not withdraw the report of this process");
    }
}

/// Until the next multiple of [`INTERVAL`].
fn until_next(now: DateTime<Utc>) -> Duration {
    let interval = i64::try_from(INTERVAL.as_millis()).unwrap_or(i64::MAX);
    let left = interval - now.timestamp_millis().rem_euclid(interval);
    Duration::from_millis(left.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{INTERVAL, ProcessReport, ProviderReport, until_next};

    fn report(providers: &serde_json::Value) -> ProcessReport {
        let report = json!({
            "version": "9.9.9", "started_at": "2026-11-28T11:00:00Z", "reported_at": "2026-11-28T12:00:00Z",
            "catalog": {"version": 7, "seen_at": "2026-11-28T12:00:00Z", "is_failing": false},
            "providers": providers,
            "minutes": {
                "from": "2026-11-28T12:00:00Z", "listings": [1], "listings_failed": [0], "codes_sent": [0],
                "cards_saved": [0], "steps_refused": [0], "of_a_later_version": [0],
            },
        });
        ProcessReport::read(&report.to_string()).unwrap()
    }

    #[test]
    fn a_report_of_another_shape_is_not_read() {
        for text in ["", "{}", "[]", r#"{"version": 1}"#] {
            assert_eq!(ProcessReport::read(text), None, "{text}");
        }
        let mut huge = serde_json::to_string(&report(&json!([]))).unwrap();
        assert!(ProcessReport::read(&huge).is_some());
        huge.push_str(&" ".repeat(super::MAX_BYTES));
        assert_eq!(ProcessReport::read(&huge), None);
    }

    #[test]
    fn a_provider_is_open_if_its_breaker_is_open_at_any_process() {
        let one = |breaker_is_open, calls, at| json!([{"provider": "iyzico", "breaker_is_open": breaker_is_open, "calls": calls, "last_success_at": at}]);
        let reports = [
            report(&one(
                false,
                json!({"done": 2}),
                json!("2026-11-28T11:59:00Z"),
            )),
            report(&one(
                true,
                json!({"done": 1, "unavailable": 3}),
                json!(null),
            )),
            report(&json!([])),
        ];
        let merged: Vec<ProviderReport> = ProcessReport::providers_of(reports.iter()).collect();
        let expected = one(
            true,
            json!({"done": 3, "unavailable": 3}),
            json!("2026-11-28T11:59:00Z"),
        );
        assert_eq!(json!(merged), expected);
    }

    #[test]
    fn each_minute_begins_with_a_sample() {
        assert_eq!(60 % INTERVAL.as_secs(), 0);
        for (now, milliseconds) in [
            ("2026-11-28T12:00:00Z", 10_000),
            ("2026-11-28T12:00:50.250Z", 9_750),
            ("2026-11-28T12:00:59.999Z", 1),
        ] {
            let now = now.parse().unwrap();
            assert_eq!(until_next(now), Duration::from_millis(milliseconds));
        }
    }
}
