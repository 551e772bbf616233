//! What a listing leaves out, and why.

use alloc::vec::Vec;

use crate::catalog::{Card, InstallmentCount, PaymentOption, Plan};
use crate::rules::{AmountBound, Rule};

use super::Listing;

/// A listing, with the reasons for everything that is not in it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Explanation<'c> {
    /// What is offered.
    pub listing: Listing<'c>,
    /// What is not offered, in the order of the decisions: payment options first, then card by card. A card that
    /// several payment options could offer has an entry for each that did not.
    pub left_out: Vec<LeftOut<'c>>,
}

/// Something that is not offered.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LeftOut<'c> {
    /// What is left out.
    pub candidate: Candidate<'c>,
    /// Why it is left out.
    pub reason: Reason<'c>,
}

/// Something that could be offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Candidate<'c> {
    /// The purchase as a whole: its listing is empty.
    Purchase,
    /// A payment option with all its cards.
    PaymentOption(&'c PaymentOption),
    /// A card with all its plans.
    Card {
        /// The card that is left out.
        card: &'c Card,
        /// The payment option under which it is left out; `None` if no option could offer it.
        payment_option: Option<&'c PaymentOption>,
    },
    /// One plan of a card.
    Plan {
        /// The card that the plan belongs to.
        card: &'c Card,
        /// The plan that is left out.
        plan: &'c Plan,
        /// The payment option under which it is left out.
        payment_option: &'c PaymentOption,
    },
}

/// Why something is not offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason<'c> {
    /// A fact in the data, regardless of rules.
    Fact(Fact),
    /// A rule excluded it.
    Rule {
        /// The rule. If several apply, the first by slug.
        rule: &'c Rule,
        /// The effect of the rule that excluded it.
        effect: RuleEffect,
    },
}

/// A reason in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The purchase has no items.
    NoItems,
    /// The purchase's amount is zero or less.
    NothingToPay,
    /// The card, plan or payment option is inactive.
    Inactive,
    /// Only payment options for credit cards are listed.
    NotCreditCard,
    /// The point of sale is inactive.
    PosInactive,
    /// No active credit-card payment option uses the card's point of sale.
    NoPaymentOption,
    /// Rules excluded every payment option that could offer the card.
    PaymentOptionsLeftOut,
    /// The amount is so large that the plan's total does not fit in 64 bits of minor units.
    FiguresTooLarge,
    /// The digits of the customer's card are not of this card.
    OtherDigits,
    /// The saved card's token can only be charged at another point of sale.
    TokenOfAnotherPos,
    /// The saved card has expired.
    SavedCardExpired,
    /// A negative rate leaves nothing to pay.
    NothingLeft,
    /// No plan of the card is left.
    NoPlanLeft,
    /// The catalog has no such card, or the customer has no such saved card. Only for a choice, never in a listing.
    NoSuchCard,
    /// The card has no plan with this number of installments. Only for a choice, never in a listing.
    NoSuchPlan,
    /// The purchase no longer exists. Only for a choice, never in a listing.
    NoSuchPurchase,
}

/// The effect by which a rule left something out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleEffect {
    /// The rule excludes it.
    Exclude,
    /// The rule caps the number of installments at this count.
    CapInstallments(InstallmentCount),
    /// The rule requires a single installment of at least this amount.
    MinimumInstallmentAmount(AmountBound),
}

impl Fact {
    /// Every fact, in the order of their declaration.
    pub const ALL: [Self; 16] = [
        Self::NoItems,
        Self::NothingToPay,
        Self::Inactive,
        Self::NotCreditCard,
        Self::PosInactive,
        Self::NoPaymentOption,
        Self::PaymentOptionsLeftOut,
        Self::FiguresTooLarge,
        Self::OtherDigits,
        Self::TokenOfAnotherPos,
        Self::SavedCardExpired,
        Self::NothingLeft,
        Self::NoPlanLeft,
        Self::NoSuchCard,
        Self::NoSuchPlan,
        Self::NoSuchPurchase,
    ];

    /// A short word, stable for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoItems => "no_items",
            Self::NothingToPay => "nothing_to_pay",
            Self::Inactive => "inactive",
            Self::NotCreditCard => "not_credit_card",
            Self::PosInactive => "pos_inactive",
            Self::NoPaymentOption => "no_payment_option",
            Self::PaymentOptionsLeftOut => "payment_options_left_out",
            Self::FiguresTooLarge => "figures_too_large",
            Self::OtherDigits => "other_digits",
            Self::TokenOfAnotherPos => "token_of_another_pos",
            Self::SavedCardExpired => "saved_card_expired",
            Self::NothingLeft => "nothing_left",
            Self::NoPlanLeft => "no_plan_left",
            Self::NoSuchCard => "no_such_card",
            Self::NoSuchPlan => "no_such_plan",
            Self::NoSuchPurchase => "no_such_purchase",
        }
    }
}

impl RuleEffect {
    /// The effect's key in a rule's `then`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::CapInstallments(_) => "cap_installments",
            Self::MinimumInstallmentAmount(_) => "minimum_installment_amount",
        }
    }
}
