//! The work of the analysis is limited, whatever the rules are.

use payments_core::rules::Rule;
use payments_core::rules::lint::{Analysis, FindingKind, StoreFacts};
use serde_json::{Value, json};

use super::analysed;
use crate::shop::{rule, ruled, slug};

/// Forty alternatives that exclude each other only pair by pair.
fn puzzle(index: usize) -> Rule {
    let either = |at: usize| {
        json!({"any": [
            {"category": [format!("c-{at}")], "not": {"category": [format!("c-{}", at + 1)]}},
            {"customer_segment": [format!("s-{at}")], "not": {"attribute": {"a": [format!("v-{at}")]}}},
            {"attribute": {"a": [format!("v-{}", at + 1)]}, "item_count": {"max": 1}},
        ]})
    };
    let all: Vec<Value> = (0..40).map(either).collect();
    let when = json!({"all": all, "context": ["product"], "item_count": {"min": 1}});
    rule(
        &format!("puzzle-{index:03}"),
        &when,
        &json!({"replace_rate": "1"}),
    )
}

#[test]
fn a_rule_that_takes_too_long_is_undecided() {
    let simple = rule(
        "simple",
        &json!({"amount": {"max": 0}}),
        &json!({"exclude": true}),
    );
    let rules = (0..100).map(puzzle).chain([simple]).collect();
    let analysis = analysed(&ruled(rules), &StoreFacts::default());
    assert_eq!(analysis.undecided.len(), 100);
    assert!(!analysis.undecided.contains(&slug("simple")));
    assert_eq!(analysis.findings.len(), 1, "{:?}", analysis.findings);
}

#[test]
fn a_rule_with_too_many_tests_is_undecided() {
    let nested = |count: usize| {
        let any: Vec<Value> = (0..count)
            .map(|at| json!({"amount": {"max": 0}, "item_count": {"min": at}}))
            .collect();
        rule("nested", &json!({"any": any}), &json!({}))
    };
    let analysis = analysed(&ruled(vec![nested(300)]), &StoreFacts::default());
    assert_eq!((analysis.findings.len(), analysis.undecided.len()), (1, 0));
    let analysis = analysed(&ruled(vec![nested(400)]), &StoreFacts::default());
    assert_eq!(
        (analysis.findings.len(), analysis.undecided),
        (0, vec![slug("nested")])
    );
}

#[test]
fn a_kind_is_reported_a_limited_number_of_times() {
    let never = |index: usize| {
        rule(
            &format!("rule-{index:03}"),
            &json!({"amount": {"max": 0}}),
            &json!({}),
        )
    };
    let rules = (0..Analysis::MAX_OF_KIND + 2).map(never).collect();
    let analysis = analysed(&ruled(rules), &StoreFacts::default());
    assert_eq!(analysis.findings.len(), Analysis::MAX_OF_KIND);
    assert!(
        analysis
            .findings
            .iter()
            .all(|finding| finding.kind == FindingKind::NeverHolds)
    );
    assert_eq!(analysis.undecided, [slug("rule-200"), slug("rule-201")]);
}

#[test]
fn a_finding_names_a_limited_number_of_rules() {
    let rate = |index: usize| {
        rule(
            &format!("rule-{index}"),
            &json!({"item_count": {"min": index}}),
            &json!({"replace_rate": index.to_string()}),
        )
    };
    let analysis = analysed(&ruled((1..9).map(rate).collect()), &StoreFacts::default());
    let first = &analysis.findings[0];
    assert_eq!(
        (first.kind, first.other_rules.len()),
        (FindingKind::TwoRates, 5)
    );
    assert_eq!(
        first.message,
        "rule-2, rule-3, rule-4 and 2 more replace the rate of plans whose rate rule-1 replaces: the lowest rate wins"
    );
}
