//! Primary keys, one type per noun, so that a card's key cannot be used as a bank's.

use serde::{Deserialize, Serialize};

/// A primary key outside `1..=i64::MAX`.
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
            /// Takes a positive integer.
            ///
            /// # Errors
            /// [`InvalidPk`] for zero and negative numbers.
            pub const fn new(pk: i64) -> Result<Self, InvalidPk> {
                if pk > 0 { Ok(Self(pk)) } else { Err(InvalidPk) }
            }

            /// The number itself.
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
    /// Of a bank.
    BankId,
    /// Of a basket.
    BasketId,
    /// Of a card (a kind of card a bank issues, not a customer's).
    CardId,
    /// Of a card type (a programme such as Bonus).
    CardTypeId,
    /// Of a customer.
    CustomerId,
    /// Of a payment option.
    PaymentOptionId,
    /// Of an installment plan.
    PlanId,
    /// Of a point of sale.
    PosId,
    /// Of a pre-order.
    PreOrderId,
    /// Of a product.
    ProductId,
    /// Of a card a customer saved.
    SavedCardId,
}
