//! One example of each kind of finding, and its neighbour that is not one.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::catalog::CatalogParts;
use payments_core::money::{Currency, Money};
use payments_core::rules::Rule;
use payments_core::rules::lint::{FindingKind, StoreFacts, Witness};
use payments_core::store_data::CategoryPath;
use serde_json::{Value, json};

use super::{analysed, cap, exclude, findings, of_kind, only};
use crate::shop::{at, catalog, parts, rule, ruled, slug};

/// Kind, rule and pointer of each finding about rules.
fn found(rules: Vec<Rule>) -> Vec<(FindingKind, String, String)> {
    let found = findings(rules).into_iter();
    found
        .map(|finding| (finding.kind, finding.rule.to_string(), finding.pointer))
        .collect()
}

#[test]
fn rules_that_do_what_they_say_have_no_findings() {
    let rules = vec![
        rule(
            "phones",
            &json!({"category": ["electronics/phones"]}),
            &cap(9),
        ),
        rule("debit", &json!({"card_payment_type": ["debit"]}), &cap(1)),
        rule(
            "minimum",
            &json!({"currency": ["TRY"]}),
            &json!({"minimum_installment_amount": "50"}),
        ),
        rule(
            "week",
            &json!({"date": {"from": "2026-11-24", "until": "2026-11-30"}, "card_type": ["bonus"]}),
            &json!({"replace_rate": "0"}),
        ),
    ];
    assert_eq!(found(rules), []);
}

#[test]
fn a_value_that_nothing_has_is_found() {
    let facts = StoreFacts {
        categories: Some([CategoryPath::parse("electronics/phones").unwrap()].into()),
        attributes: Some(BTreeMap::from([(
            "size".to_owned(),
            BTreeSet::from(["7".to_owned()]),
        )])),
        segments: Some([slug("vip")].into()),
        basket_states: Some([slug("open")].into()),
        currencies: Some(vec![Currency::TRY]),
    };
    let unknown = json!({
        "any": [{"bank": ["garanti", "garnti"]}, {"card_type": ["bonus", "world"]}],
        "not": {"card": ["no-card"]},
        "all": [{"payment_option": ["credit-card", "wallet"]}],
        "category": ["electronics", "electronics/phone"],
        "attribute": {"size": ["7", "8"], "colour": ["red"]},
        "item": {"category": ["books"]},
        "customer_segment": ["vip", "staff"],
        "basket_state": ["open", "held"],
        "currency": ["TRY", "CHF"],
        "amount": {"currency": "EUR"},
    });
    let catalog = ruled(vec![rule("typos", &unknown, &json!({}))]);
    let analysis = analysed(&catalog, &facts);
    let unknown: Vec<(&str, &str)> = analysis
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::UnknownValue)
        .map(|finding| (finding.pointer.as_str(), finding.message.as_str()))
        .collect();
    assert_eq!(
        unknown,
        [
            (
                "/when/all/0/payment_option/1",
                "no payment option has the slug wallet"
            ),
            (
                "/when/amount/currency",
                "no product or recent purchase is in EUR"
            ),
            ("/when/any/0/bank/1", "no bank has the slug garnti"),
            ("/when/any/1/card_type/1", "no card type has the slug world"),
            (
                "/when/attribute/colour",
                "no product has the attribute colour"
            ),
            (
                "/when/attribute/size/1",
                "no product's attribute has this value"
            ),
            (
                "/when/basket_state/1",
                "no recent basket is in the state held"
            ),
            (
                "/when/category/1",
                "no product is in the category electronics/phone"
            ),
            (
                "/when/currency/1",
                "no product or recent purchase is in CHF"
            ),
            (
                "/when/customer_segment/1",
                "no customer is in the segment staff"
            ),
            (
                "/when/item/category/0",
                "no product is in the category books"
            ),
            ("/when/not/card/0", "no card has the slug no-card"),
        ]
    );
    let without_facts = analysed(&catalog, &StoreFacts::default());
    let unknown = of_kind(&without_facts.findings, FindingKind::UnknownValue);
    assert_eq!(unknown.len(), 4, "only what the catalog decides");
}

#[test]
fn a_value_that_could_be_a_card_number_is_not_repeated() {
    let found = findings(vec![rule(
        "number",
        &json!({"not": {"bank": ["5528-7900-0000-0008"]}}),
        &json!({}),
    )]);
    assert_eq!(found[0].message, "no bank has this slug");
}

#[test]
fn a_rule_that_never_holds_is_found() {
    let finding = only(vec![rule(
        "never",
        &json!({"date": {"from": "2026-11-24", "until": "2026-11-25"}, "weekday": ["sun"], "currency": ["TRY"]}),
        &exclude(),
    )]);
    assert_eq!(finding.kind, FindingKind::NeverHolds);
    assert_eq!(finding.pointer, "/when/date");
    assert_eq!(
        finding.message,
        "the rule never holds: /when/date and /when/weekday contradict each other"
    );
    let tests = vec!["/when/date".to_owned(), "/when/weekday".to_owned()];
    assert_eq!(finding.witness, Some(Witness::Tests { tests }));
}

#[test]
fn a_rule_that_is_over_is_found() {
    let mut ended = rule("ended", &json!({}), &cap(3));
    ended.valid_until = Some(at("2026-11-22T11:30:00Z").utc);
    let dated = rule(
        "dated",
        &json!({"date": {"until": "2026-11-21"}, "currency": ["TRY"]}),
        &cap(3),
    );
    let today = rule(
        "today",
        &json!({"date": {"until": "2026-11-22"}, "currency": ["TRY"]}),
        &cap(3),
    );
    assert_eq!(
        found(vec![ended, dated, today]),
        [
            (FindingKind::Over, "dated".into(), "/when/date".into()),
            (FindingKind::Over, "ended".into(), "/valid_until".into()),
        ]
    );
}

#[test]
fn a_purchase_without_any_plan_is_found() {
    let finding = only(vec![rule(
        "dollars",
        &json!({"currency": ["USD"], "amount": {"max": "10"}}),
        &exclude(),
    )]);
    assert_eq!(
        (finding.kind, finding.rule),
        (FindingKind::NothingOffered, slug("dollars"))
    );
    assert_eq!(
        (finding.pointer.as_str(), finding.other_rules),
        ("/then/exclude", vec![])
    );
    let Some(Witness::Purchase { purchase, .. }) = finding.witness else {
        panic!("a purchase shows it")
    };
    assert_eq!(purchase.amount, Money::new(1_000, Currency::USD));
}

#[test]
fn several_rules_can_leave_a_purchase_without_any_plan_together() {
    let nothing = |akbank: Value, others: &[Rule]| {
        let garanti = json!({"bank": ["garanti"], "amount": {"min": 500}});
        let toys = json!({"category": ["toys"], "bank": ["akbank"]});
        let mut rules = vec![
            rule("akbank", &akbank, &exclude()),
            rule("garanti", &garanti, &exclude()),
            rule("toys", &toys, &exclude()),
        ];
        rules.extend_from_slice(others);
        let found = findings(rules);
        let found = of_kind(&found, FindingKind::NothingOffered).into_iter();
        found
            .map(|(rule, _, others)| format!("{rule} {others:?}"))
            .collect::<Vec<_>>()
    };
    let akbank = |max: u32| json!({"bank": ["akbank"], "amount": {"max": max}});
    assert_eq!(nothing(akbank(499), &[]), [r#"garanti ["toys"]"#]);
    let both = [r#"akbank ["garanti"]"#, r#"toys ["garanti"]"#];
    assert_eq!(nothing(akbank(500), &[]), both);
    // A rule that alone leaves nothing hides neither of them.
    let dollars = rule("dollars", &json!({"currency": ["USD"]}), &exclude());
    assert_eq!(
        nothing(akbank(500), &[dollars]),
        [both[0], "dollars []", both[1]]
    );
}

#[test]
fn cards_that_are_not_listed_do_not_count_as_offered() {
    let garanti = json!({"bank": ["garanti"], "currency": ["EUR"]});
    let mut parts = CatalogParts {
        rules: vec![rule("garanti", &garanti, &exclude())],
        ..parts()
    };
    let nothing = |parts: &CatalogParts| {
        let found = analysed(&catalog(parts.clone()), &StoreFacts::default()).findings;
        of_kind(&found, FindingKind::NothingOffered).len()
    };
    assert_eq!(nothing(&parts), 0);
    parts.cards[1].is_active = false;
    assert_eq!(nothing(&parts), 1);
    parts.cards[1].is_active = true;
    parts.cards[1]
        .installments
        .iter_mut()
        .for_each(|plan| plan.is_active = false);
    assert_eq!(nothing(&parts), 1);
    parts.payment_options[0].is_active = false;
    assert_eq!(
        nothing(&parts),
        0,
        "nothing is offered without the rule either"
    );
}

#[test]
fn a_cap_leaves_nothing_of_cards_without_a_single_payment() {
    let mut parts = parts();
    for card in &mut parts.cards {
        card.installments
            .retain(|plan| plan.installment_count.get() > 2);
    }
    parts.rules = vec![rule("cap", &json!({"currency": ["EUR"]}), &cap(2))];
    let found = analysed(&catalog(parts), &StoreFacts::default()).findings;
    assert_eq!(
        of_kind(&found, FindingKind::NothingOffered),
        [("cap", "/then/cap_installments", vec![])]
    );
}

#[test]
fn inactive_rules_and_catalogs_without_plans_have_no_findings() {
    let mut off = rule("off", &json!({"bank": ["no-bank"]}), &exclude());
    off.is_active = false;
    assert_eq!(found(vec![off.clone()]), []);
    off.is_active = true;
    let empty = CatalogParts {
        rules: vec![off],
        ..CatalogParts::default()
    };
    let found = analysed(&catalog(empty), &StoreFacts::default()).findings;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kind, FindingKind::UnknownValue);
}

#[test]
fn a_finding_is_written_as_json() {
    let analysis = analysed(
        &ruled(vec![rule(
            "dollars",
            &json!({"currency": ["USD"], "category": ["toys"]}),
            &exclude(),
        )]),
        &StoreFacts::default(),
    );
    assert_eq!(
        serde_json::to_value(&analysis).unwrap(),
        json!({
            "findings": [{
                "kind": "nothing_offered",
                "rule": "dollars",
                "pointer": "/then/exclude",
                "other_rules": [],
                "message": "the rule leaves a purchase without any plan",
                "witness": {
                    "kind": "purchase",
                    "purchase": {
                        "context": "basket",
                        "amount": "1000.00",
                        "currency": "USD",
                        "state": "state-1",
                        "items": [{"quantity": 1, "categories": ["toys"], "attributes": {}}],
                        "customer_segments": []
                    },
                    "moment": "2026-11-22T11:30:00Z"
                }
            }],
            "undecided": []
        })
    );
}
