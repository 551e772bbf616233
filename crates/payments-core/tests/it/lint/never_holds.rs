//! The ways in which a condition can contradict itself.

use payments_core::rules::lint::{FindingKind, Witness};
use serde_json::{Value, json};

use super::findings;
use crate::shop::{at, rule};

/// The tests of a condition that contradict each other; none if it can hold.
#[track_caller]
fn contradiction(when: &Value) -> Vec<String> {
    let found = findings(vec![rule("the-rule", when, &json!({}))]);
    let found = found
        .into_iter()
        .find(|finding| finding.kind == FindingKind::NeverHolds);
    match found.and_then(|finding| finding.witness) {
        Some(Witness::Tests { tests }) => tests,
        Some(other) => panic!("{other:?}"),
        None => Vec::new(),
    }
}

#[track_caller]
fn contradicts(when: &Value, tests: &[&str]) {
    assert_eq!(contradiction(when), tests, "{when}");
}

#[track_caller]
fn can_hold(when: &Value) {
    contradicts(when, &[]);
}

#[test]
fn ranges_of_amounts() {
    can_hold(&json!({"all": [{"amount": {"min": 10}}, {"amount": {"max": 10}}]}));
    contradicts(
        &json!({"all": [{"amount": {"min": 10}}, {"amount": {"max": "9.99"}}]}),
        &["/when/all/0/amount", "/when/all/1/amount"],
    );
    contradicts(&json!({"amount": {"max": 0}}), &["/when/amount"]);
    contradicts(
        &json!({"amount": {"min": "10.001", "max": "10.009", "currency": "TRY"}}),
        &["/when/amount"],
    );
    can_hold(&json!({"amount": {"min": "10.001", "max": "10.009"}}));
    can_hold(&json!({"amount": {"min": "10.001", "max": "10.009", "currency": "KWD"}}));
    contradicts(
        &json!({"amount": {"min": "10.001", "max": "10.009"}, "currency": ["JPY", "TRY"]}),
        &["/when/amount", "/when/currency"],
    );
    contradicts(
        &json!({"not": {"amount": {"min": "0.0001"}}}),
        &["/when/not"],
    );
}

#[test]
fn currencies() {
    contradicts(
        &json!({"amount": {"currency": "TRY"}, "currency": ["USD", "EUR"]}),
        &["/when/amount", "/when/currency"],
    );
    can_hold(&json!({"not": {"currency": ["TRY", "USD", "EUR", "GBP", "JPY"]}}));
    contradicts(
        &json!({"currency": ["TRY"], "not": {"currency": ["TRY", "USD"]}}),
        &["/when/currency", "/when/not"],
    );
}

#[test]
fn what_a_product_does_not_have() {
    let product = ["product"];
    contradicts(
        &json!({"context": product, "basket_state": ["open"]}),
        &["/when/context", "/when/basket_state"],
    );
    contradicts(
        &json!({"context": product, "customer_segment": ["vip"]}),
        &["/when/context", "/when/customer_segment"],
    );
    contradicts(
        &json!({"context": product, "item_count": {"min": 2}}),
        &["/when/context", "/when/item_count"],
    );
    can_hold(
        &json!({"context": product, "not": {"basket_state": ["open"]}, "item_count": {"max": 1}}),
    );
    contradicts(
        &json!({"context": product, "item": {"category": ["toys"], "attribute": {"size": ["7"]}}, "not": {"category": ["toys"]}}),
        &["/when/item", "/when/not"],
    );
    contradicts(
        &json!({"context": product, "all": [{"attribute": {"size": ["7"]}}, {"attribute": {"size": ["8"]}}]}),
        &[
            "/when/context",
            "/when/all/0/attribute",
            "/when/all/1/attribute",
        ],
    );
    can_hold(&json!({"all": [{"attribute": {"size": ["7"]}}, {"attribute": {"size": ["8"]}}]}));
}

#[test]
fn items() {
    contradicts(&json!({"item_count": {"max": 0}}), &["/when/item_count"]);
    contradicts(
        &json!({"category": ["toys/dolls"], "not": {"category": ["toys", "books"]}}),
        &["/when/category", "/when/not"],
    );
    can_hold(&json!({"category": ["toys"], "not": {"category": ["toys/dolls"]}}));
    can_hold(&json!({"category": ["toys", "toys/dolls"], "not": {"category": ["toys/dolls"]}}));
    can_hold(
        &json!({"category": ["toys"], "not": {"item": {"category": ["toys"], "attribute": {"size": ["7"]}}}}),
    );
    contradicts(
        &json!({"item": {"category": ["toys"], "attribute": {"size": ["7"]}}, "not": {"attribute": {"size": ["7", "8"]}}}),
        &["/when/item", "/when/not"],
    );
    contradicts(
        &json!({"item_count": {"max": 1}, "all": [{"attribute": {"size": ["7"]}}, {"attribute": {"size": ["8"]}}]}),
        &[
            "/when/item_count",
            "/when/all/0/attribute",
            "/when/all/1/attribute",
        ],
    );
}

#[test]
fn states_and_segments() {
    contradicts(
        &json!({"all": [{"basket_state": ["open", "held"]}, {"basket_state": ["paid"]}]}),
        &["/when/all/0/basket_state", "/when/all/1/basket_state"],
    );
    can_hold(&json!({"all": [{"customer_segment": ["vip"]}, {"customer_segment": ["staff"]}]}));
    contradicts(
        &json!({"customer_segment": ["vip"], "not": {"customer_segment": ["vip", "staff"]}}),
        &["/when/customer_segment", "/when/not"],
    );
}

#[test]
fn cards_of_the_catalog() {
    contradicts(
        &json!({"bank": ["akbank"], "card_type": ["bonus"]}),
        &["/when/bank", "/when/card_type"],
    );
    contradicts(
        &json!({"bank": ["akbank"], "card_payment_type": ["debit"]}),
        &["/when/bank", "/when/card_payment_type"],
    );
    contradicts(&json!({"commercial": true}), &["/when/commercial"]);
    contradicts(&json!({"card": ["no-card"]}), &["/when/card"]);
    contradicts(
        &json!({"payment_option": ["no-option"]}),
        &["/when/payment_option"],
    );
    contradicts(
        &json!({"bank": ["garanti"], "card_type": ["bonus"], "not": {"card": ["bonus-card", "garanti-debit"]}}),
        &["/when/card_type", "/when/not"],
    );
    contradicts(
        &json!({"not": {"bank": ["akbank", "garanti"]}}),
        &["/when/not"],
    );
}

#[test]
fn numbers_of_installments() {
    contradicts(
        &json!({"installment_count": {"min": 13}}),
        &["/when/installment_count"],
    );
    contradicts(
        &json!({"installment_count": {"min": 4, "max": 5}}),
        &["/when/installment_count"],
    );
    contradicts(
        &json!({"installment_count": {"min": 3}, "not": {"installment_count": {"min": 2}}}),
        &["/when/installment_count", "/when/not"],
    );
}

#[test]
fn days_and_hours() {
    // 22 November 2026 is a Sunday.
    contradicts(
        &json!({"date": {"from": "2026-11-23", "until": "2026-11-27"}, "weekday": ["sat", "sun"]}),
        &["/when/date", "/when/weekday"],
    );
    can_hold(
        &json!({"date": {"from": "2026-11-23", "until": "2026-11-28"}, "weekday": ["sat", "sun"]}),
    );
    contradicts(
        &json!({"hour": {"from": 9, "until": 18}, "not": {"hour": {"from": 8, "until": 20}}}),
        &["/when/hour", "/when/not"],
    );
    contradicts(
        &json!({"weekday": ["sat", "sun"], "not": {"weekday": ["fri", "sat", "sun"]}}),
        &["/when/weekday", "/when/not"],
    );
    contradicts(
        &json!({"all": [{"date": {"until": "2026-11-21"}}, {"date": {"from": "2026-11-22"}}]}),
        &["/when/all/0/date", "/when/all/1/date"],
    );
}

#[test]
fn the_validity_is_compared_with_the_shops_clock() {
    let tests = |until: &str| {
        let mut rule = rule(
            "december",
            &json!({"date": {"from": "2026-12-01"}}),
            &json!({}),
        );
        rule.valid_from = Some(at("2026-11-01T00:00:00Z").utc);
        rule.valid_until = Some(at(until).utc);
        findings(vec![rule])
            .into_iter()
            .next()
            .and_then(|finding| finding.witness)
    };
    // December begins at 21:00 UTC in the shop.
    assert_eq!(tests("2026-11-30T21:00:00.000001Z"), None);
    let both = vec!["/valid_until".to_owned(), "/when/date".to_owned()];
    assert_eq!(
        tests("2026-11-30T21:00:00Z"),
        Some(Witness::Tests { tests: both })
    );
}

#[test]
fn alternatives_and_negations() {
    contradicts(
        &json!({"currency": ["TRY"], "any": [{"currency": ["USD"]}, {"amount": {"max": 0}}]}),
        &["/when/currency", "/when/any"],
    );
    can_hold(&json!({"currency": ["TRY"], "any": [{"currency": ["USD"]}, {"amount": {"max": 1}}]}));
    contradicts(
        &json!({"not": {"any": [{"currency": ["TRY"]}, {"not": {"currency": ["TRY"]}}]}}),
        &["/when/not"],
    );
    contradicts(
        &json!({"not": {"not": {"commercial": true}}}),
        &["/when/not"],
    );
    contradicts(&json!({"not": {}}), &["/when/not"]);
    contradicts(
        &json!({
            "any": [{"bank": ["garanti"]}, {"card": ["bonus-card"]}],
            "not": {"all": [{"card_type": ["bonus"]}, {"not": {"installment_count": {"min": 99}}}]},
        }),
        &["/when/any", "/when/not"],
    );
}
