use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Event, Hour, Minutes, Totals};

/// An hour.
const MINUTES: usize = super::MINUTES as usize;

/// In the middle of a minute.
static START: LazyLock<DateTime<Utc>> = LazyLock::new(|| "2026-11-28T12:00:30Z".parse().unwrap());

fn after(minutes: i64) -> DateTime<Utc> {
    *START + TimeDelta::minutes(minutes)
}

fn json_of(minutes: &Minutes) -> Value {
    serde_json::to_value(minutes).unwrap()
}

/// The counts of one event, oldest first.
fn list(hour: &mut Hour, totals: &Totals, minute: i64, name: &str) -> Vec<u64> {
    let minutes = json_of(&hour.minutes(after(minute), totals));
    serde_json::from_value(minutes[name].clone()).unwrap()
}

#[test]
fn each_minute_has_what_happened_in_it() {
    let (mut hour, totals) = (Hour::starting(*START), Totals::default());
    totals.count(Event::ListingAnswered);
    hour.sample(after(1), &totals);
    totals.count(Event::ListingAnswered);
    totals.count(Event::ListingAnswered);
    totals.count(Event::ListingFailed);
    hour.sample(after(1) + TimeDelta::seconds(10), &totals);
    hour.sample(after(2), &totals);
    totals.count(Event::CodeSent);
    totals.count(Event::CardSaved);
    totals.count(Event::StepRefused);
    let minutes = hour.minutes(after(2), &totals);
    let expected = json!({
        "from": "2026-11-28T12:00:00Z", "listings": [1, 2, 0], "listings_failed": [0, 1, 0],
        "codes_sent": [0, 0, 1], "cards_saved": [0, 0, 1], "steps_refused": [0, 0, 1],
    });
    assert_eq!(json_of(&minutes), expected);
}

#[test]
fn what_happened_an_hour_ago_is_forgotten() {
    let (mut hour, totals) = (Hour::starting(*START), Totals::default());
    totals.count(Event::CardSaved);
    totals.called("iyzico", "done", true);
    for minute in 1..=59 {
        hour.sample(after(minute), &totals);
    }
    totals.called("iyzico", "unavailable", false);
    let saved = list(&mut hour, &totals, 59, "cards_saved");
    assert_eq!((saved.len(), saved[0]), (MINUTES, 1));
    let calls = hour.calls(after(59), &totals);
    let calls: Vec<_> = calls.into_iter().collect();
    let (done, failed) = (("iyzico", "done"), ("iyzico", "unavailable"));
    assert_eq!(calls, [(done, 1), (failed, 1)]);
    let saved = list(&mut hour, &totals, 60, "cards_saved");
    assert_eq!(saved, [0; MINUTES]);
    let calls: Vec<_> = hour.calls(after(60), &totals).into_iter().collect();
    assert_eq!(calls, [(failed, 1)]);
    assert!(totals.since_last_success().contains_key("iyzico"));
}

#[test]
fn a_process_that_was_stopped_counts_for_the_minute_before() {
    let (mut hour, totals) = (Hour::starting(*START), Totals::default());
    totals.count(Event::CodeSent);
    let sent = list(&mut hour, &totals, 3, "codes_sent");
    assert_eq!(sent, [1, 0, 0, 0]);
    let sent = list(&mut hour, &totals, 500, "codes_sent");
    assert_eq!(sent, [0; MINUTES]);
}

#[test]
fn a_clock_that_is_set_back_starts_a_new_hour() {
    let (mut hour, totals) = (Hour::starting(*START), Totals::default());
    hour.sample(after(30), &totals);
    totals.count(Event::CodeSent);
    assert_eq!(list(&mut hour, &totals, -5, "codes_sent"), [0]);
    totals.count(Event::CodeSent);
    assert_eq!(list(&mut hour, &totals, -4, "codes_sent"), [1, 0]);
}

#[test]
fn processes_are_summed_minute_by_minute() {
    let totals = Totals::default();
    let (mut one, mut other) = (Hour::starting(*START), Hour::starting(after(-1)));
    totals.count(Event::ListingAnswered);
    let parts = [
        one.minutes(after(0), &totals),
        // Ahead by a minute.
        other.minutes(after(1), &totals),
    ];
    let sums = json_of(&Minutes::sums(*START, parts.iter()));
    assert_eq!(sums["from"], "2026-11-28T11:01:00Z");
    let listings: Vec<u64> = serde_json::from_value(sums["listings"].clone()).unwrap();
    assert_eq!(listings.len(), MINUTES);
    assert_eq!(listings[MINUTES - 3..], [0, 1, 1]);
    let nothing = Minutes::sums(after(60), parts.iter());
    assert_eq!(
        json_of(&nothing)["listings"],
        json!([0; MINUTES].as_slice())
    );
}
