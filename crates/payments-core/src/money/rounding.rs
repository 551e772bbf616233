//! Rounding to the minor unit.

use core::num::NonZeroU64;

/// How a result is rounded to the minor unit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Towards +∞, as in the contract's recorded response.
    #[default]
    Up,
    /// To the nearest, ties away from zero.
    HalfUp,
    /// To the nearest, ties to the even unit.
    HalfEven,
}

impl Rounding {
    /// All roundings.
    pub const ALL: [Self; 3] = [Self::Up, Self::HalfUp, Self::HalfEven];

    /// `numerator / denominator`, rounded to an integer.
    pub const fn divide(self, numerator: i128, denominator: NonZeroU64) -> i128 {
        let denominator = denominator.get() as i128;
        let floor = numerator.div_euclid(denominator);
        let remainder = numerator.rem_euclid(denominator);
        let missing = denominator - remainder;
        let is_tie = remainder == missing;
        let goes_up = match self {
            Self::Up => remainder > 0,
            Self::HalfUp => remainder > missing || (is_tie && numerator > 0),
            Self::HalfEven => remainder > missing || (is_tie && floor % 2 != 0),
        };
        if goes_up { floor + 1 } else { floor }
    }

    /// [`Rounding::divide`] for values that fit in 64 bits: one machine division instead of a library call.
    #[inline]
    pub(crate) const fn divide_u64(self, numerator: u64, denominator: NonZeroU64) -> u64 {
        let denominator = denominator.get();
        let floor = numerator / denominator;
        let remainder = numerator % denominator;
        let missing = denominator - remainder;
        let goes_up = match self {
            Self::Up => remainder > 0,
            Self::HalfUp => remainder >= missing,
            Self::HalfEven => {
                remainder > missing || (remainder == missing && !floor.is_multiple_of(2))
            }
        };
        // A fraction to round up needs a denominator of 2 or more, so the sum cannot overflow.
        if goes_up { floor + 1 } else { floor }
    }
}
