//! Primary keys, one type per noun, so that a card's key cannot be used as a bank's.

use serde::{Deserialize, Serialize};

/// The number is not a primary key (`1..=i64::MAX`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a primary key is a positive integer")]
pub struct InvalidPk;

macro_rules! primary_keys {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(i64);

        impl $name {
            /// Accepts a positive integer.
            ///
            /// # Errors
            /// [`InvalidPk`] for zero and negative numbers.
            pub const fn new(pk: i64) -> Result<Self, InvalidPk> {
                if pk > 0 { Ok(Self(pk)) } else { Err(InvalidPk) }
            }

            /// The key as a number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = InvalidPk;

            fn try_from(pk: i64) -> Result<Self, InvalidPk> {
                Self::new(pk)
            }
        }

        impl From<$name> for i64 {
            fn from(pk: $name) -> Self {
                pk.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(out)
            }
        }
    )+};
}

primary_keys! {
    /// The primary key of a bank.
    BankId,
    /// The primary key of a basket.
    BasketId,
    /// The primary key of a card of the catalog. A customer's card has a [`SavedCardId`].
    CardId,
    /// The primary key of a card type, such as Bonus.
    CardTypeId,
    /// The primary key of a customer.
    CustomerId,
    /// The primary key of a payment option.
    PaymentOptionId,
    /// The primary key of an installment plan.
    PlanId,
    /// The primary key of a point of sale.
    PosId,
    /// The primary key of a pre-order.
    PreOrderId,
    /// The primary key of a product.
    ProductId,
    /// The primary key of a customer's saved card.
    SavedCardId,
}
