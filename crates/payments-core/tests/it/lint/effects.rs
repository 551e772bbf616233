//! Examples of effects that change nothing, and of rates that two rules replace.

use payments_core::rules::Rule;
use payments_core::rules::lint::{FindingKind, Witness};
use serde_json::{Value, json};

use super::{cap, exclude, findings, of_kind, only};
use crate::shop::{at, rule, slug};

#[test]
fn a_cap_that_no_plan_reaches_is_found() {
    let finding = only(vec![
        rule("twelve", &json!({"bank": ["garanti"]}), &cap(12)),
        rule("eleven", &json!({"bank": ["akbank"]}), &cap(11)),
    ]);
    assert_eq!(
        (finding.kind, finding.rule),
        (FindingKind::NeverReached, slug("twelve"))
    );
    assert_eq!(finding.pointer, "/then/cap_installments");
    assert_eq!(
        finding.message,
        "no plan that the rule can apply to has more than 12 installments"
    );
}

#[test]
fn a_minimum_that_no_plan_reaches_is_found() {
    // 12 installments of 600.00 TRY at 12 % are 56.00 each.
    let minimum = |name: &str, amount: &str| {
        rule(
            name,
            &json!({"amount": {"min": amount, "currency": "TRY"}}),
            &json!({"minimum_installment_amount": "56"}),
        )
    };
    let found = findings(vec![minimum("met", "600"), minimum("missed", "599.89")]);
    assert_eq!(
        of_kind(&found, FindingKind::NeverReached),
        [("met", "/then/minimum_installment_amount", vec![])]
    );
    // 599.90 and 599.99 at 12 % are rounded up to 672.00.
    let found = findings(vec![
        minimum("met", "599.99"),
        minimum("just-met", "599.90"),
    ]);
    assert_eq!(of_kind(&found, FindingKind::NeverReached).len(), 2);
    // At 0 % they are 50.00 each.
    let campaign = rule(
        "campaign",
        &json!({"bank": ["garanti"]}),
        &json!({"replace_rate": 0}),
    );
    let found = findings(vec![minimum("met", "600"), campaign]);
    assert_eq!(of_kind(&found, FindingKind::NeverReached), []);
    let single = rule(
        "single",
        &json!({"installment_count": {"max": 1}}),
        &json!({"minimum_installment_amount": "56"}),
    );
    assert_eq!(only(vec![single]).kind, FindingKind::NeverReached);
}

#[test]
fn an_effect_that_another_rule_overrides_is_found() {
    let finding = only(vec![
        rule(
            "gold",
            &json!({"category": ["jewellery"], "bank": ["garanti"]}),
            &cap(1),
        ),
        rule(
            "gold-on-bonus",
            &json!({"category": ["jewellery/gold"], "card": ["bonus-card"]}),
            &cap(3),
        ),
    ]);
    assert_eq!(
        (finding.kind, finding.rule),
        (FindingKind::Overridden, slug("gold-on-bonus"))
    );
    assert_eq!(finding.pointer, "/then/cap_installments");
    assert_eq!(finding.other_rules, [slug("gold")]);
    assert_eq!(
        finding.message,
        "cap_installments changes nothing: wherever the rule applies, gold has a lower or equal cap"
    );
    let Some(Witness::Plan { card, .. }) = finding.witness else {
        panic!("a plan shows it")
    };
    assert_eq!(card, slug("bonus-card"));
}

#[test]
fn each_effect_can_be_overridden() {
    let in_toys = json!({"category": ["toys"]});
    let dolls = json!({"category": ["toys/dolls"]});
    let overridden = |broad: Value, narrow: Value| {
        let found = findings(vec![
            rule("broad", &in_toys, &broad),
            rule("narrow", &dolls, &narrow),
        ]);
        let found = of_kind(&found, FindingKind::Overridden);
        found
            .into_iter()
            .map(|(rule, pointer, _)| format!("{rule} {pointer}"))
            .collect::<Vec<_>>()
    };
    let minimum = |amount: &str| json!({"minimum_installment_amount": amount});
    let rate = |percent: &str| json!({"replace_rate": percent});
    assert_eq!(overridden(exclude(), exclude()), ["narrow /then/exclude"]);
    assert_eq!(
        overridden(exclude(), cap(3)),
        ["narrow /then/cap_installments"]
    );
    assert_eq!(
        overridden(exclude(), rate("0")),
        ["narrow /then/replace_rate"]
    );
    assert_eq!(
        overridden(cap(3), cap(3)),
        ["narrow /then/cap_installments"]
    );
    assert_eq!(overridden(cap(6), cap(3)), [""; 0]);
    assert_eq!(
        overridden(cap(1), minimum("50")),
        ["narrow /then/minimum_installment_amount"]
    );
    assert_eq!(
        overridden(cap(1), rate("0")),
        [""; 0],
        "the single payment is left"
    );
    assert_eq!(
        overridden(minimum("60"), minimum("50")),
        ["narrow /then/minimum_installment_amount"]
    );
    assert_eq!(overridden(minimum("50"), minimum("60")), [""; 0]);
    assert_eq!(
        overridden(rate("1"), rate("2")),
        ["narrow /then/replace_rate"]
    );
    assert_eq!(overridden(rate("2"), rate("1")), [""; 0]);
    let several = json!({"replace_rate": "1", "cap_installments": 9});
    assert_eq!(
        overridden(several.clone(), several),
        ["narrow /then/cap_installments", "narrow /then/replace_rate"]
    );
}

#[test]
fn an_exclusion_above_a_cap_is_overridden_by_it() {
    let found = findings(vec![
        rule("cap", &json!({"currency": ["TRY"]}), &cap(6)),
        rule(
            "long",
            &json!({"currency": ["TRY"], "installment_count": {"min": 9}}),
            &exclude(),
        ),
        rule(
            "longer",
            &json!({"bank": ["garanti"], "installment_count": {"min": 6}}),
            &exclude(),
        ),
    ]);
    assert_eq!(
        of_kind(&found, FindingKind::Overridden),
        [("long", "/then/exclude", vec!["cap"])]
    );
}

#[test]
fn several_rules_can_override_an_effect_together() {
    let found = findings(vec![
        rule(
            "credit",
            &json!({"card_payment_type": ["credit"], "installment_count": {"min": 2}}),
            &exclude(),
        ),
        rule("debit", &json!({"card_payment_type": ["debit"]}), &cap(1)),
        rule("six", &json!({"category": ["toys"]}), &cap(6)),
    ]);
    assert_eq!(
        of_kind(&found, FindingKind::Overridden),
        [("six", "/then/cap_installments", vec!["credit", "debit"])]
    );
}

#[test]
fn of_two_equal_rules_the_later_one_is_overridden() {
    let found = findings(vec![
        rule("a", &json!({"currency": ["TRY"]}), &cap(6)),
        rule("b", &json!({"currency": ["TRY"]}), &cap(6)),
    ]);
    assert_eq!(
        of_kind(&found, FindingKind::Overridden),
        [("b", "/then/cap_installments", vec!["a"])]
    );
}

#[test]
fn a_rule_is_overridden_only_from_now_on() {
    let mut exclusion = rule("exclusion", &json!({"category": ["toys"]}), &exclude());
    exclusion.valid_from = Some(at("2026-11-22T11:30:00Z").utc);
    let rules = |exclusion: &Rule| {
        vec![
            rule("cap", &json!({"category": ["toys"]}), &cap(6)),
            exclusion.clone(),
        ]
    };
    let overridden = |rules| of_kind(&findings(rules), FindingKind::Overridden).len();
    assert_eq!(overridden(rules(&exclusion)), 1);
    exclusion.valid_from = Some(at("2026-11-22T11:30:01Z").utc);
    assert_eq!(
        overridden(rules(&exclusion)),
        0,
        "there is a second without it"
    );
}

#[test]
fn two_rules_that_replace_the_rate_of_one_plan_are_found() {
    let finding = only(vec![
        rule(
            "garanti",
            &json!({"bank": ["garanti"], "date": {"from": "2026-12-01"}}),
            &json!({"replace_rate": "1"}),
        ),
        rule(
            "weekend",
            &json!({"weekday": ["sat", "sun"], "installment_count": {"min": 6}}),
            &json!({"replace_rate": "0.5"}),
        ),
    ]);
    assert_eq!(
        (finding.kind, finding.rule),
        (FindingKind::TwoRates, slug("garanti"))
    );
    assert_eq!(
        (finding.pointer.as_str(), finding.other_rules),
        ("/then/replace_rate", vec![slug("weekend")])
    );
    let Some(Witness::Plan {
        moment,
        card,
        installment_count,
        ..
    }) = finding.witness
    else {
        panic!("a plan shows it")
    };
    assert_eq!((card, installment_count.get()), (slug("bonus-card"), 6));
    assert_eq!(
        moment,
        at("2026-12-04T21:00:00Z").utc,
        "the first Saturday of December"
    );
}

#[test]
fn rates_of_plans_that_are_not_offered_are_not_two_rates() {
    let rates = |then: Value| {
        vec![
            rule(
                "one",
                &json!({"bank": ["akbank"]}),
                &json!({"replace_rate": "1"}),
            ),
            rule(
                "other",
                &json!({"card_type": ["axess"], "installment_count": {"min": 6}}),
                &json!({"replace_rate": "0.5"}),
            ),
            rule("third", &json!({"card": ["axess-card"]}), &then),
        ]
    };
    let two_rates = |then| of_kind(&findings(rates(then)), FindingKind::TwoRates).len();
    assert_eq!(two_rates(cap(3)), 0);
    assert_eq!(two_rates(exclude()), 0);
    assert_eq!(two_rates(cap(6)), 1);
    assert_eq!(
        two_rates(json!({"minimum_installment_amount": "100000"})),
        1,
        "a large purchase has it"
    );
}
