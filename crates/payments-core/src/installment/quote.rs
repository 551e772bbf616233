//! Computes the three amounts of a plan from amount, rate and count.

use core::num::NonZeroU64;

use crate::money::{Currency, Rate, Rounding};

use super::{InstallmentCount, Money};

/// The cost of a plan: the contract's three amounts, in minor units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    interest_minor: i64,
    total_minor: i64,
    single_installment_minor: i64,
    currency: Currency,
}

/// Why a plan cannot be quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// The amount is below zero.
    #[error("a negative amount has no plans")]
    NegativeAmount,
    /// The interest or the total does not fit in 64 bits of minor units.
    #[error("the amount is too large to add its interest")]
    Overflow,
    /// A negative rate takes the whole amount away.
    #[error("the discount leaves nothing to pay")]
    NothingLeft,
}

impl Quote {
    /// The contract's `interest_amount`; negative for a negative rate.
    pub const fn interest_amount(self) -> Money {
        Money::new(self.interest_minor, self.currency)
    }

    /// The contract's `total_amount`: the amount with its interest.
    pub const fn total_amount(self) -> Money {
        Money::new(self.total_minor, self.currency)
    }

    /// The contract's `single_installment_amount`: the displayed amount of each payment.
    pub const fn single_installment_amount(self) -> Money {
        Money::new(self.single_installment_minor, self.currency)
    }
}

/// 100 % in ten-thousandths of a percent.
const WHOLE: NonZeroU64 = NonZeroU64::MIN.saturating_add(999_999);

/// The figures of one plan, by the contract's installment arithmetic:
/// `interest = round(amount × rate / 100)`, `total = amount + interest`, `single = round(total / count)`, each rounded
/// to the minor unit. A negative rate is a discount. With [`Rounding::Up`], `count × single` never falls short of `total` and exceeds it by at most
/// `count − 1` minor units.
///
/// ```
/// use payments_core::{catalog::InstallmentCount, installment::quote, money::{Currency, Money, Rate, Rounding}};
///
/// let amount = Money::new(1_949, Currency::TRY);
/// let five_percent = Rate::from_ten_thousandths(50_000)?;
/// let quote = quote(amount, five_percent, InstallmentCount::new(3)?, Rounding::Up)?;
/// assert_eq!(quote.total_amount().to_string(), "20.47");
/// assert_eq!(quote.single_installment_amount().to_string(), "6.83");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`QuoteError`]; nothing wraps and nothing panics.
#[inline]
pub fn quote(
    amount: Money,
    rate: Rate,
    count: InstallmentCount,
    rounding: Rounding,
) -> Result<Quote, QuoteError> {
    let amount_minor = u64::try_from(amount.minor).map_err(|_| QuoteError::NegativeAmount)?;
    let interest_minor = match u64::try_from(rate.ten_thousandths()) {
        Ok(millionths) => interest(amount_minor, millionths, rounding)?,
        Err(_) => discount(amount, rate, rounding)?,
    };
    let total_minor = amount.minor.checked_add(interest_minor);
    let total_minor = total_minor.ok_or(QuoteError::Overflow)?;
    let single = rounding.divide_u64(total_minor.cast_unsigned(), payments(count));
    Ok(Quote {
        interest_minor,
        total_minor,
        single_installment_minor: single.cast_signed(),
        currency: amount.currency,
    })
}

/// `round(amount × rate / 100)` for a rate below zero, which is not below `-amount`.
#[cold]
fn discount(amount: Money, rate: Rate, rounding: Rounding) -> Result<i64, QuoteError> {
    let product = i128::from(amount.minor) * i128::from(rate.ten_thousandths());
    let interest = i64::try_from(rounding.divide(product, WHOLE));
    let interest = interest.map_err(|_| QuoteError::Overflow)?;
    if amount.is_positive() && amount.minor + interest == 0 {
        return Err(QuoteError::NothingLeft);
    }
    Ok(interest)
}

/// `round(amount × rate)` for a rate in millionths.
#[inline]
fn interest(amount_minor: u64, rate: u64, rounding: Rounding) -> Result<i64, QuoteError> {
    match amount_minor.checked_mul(rate) {
        // The quotient is below 2^63.
        Some(product) => Ok(rounding.divide_u64(product, WHOLE).cast_signed()),
        None => wide_interest(amount_minor, rate, rounding),
    }
}

/// As `interest`, for products beyond 64 bits: at the highest rate, amounts above 1.8 trillion minor units.
#[cold]
fn wide_interest(amount_minor: u64, rate: u64, rounding: Rounding) -> Result<i64, QuoteError> {
    let product = i128::from(amount_minor) * i128::from(rate);
    let interest = i64::try_from(rounding.divide(product, WHOLE));
    interest.map_err(|_| QuoteError::Overflow)
}

/// A count as a divisor: counts are 1 to 99.
#[inline]
pub(super) fn payments(count: InstallmentCount) -> NonZeroU64 {
    NonZeroU64::new(u64::from(count.get())).unwrap_or(NonZeroU64::MIN)
}
