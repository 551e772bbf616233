//! Drafts of a catalog and purchases to compare them with, for benchmarks.

use payments_core::catalog::CatalogParts;
use payments_core::purchase::{Context, Purchase, PurchaseKey};
use payments_core::what_if::{Comparison, WhatIf};
use serde_json::{Value, json};

use crate::shop;

/// A draft with a rule that concerns no purchase.
pub(crate) fn with_a_rule_for_none(parts: CatalogParts) -> CatalogParts {
    let when = json!({"category": ["books"]});
    with_rule(parts, &when, &json!({"exclude": true}))
}

/// A draft with a rule that concerns some cards of every purchase.
pub(crate) fn with_a_rule_for_some_cards(parts: CatalogParts) -> CatalogParts {
    let when = json!({"bank": ["akbank"], "installment_count": {"max": 6}});
    with_rule(parts, &when, &json!({"replace_rate": "0.5"}))
}

/// A draft that leaves no plan.
pub(crate) fn without_plans(parts: CatalogParts) -> CatalogParts {
    with_rule(parts, &json!({}), &json!({"exclude": true}))
}

/// A draft with another rate for every plan.
pub(crate) fn with_other_figures(mut parts: CatalogParts) -> CatalogParts {
    let plans = parts
        .cards
        .iter_mut()
        .flat_map(|card| &mut card.installments);
    for plan in plans {
        plan.interest_rate = shop::rate(plan.interest_rate.ten_thousandths() + 10_000);
    }
    parts
}

fn with_rule(mut parts: CatalogParts, when: &Value, then: &Value) -> CatalogParts {
    parts.rules.push(shop::rule("draft", when, then));
    parts
}

/// Baskets with a phone, of different amounts.
pub(crate) fn purchases(count: i64) -> Vec<(PurchaseKey, Purchase)> {
    let purchase = |pk: i64| {
        let key = PurchaseKey::new(Context::Basket, pk).unwrap();
        (key, shop::purchase(10_000 + 7_919 * pk % 500_000))
    };
    (1..=count).map(purchase).collect()
}

pub(crate) fn compare<'w>(
    what_if: &'w WhatIf<'w>,
    purchases: &[(PurchaseKey, Purchase)],
) -> Comparison<'w> {
    let mut comparison = Comparison::new(what_if);
    for (key, purchase) in purchases {
        comparison.add(*key, purchase);
    }
    comparison
}
