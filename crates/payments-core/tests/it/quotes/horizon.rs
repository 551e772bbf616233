//! How long a quote holds.

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::money::Rounding;
use payments_core::quotes::{Choice, NotQuoted, Period, quote_plan};
use proptest::prelude::*;
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
            let is_same = |minutes: &i64| at_minute(*minutes, 0).is_some_and(|then| {
                then.figures == quoted.figures
                    && then.rate == quoted.rate
                    && then.payment_option.pk == quoted.payment_option.pk
            });
            let minutes = (0..90).find(|minutes| !is_same(minutes)).unwrap_or(90);
            prop_assert_eq!(quoted.expires_at, moment.utc + TimeDelta::minutes(minutes));
        }
    }
}
