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

impl LeftOut<'_> {
    /// Whether it is a reason why plans of a card are not offered; `is_asked` selects them.
    pub(crate) fn concerns(
        &self,
        card: &Card,
        is_asked: impl FnOnce(InstallmentCount) -> bool,
    ) -> bool {
        match self.candidate {
            Candidate::Purchase => true,
            Candidate::PaymentOption(option) => option.pos == card.pos,
            Candidate::Card { card: left_out, .. } => left_out.pk == card.pk,
            Candidate::Plan {
                card: left_out,
                plan,
                ..
            } => left_out.pk == card.pk && is_asked(plan.installment_count),
        }
    }
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

/// Declares the facts with their words, so that neither the list of all facts nor a word can lack one.
macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// A reason in the data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fact {
            $($(#[$doc])* $name,)+
        }

        impl Fact {
            /// Every fact, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// A short word, stable for machines.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

facts! {
    /// The purchase has no items.
    NoItems = "no_items",
    /// The purchase's amount is zero or less.
    NothingToPay = "nothing_to_pay",
    /// The card, plan or payment option is inactive.
    Inactive = "inactive",
    /// Only payment options for credit cards are listed.
    NotCreditCard = "not_credit_card",
    /// The point of sale is inactive.
    PosInactive = "pos_inactive",
    /// No active credit-card payment option uses the card's point of sale.
    NoPaymentOption = "no_payment_option",
    /// Rules excluded every payment option that could offer the card.
    PaymentOptionsLeftOut = "payment_options_left_out",
    /// The amount is so large that the plan's total does not fit in 64 bits of minor units.
    FiguresTooLarge = "figures_too_large",
    /// The digits of the customer's card are not of this card.
    OtherDigits = "other_digits",
    /// The saved card's token can only be charged at another point of sale.
    TokenOfAnotherPos = "token_of_another_pos",
    /// The saved card has expired.
    SavedCardExpired = "saved_card_expired",
    /// A negative rate leaves nothing to pay.
    NothingLeft = "nothing_left",
    /// No plan of the card is left.
    NoPlanLeft = "no_plan_left",
    /// The catalog has no such card, or the customer has no such saved card. Only for a choice, never in a listing.
    NoSuchCard = "no_such_card",
    /// The card has no plan with this number of installments. Only for a choice or in a matrix, never in a listing.
    NoSuchPlan = "no_such_plan",
    /// The purchase no longer exists. Only for a choice, never in a listing.
    NoSuchPurchase = "no_such_purchase",
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
