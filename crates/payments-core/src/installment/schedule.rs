//! Divides a total into installments exactly.

use crate::money::Currency;

use super::quote::payments;
use super::{InstallmentCount, Money, QuoteError};

/// The installments of a total, in order. They sum to it exactly and differ by at most one minor unit.
#[derive(Clone, Debug)]
pub struct Schedule {
    part_minor: i64,
    /// How many of the remaining parts are one minor unit larger.
    larger: u8,
    left: u8,
    currency: Currency,
}

/// Divides a total into installments without losing or adding a minor unit; the remainder goes to the first ones.
///
/// The listing's `single_installment_amount` is a rounded figure for display; these parts are what is charged, and they sum to
/// the total (the contract, installment arithmetic).
///
/// ```
/// use payments_core::{catalog::InstallmentCount, installment::schedule, money::{Currency, Money}};
///
/// let parts = schedule(Money::new(2_047, Currency::TRY), InstallmentCount::new(3)?)?;
/// assert_eq!(parts.map(|part| part.minor).collect::<Vec<_>>(), [683, 682, 682]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`QuoteError::NegativeAmount`].
pub fn schedule(total: Money, count: InstallmentCount) -> Result<Schedule, QuoteError> {
    let total_minor = u64::try_from(total.minor).map_err(|_| QuoteError::NegativeAmount)?;
    let part = total_minor / payments(count);
    let remainder = total_minor % payments(count);
    Ok(Schedule {
        part_minor: i64::try_from(part).map_err(|_| QuoteError::Overflow)?,
        // Less than the count, which is at most 99.
        larger: u8::try_from(remainder).map_err(|_| QuoteError::Overflow)?,
        left: count.get(),
        currency: total.currency,
    })
}

impl Iterator for Schedule {
    type Item = Money;

    fn next(&mut self) -> Option<Money> {
        self.left = self.left.checked_sub(1)?;
        let is_larger = self.larger > 0;
        self.larger = self.larger.saturating_sub(1);
        Some(Money::new(
            self.part_minor + i64::from(is_larger),
            self.currency,
        ))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

impl ExactSizeIterator for Schedule {}
