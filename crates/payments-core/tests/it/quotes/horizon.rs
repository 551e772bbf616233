//! How long a quote holds.

use std::cell::Cell;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::quotes::{Choice, NotQuoted, Period, QuotedPlan, quote_plan};
use payments_core::rules::Rule;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{card, described, in_shop, of_token, quote};
use crate::shop::{at, bins, catalog, count, now, parts, purchase, rule, ruled};
use crate::strategies::{any_purchase, any_rules, any_store};

fn instant(utc: &str) -> DateTime<Utc> {
    at(utc).utc
}

/// When a quote of 14:30 in the shop, for at most a quarter of an hour, expires.
fn expiry(when: &Value, valid: Option<&str>, then: &Value) -> DateTime<Utc> {
    let mut rule = rule("the-rule", when, then);
    rule.valid_until = valid.map(instant);
    let catalog = ruled(vec![rule]);
    quote(&catalog, &purchase(1_949), 1, 3).unwrap().expires_at
}

#[test]
fn a_rule_that_ends_within_the_lifetime_shortens_it() {
    let rate = json!({"replace_rate": 1});
    let end = Some("2026-11-22T11:40:07.9Z");
    let whole = instant("2026-11-22T11:45:00Z");
    assert_eq!(expiry(&json!({}), None, &rate), whole);
    let cut = instant("2026-11-22T11:40:07Z");
    assert_eq!(expiry(&json!({}), end, &rate), cut, "in whole seconds");
    // The rules end, but the plan stays the same: another card, another count, another amount, no effect on it.
    for (when, then) in [
        (json!({"bank": ["akbank"]}), &rate),
        (json!({"installment_count": {"min": 6}}), &rate),
        (json!({"amount": {"min": "1000"}}), &rate),
        (json!({}), &json!({"cap_installments": 9})),
        (json!({}), &json!({"replace_rate": 3})),
        (json!({}), &json!({"replace_rate": 9})),
    ] {
        let expected = if then["replace_rate"] == 9 {
            cut
        } else {
            whole
        };
        assert_eq!(expiry(&when, end, then), expected, "{when} {then}");
    }
}

#[test]
fn the_end_of_a_saved_card_shortens_the_lifetime() {
    let mut parts = parts();
    parts.cards[0].bins = bins(&["552879"]);
    let catalog = catalog(parts);
    let selection = of_token(&catalog, "552879", 1);
    let choice = Choice::of_selection(&selection, Some(card(1)), count(3));
    let expiry = |now| {
        let period = Period::new(instant(now), TimeDelta::minutes(40));
        let purchase = purchase(1_949);
        let quoted = quote_plan(&catalog, &purchase, &choice, Rounding::Up, period, in_shop);
        quoted.map(|quoted| quoted.expires_at)
    };
    // Midnight in the shop.
    let end = instant("2026-11-30T21:00:00Z");
    assert_eq!(expiry("2026-11-30T20:20:00Z"), Ok(end));
    assert_eq!(expiry("2026-11-30T20:20:01Z"), Ok(end));
    let whole = instant("2026-11-30T20:59:59Z");
    assert_eq!(expiry("2026-11-30T20:19:59Z"), Ok(whole));
    let Err(NotQuoted::NotOffered(reasons)) = expiry("2026-11-30T21:00:00Z") else {
        panic!("the card has expired");
    };
    assert_eq!(described(&reasons), ["purchase: saved_card_expired"]);
}

#[test]
fn an_hour_or_day_shortens_the_lifetime_only_when_it_changes_the_plan() {
    let exclude = json!({"exclude": true});
    let late = |when: &Value| {
        let catalog = ruled(vec![rule("the-rule", when, &exclude)]);
        let choice = Choice::of_card(card(1), count(3));
        let period = Period::new(instant("2026-11-22T20:50:00Z"), TimeDelta::minutes(15));
        let purchase = purchase(1_949);
        let quoted = quote_plan(&catalog, &purchase, &choice, Rounding::Up, period, in_shop);
        quoted.unwrap().expires_at
    };
    let midnight = instant("2026-11-22T21:00:00Z");
    let whole = instant("2026-11-22T21:05:00Z");
    assert_eq!(late(&json!({"weekday": ["mon"]})), midnight);
    assert_eq!(late(&json!({"date": {"from": "2026-11-23"}})), midnight);
    assert_eq!(late(&json!({"hour": {"from": 0, "until": 1}})), midnight);
    assert_eq!(late(&json!({"weekday": ["tue"]})), whole);
    assert_eq!(
        late(&json!({"weekday": ["mon"], "bank": ["akbank"]})),
        whole
    );
    assert_eq!(late(&json!({"hour": {"from": 12, "until": 14}})), whole);
}

#[test]
fn a_long_lifetime_with_many_instants_ends_early_rather_than_late() {
    let when = json!({"weekday": ["wed"]});
    let catalog = ruled(vec![rule("wednesday", &when, &json!({"exclude": true}))]);
    let choice = Choice::of_card(card(1), count(3));
    let period = Period::new(now().utc, TimeDelta::days(30));
    let purchase = purchase(1_949);
    let quoted = quote_plan(&catalog, &purchase, &choice, Rounding::Up, period, in_shop);
    let expires_at = quoted.unwrap().expires_at;
    assert!(expires_at > now().utc + TimeDelta::hours(24));
    assert!(
        expires_at < instant("2026-11-24T21:00:00Z"),
        "before Wednesday"
    );
}

/// Whether two quotes promise the same.
fn is_same(one: &QuotedPlan<'_>, other: &QuotedPlan<'_>) -> bool {
    one.figures == other.figures
        && one.rate == other.rate
        && one.payment_option.pk == other.payment_option.pk
}

/// The beginning and the end of daylight-saving time in Berlin.
const CHANGES: [&str; 2] = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"];

fn in_berlin(utc: DateTime<Utc>) -> Moment {
    let [begin, end] = CHANGES.map(instant);
    let hours = if (begin..end).contains(&utc) { 2 } else { 1 };
    Moment {
        utc,
        local: (utc + TimeDelta::hours(hours)).naive_utc(),
    }
}

#[test]
fn an_hour_that_daylight_saving_time_skips_shortens_nothing() {
    let expires_at = |from: u8, start: &str| {
        let when = json!({"hour": {"from": from, "until": from + 1}});
        let catalog = ruled(vec![rule("the-rule", &when, &json!({"exclude": true}))]);
        let choice = Choice::of_card(card(1), count(3));
        let period = Period::new(instant(start), TimeDelta::minutes(15));
        let purchase = purchase(1_949);
        let quoted = quote_plan(
            &catalog,
            &purchase,
            &choice,
            Rounding::Up,
            period,
            in_berlin,
        );
        quoted.unwrap().expires_at
    };
    let [begin, end] = CHANGES.map(instant);
    // 01:55 in winter is followed by 03:00 in summer.
    let whole = instant("2026-03-29T01:10:00Z");
    assert_eq!(expires_at(2, "2026-03-29T00:55:00Z"), whole);
    assert_eq!(expires_at(3, "2026-03-29T00:55:00Z"), begin);
    // 02:55 in summer is followed by 02:00 in winter.
    let whole = instant("2026-10-25T01:10:00Z");
    assert_eq!(expires_at(3, "2026-10-25T00:55:00Z"), whole);
    let before_two = expires_at(2, "2026-10-24T23:55:00Z");
    assert_eq!(before_two, end - TimeDelta::hours(1));
}

/// Rules that test the clock of the day of a change, with different effects.
fn clock_rules() -> impl Strategy<Value = Vec<Rule>> {
    let when = prop_oneof![
        4 => (0_u8..6, 1_u8..4).prop_map(|(from, hours)| {
            json!({"hour": {"from": from, "until": from + hours}})
        }),
        1 => prop::sample::select(vec!["sat", "sun", "mon"]).prop_map(|day| json!({"weekday": [day]})),
        1 => prop::sample::select(vec!["2026-03-29", "2026-10-25"])
            .prop_map(|day| json!({"date": {"from": day, "until": day}})),
    ];
    let when = prop_oneof![
        2 => when.clone(),
        1 => when.clone().prop_map(|when| json!({"not": when})),
        1 => (when.clone(), when).prop_map(|(one, other)| json!({"all": [one, other]})),
    ];
    let when = (when, any::<bool>()).prop_map(|(mut when, is_of_other_bank)| {
        if is_of_other_bank {
            when["bank"] = json!(["akbank"]);
        }
        when
    });
    let then = prop_oneof![
        Just(json!({"exclude": true})),
        Just(json!({"cap_installments": 2})),
        Just(json!({"cap_installments": 6})),
        (-3_i32..4).prop_map(|rate| json!({"replace_rate": rate})),
    ];
    prop::collection::vec((when, then), 1..5).prop_map(|drafts| {
        let named = drafts.iter().enumerate();
        named
            .map(|(at, (when, then))| rule(&format!("rule-{at}"), when, then))
            .collect()
    })
}

/// Around both changes of the clock, at any second.
#[test]
fn a_quote_holds_at_any_instant_before_it_expires_and_is_shortened_only_by_a_change() {
    let (shortened, whole) = (Cell::new(0_u32), Cell::new(0_u32));
    let cases = (
        clock_rules(),
        prop::sample::select(CHANGES.to_vec()),
        -14_400_i64..7_200,
        1_i64..14_400,
        prop::collection::vec(0_i64..1_000_000, 12),
    );
    let holds =
        |(rules, change, offset, lifetime, parts): (Vec<Rule>, &str, i64, i64, Vec<i64>)| {
            let catalog = ruled(rules);
            let (choice, purchase) = (Choice::of_card(card(1), count(3)), purchase(1_949));
            let start = instant(change) + TimeDelta::seconds(offset);
            let quoted_at = |at, lifetime| {
                let period = Period::new(at, lifetime);
                quote_plan(
                    &catalog,
                    &purchase,
                    &choice,
                    Rounding::Up,
                    period,
                    in_berlin,
                )
                .ok()
            };
            let Some(quoted) = quoted_at(start, TimeDelta::seconds(lifetime)) else {
                return Ok(());
            };
            let holds_at =
                |at| quoted_at(at, TimeDelta::zero()).is_some_and(|then| is_same(&then, &quoted));
            let length = (quoted.expires_at - start).num_milliseconds();
            for part in parts {
                let at = start + TimeDelta::milliseconds(length * part / 1_000_000);
                prop_assert!(holds_at(at), "another plan at {at}");
            }
            let last = quoted.expires_at - TimeDelta::milliseconds(1);
            prop_assert!(holds_at(last), "another plan at {last}");
            let end = start + TimeDelta::seconds(lifetime);
            let counter = if quoted.expires_at < end {
                prop_assert!(!holds_at(quoted.expires_at), "shortened needlessly");
                &shortened
            } else {
                prop_assert_eq!(quoted.expires_at, end);
                &whole
            };
            counter.set(counter.get() + 1);
            Ok(())
        };
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2_000));
    runner.run(&cases, holds).unwrap();
    // About 260 are shortened, with a standard deviation of 15.
    assert!(shortened.get() > 100, "{} are shortened", shortened.get());
    assert!(whole.get() > 100, "{} are not", whole.get());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The slow way: the quote of every minute.
    #[test]
    fn a_quote_holds_until_the_first_minute_with_another_plan(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
        which in 1_i64..=3,
        installments in prop::sample::select(vec![1_u8, 3, 6]),
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let choice = Choice::of_card(card(which), count(installments));
        let at_minute = |minutes: i64, lifetime: i64| {
            let start = moment.utc + TimeDelta::minutes(minutes);
            let period = Period::new(start, TimeDelta::minutes(lifetime));
            quote_plan(&catalog, &purchase, &choice, Rounding::Up, period, in_shop).ok()
        };
        if let Some(quoted) = at_minute(0, 90) {
            let holds_at = |minutes: &i64| {
                at_minute(*minutes, 0).is_some_and(|then| is_same(&then, &quoted))
            };
            let minutes = (0..90).find(|minutes| !holds_at(minutes)).unwrap_or(90);
            prop_assert_eq!(quoted.expires_at, moment.utc + TimeDelta::minutes(minutes));
        }
    }
}
