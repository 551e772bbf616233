//! Bodies as callers meet them.

use serde_json::{Value, json};

/// A listing: the figures are a recorded answer's.
pub(super) fn listing() -> Value {
    json!({
        "count": 1, "next": null, "previous": null,
        "results": [{
            "pk": 1, "name": "Bonus", "slug": "bonus-card", "card_payment_type": "credit",
            "card_type": {"pk": 1, "name": "Bonus", "slug": "bonus",
                "logo": "http://127.0.0.1:8080/static/logos/bonus.svg", "logo_path": "logos/bonus.svg"},
            "bank": {"pk": 1, "name": "Garanti BBVA", "slug": "garanti",
                "logo": "http://127.0.0.1:8080/static/logos/garanti.svg", "logo_path": "logos/garanti.svg"},
            "installments": [
                plan(101, 1, "Tek Çekim", [json!(0), json!(0.0), json!(19.49), json!(19.49)]),
                plan(103, 3, "3 Taksit", [json!(5), json!(0.98), json!(20.47), json!(6.83)]),
            ],
        }],
    })
}

fn plan(pk: i64, count: u8, label: &str, figures: [Value; 4]) -> Value {
    let [rate, interest, total, single] = figures;
    json!({
        "pk": pk, "installment_count": count, "interest_rate": rate, "label": label, "is_active": true,
        "amount": 19.49, "interest_amount": interest, "total_amount": total,
        "single_installment_amount": single,
    })
}

/// The body of a refusal.
pub(super) fn error(kind: &str) -> Value {
    match kind {
        "not authenticated" => json!({"detail": "Authentication credentials were not provided."}),
        "csrf" => json!({
            "detail": "The security token is not valid. Please refresh the page and try again."
        }),
        "manage" => json!({"detail": "A valid management token is required."}),
        "not found" => json!({"detail": "Not found."}),
        "phone" => field("phone_number", "Enter a phone number of 10 to 14 digits."),
        "otp" => field("otp", "The code is wrong."),
        "card" => field("card_number", "The card number is not valid."),
        "document" => json!({
            "detail": "The document has errors; nothing was saved.",
            "errors": {"/cards/0/installments/1/interest_rate": [
                "use a percentage from 0 to 1000 with at most 4 fraction digits"
            ]},
        }),
        "referred" => json!({
            "detail": "This cannot be deleted because other objects refer to it.",
            "errors": {"/cards/1": ["this refers to it"]},
        }),
        _ => json!({"detail": "A sentence in the caller's language."}),
    }
}

fn field(name: &str, sentence: &str) -> Value {
    json!({
        "detail": "Some of the information is missing or incorrect. Please check it.",
        "errors": {name: [sentence]},
    })
}
