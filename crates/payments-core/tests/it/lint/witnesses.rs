//! Witnesses, reproduced by listings.

use payments_core::catalog::{Catalog, CatalogParts};
use payments_core::listing::list;
use payments_core::money::Rounding;
use payments_core::rules::lint::{Finding, FindingKind, Witness};
use payments_core::rules::{Condition, Effect, Rule};
use payments_core::slug::Slug;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::zone;
use crate::oracle::lines;
use crate::shop::catalog;
use crate::strategies::any_purchase;

/// Asserts that the witness of a finding shows what the finding says.
pub(crate) fn shows(parts: &CatalogParts, finding: &Finding) -> Result<(), TestCaseError> {
    let rule = rule_of(parts, &finding.rule);
    let written = serde_json::to_value(rule).unwrap();
    prop_assert!(
        written.pointer(&finding.pointer).is_some(),
        "{} of {}",
        finding.pointer,
        written
    );
    prop_assert!(!finding.message.is_empty());
    match (finding.kind, &finding.witness) {
        (FindingKind::NeverHolds, Some(Witness::Tests { tests })) => {
            never_hold_together(parts, &written, tests)
        }
        (FindingKind::NeverReached, Some(witness)) => {
            applies(parts, rule, witness)?;
            let active = all_active(&under_its_option(parts, witness)?, vec![rule.clone()]);
            prop_assert!(
                offered_rate(&active, witness)?.is_some() || rule.then.exclude,
                "{:?}",
                finding
            );
            Ok(())
        }
        (FindingKind::Overridden, Some(witness)) => {
            applies(parts, rule, witness)?;
            let mut others = finding.other_rules.iter();
            let is_overridden =
                others.any(|other| applies(parts, rule_of(parts, other), witness).is_ok());
            prop_assert!(is_overridden, "{:?}", finding);
            Ok(())
        }
        (FindingKind::TwoRates, Some(witness)) => {
            applies(parts, rule, witness)?;
            let other = rule_of(parts, &finding.other_rules[0]);
            applies(parts, other, witness)?;
            let lowest = rule.then.replace_rate.min(other.then.replace_rate);
            let offered = offered_rate(&catalog(parts.clone()), witness)?;
            prop_assert!(offered.is_some() && offered <= lowest, "{:?}", finding);
            Ok(())
        }
        (FindingKind::NothingOffered, Some(witness)) => leaves_nothing(parts, finding, witness),
        (FindingKind::Over, Some(Witness::Tests { tests })) => {
            prop_assert!(tests.iter().all(|test| written.pointer(test).is_some()));
            Ok(())
        }
        (FindingKind::UnknownValue, None) => Ok(()),
        (kind, witness) => Err(TestCaseError::fail(format!("{kind:?} with {witness:?}"))),
    }
}

fn rule_of<'p>(parts: &'p CatalogParts, slug: &Slug) -> &'p Rule {
    parts.rules.iter().find(|rule| rule.slug == *slug).unwrap()
}

/// The store with these rules, and with everything active.
fn all_active(parts: &CatalogParts, rules: Vec<Rule>) -> Catalog {
    let mut parts = CatalogParts {
        rules,
        ..parts.clone()
    };
    parts.pos.iter_mut().for_each(|pos| pos.is_active = true);
    parts
        .payment_options
        .iter_mut()
        .for_each(|option| option.is_active = true);
    for card in &mut parts.cards {
        card.is_active = true;
        card.installments
            .iter_mut()
            .for_each(|plan| plan.is_active = true);
    }
    catalog(parts)
}

/// The rate of the plan of a witness, if it is offered.
fn offered_rate(
    catalog: &Catalog,
    witness: &Witness,
) -> Result<Option<payments_core::money::Rate>, TestCaseError> {
    let Witness::Plan {
        purchase,
        moment,
        payment_option,
        card,
        installment_count,
    } = witness
    else {
        return Err(TestCaseError::fail("the witness is not a plan"));
    };
    let moment = payments_core::moment::Moment::in_zone(*moment, &zone());
    let listing = list(catalog, purchase, moment, Rounding::Up);
    let plan = (
        card.to_string(),
        payment_option.to_string(),
        installment_count.get(),
    );
    let mut lines = lines(&listing).into_iter();
    Ok(lines
        .find_map(|(card, option, count, rate, _)| ((card, option, count) == plan).then_some(rate)))
}

/// The store with only the payment option of a witness, under which its card is listed then.
fn under_its_option(
    parts: &CatalogParts,
    witness: &Witness,
) -> Result<CatalogParts, TestCaseError> {
    let Witness::Plan { payment_option, .. } = witness else {
        return Err(TestCaseError::fail("the witness is not a plan"));
    };
    let mut only = parts.clone();
    only.payment_options
        .retain(|option| option.slug == *payment_option);
    Ok(only)
}

/// Asserts that a rule applies to the plan of a witness: as an exclusion, it excludes it.
fn applies(parts: &CatalogParts, rule: &Rule, witness: &Witness) -> Result<(), TestCaseError> {
    let only = under_its_option(parts, witness)?;
    let without = all_active(&only, Vec::new());
    let then = Effect {
        exclude: true,
        ..Effect::default()
    };
    let with = all_active(
        &only,
        vec![Rule {
            then,
            ..rule.clone()
        }],
    );
    let is_offered = |catalog| Ok::<_, TestCaseError>(offered_rate(catalog, witness)?.is_some());
    prop_assert!(is_offered(&without)?, "{:?}", witness);
    prop_assert!(!is_offered(&with)?, "{} at {:?}", rule.slug, witness);
    Ok(())
}

/// Asserts that a purchase is offered nothing because of the rules of a finding, and something without one of them.
fn leaves_nothing(
    parts: &CatalogParts,
    finding: &Finding,
    witness: &Witness,
) -> Result<(), TestCaseError> {
    let Witness::Purchase { purchase, moment } = witness else {
        return Err(TestCaseError::fail("the witness is not a purchase"));
    };
    let moment = payments_core::moment::Moment::in_zone(*moment, &zone());
    let is_empty = |rules: Vec<Rule>| {
        let catalog = catalog(CatalogParts {
            rules,
            ..parts.clone()
        });
        list(&catalog, purchase, moment, Rounding::Up).is_empty()
    };
    prop_assert!(is_empty(parts.rules.clone()));
    let slugs = || [&finding.rule].into_iter().chain(&finding.other_rules);
    prop_assert!(is_empty(
        slugs().map(|slug| rule_of(parts, slug).clone()).collect()
    ));
    for left_out in slugs() {
        let rest = slugs().filter(|slug| *slug != left_out);
        let rest = rest.map(|slug| rule_of(parts, slug).clone()).collect();
        prop_assert!(!is_empty(rest), "{} is not needed: {:?}", left_out, finding);
    }
    Ok(())
}

/// Asserts that no purchase has all of these tests of a rule.
fn never_hold_together(
    parts: &CatalogParts,
    rule: &Value,
    tests: &[String],
) -> Result<(), TestCaseError> {
    let mut all = Vec::new();
    let (mut valid_from, mut valid_until) = (None, None);
    for test in tests {
        let value = rule.pointer(test).unwrap();
        let (_, key) = test.rsplit_once('/').unwrap();
        match key {
            "valid_from" => valid_from = serde_json::from_value(value.clone()).unwrap(),
            "valid_until" => valid_until = serde_json::from_value(value.clone()).unwrap(),
            key => all.push(json!({key: value})),
        }
    }
    let when = Condition::from_stored(&json!({"all": all}))
        .or_else(|_| Condition::from_stored(&json!({})));
    let then = Effect {
        exclude: true,
        ..Effect::default()
    };
    let slug = Slug::parse("only-these").unwrap();
    let only = Rule {
        valid_from,
        valid_until,
        ..Rule::new(slug, "Only these", when.unwrap(), then)
    };
    let (with, without) = (all_active(parts, vec![only]), all_active(parts, Vec::new()));
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..50 {
        let (purchase, moment) =
            super::oracle::of_store(any_purchase().new_tree(&mut runner).unwrap().current());
        let listed = |catalog| lines(&list(catalog, &purchase, moment, Rounding::Up));
        prop_assert_eq!(listed(&with), listed(&without), "{:?}", tests);
    }
    Ok(())
}
