//! How long a listing stays valid as time passes.

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::listing::list;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::oracle::lines;
use crate::shop::{at, catalog, now, rule, ruled};
use crate::strategies::{any_purchase, any_rules, any_store};

/// The moment later by `by`.
fn later(moment: Moment, by: TimeDelta) -> Moment {
    Moment {
        utc: moment.utc + by,
        local: moment.local + by,
    }
}

fn instant(utc: &str) -> DateTime<Utc> {
    at(utc).utc
}

#[test]
fn a_listing_without_time_dependent_rules_stays_valid() {
    let when =
        json!({"amount": {"min": "100"}, "any": [{"context": ["basket"]}, {"bank": ["garanti"]}]});
    let catalog = ruled(vec![rule("the-rule", &when, &json!({"exclude": true}))]);
    assert_eq!(catalog.holds_until(now().utc), None);
}

#[test]
fn a_listing_stays_valid_until_a_rule_begins_or_ends() {
    let mut campaign = rule("campaign", &json!({}), &json!({"exclude": true}));
    campaign.valid_from = Some(instant("2026-11-22T11:30:00.000001Z"));
    campaign.valid_until = Some(instant("2026-11-29T21:00:00Z"));
    let catalog = ruled(vec![campaign.clone()]);
    let (begin, end) = (campaign.valid_from, campaign.valid_until);
    assert_eq!(catalog.holds_until(now().utc), begin);
    assert_eq!(catalog.holds_until(begin.unwrap()), end);
    assert_eq!(catalog.holds_until(end.unwrap()), None);
}

#[test]
fn a_listing_stays_valid_for_a_quarter_of_an_hour_if_a_rule_tests_the_day_or_hour() {
    let asked = [
        json!({"date": {"from": "2026-12-01"}}),
        json!({"weekday": ["mon"]}),
        json!({"hour": {"from": 20}}),
        json!({"not": {"any": [{"hour": {"from": 20}}, {"currency": ["TRY"]}]}}),
        json!({"any": [{"weekday": ["mon"], "currency": ["TRY"]}, {"bank": ["garanti"]}]}),
    ];
    let check = |when: &Value| {
        let catalog = ruled(vec![rule("the-rule", when, &json!({"exclude": true}))]);
        for (now, until) in [
            ("2026-11-22T11:30:00Z", "2026-11-22T11:45:00Z"),
            ("2026-11-22T11:44:59.999Z", "2026-11-22T11:45:00Z"),
            ("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
        ] {
            let holds_until = catalog.holds_until(instant(now));
            assert_eq!(holds_until, Some(instant(until)), "{when} at {now}");
        }
    };
    asked.iter().for_each(check);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_listing_does_not_change_while_it_is_valid(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
        minutes in 1_i64..10_000,
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let latest = catalog.holds_until(moment.utc).map_or(TimeDelta::MAX, |until| {
            until - moment.utc - TimeDelta::microseconds(1)
        });
        prop_assert!(latest >= TimeDelta::zero());
        let then = later(moment, TimeDelta::minutes(minutes).min(latest));
        let listed = |moment| lines(&list(&catalog, &purchase, moment, Rounding::Up));
        prop_assert_eq!(listed(then), listed(moment));
    }
}
