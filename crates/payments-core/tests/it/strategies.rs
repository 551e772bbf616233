//! Random rules, stores and purchases, over a vocabulary small enough that they often match.

use payments_core::catalog::{CatalogParts, PaymentType};
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money};
use payments_core::purchase::{Context, Purchase};
use payments_core::rules::Rule;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::shop::{at, card, item, parts, payment_option, pos, rule, slug};

/// Conditions as JSON.
pub(crate) fn any_when() -> impl Strategy<Value = Value> {
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
        select(&["option-1", "option-2", "unknown"])
            .prop_map(|one| json!({"payment_option": [one]})),
        select(&["garanti", "akbank", "unknown"]).prop_map(|one| json!({"bank": [one]})),
        select(&["bonus", "axess"]).prop_map(|one| json!({"card_type": [one]})),
        select(&["bonus-card", "axess-card", "garanti-debit"])
            .prop_map(|one| json!({"card": [one]})),
        select(&["credit", "debit"]).prop_map(|one| json!({"card_payment_type": [one]})),
        any::<bool>().prop_map(|is_commercial| json!({"commercial": is_commercial})),
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
        (-10_i32..10).prop_map(|rate| json!({"replace_rate": rate})),
        Just(json!({"cap_installments": 6, "replace_rate": "0.5"})),
        Just(json!({})),
    ]
}

/// More cards and payment options than a word of a set of positions holds.
const MANY: u8 = 70;
/// More rules than two words of a set hold.
const MANY_RULES: u8 = 130;

/// Up to a dozen rules. Now and then [`MANY_RULES`] come before them: of the cards of [`with_many`], and others that never apply.
pub(crate) fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    prop_oneof![
        23 => few_rules(),
        1 => few_rules().prop_map(|rules| many_rules().chain(rules).collect()),
    ]
}

fn many_rules() -> impl Iterator<Item = Rule> {
    (0..MANY_RULES).map(|at| {
        let (when, then) = if at % 2 == 0 {
            let card = format!("many-{}", at / 2);
            (json!({"card": [card]}), json!({"replace_rate": at}))
        } else {
            let never = json!({"currency": ["EUR"], "bank": ["garanti", "akbank"]});
            (never, json!({"exclude": true}))
        };
        rule(&format!("many-{at:03}"), &when, &then)
    })
}

pub(crate) fn few_rules() -> impl Strategy<Value = Vec<Rule>> {
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

/// The small store with two points of sale, two credit-card options over one of them, and inactive parts. Now and then with many
/// more cards and options.
pub(crate) fn any_store() -> impl Strategy<Value = CatalogParts> {
    prop_oneof![23 => any_small_store(), 1 => any_small_store().prop_map(with_many)]
}

/// Adds a point of sale with [`MANY`] cards and payment options, which come first.
fn with_many(mut parts: CatalogParts) -> CatalogParts {
    let pos_key = 9;
    parts.pos.push(pos(pos_key, "sandbox"));
    for at in 0..MANY {
        let (key, name) = (1_000 + i64::from(at), format!("many-{at}"));
        let mut option = payment_option(key, &name, PaymentType::CreditCard, pos_key);
        option.sort_order = -1;
        parts.payment_options.push(option);
        let mut card = card(key, &name, 1, 1, pos_key);
        card.sort_order = -1;
        card.installments.truncate(1);
        parts.cards.push(card);
    }
    parts
}

pub(crate) fn any_small_store() -> impl Strategy<Value = CatalogParts> {
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

/// A purchase at a moment around the boundaries that the conditions test.
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
        // Most are everyday amounts; some are so large that totals do not fit.
        prop_oneof![9 => -10_i64..30_000, 1 => i64::MAX - 30_000..=i64::MAX],
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
