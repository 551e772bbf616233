//! The body of an explanation.

use payments_core::listing::{Candidate, Fact, LeftOut, Reason, RuleEffect};
use payments_core::purchase::Purchase;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Question;
use crate::error::{ApiError, Problem};

/// What was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// The whole purchase, with every option.
    Purchase,
    /// A payment option with all its cards.
    PaymentOption,
    /// A card with all its plans.
    Card,
    /// One plan of a card.
    Plan,
}

/// Something that is not offered, with the reason.
#[derive(Debug, Serialize)]
pub struct LeftOutBody<'e> {
    /// The kind of what is not offered.
    pub what: Left,
    /// Slug of the payment option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_option: Option<&'e str>,
    /// Primary key of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<i64>,
    /// Slug of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_slug: Option<&'e str>,
    /// Primary key of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<i64>,
    /// Number of installments of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installment_count: Option<u8>,
    /// Why it is not offered.
    pub reason: ReasonBody<'e>,
}

/// Why something is not offered: a fact, or a rule.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReasonBody<'e> {
    /// A fact of its own data, not a rule.
    Fact {
        /// A word for it, stable for machines.
        fact: &'static str,
        /// The same as a sentence.
        detail: &'static str,
    },
    /// A rule of the catalog.
    Rule {
        /// Slug of the rule.
        rule: &'e str,
        /// Name of the rule.
        name: &'e str,
        /// The key in its `then` that did it.
        effect: &'static str,
        /// The limit it sets there.
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<String>,
        /// The same as a sentence.
        detail: String,
    },
}

#[derive(Serialize)]
struct Body<'e> {
    context: &'static str,
    pk: i64,
    language: &'static str,
    amount: String,
    currency: &'static str,
    listing: &'e RawValue,
    left_out: Vec<LeftOutBody<'e>>,
}

/// Writes it; `cards` is the listing as the contract has it.
pub(super) fn write(
    question: &Question,
    purchase: &Purchase,
    cards: &[u8],
    left_out: &[LeftOut<'_>],
) -> Result<Vec<u8>, ApiError> {
    let internal = |error| ApiError::new(Problem::Internal).because(error);
    let listing: Box<RawValue> = serde_json::from_slice(cards).map_err(internal)?;
    let body = Body {
        context: question.context.as_str(),
        pk: question.pk,
        language: question.language.code(),
        amount: purchase.amount.to_string(),
        currency: purchase.amount.currency.code(),
        listing: &listing,
        left_out: left_out.iter().map(self::left_out).collect(),
    };
    serde_json::to_vec(&body).map_err(internal)
}

/// The reasons why something is not offered, for other bodies.
pub(crate) fn reasons(left_out: &[LeftOut<'_>]) -> Value {
    let bodies: Vec<LeftOutBody<'_>> = left_out.iter().map(self::left_out).collect();
    // Every key is a text, so that this cannot fail.
    serde_json::to_value(bodies).unwrap_or_default()
}

/// Something that is not offered, with the reason.
pub(crate) fn left_out<'e>(left_out: &LeftOut<'e>) -> LeftOutBody<'e> {
    let (what, option, card, plan) = match left_out.candidate {
        Candidate::Purchase => (Left::Purchase, None, None, None),
        Candidate::PaymentOption(option) => (Left::PaymentOption, Some(option), None, None),
        Candidate::Card {
            card,
            payment_option,
        } => (Left::Card, payment_option, Some(card), None),
        Candidate::Plan {
            card,
            plan,
            payment_option,
        } => (Left::Plan, Some(payment_option), Some(card), Some(plan)),
    };
    LeftOutBody {
        what,
        payment_option: option.map(|option| option.slug.as_str()),
        card: card.map(|card| card.pk.get()),
        card_slug: card.map(|card| card.slug.as_str()),
        plan: plan.map(|plan| plan.pk.get()),
        installment_count: plan.map(|plan| plan.installment_count.get()),
        reason: reason(&left_out.reason),
    }
}

fn reason<'e>(reason: &Reason<'e>) -> ReasonBody<'e> {
    match reason {
        Reason::Fact(fact) => ReasonBody::Fact {
            fact: fact.as_str(),
            detail: sentence(*fact),
        },
        Reason::Rule { rule, effect } => {
            let (limit, detail) = match effect {
                RuleEffect::Exclude => (None, "the rule excludes it".to_owned()),
                RuleEffect::CapInstallments(cap) => {
                    let cap = cap.get();
                    let plural = if cap == 1 { "" } else { "s" };
                    (
                        Some(cap.to_string()),
                        format!("the rule allows at most {cap} installment{plural}"),
                    )
                }
                RuleEffect::MinimumInstallmentAmount(least) => (
                    Some(least.to_string()),
                    format!("the rule asks for installments of at least {least}"),
                ),
            };
            ReasonBody::Rule {
                rule: rule.slug.as_str(),
                name: &rule.name,
                effect: effect.as_str(),
                limit,
                detail,
            }
        }
    }
}

const fn sentence(fact: Fact) -> &'static str {
    match fact {
        Fact::NoItems => "there is nothing in it",
        Fact::NothingToPay => "there is nothing to pay",
        Fact::Inactive => "it is not active",
        Fact::NotCreditCard => "listings are about credit-card payment options only",
        Fact::PosInactive => "its point of sale is not active",
        Fact::NoPaymentOption => "no active credit-card payment option has its point of sale",
        Fact::PaymentOptionsLeftOut => "every payment option that could offer it is left out",
        Fact::OtherDigits => "the customer's card is another one",
        Fact::TokenOfAnotherPos => "the saved card can only be charged at another point of sale",
        Fact::SavedCardExpired => "the saved card has expired",
        Fact::NothingLeft => "the discount leaves nothing to pay",
        Fact::FiguresTooLarge => "the amount is too large to compute its total",
        Fact::NoPlanLeft => "none of its plans is left",
        Fact::NoSuchCard => "there is no such card",
        Fact::NoSuchPlan => "the card has no plan with this number of installments",
        Fact::NoSuchPurchase => "it no longer exists",
    }
}
