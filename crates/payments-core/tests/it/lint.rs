//! The analysis of rules: an example of each kind of finding, and each way in which a condition can contradict itself.

use chrono::FixedOffset;
use payments_core::catalog::Catalog;
use payments_core::money::Rounding;
use payments_core::rules::Rule;
use payments_core::rules::lint::{Analysis, Finding, FindingKind, StoreFacts, lint};
use payments_core::slug::Slug;
use serde_json::{Value, json};

use crate::shop::{now, ruled};

mod bounds;
mod cases;
mod effects;
mod examples;
mod never_holds;
mod oracle;
mod space;
mod time_zones;
mod truth;
mod witnesses;

/// The shop's zone, three hours ahead of UTC.
pub(crate) fn zone() -> FixedOffset {
    FixedOffset::east_opt(3 * 3_600).unwrap()
}

pub(crate) fn analysed(catalog: &Catalog, facts: &StoreFacts) -> Analysis {
    lint(catalog, facts, now().utc, &zone(), Rounding::Up)
}

/// The findings about rules, without facts about the store. Everything must be decided.
#[track_caller]
pub(crate) fn findings(rules: Vec<Rule>) -> Vec<Finding> {
    let analysis = analysed(&ruled(rules), &StoreFacts::default());
    assert_eq!(analysis.undecided, []);
    analysis.findings
}

/// Rule, pointer and other rules of each finding of a kind.
pub(crate) fn of_kind(findings: &[Finding], kind: FindingKind) -> Vec<(&str, &str, Vec<&str>)> {
    let of_kind = findings.iter().filter(|finding| finding.kind == kind);
    of_kind
        .map(|finding| {
            let others = finding.other_rules.iter().map(Slug::as_str);
            (
                finding.rule.as_str(),
                finding.pointer.as_str(),
                others.collect(),
            )
        })
        .collect()
}

pub(crate) fn cap(count: u8) -> Value {
    json!({"cap_installments": count})
}

pub(crate) fn exclude() -> Value {
    json!({"exclude": true})
}

/// The only finding about rules.
#[track_caller]
pub(crate) fn only(rules: Vec<Rule>) -> Finding {
    let mut found = findings(rules);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}
