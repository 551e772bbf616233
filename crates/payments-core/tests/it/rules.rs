//! Rules: the meaning of each part of a condition, and of each effect.

use payments_core::listing::list;
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::{Context, Purchase};
use payments_core::rules::Condition;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::oracle::lines;
use crate::shop::{at, item, lira, now, purchase, rule, ruled, slug};
use crate::strategies::any_when;

/// `card count` of every plan that is offered under one rule.
fn offered(when: &Value, then: &Value, purchase: &Purchase, moment: Moment) -> Vec<String> {
    let catalog = ruled(vec![rule("the-rule", when, then)]);
    let listing = list(&catalog, purchase, moment, Rounding::Up);
    lines(&listing)
        .into_iter()
        .map(|line| format!("{} {}", line.0, line.2))
        .collect()
}

/// Whether a condition that tests only the purchase holds: then everything is excluded.
fn holds(when: &Value, purchase: &Purchase, moment: Moment) -> bool {
    let offered = offered(when, &json!({"exclude": true}), purchase, moment);
    assert!([0, 18].contains(&offered.len()), "excludes all or nothing");
    offered.is_empty()
}

/// Asserts which of two purchases a condition matches.
#[track_caller]
fn distinguishes(when: &Value, met: &Purchase, not_met: &Purchase) {
    assert!(holds(when, met, now()), "{when} has to hold");
    assert!(!holds(when, not_met, now()), "{when} must not hold");
}

#[test]
fn an_empty_condition_always_holds() {
    assert!(holds(&json!({}), &purchase(1), now()));
}

#[test]
fn amounts_are_inclusive_at_both_ends() {
    let when = json!({"amount": {"min": "100", "max": 200.50}});
    distinguishes(&when, &purchase(10_000), &purchase(9_999));
    distinguishes(&when, &purchase(20_050), &purchase(20_051));
}

#[test]
fn amounts_are_in_the_purchases_currency_unless_one_is_named() {
    let in_yen = Purchase {
        amount: Money::new(100, Currency::JPY),
        ..purchase(1)
    };
    distinguishes(&json!({"amount": {"min": "100"}}), &in_yen, &purchase(100));
    distinguishes(
        &json!({"amount": {"currency": "JPY"}}),
        &in_yen,
        &purchase(100),
    );
    distinguishes(
        &json!({"currency": ["USD", "JPY"]}),
        &in_yen,
        &purchase(100),
    );
}

#[test]
fn contexts_and_states_are_distinguished() {
    let product = Purchase {
        context: Context::Product,
        state: None,
        ..purchase(1)
    };
    distinguishes(
        &json!({"context": ["pre-order", "product"]}),
        &product,
        &purchase(1),
    );
    distinguishes(&json!({"basket_state": ["open"]}), &purchase(1), &product);
    distinguishes(
        &json!({"not": {"basket_state": ["open"]}}),
        &product,
        &purchase(1),
    );
}

#[test]
fn a_category_matches_itself_and_its_descendants() {
    let with = |path: &str| Purchase {
        items: vec![item(&[path], &[])],
        ..purchase(1)
    };
    let when = json!({"category": ["electronics/phones"]});
    distinguishes(&when, &with("electronics/phones"), &with("electronics"));
    distinguishes(
        &when,
        &with("electronics/phones/used"),
        &with("electronics/phones-used"),
    );
}

#[test]
fn attributes_are_compared_as_text_on_one_item() {
    let attributes = [
        ("refurbished", json!(true)),
        ("storage", json!(128)),
        ("price-factor", json!(1.5)),
    ];
    let phone = Purchase {
        items: vec![item(&["phones"], &attributes)],
        ..purchase(1)
    };
    let parted = Purchase {
        items: attributes
            .iter()
            .map(|one| item(&["phones"], std::slice::from_ref(one)))
            .collect(),
        ..purchase(1)
    };
    distinguishes(
        &json!({"attribute": {"refurbished": ["true"]}}),
        &phone,
        &purchase(1),
    );
    distinguishes(
        &json!({"attribute": {"storage": ["64", "128"]}}),
        &phone,
        &purchase(1),
    );
    distinguishes(
        &json!({"attribute": {"price-factor": ["1.5"]}}),
        &phone,
        &purchase(1),
    );
    assert!(!holds(
        &json!({"attribute": {"storage": ["128.0"]}}),
        &phone,
        now()
    ));
    let new = Purchase {
        items: vec![item(&["phones"], &[("refurbished", json!(false))])],
        ..purchase(1)
    };
    for (value, met, not_met) in [("true", &phone, &new), ("false", &new, &phone)] {
        distinguishes(
            &json!({"attribute": {"refurbished": [value]}}),
            met,
            not_met,
        );
    }
    let both = json!({"attribute": {"refurbished": ["true"], "storage": ["128"]}});
    distinguishes(&both, &phone, &parted);
}

#[test]
fn an_item_test_must_match_on_one_item() {
    let refurbished = [("refurbished", json!("true"))];
    let one = Purchase {
        items: vec![item(&["phones"], &refurbished)],
        ..purchase(1)
    };
    let two = Purchase {
        items: vec![item(&["phones"], &[]), item(&["books"], &refurbished)],
        ..purchase(1)
    };
    let category = json!(["phones"]);
    let attribute = json!({"refurbished": ["true"]});
    distinguishes(
        &json!({"item": {"category": category, "attribute": attribute}}),
        &one,
        &two,
    );
    assert!(holds(
        &json!({"category": category, "attribute": attribute}),
        &two,
        now()
    ));
}

#[test]
fn items_are_counted_by_their_quantities() {
    let mut three = purchase(1);
    three.items[0].quantity = 2;
    three.items.push(item(&[], &[]));
    distinguishes(
        &json!({"item_count": {"min": 3, "max": 3}}),
        &three,
        &purchase(1),
    );
}

#[test]
fn segments_match_a_customer_in_one_of_them() {
    let vip = Purchase {
        customer_segments: vec![slug("vip")],
        ..purchase(1)
    };
    distinguishes(
        &json!({"customer_segment": ["staff", "vip"]}),
        &vip,
        &purchase(1),
    );
}

#[test]
fn dates_weekdays_and_hours_are_those_of_the_shops_clock() {
    // 21:30 UTC on Saturday is half past midnight on Sunday in the shop.
    let moment = at("2026-11-21T21:30:00Z");
    let holds = |when: Value| holds(&when, &purchase(1), moment);
    assert!(holds(
        json!({"date": {"from": "2026-11-22", "until": "2026-11-22"}})
    ));
    assert!(!holds(json!({"date": {"until": "2026-11-21"}})));
    assert!(holds(json!({"weekday": ["sat", "sun"]})) && !holds(json!({"weekday": ["sat"]})));
    assert!(
        holds(json!({"hour": {"from": 0, "until": 1}})) && !holds(json!({"hour": {"from": 1}}))
    );
}

#[test]
fn validity_begins_with_its_instant_and_ends_before_it() {
    let mut dated = rule("dated", &json!({}), &json!({"exclude": true}));
    dated.valid_from = Some(at("2026-11-01T00:00:00Z").utc);
    dated.valid_until = Some(at("2026-12-01T00:00:00Z").utc);
    let catalog = ruled(vec![dated]);
    let is_excluded = |utc: &str| list(&catalog, &purchase(1), at(utc), Rounding::Up).is_empty();
    assert!(!is_excluded("2026-10-31T23:59:59.999Z"));
    assert!(is_excluded("2026-11-01T00:00:00Z"));
    assert!(is_excluded("2026-11-30T23:59:59.999Z"));
    assert!(!is_excluded("2026-12-01T00:00:00Z"));
}

#[test]
fn inactive_rules_do_nothing() {
    let mut off = rule("off", &json!({}), &json!({"exclude": true}));
    off.is_active = false;
    let catalog = ruled(vec![off]);
    assert_eq!(list(&catalog, &purchase(1), now(), Rounding::Up).len(), 3);
}

#[test]
fn cards_are_distinguished_by_bank_type_slug_and_payment_type() {
    let cards_left = |when: Value| {
        let offered = offered(&when, &json!({"exclude": true}), &purchase(1), now());
        let singles = offered.iter().filter_map(|line| line.strip_suffix(" 1"));
        singles.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(cards_left(json!({"bank": ["garanti"]})), ["axess-card"]);
    assert_eq!(
        cards_left(json!({"card_type": ["axess"]})),
        ["bonus-card", "garanti-debit"]
    );
    assert_eq!(
        cards_left(json!({"card": ["bonus-card"]})),
        ["axess-card", "garanti-debit"]
    );
    assert_eq!(
        cards_left(json!({"card_payment_type": ["debit"]})),
        ["bonus-card", "axess-card"]
    );
    assert_eq!(
        cards_left(json!({"not": {"bank": ["akbank"]}})),
        ["axess-card"]
    );
    assert!(cards_left(json!({"payment_option": ["credit-card"]})).is_empty());
}

#[test]
fn unknown_slugs_never_match() {
    for when in [
        json!({"bank": ["unknown"]}),
        json!({"card": ["unknown"]}),
        json!({"card_type": ["unknown"]}),
        json!({"payment_option": ["unknown"]}),
    ] {
        assert_eq!(
            offered(&when, &json!({"exclude": true}), &purchase(1), now()).len(),
            18
        );
    }
}

#[test]
fn levels_may_be_mixed_under_any() {
    let when = json!({"any": [
        {"bank": ["akbank"], "amount": {"min": 10}},
        {"installment_count": {"min": 9}},
        {"category": ["furniture"]},
    ]});
    let exclude = json!({"exclude": true});
    let small = offered(&when, &exclude, &purchase(999), now());
    assert_eq!(small.len(), 12);
    let large = offered(&when, &exclude, &purchase(1_000), now());
    assert_eq!(large.len(), 8);
    assert!(large.iter().all(|line| !line.starts_with("axess-card")));
    let furniture = Purchase {
        items: vec![item(&["furniture/beds"], &[])],
        ..purchase(1)
    };
    assert!(offered(&when, &exclude, &furniture, now()).is_empty());
}

#[test]
fn a_cap_keeps_smaller_counts_and_the_lowest_cap_wins() {
    let debit = offered(
        &json!({"card_payment_type": ["debit"]}),
        &json!({"cap_installments": 1}),
        &purchase(1),
        now(),
    );
    assert_eq!(
        debit
            .iter()
            .filter(|line| line.starts_with("garanti-debit"))
            .count(),
        1
    );
    let catalog = ruled(vec![
        rule("nine", &json!({}), &json!({"cap_installments": 9})),
        rule("three", &json!({}), &json!({"cap_installments": 3})),
    ]);
    assert_eq!(
        list(&catalog, &purchase(1), now(), Rounding::Up).plan_count(),
        9
    );
}

#[test]
fn a_minimum_installment_is_inclusive_and_keeps_the_single_payment() {
    let then = json!({"minimum_installment_amount": "34.34"});
    // 100.00 TRY: two installments of 51.00, three of 34.34, six of 17.67.
    let offered = offered(
        &json!({"card": ["bonus-card"]}),
        &then,
        &purchase(10_000),
        now(),
    );
    assert_eq!(
        offered[..4],
        [
            "bonus-card 1",
            "bonus-card 2",
            "bonus-card 3",
            "axess-card 1"
        ]
    );
}

#[test]
fn the_lowest_replaced_rate_wins_even_over_a_lower_own_rate() {
    let when = json!({"installment_count": {"min": 3, "max": 3}});
    let catalog = ruled(vec![
        rule("four", &when, &json!({"replace_rate": "4"})),
        rule("five", &when, &json!({"replace_rate": 5})),
    ]);
    let listing = list(&catalog, &purchase(10_000), now(), Rounding::Up);
    let first = listing.offers().next().unwrap();
    let totals: Vec<Money> = first
        .plans
        .iter()
        .map(|plan| plan.quote.total_amount())
        .collect();
    assert_eq!(totals[1..4], [lira(10_200), lira(10_400), lira(10_600)]);
}

proptest! {
    #[test]
    fn every_condition_round_trips_through_json(when in any_when()) {
        let condition = Condition::from_json(&when).unwrap();
        let again = Condition::from_json(&condition.to_json()).unwrap();
        prop_assert_eq!(&again, &condition);
        let by_serde: Condition =
            serde_json::from_str(&serde_json::to_string(&condition).unwrap()).unwrap();
        prop_assert_eq!(by_serde, condition);
    }
}
