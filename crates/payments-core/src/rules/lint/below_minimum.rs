//! Amounts whose installments are below a minimum.

use crate::catalog::InstallmentCount;
use crate::installment::{QuoteError, quote};
use crate::money::{Currency, Money, Rate, Rounding};
use crate::rules::amount_bound::AmountBound;

/// A plan with several installments, under a minimum installment.
pub(super) struct BelowMinimum {
    pub(super) minimum: AmountBound,
    pub(super) rate: Rate,
    pub(super) count: InstallmentCount,
}

impl BelowMinimum {
    /// The highest amount whose installments are below the minimum, if there is one. A higher amount never has lower
    /// installments.
    pub(super) fn highest_amount(&self, currency: Currency, rounding: Rounding) -> Option<Money> {
        let (mut below, mut beyond) = (0, i64::MAX);
        while beyond - below > 1 {
            let middle = below + (beyond - below) / 2;
            if self.is_below(Money::new(middle, currency), rounding) {
                below = middle;
            } else {
                beyond = middle;
            }
        }
        Some(Money::new(below, currency)).filter(|amount| amount.is_positive())
    }

    fn is_below(&self, amount: Money, rounding: Rounding) -> bool {
        match quote(amount, self.rate, self.count, rounding) {
            Ok(quote) => !self
                .minimum
                .is_reached_by(quote.single_installment_amount()),
            // Lower amounts have nothing left either.
            Err(QuoteError::NothingLeft) => true,
            Err(QuoteError::NegativeAmount | QuoteError::Overflow) => false,
        }
    }
}
