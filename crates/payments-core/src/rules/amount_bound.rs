//! Amounts in rules: decimals that mean the purchase's own currency.

use std::fmt;

use bigdecimal::BigDecimal;

use crate::money::{Currency, InvalidAmount, Money, from_scaled, to_scaled};

/// A limit in major units of whichever currency the purchase is in: not negative, at most four fraction digits, below
/// 922 million million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmountBound(i64);

impl AmountBound {
    /// Takes a decimal of major units (`50`, `50.00`).
    ///
    /// # Errors
    /// [`InvalidAmount`] when it is negative, too large, or finer than any currency.
    pub fn from_decimal(value: &BigDecimal) -> Result<Self, InvalidAmount> {
        let scaled = to_scaled(value, Currency::MAX_EXPONENT)?;
        match i64::try_from(scaled) {
            Ok(scaled @ 0..) => Ok(Self(scaled)),
            Ok(_) | Err(_) => Err(InvalidAmount::OutOfRange),
        }
    }

    /// The limit as a decimal, without zeros at the end.
    pub fn to_decimal(self) -> BigDecimal {
        from_scaled(i128::from(self.0), Currency::MAX_EXPONENT).normalized()
    }

    /// Whether an amount reaches the limit.
    pub fn is_reached_by(self, amount: Money) -> bool {
        Self::scaled(amount) >= i128::from(self.0)
    }

    /// Whether an amount exceeds the limit.
    pub fn is_exceeded_by(self, amount: Money) -> bool {
        Self::scaled(amount) > i128::from(self.0)
    }

    fn scaled(amount: Money) -> i128 {
        /// Scaled units in a minor unit, by the currency's exponent.
        const PER_MINOR: [i128; 5] = [10_000, 1_000, 100, 10, 1];
        let per_minor = PER_MINOR[amount.currency.exponent().min(Currency::MAX_EXPONENT) as usize];
        i128::from(amount.minor) * per_minor
    }
}

impl fmt::Display for AmountBound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_decimal().to_plain_string())
    }
}
