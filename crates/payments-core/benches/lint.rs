//! The cost of analysing the rules of a large store: `cargo bench -p payments-core --bench lint`.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up fails"
)]

use chrono::{Days, FixedOffset, NaiveDate};
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

/// Rules like those of a store, each for another shelf, day, bank or card, so that few of them have findings.
fn different_rule(index: usize) -> Rule {
    let (kind, number) = (index % 8, index / 8);
    let shelf = format!("department-{}/shelf-{index}", number % 20);
    let bank = ["garanti", "akbank", "yapi-kredi", "is-bankasi"][number % 4];
    let program = ["bonus", "axess", "world"][number % 3];
    let card = format!("card-{}", number * 3 + 1);
    let day = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap() + Days::new(index as u64);
    let count = number % 10 + 2;
    let segment = format!("segment-{}", number % 30);
    let (when, then): (Value, Value) = match kind {
        0 => (
            json!({"category": [shelf], "amount": {"min": number * 10, "currency": "TRY"}}),
            json!({"cap_installments": count}),
        ),
        1 => (
            json!({"bank": [bank], "category": [shelf], "date": {"from": day, "until": day}}),
            json!({"replace_rate": "0"}),
        ),
        2 => (
            json!({"card": [card], "category": [shelf], "installment_count": {"min": 2}}),
            json!({"exclude": true}),
        ),
        3 => (
            json!({"customer_segment": [segment], "card_type": [program], "date": {"from": day, "until": day}}),
            json!({"replace_rate": "1.5"}),
        ),
        4 => (
            json!({"currency": ["USD", "EUR"], "category": [shelf], "installment_count": {"min": 2}}),
            json!({"exclude": true}),
        ),
        5 => (
            json!({"item": {"category": [shelf], "attribute": {"refurbished": ["true"]}}, "amount": {"max": number + 1}}),
            json!({"cap_installments": count}),
        ),
        6 => (
            json!({"context": ["basket"], "category": [shelf], "bank": [bank]}),
            json!({"minimum_installment_amount": number + 10}),
        ),
        _ => (
            json!({"any": [{"category": [shelf]}, {"context": ["pre-order"], "card": [card]}],
                "not": {"weekday": ["sat", "sun"]}, "hour": {"from": number % 20, "until": number % 20 + 3}}),
            json!({"cap_installments": count}),
        ),
    };
    shop::rule(&format!("rule-{index}"), &when, &then)
}
