//! The analysis against an enumeration of small stores.

use payments_core::catalog::{Catalog, CatalogParts};
use payments_core::listing::list;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::purchase::Purchase;
use payments_core::rules::lint::{Analysis, FindingKind, StoreFacts};
use payments_core::rules::{Effect, Rule};
use proptest::prelude::*;

use super::cases::{Case, any_case, small_store};
use super::space::Space;
use super::truth::{Applied, KEYS, all_applied, has, remove};
use super::witnesses::shows;
use super::{analysed, of_kind};
use crate::oracle::lines;
use crate::shop::{catalog, now};
use crate::strategies::{any_purchase, any_rules, any_store};

type Point<'s> = (&'s Purchase, Moment);

/// Asserts that two catalogs list the same.
fn same_listings<'s>(
    one: &Catalog,
    other: &Catalog,
    points: impl Iterator<Item = Point<'s>>,
) -> Result<(), TestCaseError> {
    for (purchase, moment) in points {
        let listed = |catalog| lines(&list(catalog, purchase, moment, Rounding::Up));
        prop_assert_eq!(
            listed(one),
            listed(other),
            "{:?} at {}",
            purchase,
            moment.utc
        );
    }
    Ok(())
}

/// The store with these rules.
fn with_rules(parts: &CatalogParts, rules: Vec<Rule>) -> Catalog {
    catalog(CatalogParts {
        rules,
        ..parts.clone()
    })
}

/// Each finding is true, as far as these points show it, and its witness shows it.
fn findings_are_true(
    parts: &CatalogParts,
    analysis: &Analysis,
    points: &[Point<'_>],
) -> Result<(), TestCaseError> {
    let without_rules = with_rules(parts, Vec::new());
    let from_now_on = || {
        points
            .iter()
            .copied()
            .filter(|(_, moment)| moment.utc >= now().utc)
    };
    let mut rest = parts.rules.clone();
    for finding in &analysis.findings {
        let rule = rest
            .iter_mut()
            .find(|rule| rule.slug == finding.rule)
            .unwrap();
        let exclusion = Rule {
            then: Effect {
                exclude: true,
                ..Effect::default()
            },
            ..rule.clone()
        };
        let excluded = with_rules(parts, vec![exclusion]);
        match finding.kind {
            FindingKind::NeverHolds => {
                same_listings(&excluded, &without_rules, points.iter().copied())?;
            }
            FindingKind::Over => same_listings(&excluded, &without_rules, from_now_on())?,
            FindingKind::NeverReached | FindingKind::Overridden => {
                remove(
                    &mut rule.then,
                    finding.pointer.strip_prefix("/then/").unwrap(),
                );
            }
            FindingKind::UnknownValue | FindingKind::TwoRates | FindingKind::NothingOffered => {}
        }
        shows(parts, finding)?;
    }
    // Everything without an effect can be removed at once.
    let all = catalog(parts.clone());
    same_listings(&all, &with_rules(parts, rest), from_now_on())
}

fn has_finding(analysis: &Analysis, rule: &Rule, kind: FindingKind, pointer: Option<&str>) -> bool {
    analysis.findings.iter().any(|finding| {
        finding.kind == kind
            && finding.rule == rule.slug
            && pointer.is_none_or(|pointer| finding.pointer == pointer)
    })
}

/// Rules that never hold, or never hold again, are found.
fn standing_is_complete(
    parts: &CatalogParts,
    analysis: &Analysis,
    all: &[Applied<'_>],
) -> Result<(), TestCaseError> {
    for (at, rule) in parts.rules.iter().enumerate() {
        let holds = all.iter().any(|point| point.rules[at]);
        let holds_again = all
            .iter()
            .any(|point| point.rules[at] && point.is_from_now_on());
        let is_found = |kind| has_finding(analysis, rule, kind, None);
        prop_assert_eq!(is_found(FindingKind::NeverHolds), !holds, "{:?}", rule);
        prop_assert_eq!(
            is_found(FindingKind::Over),
            holds && !holds_again,
            "{:?}",
            rule
        );
    }
    Ok(())
}

/// Effects that never count are found, and no effect is left that the others override.
fn effects_are_complete(
    parts: &CatalogParts,
    analysis: &Analysis,
    all: &[Applied<'_>],
) -> Result<(), TestCaseError> {
    let lowest_rate = parts
        .rules
        .iter()
        .filter_map(|rule| rule.then.replace_rate)
        .min();
    let mut rest = parts.rules.clone();
    for (at, rule) in parts.rules.iter().enumerate() {
        for key in KEYS.into_iter().filter(|key| has(&rule.then, key)) {
            let pointer = format!("/then/{key}");
            let applies = |point: &&Applied<'_>| point.rules[at] && point.is_from_now_on();
            let holds_again = all.iter().any(|point| applies(&point));
            let counts = |point: &Applied<'_>| point.counts(&rule.then, key, lowest_rate);
            let never_counts = !all.iter().filter(applies).any(counts);
            let is_found = |kind| has_finding(analysis, rule, kind, Some(&pointer));
            let never_reached = is_found(FindingKind::NeverReached);
            prop_assert_eq!(never_reached, holds_again && never_counts, "{:?}", rule);
            if never_reached || is_found(FindingKind::Overridden) || !holds_again {
                remove(&mut rest[at].then, key);
            }
        }
    }
    for (at, rule) in rest.iter().enumerate() {
        for key in KEYS.into_iter().filter(|key| has(&rule.then, key)) {
            let is_needed = all.iter().any(|point| {
                let counts = match key {
                    "minimum_installment_amount" => point.plan.installment_count.get() > 1,
                    _ => point.counts(&rule.then, key, None),
                };
                point.rules[at]
                    && point.is_from_now_on()
                    && counts
                    && !point.is_overridden(&rest, at, key)
            });
            prop_assert!(is_needed, "{} of {:?} among {:?}", key, rule, rest);
        }
    }
    Ok(())
}

/// Two rules that replace the rate of an offered plan are found.
fn rates_are_complete(
    parts: &CatalogParts,
    analysis: &Analysis,
    all: &[Applied<'_>],
) -> Result<(), TestCaseError> {
    let found = of_kind(&analysis.findings, FindingKind::TwoRates);
    let catalog = catalog(parts.clone());
    for point in all.iter().filter(|point| point.is_from_now_on()) {
        let rated = |at: &usize| point.rules[*at] && parts.rules[*at].then.replace_rate.is_some();
        let rated: Vec<usize> = (0..parts.rules.len()).filter(rated).collect();
        if rated.len() < 2 {
            continue;
        }
        let listing = list(&catalog, point.purchase, point.moment, Rounding::Up);
        let mut plans = listing.offers().flat_map(|card| card.plans);
        if plans.any(|offer| offer.plan.pk == point.plan.pk) {
            for (index, one) in rated.iter().enumerate() {
                for other in &rated[index + 1..] {
                    let (one, other) = (&parts.rules[*one], &parts.rules[*other]);
                    let is_pair = |(rule, _, others): &(&str, &str, Vec<&str>)| {
                        *rule == one.slug.as_str() && others.contains(&other.slug.as_str())
                    };
                    prop_assert!(
                        found.iter().any(is_pair),
                        "{:?} at {}",
                        point.purchase,
                        point.moment.utc
                    );
                }
            }
        }
    }
    Ok(())
}

/// Every rule of a smallest set that leaves a purchase without any plan is found.
fn nothing_is_complete(
    parts: &CatalogParts,
    analysis: &Analysis,
    all: &[Applied<'_>],
) -> Result<(), TestCaseError> {
    let found = of_kind(&analysis.findings, FindingKind::NothingOffered);
    let plans: usize = parts.cards.iter().map(|card| card.installments.len()).sum();
    for plans in all.chunks(plans).filter(|plans| plans[0].is_from_now_on()) {
        let leaves_out = |plan: &Applied<'_>, at: usize| plan.leaves_out(&parts.rules, at);
        let rules = 0..parts.rules.len();
        for at in rules.clone() {
            let is_needed = plans
                .iter()
                .filter(|pivot| leaves_out(pivot, at))
                .any(|pivot| {
                    plans.iter().all(|plan| {
                        let mut rest = rules.clone().filter(|other| !leaves_out(pivot, *other));
                        leaves_out(plan, at) || rest.any(|other| leaves_out(plan, other))
                    })
                });
            let slug = parts.rules[at].slug.as_str();
            let mut found = found.iter();
            let is_found = found.any(|(rule, _, others)| *rule == slug || others.contains(&slug));
            prop_assert!(
                !is_needed || is_found,
                "{} for {:?}",
                slug,
                plans[0].purchase
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn findings_about_conjunctions_are_true_and_complete(case in any_case()) {
        let Case { subjects, rules } = case;
        let (parts, space) = (small_store(rules), Space::of(&subjects));
        let analysis = analysed(&catalog(parts.clone()), &StoreFacts::default());
        prop_assert_eq!(&analysis.undecided, &[]);
        findings_are_true(&parts, &analysis, &space.points().collect::<Vec<_>>())?;
        let all = all_applied(&parts, &space);
        standing_is_complete(&parts, &analysis, &all)?;
        effects_are_complete(&parts, &analysis, &all)?;
        rates_are_complete(&parts, &analysis, &all)?;
        nothing_is_complete(&parts, &analysis, &all)?;
    }
}

/// The purchase as a store can have it.
pub(crate) fn of_store((mut purchase, moment): (Purchase, Moment)) -> (Purchase, Moment) {
    use payments_core::purchase::Context;
    purchase
        .items
        .iter_mut()
        .for_each(|item| item.quantity = item.quantity.max(1));
    if purchase.context == Context::Product {
        purchase.items.truncate(1);
        purchase.items.iter_mut().for_each(|item| item.quantity = 1);
        purchase.customer_segments.clear();
    }
    (purchase, moment)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn findings_about_any_rules_are_true(
        parts in any_store(),
        rules in any_rules(),
        points in prop::collection::vec(any_purchase().prop_map(of_store), 100),
    ) {
        let parts = CatalogParts { rules, ..parts };
        let analysis = analysed(&catalog(parts.clone()), &StoreFacts::default());
        let points: Vec<Point<'_>> = points.iter().map(|(purchase, moment)| (purchase, *moment)).collect();
        findings_are_true(&parts, &analysis, &points)?;
    }
}
