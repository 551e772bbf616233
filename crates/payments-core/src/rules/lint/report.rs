//! Findings as they are made.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::pointer;
use crate::rules::rule::Rule;
use crate::slug::Slug;

use super::finding::{Analysis, Finding, FindingKind, Witness};

#[derive(Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    counts: BTreeMap<FindingKind, usize>,
    undecided: BTreeSet<Slug>,
}

impl Report {
    /// Whether there is room for one more finding of a kind. If not, the rule is noted as undecided.
    pub(super) fn has_room(&mut self, kind: FindingKind, rule: &Rule) -> bool {
        let count = self.counts.get(&kind).copied().unwrap_or_default();
        if count == Analysis::MAX_OF_KIND {
            self.undecided(rule);
        }
        count < Analysis::MAX_OF_KIND
    }

    /// Adds a finding about a rule, if there is room.
    pub(super) fn add(&mut self, rule: &Rule, finding: Found<'_>) {
        if !self.has_room(finding.kind, rule) {
            return;
        }
        *self.counts.entry(finding.kind).or_default() += 1;
        let mut other_rules: Vec<Slug> =
            finding.others.iter().map(|one| one.slug.clone()).collect();
        other_rules.sort_unstable();
        self.findings.push(Finding {
            kind: finding.kind,
            rule: rule.slug.clone(),
            pointer: finding.pointer,
            other_rules,
            message: finding.message,
            witness: finding.witness,
        });
    }

    /// Notes that a bound was reached for a rule.
    pub(super) fn undecided(&mut self, rule: &Rule) {
        self.undecided.insert(rule.slug.clone());
    }

    pub(super) fn finish(mut self) -> Analysis {
        self.findings.sort_by(|one, other| {
            let key = |finding: &Finding| (finding.rule.clone(), finding.kind);
            key(one)
                .cmp(&key(other))
                .then_with(|| one.pointer.cmp(&other.pointer))
        });
        Analysis {
            findings: self.findings,
            undecided: self.undecided.into_iter().collect(),
        }
    }
}

/// A finding, without its rule.
pub(super) struct Found<'c> {
    pub(super) kind: FindingKind,
    pub(super) pointer: String,
    pub(super) others: Vec<&'c Rule>,
    pub(super) message: String,
    pub(super) witness: Option<Witness>,
}

/// A slug in a message; `None` if it could be the number of a card or a phone.
pub(super) fn shown(slug: &str) -> Option<&str> {
    Some(slug).filter(|slug| pointer::is_repeatable(slug))
}

/// Rules in a message, at most three by name.
pub(super) fn names(rules: &[&Rule]) -> String {
    const NAMED: usize = 3;
    let name = |rule: &&Rule| {
        shown(rule.slug.as_str())
            .unwrap_or("another rule")
            .to_string()
    };
    let mut names: Vec<String> = rules.iter().take(NAMED).map(name).collect();
    match (rules.len().saturating_sub(NAMED), names.pop()) {
        (0, Some(last)) if names.is_empty() => last,
        (0, Some(last)) => format!("{} and {last}", names.join(", ")),
        (more, last) => {
            names.extend(last);
            format!("{} and {more} more", names.join(", "))
        }
    }
}
