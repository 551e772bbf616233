//! Example bodies.

use std::sync::LazyLock;

use payments_core::language::Language;
use serde_json::{Value, json};

use crate::error::{Problem, SentenceId};
use crate::i18n::Sentences;

/// A listing: the figures are a recorded answer's.
pub(super) fn listing() -> Value {
    let mut card = card();
    card["installments"] = json!([
        plan(
            101,
            1,
            "Tek Çekim",
            [json!(0), json!(0.0), json!(19.49), json!(19.49)]
        ),
        plan(
            103,
            3,
            "3 Taksit",
            [json!(5), json!(0.98), json!(20.47), json!(6.83)]
        ),
    ]);
    json!({"count": 1, "next": null, "previous": null, "currency": "TRY", "results": [card]})
}

/// A card of the catalog, without plans.
pub(super) fn card() -> Value {
    json!({
        "pk": 1, "name": "Bonus", "slug": "bonus-card", "card_payment_type": "credit",
        "card_type": {"pk": 1, "name": "Bonus", "slug": "bonus",
            "logo": "http://127.0.0.1:8080/static/logos/bonus.svg", "logo_path": "logos/bonus.svg"},
        "bank": {"pk": 1, "name": "Garanti BBVA", "slug": "garanti",
            "logo": "http://127.0.0.1:8080/static/logos/garanti.svg", "logo_path": "logos/garanti.svg"},
    })
}

/// The lowest plans: one product with a plan, and one that no card is offered for.
pub(super) fn lowest() -> Value {
    let mut card = listing()["results"][0].take();
    if let Some(card) = card.as_object_mut() {
        card.remove("installments");
    }
    json!({
        "count": 2,
        "results": [
            {
                "product": 1, "amount": 19.49, "currency": "TRY",
                "lowest": {"card": card, "installment_count": 3, "interest_rate": 5,
                    "single_installment_amount": 6.83, "total_amount": 20.47},
            },
            {"product": 2, "amount": 0, "currency": "TRY", "lowest": null},
        ],
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

/// A refusal in a response.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// A problem with nothing to add.
    Of(Problem),
    /// A problem with one invalid field.
    Field(Problem, &'static str, SentenceId),
    /// A problem with an invalid parameter or JSON pointer of the management API.
    At(Problem, &'static str, &'static str),
}

/// The service's own sentences; where they cannot be read it does not start.
static SENTENCES: LazyLock<Option<Sentences>> = LazyLock::new(|| Sentences::read().ok());
/// Where the examples send the customer's browser.
const NEXT_ACTION: &str = "https://shop.example.com/payments/stored-cards/actions/5f2b…/?lang=en";
/// How many tries the examples leave.
const TRIES_LEFT: u8 = 4;
/// How long the examples ask callers to wait.
const SECONDS: u32 = 30;

impl Refusal {
    /// What tells it from others of its status.
    pub(super) const fn name(self) -> SentenceId {
        match self {
            Self::Of(problem) | Self::At(problem, _, _) => problem.sentence(),
            Self::Field(_, _, sentence) => sentence,
        }
    }

    pub(super) fn body(self) -> Value {
        match self {
            Self::Of(problem) => {
                let mut body = body(problem);
                if problem == Problem::ActionRequired {
                    body["next_action"] = NEXT_ACTION.into();
                } else if problem == Problem::NotOffered {
                    body["left_out"] = json!([{
                        "what": "plan", "payment_option": "card", "card": 1, "card_slug": "bonus-card", "plan": 103,
                        "installment_count": 3,
                        "reason": {"kind": "rule", "rule": "gold", "name": "Gold", "effect": "cap_installments",
                            "limit": "1", "detail": "the rule allows at most 1 installment"},
                    }]);
                } else if problem == Problem::AmbiguousCard {
                    body["candidates"] = json!([
                        {"pk": 1, "name": "Bonus", "slug": "bonus-card", "pos": 1},
                        {"pk": 2, "name": "Maximum", "slug": "maximum-card", "pos": 2},
                    ]);
                }
                body
            }
            Self::Field(problem, name, id) => {
                let mut body = body(problem);
                body["errors"] = json!({ name: [sentence(id)] });
                if problem == Problem::OtpWrong {
                    body["tries_left"] = TRIES_LEFT.into();
                }
                body
            }
            Self::At(problem, pointer, text) => {
                let mut body = body(problem);
                body["errors"] = json!({ pointer: [text] });
                body
            }
        }
    }
}

fn body(problem: Problem) -> Value {
    json!({ "detail": sentence(problem.sentence()), "code": problem.code() })
}

fn sentence(id: SentenceId) -> String {
    let sentences = SENTENCES.as_ref();
    let text =
        sentences.map(|sentences| sentences.sentence_with_seconds(Language::En, id, SECONDS));
    text.unwrap_or_default()
}
