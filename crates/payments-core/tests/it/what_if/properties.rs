//! What holds for every pair of catalogs.

use payments_core::catalog::CatalogParts;
use payments_core::listing::{Matrix, MatrixPage, matrix};
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::purchase::{Purchase, PurchaseKey};
use payments_core::what_if::{Comparison, Report, WhatIf};
use proptest::prelude::*;

use super::naive::Summary;
use crate::cells::{rows, rows_of_counts};
use crate::shop::{COUNTS, catalog, count, rate};
use crate::strategies::{any_purchase, any_small_store, few_rules};

type Keyed = Vec<(PurchaseKey, Purchase)>;

/// Two catalogs: with the same cards or others, and with some rules in common.
fn any_pair() -> impl Strategy<Value = (CatalogParts, CatalogParts)> {
    let stores = (any_small_store(), any_small_store(), 0_u8..4);
    let rules = (few_rules(), few_rules());
    let dice = prop::collection::vec(any::<u8>(), 12);
    (stores, rules, dice).prop_map(|((one, other, kind), (rules, others), dice)| {
        let mut in_force = one.clone();
        let mut draft = if kind == 0 { other } else { one };
        if kind == 1 {
            alter(&mut draft, &dice);
        }
        in_force.rules.clone_from(&rules);
        draft.rules = rules;
        for (at, dice) in dice.iter().enumerate() {
            let other = others.get(at);
            match (dice % 8, draft.rules.get_mut(at), other) {
                (0, Some(rule), _) => rule.is_active = !rule.is_active,
                (1, Some(rule), _) => "Another name".clone_into(&mut rule.name),
                (2, Some(rule), Some(other)) => *rule = other.clone(),
                (2 | 3, None, Some(other)) => draft.rules.push(other.clone()),
                _ => {}
            }
        }
        if dice[0] > 200 {
            draft.rules.pop();
        }
        (in_force, draft)
    })
}

/// Changes rates, plans, cards and their order.
fn alter(parts: &mut CatalogParts, dice: &[u8]) {
    for (card, dice) in parts.cards.iter_mut().zip(dice) {
        let plan = usize::from(dice % 6);
        match dice / 64 {
            0 => card.installments[plan].interest_rate = rate(i64::from(*dice) * 1_000),
            1 => drop(card.installments.remove(plan)),
            2 => card.sort_order = -card.sort_order,
            _ => {}
        }
    }
    if dice[5] > 128 {
        parts.cards.remove(usize::from(dice[5] % 3));
    }
}

/// Purchases with different keys, at one moment.
fn any_purchases() -> impl Strategy<Value = (Keyed, Moment)> {
    let purchases = prop::collection::vec(any_purchase(), 0..30);
    (purchases, any_purchase()).prop_map(|(purchases, (_, moment))| {
        let keyed = purchases.into_iter().zip(1..).map(|((purchase, _), pk)| {
            let key = PurchaseKey::new(purchase.context, pk).unwrap();
            (key, purchase)
        });
        (keyed.collect(), moment)
    })
}

fn compared<'w>(what_if: &'w WhatIf<'w>, purchases: &[&(PurchaseKey, Purchase)]) -> Comparison<'w> {
    let mut comparison = Comparison::new(what_if);
    for (key, purchase) in purchases {
        comparison.add(*key, purchase);
    }
    comparison
}

/// A report as text, with the matrices of its examples.
fn text(report: &Report<'_>) -> String {
    let kinds = [
        &report.gains,
        &report.loses,
        &report.gains_and_loses,
        &report.figures,
    ];
    let examples = kinds.into_iter().flat_map(|kind| &kind.examples);
    let matrices: Vec<_> = examples
        .map(|one| (rows(&one.in_force), rows(&one.draft)))
        .collect();
    format!("{:?} {matrices:?}", Summary::of(report))
}

/// The rows of a matrix for all numbers of installments that cards have.
fn all_cells(matrix: &Matrix<'_>) -> Vec<Vec<String>> {
    rows_of_counts(matrix, &COUNTS.map(count))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_counts_are_those_of_a_naive_comparison(
        (in_force, draft) in any_pair(),
        (purchases, moment) in any_purchases(),
    ) {
        let (in_force, draft) = (catalog(in_force), catalog(draft));
        let what_if = WhatIf::new(&in_force, &draft, moment, Rounding::Up);
        let all: Vec<_> = purchases.iter().collect();
        let report = compared(&what_if, &all).report(usize::MAX);
        let naive = Summary::naive(&in_force, &draft, moment, &purchases);
        prop_assert_eq!(Summary::of(&report), naive);
    }

    #[test]
    fn merged_comparisons_in_any_order_are_the_whole(
        (in_force, draft) in any_pair(),
        (purchases, moment) in any_purchases(),
        dice in prop::collection::vec(any::<u8>(), 30),
    ) {
        let (in_force, draft) = (catalog(in_force), catalog(draft));
        let what_if = WhatIf::new(&in_force, &draft, moment, Rounding::Up);
        let all: Vec<_> = purchases.iter().collect();
        let whole = compared(&what_if, &all).report(usize::MAX);
        let mut shuffled: Vec<_> = purchases.iter().zip(&dice).collect();
        shuffled.sort_by_key(|(_, dice)| **dice);
        let mut merged = Comparison::new(&what_if);
        for part in 0..3 {
            let of_part = shuffled.iter().filter(|(_, dice)| *dice % 3 == part);
            let of_part: Vec<_> = of_part.map(|(keyed, _)| *keyed).collect();
            merged.merge(compared(&what_if, &of_part));
        }
        prop_assert_eq!(merged.compared(), whole.compared);
        prop_assert_eq!(text(&merged.report(usize::MAX)), text(&whole));
    }

    #[test]
    fn the_matrices_of_an_example_are_those_of_the_purchase(
        (in_force, draft) in any_pair(),
        (purchases, moment) in any_purchases(),
    ) {
        let (in_force, draft) = (catalog(in_force), catalog(draft));
        let what_if = WhatIf::new(&in_force, &draft, moment, Rounding::Up);
        let all: Vec<_> = purchases.iter().collect();
        let report = compared(&what_if, &all).report(usize::MAX);
        let kinds = [&report.gains, &report.loses, &report.gains_and_loses, &report.figures];
        for example in kinds.into_iter().flat_map(|kind| &kind.examples) {
            let (_, purchase) = purchases.iter().find(|(key, _)| *key == example.key).unwrap();
            for (catalog, found) in [(&in_force, &example.in_force), (&draft, &example.draft)] {
                let found = all_cells(found);
                prop_assert!(found.len() <= example.card_count);
                let all = matrix(catalog, purchase, moment, Rounding::Up, None, &MatrixPage::ALL);
                let mut expected = all_cells(&all);
                expected.retain(|row| found.iter().any(|one| one[0] == row[0]));
                prop_assert_eq!(found, expected);
            }
        }
    }
}
