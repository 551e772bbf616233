//! `deploy/prometheus/metrics.txt`, from which `cargo xtask check` knows what rules and dashboard may name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use payments_core::card_storage::{Reconciled, SmsUsage};
use payments_core::intent::Backlog;
use payments_core::phone::Destination;
use payments_core::sms::PausedPrefix;
use payments_gateways::context::Meter as _;
use payments_gateways::outcome::Outcome;
use payments_http::error::{ApiError, Problem};

use crate::app::{GOOD_NUMBER, TestApp};
use crate::provider_harness::Harness;

const LIST: &str = include_str!("../../../../deploy/prometheus/metrics.txt");
/// Labels whose values depend on the store, the providers or the release.
const OPEN: [&str; 9] = [
    "method",
    "operation",
    "prefix",
    "provider",
    "reason",
    "route",
    "status",
    "store",
    "version",
];

#[tokio::test]
async fn the_list_names_every_metric_with_its_labels() {
    let harness = Harness::start("iyzico", "twilio").await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    let without_token = harness.app.get("/manage/v1/export/").send().await;
    assert_eq!(without_token.expect("an answer").status(), 401);
    let metrics = loop {
        count_the_rest(&harness.app);
        let answer = harness.app.get("/metrics").send().await;
        let metrics = answer.expect("an answer").text().await.expect("a body");
        // A task of the service sets the paused prefixes, too.
        if metrics.contains("prefix=") {
            break metrics;
        }
    };
    let list = list(&metrics);
    let expected = LIST.lines().filter(|line| !line.starts_with('#'));
    assert!(
        list.lines().eq(expected),
        "deploy/prometheus/metrics.txt is outdated; it should be\n{list}"
    );
}

/// What saving one card does not count.
fn count_the_rest(app: &TestApp) {
    let metrics = &app.state.metrics;
    let done = Ok::<_, ApiError>(());
    metrics.connection_refused("malformed");
    metrics.reconciled(Reconciled::default());
    metrics.waits(Backlog::default());
    for step in ["action", "webhook"] {
        metrics.step_ended(step, &done);
    }
    metrics.quote_answered(&done);
    metrics.quote_verified("valid");
    metrics.instrument_answered(&done);
    // Those that rules name.
    for problem in [
        Problem::CardNotFound,
        Problem::QuoteRefused,
        Problem::QuoteUsed,
    ] {
        metrics.instrument_answered(&Err::<(), _>(ApiError::from(problem)));
    }
    for outcome in [
        Outcome::Done,
        Outcome::Refused,
        Outcome::InvalidCard,
        Outcome::Misconfigured,
        Outcome::RateLimited,
        Outcome::Unavailable,
        Outcome::Unknown,
    ] {
        metrics.called("iyzico", "tokenize", outcome, Duration::ZERO);
    }
    let paused = PausedPrefix {
        prefix: Destination::new(90, "5551234567").prefix().clone(),
        until: app.state.clock.now(),
    };
    let usage = SmsUsage {
        left: 1,
        left_for_unverified: 1,
        paused: vec![paused],
    };
    metrics.sms_used(&app.state.card_storage.settings().sending, &usage);
}

/// A line for each metric: its name, its type, and its labels with their values, `*` for open ones.
fn list(metrics: &str) -> String {
    let mut list = String::new();
    let lines = metrics.lines();
    let types = lines.filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let mut kinds: BTreeMap<String, &str> = types
        .map(|(name, kind)| (format!("{name}{}", suffix(kind)), kind))
        .collect();
    let mut labels: BTreeMap<String, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for sample in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (series, _) = sample.rsplit_once(' ').expect("a value");
        let (name, pairs) = series.split_once('{').unwrap_or((series, ""));
        let histogram = name
            .strip_suffix("_bucket")
            .or_else(|| name.strip_suffix("_sum"))
            .or_else(|| name.strip_suffix("_count"));
        let name = histogram
            .filter(|base| kinds.contains_key(*base))
            .unwrap_or(name);
        let of_metric = labels.entry(name.to_owned()).or_default();
        let pairs = pairs.trim_end_matches('}').split("\",");
        for (label, value) in pairs.filter_map(|pair| pair.split_once("=\"")) {
            if label != "le" {
                let value = if OPEN.contains(&label) {
                    "*"
                } else {
                    value.trim_end_matches('"')
                };
                of_metric.entry(label).or_default().insert(value);
            }
        }
    }
    for (name, labels) in labels {
        let kind = kinds.remove(&name).expect("a type");
        write!(list, "{name} {kind}").expect("written");
        for (label, values) in labels {
            let values: Vec<&str> = values.into_iter().collect();
            write!(list, " {label}={}", values.join(",")).expect("written");
        }
        list.push('\n');
    }
    assert!(kinds.is_empty(), "no value was counted for {kinds:?}");
    list
}

fn suffix(kind: &str) -> &'static str {
    match kind {
        "counter" => "_total",
        "info" => "_info",
        _ => "",
    }
}
