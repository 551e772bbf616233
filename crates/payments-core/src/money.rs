//! Exact money: an integer of minor units with its currency. `BigDecimal` is used only to parse and to print.
//!
//! **No amount passes through a binary float, and no arithmetic wraps:** a result that does not fit is an error.

use alloc::vec::Vec;
use core::fmt;

use bigdecimal::BigDecimal;

mod currency;
mod decimal_text;
mod rate;
mod rounding;
mod scaled;

pub use currency::{Currency, UnknownCurrency};
pub use rate::{InvalidRate, Rate};
pub use rounding::Rounding;

pub(crate) use decimal_text::DecimalText;
pub(crate) use scaled::{from_scaled, to_scaled};

/// An amount of money: minor units (kuruş, cents) of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in minor units.
    pub minor: i64,
    /// The ISO 4217 currency.
    pub currency: Currency,
}

/// Why a decimal is not an amount of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAmount {
    /// It has more fraction digits than the currency's minor unit (`19.495` TRY).
    #[error("use no more fraction digits than the currency has")]
    TooManyFractionDigits,
    /// Its minor units do not fit in 64 bits.
    #[error("use a smaller amount")]
    OutOfRange,
}

/// Why a sum, difference or product is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArithmeticError {
    /// The two amounts have different currencies.
    #[error("the amounts are in different currencies")]
    CurrencyMismatch,
    /// The result's minor units do not fit in 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

impl Money {
    /// An amount of this many minor units (`1949` is 19.49 TRY).
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Converts a decimal of major units (`19.49`) exactly.
    ///
    /// # Errors
    /// [`InvalidAmount`] if it is finer than the minor unit or too large. Trailing zeros are
    /// ignored (`19.4900` is 19.49).
    pub fn from_decimal(value: &BigDecimal, currency: Currency) -> Result<Self, InvalidAmount> {
        let minor = to_scaled(value, currency.exponent())?;
        let minor = i64::try_from(minor).map_err(|_| InvalidAmount::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The amount as a decimal of major units, with the currency's number of fraction digits.
    pub fn to_decimal(self) -> BigDecimal {
        from_scaled(i128::from(self.minor), self.currency.exponent())
    }

    /// Whether the amount is above zero. Only such an amount has a listing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Adds an amount of the same currency.
    ///
    /// # Errors
    /// [`ArithmeticError`] if the currencies differ or the sum overflows.
    pub fn checked_add(self, other: Self) -> Result<Self, ArithmeticError> {
        self.with(other, i64::checked_add)
    }

    /// Subtracts an amount of the same currency.
    ///
    /// # Errors
    /// [`ArithmeticError`] if the currencies differ or the difference overflows.
    pub fn checked_sub(self, other: Self) -> Result<Self, ArithmeticError> {
        self.with(other, i64::checked_sub)
    }

    /// Multiplies the amount by `times`.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if the product overflows.
    pub fn checked_mul(self, times: u32) -> Result<Self, ArithmeticError> {
        let minor = self
            .minor
            .checked_mul(i64::from(times))
            .ok_or(ArithmeticError::Overflow)?;
        Ok(Self {
            minor,
            currency: self.currency,
        })
    }

    fn with(
        self,
        other: Self,
        operation: impl FnOnce(i64, i64) -> Option<i64>,
    ) -> Result<Self, ArithmeticError> {
        if self.currency != other.currency {
            return Err(ArithmeticError::CurrencyMismatch);
        }
        let minor = operation(self.minor, other.minor).ok_or(ArithmeticError::Overflow)?;
        Ok(Self {
            minor,
            currency: self.currency,
        })
    }

    /// Appends the amount as a JSON number of major units, with exactly the currency's fraction digits (`19.49`,
    /// `0.20`), written from the integer without an allocation of its own.
    pub fn write_decimal(self, out: &mut Vec<u8>) {
        out.extend_from_slice(DecimalText::fixed(self.minor, self.currency.exponent()).as_bytes());
    }
}

/// The number without the currency, as [`Money::write_decimal`] writes it.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(DecimalText::fixed(self.minor, self.currency.exponent()).as_str())
    }
}
