//! The cost of analysing the rules of a large store: `cargo bench -p payments-core --bench lint`.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up fails"
)]

use chrono::FixedOffset;
use divan::{Bencher, black_box};
use payments_core::catalog::CatalogParts;
use payments_core::money::Rounding;
use payments_core::rules::Rule;
use payments_core::rules::lint::{StoreFacts, lint};
use serde_json::{Value, json};

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/shop.rs"]
mod shop;

fn main() {
    divan::main();
}

/// 2,000 cards with 12 plans each.
#[divan::bench(args = [500, 5_000], sample_count = 5)]
fn rules_of_2000_cards(bencher: Bencher<'_, '_>, count: usize) {
    let catalog = shop::catalog(CatalogParts {
        rules: (0..count).map(different_rule).collect(),
        ..shop::large(2_000, 12)
    });
    let (facts, zone) = (
        StoreFacts::default(),
        FixedOffset::east_opt(10_800).unwrap(),
    );
    let now = shop::now().utc;
    bencher.bench(|| lint(black_box(&catalog), &facts, now, &zone, Rounding::Up));
}

/// Rules like those of a store, each for another category, week, bank or card.
fn different_rule(index: usize) -> Rule {
    let (kind, number) = (index % 10, index / 10);
    let category = format!("department-{}/shelf-{}", number % 20, number % 170);
    let bank = ["garanti", "akbank", "yapi-kredi", "is-bankasi"][number % 4];
    let program = ["bonus", "axess", "world"][number % 3];
    let card = format!("card-{}", number * 3 + 1);
    let day = format!("2026-12-{:02}", number % 28 + 1);
    let count = number % 11 + 2;
    let (when, then): (Value, Value) = match kind {
        0 => (
            json!({"category": [category], "amount": {"min": number * 10, "currency": "TRY"}}),
            json!({"cap_installments": count}),
        ),
        1 => (
            json!({"bank": [bank], "category": [category], "installment_count": {"min": 2, "max": count},
                "date": {"from": day, "until": day}}),
            json!({"replace_rate": "0"}),
        ),
        2 => (
            json!({"card": [card], "category": [category]}),
            json!({"exclude": true}),
        ),
        3 => (
            json!({"customer_segment": [format!("segment-{}", number % 30)], "card_type": [program], "category": [category]}),
            json!({"replace_rate": "1.5"}),
        ),
        4 => (
            json!({"currency": ["USD", "EUR"], "category": [category], "bank": [bank]}),
            json!({"exclude": true}),
        ),
        5 => (
            json!({"item": {"category": [category], "attribute": {"refurbished": ["true"]}}, "amount": {"max": number}}),
            json!({"cap_installments": count}),
        ),
        6 => (
            json!({"context": ["basket"], "bank": [bank], "amount": {"min": number, "max": number * 2}}),
            json!({"minimum_installment_amount": format!("{}", number % 90 + 10)}),
        ),
        7 => (
            json!({"any": [{"item": {"category": [category]}}, {"context": ["pre-order"], "card": [card]}], "installment_count": {"min": count}}),
            json!({"exclude": true}),
        ),
        8 => (
            json!({"not": {"weekday": ["sat", "sun"]}, "hour": {"from": number % 20, "until": number % 20 + 3}, "card_type": [program], "category": [category]}),
            json!({"cap_installments": count}),
        ),
        _ => (
            json!({"card": [card, format!("card-{}", number + 2)], "date": {"from": day}}),
            json!({"minimum_installment_amount": format!("{}", number % 50 + 10)}),
        ),
    };
    shop::rule(&format!("rule-{index}"), &when, &then)
}
