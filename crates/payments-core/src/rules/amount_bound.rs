//! Amounts in rules: decimals in the currency of the purchase.

use core::fmt;

use bigdecimal::BigDecimal;

use crate::json::{Json, Reader, field};
use crate::money::{Currency, InvalidAmount, Money, from_scaled, to_scaled};

/// A limit in major units of the purchase's currency: not negative, at most four fraction digits, below 922 trillion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmountBound(i64);

impl AmountBound {
    /// Accepts a decimal of major units (`50`, `50.00`).
    ///
    /// # Errors
    /// [`InvalidAmount`] if it is negative, too large, or finer than any currency.
    pub fn from_decimal(value: &BigDecimal) -> Result<Self, InvalidAmount> {
        let scaled = to_scaled(value, Currency::MAX_EXPONENT)?;
        match i64::try_from(scaled) {
            Ok(scaled @ 0..) => Ok(Self(scaled)),
            Ok(_) | Err(_) => Err(InvalidAmount::OutOfRange),
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        field::decimal(
            "a decimal from 0 on with at most 4 fraction digits",
            |limit| Self::from_decimal(limit).ok(),
        )(reader, json)
    }

    /// The limit as a decimal without trailing zeros.
    pub fn to_decimal(self) -> BigDecimal {
        from_scaled(i128::from(self.0), Currency::MAX_EXPONENT).normalized()
    }

    /// The limit in ten-thousandths of a major unit.
    pub(crate) const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// Whether the amount is at least the limit.
    pub fn is_reached_by(self, amount: Money) -> bool {
        self.is_reached(MinorUnit::of(amount.currency), amount.minor)
    }

    /// [`AmountBound::is_reached_by`] for many amounts of one currency.
    #[inline]
    pub(crate) fn is_reached(self, unit: MinorUnit, minor: i64) -> bool {
        i128::from(minor) * unit.0 >= i128::from(self.0)
    }

    /// Whether the amount is above the limit.
    pub fn is_exceeded_by(self, amount: Money) -> bool {
        i128::from(amount.minor) * MinorUnit::of(amount.currency).0 > i128::from(self.0)
    }
}

/// A currency's minor unit, in the units of limits.
#[derive(Clone, Copy)]
pub(crate) struct MinorUnit(i128);

impl MinorUnit {
    pub(crate) fn of(currency: Currency) -> Self {
        /// Indexed by the currency's exponent.
        const UNITS: [i128; 5] = [10_000, 1_000, 100, 10, 1];
        Self(UNITS[currency.exponent().min(Currency::MAX_EXPONENT) as usize])
    }

    /// The minor unit in ten-thousandths of the major unit.
    pub(crate) const fn ten_thousandths(self) -> i128 {
        self.0
    }
}

impl fmt::Display for AmountBound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_decimal().to_plain_string())
    }
}
