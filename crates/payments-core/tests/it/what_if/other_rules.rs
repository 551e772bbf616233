//! The rules that play a part besides those that differ.

use payments_core::what_if::Report;
use serde_json::json;

use super::{cap, compare, counts, ruled};
use crate::shop::{purchase, rate, rule};

fn others<'r>(report: &'r Report<'_>) -> Vec<(&'r str, u64)> {
    let rules = report.rules.iter();
    rules
        .map(|one| (one.rule.slug.as_str(), one.purchases))
        .collect()
}

#[test]
fn the_other_rules_are_those_that_decide_the_changed_plans() {
    let always = |name: &str, then| rule(name, &json!({}), &then);
    let campaign = rule(
        "campaign",
        &json!({"installment_count": {"min": 9}, "amount": {"max": 100}}),
        &json!({"replace_rate": 0}),
    );
    let common = [
        // Covers no plan that changes.
        always("general", json!({"cap_installments": 12})),
        // Has a rate, but not the lowest.
        always("dear", json!({"replace_rate": 50})),
        always("rate", json!({"replace_rate": 10})),
        campaign,
    ];
    let with_cap = |installments: u8| {
        let mut rules = common.to_vec();
        rules.push(cap("changed", installments));
        ruled(&rules)
    };
    let baskets = [10_000, 20_000].map(purchase);
    compare(with_cap(6), with_cap(9), &baskets, |report| {
        assert_eq!(counts(&report), [2, 0, 0, 0]);
        assert_eq!(others(&report), [("campaign", 1), ("rate", 1)]);
    });
    compare(with_cap(2), with_cap(9), &baskets, |report| {
        assert_eq!(others(&report), [("rate", 2), ("campaign", 1)]);
    });
}

#[test]
fn a_rule_that_left_out_a_plan_with_another_rate_plays_a_part() {
    let minimum = rule(
        "minimum",
        &json!({}),
        &json!({"minimum_installment_amount": "11"}),
    );
    let mut draft = ruled(std::slice::from_ref(&minimum));
    // 9 installments of 12.12 become 11.12, and those of 12 become 11.67.
    draft.cards[0].installments[4].interest_rate = rate(0);
    draft.cards[0].installments[5].interest_rate = rate(400_000);
    let baskets = [purchase(10_000)];
    compare(ruled(&[minimum]), draft, &baskets, |report| {
        assert_eq!(counts(&report), [1, 0, 0, 0]);
        let example = &report.gains.examples[0];
        assert_eq!((example.gained, example.refigured), (1, 1));
        assert_eq!(others(&report), [("minimum", 1)]);
    });
}

#[test]
fn no_rule_left_out_a_plan_that_the_card_does_not_have() {
    let no_akbank = rule(
        "no-akbank",
        &json!({"bank": ["akbank"]}),
        &json!({"exclude": true}),
    );
    let mut in_force = ruled(&[no_akbank]);
    let mut draft = in_force.clone();
    in_force.cards[0].installments.drain(..5);
    draft.cards[0].bank = draft.banks[1].pk;
    let baskets = [purchase(10_000)];
    // In the draft, the rule leaves out the plan that the card has in force.
    compare(in_force.clone(), draft.clone(), &baskets, |report| {
        assert_eq!(report.loses.examples[0].lost, 1);
        assert_eq!(others(&report), [("no-akbank", 1)]);
    });
    draft.cards[0].installments.truncate(5);
    compare(in_force, draft, &baskets, |report| {
        assert_eq!(report.loses.examples[0].lost, 1);
        assert!(others(&report).is_empty());
    });
}
