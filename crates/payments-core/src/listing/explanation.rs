//! What is not offered, and why.

use alloc::vec::Vec;

use crate::catalog::{Card, InstallmentCount, PaymentOption, Plan};
use crate::rules::{AmountBound, Rule};

use super::Listing;

/// A listing with the reasons for everything that is not in it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Explanation<'c> {
    /// What is offered.
    pub listing: Listing<'c>,
    /// What is not, in the order it was decided: payment options first, then card by card. A card that several payment
    /// options could offer has entries for each that did not.
    pub left_out: Vec<LeftOut<'c>>,
}

/// Something that is not offered.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LeftOut<'c> {
    /// What.
    pub candidate: Candidate<'c>,
    /// Why.
    pub reason: Reason<'c>,
}

/// Something that could be offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Candidate<'c> {
    /// The purchase as a whole: nothing is listed for it.
    Purchase,
    /// A payment option, and with it all its cards.
    PaymentOption(&'c PaymentOption),
    /// A card with all its plans.
    Card {
        /// The card.
        card: &'c Card,
        /// Under this payment option; none when no option could offer it.
        payment_option: Option<&'c PaymentOption>,
    },
    /// One plan of a card.
    Plan {
        /// The card.
        card: &'c Card,
        /// The plan.
        plan: &'c Plan,
        /// Under this payment option.
        payment_option: &'c PaymentOption,
    },
}

/// Why something is not offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason<'c> {
    /// The data itself, regardless of rules.
    Fact(Fact),
    /// A rule.
    Rule {
        /// The rule; where several would do it, the first by slug.
        rule: &'c Rule,
        /// By which of its effects.
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
    /// It is inactive.
    Inactive,
    /// Only payment options for credit cards are listed.
    NotCreditCard,
    /// Its point of sale is inactive.
    PosInactive,
    /// No active credit-card payment option is charged at its point of sale.
    NoPaymentOption,
    /// Rules left out every payment option that could offer it.
    PaymentOptionsLeftOut,
    /// The amount is so large that the plan's total does not fit 64 bits of minor units.
    FiguresTooLarge,
    /// None of its plans remains.
    NoPlanLeft,
}

/// The effect by which a rule left something out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleEffect {
    /// It excludes.
    Exclude,
    /// It caps the number of installments here.
    CapInstallments(InstallmentCount),
    /// It asks for a single installment of at least this.
    MinimumInstallmentAmount(AmountBound),
}

impl Fact {
    /// A short word for it, stable for machines.
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
            Self::NoPlanLeft => "no_plan_left",
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
