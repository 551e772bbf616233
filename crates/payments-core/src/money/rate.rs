//! Interest rates.

use alloc::vec::Vec;
use core::fmt;

use bigdecimal::BigDecimal;

use super::{DecimalText, from_scaled, to_scaled};

/// A percentage, flat over the whole plan, stored in ten-thousandths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

/// The rate is outside 0 to 1,000 %, or has more than four fraction digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use a percentage from 0 to 1000 with at most 4 fraction digits")]
pub struct InvalidRate;

impl Rate {
    /// The rate of 0 %.
    pub const ZERO: Self = Self(0);

    /// The number of fraction digits of a percentage.
    pub const FRACTION_DIGITS: u32 = 4;

    /// A rate of this many ten-thousandths of a percent (`50_000` is 5 %).
    ///
    /// # Errors
    /// [`InvalidRate`] outside 0 to 1,000 %.
    pub const fn from_ten_thousandths(value: i64) -> Result<Self, InvalidRate> {
        if value >= 0 && value <= 10_000_000 {
            Ok(Self(value))
        } else {
            Err(InvalidRate)
        }
    }

    /// Converts a decimal percentage (`5`, `1.25`) exactly.
    ///
    /// # Errors
    /// [`InvalidRate`] if it is out of range or too fine.
    pub fn from_decimal(percent: &BigDecimal) -> Result<Self, InvalidRate> {
        let value = to_scaled(percent, Self::FRACTION_DIGITS).map_err(|_| InvalidRate)?;
        Self::from_ten_thousandths(i64::try_from(value).map_err(|_| InvalidRate)?)
    }

    /// The percentage as a decimal without trailing zeros (`5`, `1.25`).
    pub fn to_decimal(self) -> BigDecimal {
        from_scaled(i128::from(self.0), Self::FRACTION_DIGITS).normalized()
    }

    /// The rate in ten-thousandths of a percent.
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// Appends the percentage as a JSON number without trailing zeros (`5`, `1.25`).
    pub fn write_decimal(self, out: &mut Vec<u8>) {
        out.extend_from_slice(DecimalText::trimmed(self.0, Self::FRACTION_DIGITS).as_bytes());
    }
}

/// The number without a percent sign, as [`Rate::write_decimal`] writes it.
impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(DecimalText::trimmed(self.0, Self::FRACTION_DIGITS).as_str())
    }
}

/// Serialized as its decimal text.
impl serde::Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
