//! Exact conversion between `BigDecimal` and scaled integers.

use bigdecimal::{
    BigDecimal, ToPrimitive,
    num_bigint::{BigInt, Sign},
};

use super::InvalidAmount;

/// Decimals with more significant bits are refused before any computation.
const MAX_BITS: u64 = 1_024;

/// `value × 10^fraction_digits`, exactly.
///
/// The time depends on the number of digits, not on the exponent: `1e999999999` is refused immediately.
///
/// # Errors
/// [`InvalidAmount`] if the product is not an integer, or does not fit.
pub(crate) fn to_scaled(value: &BigDecimal, fraction_digits: u32) -> Result<i128, InvalidAmount> {
    let (digits, scale) = value.as_bigint_and_scale();
    if digits.sign() == Sign::NoSign {
        return Ok(0);
    }
    if digits.bits() > MAX_BITS {
        return Err(InvalidAmount::OutOfRange);
    }
    let shift = i64::from(fraction_digits).saturating_sub(scale);
    match (u32::try_from(shift), u32::try_from(shift.unsigned_abs())) {
        // 10^38 is the largest power of ten below 2^127.
        (Ok(zeros @ 0..=38), _) => (digits.as_ref() * power_of_ten(zeros))
            .to_i128()
            .ok_or(InvalidAmount::OutOfRange),
        (Ok(_), _) => Err(InvalidAmount::OutOfRange),
        // No integer of MAX_BITS bits ends in more than 310 zeros.
        (Err(_), Ok(places @ 0..=310)) => divide_exactly(&digits, &power_of_ten(places)),
        // More zeros than 32 bits can count.
        (Err(_), _) if shift > 0 => Err(InvalidAmount::OutOfRange),
        (Err(_), _) => Err(InvalidAmount::TooManyFractionDigits),
    }
}

/// `scaled / 10^fraction_digits`.
pub(crate) fn from_scaled(scaled: i128, fraction_digits: u32) -> BigDecimal {
    BigDecimal::from_bigint(BigInt::from(scaled), i64::from(fraction_digits))
}

fn divide_exactly(digits: &BigInt, divisor: &BigInt) -> Result<i128, InvalidAmount> {
    if (digits % divisor).sign() == Sign::NoSign {
        (digits / divisor)
            .to_i128()
            .ok_or(InvalidAmount::OutOfRange)
    } else {
        Err(InvalidAmount::TooManyFractionDigits)
    }
}

fn power_of_ten(zeros: u32) -> BigInt {
    BigInt::from(10).pow(zeros)
}
