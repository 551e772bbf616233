//! The rules of a store, for benchmarks.

use payments_core::rules::Rule;
use serde_json::json;

use crate::shop;

/// Rules like those of a store, repeated: half of them do not match the phone that is bought.
pub(crate) fn rules(count: usize) -> Vec<Rule> {
    let kinds = [
        (
            json!({"category": ["electronics/phones"]}),
            json!({"cap_installments": 12}),
        ),
        (
            json!({"category": ["jewellery/gold"]}),
            json!({"cap_installments": 1}),
        ),
        (
            json!({"card_payment_type": ["debit"]}),
            json!({"cap_installments": 1}),
        ),
        (
            json!({"bank": ["garanti"], "amount": {"min": "500"}, "installment_count": {"max": 3}}),
            json!({"replace_rate": "0"}),
        ),
        (
            json!({"customer_segment": ["staff"]}),
            json!({"replace_rate": "0"}),
        ),
        (json!({}), json!({"minimum_installment_amount": "50.00"})),
        (
            json!({"currency": ["USD", "EUR"]}),
            json!({"exclude": true}),
        ),
        (
            json!({"date": {"from": "2026-11-20", "until": "2026-11-30"}, "card_type": ["world"]}),
            json!({"replace_rate": "1.5"}),
        ),
        (
            json!({"any": [{"item": {"category": ["food"]}}, {"context": ["pre-order"], "card": ["card-3"]}]}),
            json!({"exclude": true}),
        ),
        (
            json!({"not": {"weekday": ["sat", "sun"]}, "hour": {"from": 9, "until": 18}}),
            json!({"cap_installments": 9}),
        ),
    ];
    let kinds = kinds.iter().cycle().take(count).enumerate();
    kinds
        .map(|(index, (when, then))| shop::rule(&format!("rule-{index}"), when, then))
        .collect()
}
