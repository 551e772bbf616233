//! What keeps parts from being a catalog.

use std::fmt;

use crate::id::{BankId, CardId, CardTypeId, PaymentOptionId, PlanId, PosId};
use crate::slug::Slug;

use super::{Bin, InstallmentCount};

/// One reason why parts are not a catalog.
///
/// Where two objects collide, each of them gets its defect, so that an importer finds the one it brought.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {fault}")]
pub struct Defect {
    /// The object at fault.
    pub at: Place,
    /// What is wrong with it.
    pub fault: Fault,
}

/// An object of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A bank.
    Bank(BankId),
    /// A card type.
    CardType(CardTypeId),
    /// A point of sale.
    Pos(PosId),
    /// A card.
    Card(CardId),
    /// A plan of a card.
    Plan {
        /// The card.
        card: CardId,
        /// The plan.
        plan: PlanId,
    },
    /// A payment option.
    PaymentOption(PaymentOptionId),
    /// A rule.
    Rule(Slug),
}

/// What is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Another object of its kind has the same primary key.
    #[error("this primary key is taken")]
    DuplicatePk,
    /// Another object of its kind has the same slug.
    #[error("this slug is taken")]
    DuplicateSlug,
    /// It names a bank that is not there.
    #[error("there is no bank {0}")]
    UnknownBank(BankId),
    /// It names a card type that is not there.
    #[error("there is no card type {0}")]
    UnknownCardType(CardTypeId),
    /// It names a point of sale that is not there.
    #[error("there is no point of sale {0}")]
    UnknownPos(PosId),
    /// Another plan of the card has the same number of installments.
    #[error("another plan of this card has {} installments too", .0.get())]
    DuplicateInstallmentCount(InstallmentCount),
    /// A card has this BIN too, be they active or not: another one, or the same card a second time.
    #[error("card {} has the BIN {} too", .1, .0.as_str())]
    DuplicateBin(Bin, CardId),
}

impl Fault {
    /// The field at fault, as documents name it.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::DuplicatePk => "pk",
            Self::DuplicateSlug => "slug",
            Self::UnknownBank(_) => "bank",
            Self::UnknownCardType(_) => "card_type",
            Self::UnknownPos(_) => "pos",
            Self::DuplicateInstallmentCount(_) => "installment_count",
            Self::DuplicateBin(..) => "bins",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bank(pk) => write!(out, "bank {pk}"),
            Self::CardType(pk) => write!(out, "card type {pk}"),
            Self::Pos(pk) => write!(out, "point of sale {pk}"),
            Self::Card(pk) => write!(out, "card {pk}"),
            Self::Plan { card, plan } => write!(out, "plan {plan} of card {card}"),
            Self::PaymentOption(pk) => write!(out, "payment option {pk}"),
            Self::Rule(slug) => write!(out, "rule {slug}"),
        }
    }
}
