//! Amounts in rules: decimals that mean the purchase's own currency.

use std::fmt;

use bigdecimal::BigDecimal;

use crate::money::{Currency, InvalidAmount, Money, from_scaled, to_scaled};

/// A limit in major units of whichever currency the purchase is in, with at most four fraction digits, not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmountBound(i128);

impl AmountBound {
    /// The most a bound can be: the largest amount of a currency without a minor unit.
    const MAX: i128 = i64::MAX as i128 * 10_i128.pow(Currency::MAX_EXPONENT);

    /// Takes a decimal of major units (`50`, `50.00`).
    ///
    /// # Errors
    /// [`InvalidAmount`] when it is negative, too large, or finer than any currency.
    pub fn from_decimal(value: &BigDecimal) -> Result<Self, InvalidAmount> {
        let scaled = to_scaled(value, Currency::MAX_EXPONENT)?;
        if (0..=Self::MAX).contains(&scaled) {
            Ok(Self(scaled))
        } else {
            Err(InvalidAmount::OutOfRange)
        }
    }

    /// The limit as a decimal, without zeros at the end.
    pub fn to_decimal(self) -> BigDecimal {
        from_scaled(self.0, Currency::MAX_EXPONENT).normalized()
    }

    /// Whether an amount reaches the limit.
    pub fn is_reached_by(self, amount: Money) -> bool {
        Self::scaled(amount) >= self.0
    }

    /// Whether an amount exceeds the limit.
    pub fn is_exceeded_by(self, amount: Money) -> bool {
        Self::scaled(amount) > self.0
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
