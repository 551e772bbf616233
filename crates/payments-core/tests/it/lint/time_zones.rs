//! Days and hours in a zone whose clock changes.

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc,
};
use payments_core::money::Rounding;
use payments_core::rules::Rule;
use payments_core::rules::lint::{FindingKind, StoreFacts, lint};
use serde_json::{Value, json};

use crate::shop::{at, now, rule, ruled};

/// One hour ahead of UTC; two hours from 28 March to 31 October 2027. The clock is changed at 01:00 UTC.
#[derive(Clone, Debug)]
struct Summer;

fn hours_ahead(hours: i32) -> FixedOffset {
    FixedOffset::east_opt(hours * 3_600).unwrap()
}

fn is_summer(utc: NaiveDateTime) -> bool {
    let change = |utc: &str| utc.parse::<DateTime<Utc>>().unwrap().naive_utc();
    (change("2027-03-28T01:00:00Z")..change("2027-10-31T01:00:00Z")).contains(&utc)
}

impl TimeZone for Summer {
    type Offset = FixedOffset;

    fn from_offset(_: &FixedOffset) -> Self {
        Self
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<FixedOffset> {
        self.offset_from_local_datetime(&local.and_hms_opt(0, 0, 0).unwrap())
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
        let is_so = |hours: i64| is_summer(*local - TimeDelta::hours(hours)) == (hours == 2);
        match (is_so(2), is_so(1)) {
            (true, true) => MappedLocalTime::Ambiguous(hours_ahead(2), hours_ahead(1)),
            (true, false) => MappedLocalTime::Single(hours_ahead(2)),
            (false, true) => MappedLocalTime::Single(hours_ahead(1)),
            (false, false) => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> FixedOffset {
        self.offset_from_utc_datetime(&utc.and_hms_opt(0, 0, 0).unwrap())
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
        hours_ahead(if is_summer(*utc) { 2 } else { 1 })
    }
}

#[track_caller]
fn never_holds(rule: Rule) -> bool {
    let catalog = ruled(vec![rule]);
    let analysis = lint(
        &catalog,
        &StoreFacts::default(),
        now().utc,
        &Summer,
        Rounding::Up,
    );
    assert_eq!(analysis.undecided, []);
    let mut findings = analysis.findings.iter();
    findings.any(|finding| finding.kind == FindingKind::NeverHolds)
}

fn valid(when: &Value, from: &str, until: &str) -> Rule {
    let mut rule = rule("the-rule", when, &json!({}));
    (rule.valid_from, rule.valid_until) = (Some(at(from).utc), Some(at(until).utc));
    rule
}

#[test]
fn an_hour_that_the_clock_skips_never_comes() {
    let at_two = |from: &str, until: &str| {
        let when = json!({"date": {"from": from, "until": until}, "hour": {"from": 2, "until": 3}});
        rule("the-rule", &when, &json!({}))
    };
    assert!(never_holds(at_two("2027-03-28", "2027-03-28")));
    assert!(!never_holds(at_two("2027-03-28", "2027-03-29")));
    assert!(!never_holds(at_two("2027-03-27", "2027-03-28")));
}

#[test]
fn an_hour_that_comes_twice_can_be_the_second_one() {
    let at_two = json!({"date": {"from": "2027-10-31", "until": "2027-10-31"}, "hour": {"from": 2, "until": 3}});
    // 02:00 to 03:00 is from 00:00 to 01:00 UTC, and again from 01:00 to 02:00 UTC.
    assert!(!never_holds(valid(
        &at_two,
        "2027-10-31T01:30:00Z",
        "2027-10-31T01:45:00Z"
    )));
    assert!(!never_holds(valid(
        &at_two,
        "2027-10-31T00:30:00Z",
        "2027-10-31T00:45:00Z"
    )));
    assert!(never_holds(valid(
        &at_two,
        "2027-10-31T02:00:00Z",
        "2027-10-31T12:00:00Z"
    )));
}

#[test]
fn a_day_begins_and_ends_by_the_clock_of_its_season() {
    let first_of = |day: &str| json!({"date": {"from": day, "until": day}});
    assert!(never_holds(valid(
        &first_of("2027-01-01"),
        "2026-12-30T00:00:00Z",
        "2026-12-31T23:00:00Z"
    )));
    assert!(!never_holds(valid(
        &first_of("2027-01-01"),
        "2026-12-30T00:00:00Z",
        "2026-12-31T23:00:01Z"
    )));
    assert!(never_holds(valid(
        &first_of("2027-07-01"),
        "2027-06-29T00:00:00Z",
        "2027-06-30T22:00:00Z"
    )));
    assert!(!never_holds(valid(
        &first_of("2027-07-01"),
        "2027-06-29T00:00:00Z",
        "2027-06-30T22:00:01Z"
    )));
    assert!(never_holds(valid(
        &first_of("2027-07-01"),
        "2027-07-01T22:00:00Z",
        "2027-07-02T00:00:00Z"
    )));
}

#[test]
fn a_weekday_in_a_short_validity() {
    let on_sunday = json!({"weekday": ["sun"], "hour": {"from": 23}});
    // Monday, 22 March 2027, 00:00 is Sunday, 23:00 UTC.
    assert!(never_holds(valid(
        &on_sunday,
        "2027-03-21T23:00:00Z",
        "2027-03-28T21:00:00Z"
    )));
    assert!(!never_holds(valid(
        &on_sunday,
        "2027-03-21T23:00:00Z",
        "2027-03-28T21:00:01Z"
    )));
}

#[test]
fn far_ends_are_forever() {
    let mut forever = rule("forever", &json!({"weekday": ["sun"]}), &json!({}));
    (forever.valid_from, forever.valid_until) = (
        Some(DateTime::<Utc>::MIN_UTC),
        Some(DateTime::<Utc>::MAX_UTC),
    );
    assert!(!never_holds(forever.clone()));
    forever.valid_until = Some(DateTime::<Utc>::MIN_UTC);
    assert!(never_holds(forever));
}
