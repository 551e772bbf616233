//! Purchases that rules leave without any plan.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::rules::rule::Rule;

use super::answer::{Miss, Steps};
use super::covers::Covers;
use super::finding::{FindingKind, Witness};
use super::part::EffectPart;
use super::point::Point;
use super::report::{Found, Report, names};
use super::store::Store;

/// Reports sets of rules that leave a purchase without any plan, and of which none can be left out. Each rule that is in
/// such a set is in a finding.
pub(super) fn find(store: &Store<'_>, points: &[Option<Point>], report: &mut Report) {
    let mut steps = Steps::of_kind();
    let covers = match Covers::of(store, points, &mut steps) {
        Ok(covers) => covers,
        Err(Miss::Never) => return,
        Err(Miss::Undecided) => {
            let leaves_out = store.rules.iter().filter(|rule| {
                let mut parts = EffectPart::of(rule.effect());
                parts.any(|part| matches!(part, EffectPart::Exclude | EffectPart::Cap))
            });
            leaves_out.for_each(|rule| report.undecided(rule.rule));
            return;
        }
    };
    let mut named: BTreeSet<usize> = BTreeSet::new();
    for rule in covers.rules.positions() {
        let at = store.compiled[rule];
        if named.contains(&at)
            || !report.has_room(FindingKind::NothingOffered, store.rules[at].rule)
        {
            continue;
        }
        match steps.ask(|steps| covers.with(rule, steps)) {
            Ok((point, rules)) => {
                let rules: Vec<usize> =
                    rules.positions().map(|rule| store.compiled[rule]).collect();
                named.extend(&rules);
                report.add(store.rules[at].rule, found(store, at, &rules, point));
            }
            Err(Miss::Never) => {}
            Err(Miss::Undecided) => report.undecided(store.rules[at].rule),
        }
    }
}

fn found<'c>(store: &Store<'c>, at: usize, rules: &[usize], point: Point) -> Found<'c> {
    let others = rules.iter().filter(|one| **one != at);
    let others: Vec<&'c Rule> = others.map(|one| store.rules[*one].rule).collect();
    let is_exclusion = store.rules[at].effect().exclude;
    let part = if is_exclusion {
        EffectPart::Exclude
    } else {
        EffectPart::Cap
    };
    let with = if others.is_empty() {
        String::new()
    } else {
        format!(" together with {}", names(&others))
    };
    Found {
        kind: FindingKind::NothingOffered,
        pointer: format!("/then/{}", part.as_str()),
        message: format!("the rule{with} leaves a purchase without any plan"),
        others,
        witness: Some(Witness::Purchase {
            purchase: point.purchase,
            moment: point.moment.utc,
        }),
    }
}
