//! Rules: what each part of a condition means, what each effect does, and any rules at all for the property tests.

use payments_core::catalog::{CatalogParts, PaymentType};
use payments_core::listing::{Listing, list};
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::{Context, Purchase};
use payments_core::rules::Rule;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::naive::Line;
use crate::shop::{at, item, lira, now, parts, payment_option, pos, purchase, rule, ruled, slug};

/// The offered plans, one line each.
pub(crate) fn lines(listing: &Listing<'_>) -> Vec<Line> {
    let line = |offer: payments_core::listing::CardOffer<'_, '_>| {
        let (card, option) = (
            offer.card.slug.to_string(),
            offer.payment_option.slug.to_string(),
        );
        let plans = offer.plans.iter().map(move |plan| {
            let total = plan.quote.total_amount().minor;
            (
                card.clone(),
                option.clone(),
                plan.plan.installment_count.get(),
                plan.rate,
                total,
            )
        });
        plans.collect::<Vec<_>>()
    };
    listing.offers().flat_map(line).collect()
}

/// `card count` of every offered plan under one rule.
fn offered(when: &Value, then: &Value, purchase: &Purchase, moment: Moment) -> Vec<String> {
    let catalog = ruled(vec![rule("the-rule", when, then)]);
    let listing = list(&catalog, purchase, moment, Rounding::Up).unwrap();
    lines(&listing)
        .into_iter()
        .map(|line| format!("{} {}", line.0, line.2))
        .collect()
}

/// Whether a condition that looks at nothing but the purchase holds: then everything is excluded.
fn holds(when: &Value, purchase: &Purchase, moment: Moment) -> bool {
    let offered = offered(when, &json!({"exclude": true}), purchase, moment);
    assert!([0, 18].contains(&offered.len()), "excludes all or nothing");
    offered.is_empty()
}

/// Asserts on which of two purchases a condition holds.
#[track_caller]
fn tells_apart(when: &Value, met: &Purchase, not_met: &Purchase) {
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
    tells_apart(&when, &purchase(10_000), &purchase(9_999));
    tells_apart(&when, &purchase(20_050), &purchase(20_051));
}

#[test]
fn amounts_mean_the_purchases_own_currency_unless_one_is_named() {
    let in_yen = Purchase {
        amount: Money::new(100, Currency::JPY),
        ..purchase(1)
    };
    tells_apart(&json!({"amount": {"min": "100"}}), &in_yen, &purchase(100));
    tells_apart(
        &json!({"amount": {"currency": "JPY"}}),
        &in_yen,
        &purchase(100),
    );
    tells_apart(
        &json!({"currency": ["USD", "JPY"]}),
        &in_yen,
        &purchase(100),
    );
}

#[test]
fn contexts_and_states_are_told_apart() {
    let product = Purchase {
        context: Context::Product,
        state: None,
        ..purchase(1)
    };
    tells_apart(
        &json!({"context": ["pre-order", "product"]}),
        &product,
        &purchase(1),
    );
    tells_apart(&json!({"basket_state": ["open"]}), &purchase(1), &product);
    tells_apart(
        &json!({"not": {"basket_state": ["open"]}}),
        &product,
        &purchase(1),
    );
}

#[test]
fn a_category_holds_for_itself_and_what_is_below_it() {
    let with = |path: &str| Purchase {
        items: vec![item(&[path], &[])],
        ..purchase(1)
    };
    let when = json!({"category": ["electronics/phones"]});
    tells_apart(&when, &with("electronics/phones"), &with("electronics"));
    tells_apart(
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
    tells_apart(
        &json!({"attribute": {"refurbished": ["true"]}}),
        &phone,
        &purchase(1),
    );
    tells_apart(
        &json!({"attribute": {"storage": ["64", "128"]}}),
        &phone,
        &purchase(1),
    );
    tells_apart(
        &json!({"attribute": {"price-factor": ["1.5"]}}),
        &phone,
        &purchase(1),
    );
    assert!(!holds(
        &json!({"attribute": {"storage": ["128.0"]}}),
        &phone,
        now()
    ));
    let both = json!({"attribute": {"refurbished": ["true"], "storage": ["128"]}});
    tells_apart(&both, &phone, &parted);
}

#[test]
fn an_item_test_asks_one_item_for_everything() {
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
    tells_apart(
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
    tells_apart(
        &json!({"item_count": {"min": 3, "max": 3}}),
        &three,
        &purchase(1),
    );
}

#[test]
fn segments_hold_for_a_customer_in_one_of_them() {
    let vip = Purchase {
        customer_segments: vec![slug("vip")],
        ..purchase(1)
    };
    tells_apart(
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
    let is_excluded = |utc: &str| {
        list(&catalog, &purchase(1), at(utc), Rounding::Up)
            .unwrap()
            .is_empty()
    };
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
    assert_eq!(
        list(&catalog, &purchase(1), now(), Rounding::Up)
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn cards_are_told_apart_by_bank_type_slug_and_payment_type() {
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
fn slugs_nobody_has_are_never_met() {
    for when in [
        json!({"bank": ["nobody"]}),
        json!({"card": ["nobody"]}),
        json!({"card_type": ["nobody"]}),
        json!({"payment_option": ["nobody"]}),
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
fn a_cap_leaves_smaller_counts_and_the_lowest_cap_wins() {
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
        list(&catalog, &purchase(1), now(), Rounding::Up)
            .unwrap()
            .plan_count(),
        9
    );
}

#[test]
fn a_minimum_installment_is_inclusive_and_spares_the_single_payment() {
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
    let listing = list(&catalog, &purchase(10_000), now(), Rounding::Up).unwrap();
    let first = listing.offers().next().unwrap();
    let totals: Vec<Money> = first
        .plans
        .iter()
        .map(|plan| plan.quote.total_amount())
        .collect();
    assert_eq!(totals[1..4], [lira(10_200), lira(10_400), lira(10_600)]);
}

/// Conditions and effects over a small vocabulary, so that they often hold.
fn any_when() -> impl Strategy<Value = Value> {
    let select = |values: &'static [&'static str]| prop::sample::select(values);
    let leaf = prop_oneof![
        Just(json!({})),
        (0_u32..300).prop_map(|min| json!({"amount": {"min": min}})),
        (0_u32..300).prop_map(|max| json!({"amount": {"max": max, "currency": "TRY"}})),
        select(&["TRY", "JPY"]).prop_map(|code| json!({"currency": [code]})),
        select(&["basket", "pre-order", "product"]).prop_map(|one| json!({"context": [one]})),
        select(&["open", "held"]).prop_map(|state| json!({"basket_state": [state]})),
        select(&["phones", "phones/used", "books"]).prop_map(|one| json!({"category": [one]})),
        select(&["true", "7"]).prop_map(|text| json!({"attribute": {"a": [text]}})),
        select(&["true", "7"])
            .prop_map(|text| json!({"item": {"category": ["phones"], "attribute": {"a": [text]}}})),
        (0_u8..4, 0_u8..4).prop_map(|(one, other)| {
            json!({"item_count": {"min": one.min(other), "max": one.max(other)}})
        }),
        select(&["vip", "staff"]).prop_map(|one| json!({"customer_segment": [one]})),
        select(&["option-1", "option-2", "nobody"])
            .prop_map(|one| json!({"payment_option": [one]})),
        select(&["garanti", "akbank", "nobody"]).prop_map(|one| json!({"bank": [one]})),
        select(&["bonus", "axess"]).prop_map(|one| json!({"card_type": [one]})),
        select(&["bonus-card", "axess-card", "garanti-debit"])
            .prop_map(|one| json!({"card": [one]})),
        select(&["credit", "debit"]).prop_map(|one| json!({"card_payment_type": [one]})),
        (1_u8..13).prop_map(|min| json!({"installment_count": {"min": min}})),
        (1_u8..13).prop_map(|max| json!({"installment_count": {"max": max}})),
        (20_u8..26).prop_map(|from| json!({"date": {"from": format!("2026-11-{from}")}})),
        select(&["sat", "sun", "mon"]).prop_map(|day| json!({"weekday": [day]})),
        (0_u8..24).prop_map(|from| json!({"hour": {"from": from}})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let combined = (several.clone(), several, inner.clone());
        prop_oneof![
            combined.prop_map(|(all, any, not)| json!({"all": all, "any": any, "not": not})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|any| json!({"any": any})),
            inner.prop_map(|not| json!({"not": not})),
        ]
    })
}

fn any_then() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({"exclude": true})),
        (1_u8..13).prop_map(|cap| json!({"cap_installments": cap})),
        (0_u32..10_000).prop_map(|minimum| {
            let decimal = format!("{}.{:02}", minimum / 100, minimum % 100);
            json!({"minimum_installment_amount": decimal})
        }),
        (0_u32..10).prop_map(|rate| json!({"replace_rate": rate})),
        Just(json!({"cap_installments": 6, "replace_rate": "0.5"})),
        Just(json!({})),
    ]
}

/// Up to a dozen rules.
pub(crate) fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = (any_when(), any_then(), any::<u8>());
    prop::collection::vec(rule, 0..12).prop_map(|drafts| {
        let rules = drafts
            .iter()
            .enumerate()
            .map(|(index, (when, then, dice))| {
                let mut rule = rule_of(index, when, then);
                rule.is_active = *dice > 20;
                rule.valid_from = (*dice > 220).then(|| at("2026-11-21T21:00:00Z").utc);
                rule.valid_until = (dice % 16 == 0).then(|| at("2026-11-22T12:00:00Z").utc);
                rule
            });
        rules.collect()
    })
}

fn rule_of(index: usize, when: &Value, then: &Value) -> Rule {
    rule(&format!("rule-{index:02}"), when, then)
}

/// The small store with two points of sale, two credit-card options over one of them, and parts switched off.
pub(crate) fn any_store() -> impl Strategy<Value = CatalogParts> {
    prop::collection::vec(any::<u8>(), 16).prop_map(|dice| {
        let mut parts = parts();
        parts.pos.push(pos(2, "sandbox"));
        parts.payment_options = vec![
            payment_option(1, "option-1", PaymentType::CreditCard, 1),
            payment_option(2, "option-2", PaymentType::CreditCard, 1),
            payment_option(3, "option-3", PaymentType::CreditCard, 2),
            payment_option(4, "wallet", PaymentType::Masterpass, 1),
        ];
        let is_on = |at: usize| dice[at] > 25;
        parts.pos[1].is_active = is_on(0);
        for (at, option) in parts.payment_options.iter_mut().enumerate() {
            option.is_active = is_on(1 + at);
            option.sort_order = i64::from(dice[1 + at] % 3);
        }
        for (at, card) in parts.cards.iter_mut().enumerate() {
            card.is_active = is_on(5 + at);
            card.sort_order = i64::from(dice[5 + at] % 3);
            for (plan, bit) in card.installments.iter_mut().zip(0..) {
                plan.is_active = dice[8 + at] >> bit & 1 == 1 || dice[8 + at] > 100;
            }
        }
        if dice[11] > 128 {
            parts.cards[2].pos = parts.pos[1].pk;
        }
        parts
    })
}

/// A purchase at some moment around the edges the conditions ask for.
pub(crate) fn any_purchase() -> impl Strategy<Value = (Purchase, Moment)> {
    let item = (0_u32..3, 0_usize..4, 0_usize..5).prop_map(|(quantity, category, attribute)| {
        let category = ["phones", "phones/used", "books", "phones-used"][category];
        let value = [
            json!(true),
            json!("true"),
            json!(7),
            json!("7"),
            Value::Null,
        ];
        let mut item = item(&[category], &[("a", value[attribute].clone())]);
        item.quantity = quantity;
        item
    });
    let items = prop::collection::vec(item, 0..4);
    (
        -10_i64..30_000,
        items,
        0_usize..3,
        0_usize..3,
        any::<bool>(),
        0_i64..96,
    )
        .prop_map(|(minor, items, context, segment, is_yen, hours)| {
            let contexts = [Context::Basket, Context::PreOrder, Context::Product];
            let currency = if is_yen { Currency::JPY } else { Currency::TRY };
            let segments = [vec![], vec![slug("vip")], vec![slug("vip"), slug("staff")]];
            let states = [Some(slug("open")), Some(slug("held")), None];
            let purchase = Purchase {
                context: contexts[context],
                amount: Money::new(minor, currency),
                state: states[context].clone(),
                items,
                customer_segments: segments[segment].clone(),
            };
            let start = at("2026-11-20T12:00:00Z").utc;
            let utc = start + chrono::TimeDelta::hours(hours);
            (purchase, at(&utc.to_rfc3339()))
        })
}

proptest! {
    #[test]
    fn every_condition_survives_its_json(when in any_when()) {
        let condition = payments_core::rules::Condition::from_json(&when).unwrap();
        let again = payments_core::rules::Condition::from_json(&condition.to_json()).unwrap();
        prop_assert_eq!(&again, &condition);
        let by_serde: payments_core::rules::Condition =
            serde_json::from_str(&serde_json::to_string(&condition).unwrap()).unwrap();
        prop_assert_eq!(by_serde, condition);
    }
}
