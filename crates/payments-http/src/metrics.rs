//! Metrics: counts, durations and outcomes, never an identity or anything a caller sent.
//!
//! `GET /metrics` writes them in the text format of Prometheus (`OpenMetrics` 1.0).

mod labels;
mod readings;
mod sms;

use std::time::Duration;

use actix_web::http::Method;
use payments_core::card_storage::Reconciled;
use payments_core::intent::Backlog;
use payments_gateways::context::Meter;
use payments_gateways::outcome::Outcome;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::activity::{Event, Totals};
use crate::error::{ApiError, FieldMessage};

pub(crate) use readings::Readings;

use labels::{
    Answered, ByResult, Called, Login, Operation, Pool, Reached, Reason, Settled, Step, Waiting,
};
use readings::Gauges;

/// The routes of listings begin with it.
const LISTINGS: &str = "/payments/cards/";

/// Bounds of the histograms' buckets: from a listing's fraction of a millisecond to a gateway's deadline.
const SECONDS: [f64; 13] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

type Times<L> = Family<L, Histogram, fn() -> Histogram>;

/// Why a management request is not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedLogin {
    Missing,
    Wrong,
    Expired,
    /// An unknown token, from an address that sent too many of them.
    Limited,
}

/// All metrics; one per process.
pub struct Metrics {
    registry: Registry,
    process: Registry,
    gauges: Gauges,
    requests: Family<Answered, Counter>,
    request_times: Times<Reached>,
    connections_refused: Family<Reason, Counter>,
    steps: Family<Step, Counter>,
    calls: Family<Called, Counter>,
    call_times: Times<Operation>,
    reconciled: Family<Settled, Counter>,
    waiting: Family<Waiting, Gauge>,
    oldest_waiting: Family<Waiting, Gauge>,
    catalog_version: Gauge,
    catalog_age: Gauge,
    catalog_is_failing: Gauge,
    catalog_failures: Gauge,
    connections: Family<Pool, Gauge>,
    oldest_unsealed: Gauge,
    sms: sms::SmsMetrics,
    failed_logins: Family<Login, Counter>,
    instruments: Family<ByResult, Counter>,
    quotes: Family<ByResult, Counter>,
    quote_checks: Family<ByResult, Counter>,
    /// What the status page counts.
    pub(crate) totals: Totals,
}

impl Default for Metrics {
    fn default() -> Self {
        let times = || Histogram::new(SECONDS);
        let gauges = Gauges::default();
        let mut metrics = Self {
            registry: Registry::with_prefix("payments"),
            process: gauges.of_process(),
            gauges,
            requests: Family::default(),
            request_times: Family::new_with_constructor(times),
            connections_refused: Family::default(),
            steps: Family::default(),
            calls: Family::default(),
            call_times: Family::new_with_constructor(times),
            reconciled: Family::default(),
            waiting: Family::default(),
            oldest_waiting: Family::default(),
            catalog_version: Gauge::default(),
            catalog_age: Gauge::default(),
            catalog_is_failing: Gauge::default(),
            catalog_failures: Gauge::default(),
            connections: Family::default(),
            oldest_unsealed: Gauge::default(),
            sms: sms::SmsMetrics::default(),
            failed_logins: Family::default(),
            instruments: Family::default(),
            quotes: Family::default(),
            quote_checks: Family::default(),
            totals: Totals::default(),
        };
        metrics.register_requests();
        metrics.register_providers();
        metrics.register_stores();
        metrics.register_quotes();
        metrics.sms.register(&mut metrics.registry);
        metrics.gauges.register(&mut metrics.registry);
        metrics
    }
}

impl Metrics {
    fn register_requests(&mut self) {
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        self.registry
            .register("build", "The program that answers", Info::new(version));
        self.registry.register(
            "http_requests",
            "Requests answered, by method, route and status",
            self.requests.clone(),
        );
        self.registry.register_with_unit(
            "http_request_duration",
            "How long requests took, by method and route",
            Unit::Seconds,
            self.request_times.clone(),
        );
        self.registry.register(
            "connections_refused",
            "Connections ended for what their peer did: head_timeout, body_timeout, write_timeout, malformed, peer_limit",
            self.connections_refused.clone(),
        );
        self.registry.register(
            "manage_logins_failed",
            "Management requests without a valid token, by what is wrong with it: missing, wrong, expired, or limited (wrong, one of too many)",
            self.failed_logins.clone(),
        );
        self.registry.register(
            "instruments",
            "Requests for instruments of saved cards, by their result: given, or the code of the error",
            self.instruments.clone(),
        );
        self.registry.register(
            "card_storage_steps",
            "Steps of saving a card (card, phone_number, otp), by how they ended: done, or the sentence of the refusal",
            self.steps.clone(),
        );
    }

    fn register_providers(&mut self) {
        self.registry.register(
            "provider_calls",
            "Calls of gateways and SMS providers, by how they ended",
            self.calls.clone(),
        );
        self.registry.register_with_unit(
            "provider_call_duration",
            "How long calls of gateways and SMS providers took",
            Unit::Seconds,
            self.call_times.clone(),
        );
        self.registry.register(
            "reconciler_looks",
            "What the reconciler came to: closed (an intent), deleted (a token), still_open (either, to be looked at again), or revealing (a token with the card's number in it could not be deleted)",
            self.reconciled.clone(),
        );
        self.registry.register(
            "reconciler_waiting",
            "Open intents and queued deletions, as of the reconciler's last look, by kind: intent or deletion",
            self.waiting.clone(),
        );
        self.registry.register_with_unit(
            "reconciler_oldest_waiting",
            "Age of the oldest open intent and of the oldest queued deletion, as of the reconciler's last look; 0 without one",
            Unit::Seconds,
            self.oldest_waiting.clone(),
        );
    }

    fn register_stores(&mut self) {
        self.registry.register(
            "catalog_version",
            "The version of the catalog that listings use",
            self.catalog_version.clone(),
        );
        self.registry.register_with_unit(
            "catalog_age",
            "How long ago that catalog was last seen to be the stored one",
            Unit::Seconds,
            self.catalog_age.clone(),
        );
        self.registry.register(
            "catalog_load_is_failing",
            "1 while the stored catalog cannot be taken over, and an older one stays",
            self.catalog_is_failing.clone(),
        );
        self.registry.register(
            "catalog_load_failures",
            "How often the stored catalog could not be looked at or taken over since the start",
            self.catalog_failures.clone(),
        );
        self.registry.register(
            "store_connections",
            "Connections of the database and the flow store, by state; waiting counts callers without one",
            self.connections.clone(),
        );
        self.registry.register_with_unit(
            "audit_oldest_unsealed",
            "Age of the oldest record of the audit log without a seal, as of the last look; 0 without one",
            Unit::Seconds,
            self.oldest_unsealed.clone(),
        );
    }

    fn register_quotes(&mut self) {
        self.registry.register(
            "quotes",
            "Requests for quotes, by their result: given, or the code of the error",
            self.quotes.clone(),
        );
        self.registry.register(
            "quotes_verified",
            "Quotes that were verified, by status: valid, or the first reason against it",
            self.quote_checks.clone(),
        );
    }

    /// Counts a request for a quote.
    pub fn quote_answered<T>(&self, result: &Result<T, ApiError>) {
        let result = given_or_code(result);
        self.quotes.get_or_create(&ByResult { result }).inc();
    }

    /// Counts the status of a quote that was verified.
    pub fn quote_verified(&self, result: &'static str) {
        self.quote_checks.get_or_create(&ByResult { result }).inc();
    }

    /// A request was answered. `route` is a pattern of ours.
    pub fn answered(&self, method: &Method, route: String, status: u16, took: Duration) {
        let method = method_name(method);
        if method == "GET" && route.starts_with(LISTINGS) {
            match status {
                ..400 => self.totals.count(Event::ListingAnswered),
                500.. => self.totals.count(Event::ListingFailed),
                400..500 => {}
            }
        }
        let reached = Reached { method, route };
        self.request_times
            .get_or_create(&reached)
            .observe(took.as_secs_f64());
        let answered = Answered {
            method,
            route: reached.route,
            status,
        };
        self.requests.get_or_create(&answered).inc();
    }

    /// A connection was closed because of its peer. `reason` is a fixed word.
    pub fn connection_refused(&self, reason: &'static str) {
        let reason = Reason { reason };
        self.connections_refused.get_or_create(&reason).inc();
    }

    /// A management request had no valid token.
    pub fn login_failed(&self, why: FailedLogin) {
        let why = match why {
            FailedLogin::Missing => "missing",
            FailedLogin::Wrong => "wrong",
            FailedLogin::Expired => "expired",
            FailedLogin::Limited => "limited",
        };
        self.failed_logins.get_or_create(&Login { why }).inc();
    }

    /// Counts the outcomes of a run of the reconciler.
    pub fn reconciled(&self, done: Reconciled) {
        for (outcome, count) in [
            ("closed", done.intents_closed),
            ("deleted", done.tokens_deleted),
            ("still_open", done.still_open),
            ("revealing", done.revealing_left),
        ] {
            let settled = Settled { outcome };
            self.reconciled
                .get_or_create(&settled)
                .inc_by(u64::from(count));
        }
    }

    /// Sets the gauges of the reconciler's backlog.
    pub fn waits(&self, backlog: Backlog) {
        for (kind, count, oldest) in [
            ("intent", backlog.intents, backlog.oldest_intent_seconds),
            (
                "deletion",
                backlog.deletions,
                backlog.oldest_deletion_seconds,
            ),
        ] {
            let gauge = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
            let waiting = Waiting { kind };
            self.waiting.get_or_create(&waiting).set(gauge(count));
            self.oldest_waiting
                .get_or_create(&waiting)
                .set(gauge(oldest.unwrap_or_default()));
        }
    }

    /// Sets the age of the audit log's oldest record without a seal.
    pub fn unsealed_for(&self, seconds: i64) {
        self.oldest_unsealed.set(seconds);
    }

    /// Counts a request for an instrument.
    pub fn instrument_answered<T>(&self, result: &Result<T, ApiError>) {
        let result = given_or_code(result);
        self.instruments.get_or_create(&ByResult { result }).inc();
    }

    /// A step of saving a card ended.
    pub fn step_ended<T>(&self, step: &'static str, ended: &Result<T, ApiError>) {
        if ended.is_err() {
            self.totals.count(Event::StepRefused);
        }
        let outcome = match ended {
            Ok(_) => "done",
            Err(error) => match error.fields.first().map(|field| &field.message) {
                Some(FieldMessage::Sentence(sentence)) => sentence,
                Some(FieldMessage::English(_)) | None => error.problem.sentence(),
            },
        };
        self.steps.get_or_create(&Step { step, outcome }).inc();
    }
}

fn given_or_code<T>(result: &Result<T, ApiError>) -> &'static str {
    match result {
        Ok(_) => "given",
        Err(error) => error.problem.code(),
    }
}

/// A method can be any word; only the common ones get their own label.
pub(crate) fn method_name(method: &Method) -> &'static str {
    const NAMES: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let known = NAMES.into_iter().find(|name| *name == method.as_str());
    known.unwrap_or("other")
}

impl Meter for Metrics {
    fn called(
        &self,
        provider: &'static str,
        operation: &'static str,
        outcome: Outcome,
        took: Duration,
    ) {
        self.call_times
            .get_or_create(&Operation {
                provider,
                operation,
            })
            .observe(took.as_secs_f64());
        let called = Called {
            provider,
            operation,
            outcome: outcome.as_str(),
        };
        self.calls.get_or_create(&called).inc();
        let is_success = outcome == Outcome::Done;
        self.totals.called(provider, outcome.as_str(), is_success);
    }
}
