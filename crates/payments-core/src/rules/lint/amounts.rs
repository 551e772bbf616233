//! The amounts for which tests of the amount and the currency hold.

use crate::money::{Currency, Money};
use crate::rules::amount_bound::MinorUnit;

use super::answer::{Answer, Miss};
use super::choice::Choice;
use super::test::AmountTest;

/// Ten-thousandths of a major unit.
const MAJOR: i128 = 10_000;

/// A set of positive amounts: the intersection of tests.
#[derive(Clone, Debug)]
pub(super) struct Amounts<'r> {
    /// The least amount, in ten-thousandths of a major unit.
    least: i128,
    most: i128,
    currencies: Choice<'r, Currency>,
    /// The number of fraction digits of the currency, if it matters.
    fraction_digits: Option<u32>,
}

/// Currencies with every number of fraction digits that a currency has.
pub(super) const COMMON: [Currency; 7] = [
    Currency::TRY,
    Currency::EUR,
    Currency::USD,
    Currency::GBP,
    Currency::JPY,
    Currency::KWD,
    Currency::CLF,
];

impl<'r> Amounts<'r> {
    pub(super) const ALL: Self = Self {
        least: 1,
        most: i64::MAX as i128 * MAJOR,
        currencies: Choice::ANY,
        fraction_digits: None,
    };

    /// Keeps the amounts for which a test holds, or does not hold.
    pub(super) fn narrow(&mut self, test: AmountTest<'r>, holds: bool) {
        match (test, holds) {
            (AmountTest::From(least), true) => self.least = self.least.max(least),
            (AmountTest::From(least), false) => self.most = self.most.min(least - 1),
            (AmountTest::To(most), true) => self.most = self.most.min(most),
            (AmountTest::To(most), false) => self.least = self.least.max(most + 1),
            (AmountTest::Currency(all), _) => self.currencies.narrow(all, holds),
        }
    }

    /// Keeps the amounts of at most this, in currencies with as many fraction digits.
    pub(super) fn keep_up_to(&mut self, amount: Money) {
        let unit = MinorUnit::of(amount.currency).ten_thousandths();
        self.most = self.most.min(i128::from(amount.minor) * unit);
        self.fraction_digits = Some(amount.currency.exponent());
    }

    /// Whether there is obviously no such amount.
    pub(super) fn is_empty(&self) -> bool {
        self.least > self.most || self.currencies.is_empty()
    }

    /// Whether two sets obviously have nothing in common.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        self.least > other.most || other.least > self.most
    }

    /// An amount in the set, in one of the preferred currencies if possible.
    pub(super) fn find(&self, preferred: &[Currency]) -> Answer<Money> {
        if self.is_empty() {
            return Err(Miss::Never);
        }
        let only = match &self.currencies {
            Choice::Only(only) => only.as_slice(),
            Choice::Except(_) => &[],
        };
        let known = preferred.iter().chain(&COMMON).chain(only.iter().copied());
        let mut allowed = known.filter(|currency| self.currencies.allows(currency));
        let is_limited = matches!(self.currencies, Choice::Only(_));
        match allowed.find_map(|currency| self.in_currency(*currency)) {
            Some(amount) => Ok(amount),
            None if is_limited => Err(Miss::Never),
            // Another currency has as many fraction digits as one of these.
            None if COMMON.iter().any(|one| self.in_currency(*one).is_some()) => {
                Err(Miss::Undecided)
            }
            None => Err(Miss::Never),
        }
    }

    /// An everyday amount, if the set has one in this currency.
    fn in_currency(&self, currency: Currency) -> Option<Money> {
        const EVERYDAY: i128 = 1_000 * MAJOR;
        if self
            .fraction_digits
            .is_some_and(|digits| digits != currency.exponent())
        {
            return None;
        }
        let unit = MinorUnit::of(currency).ten_thousandths();
        let least = (self.least + unit - 1).div_euclid(unit);
        let most = self.most.div_euclid(unit).min(i64::MAX.into());
        let everyday = (EVERYDAY / unit).clamp(least, most.max(least));
        let minor = i64::try_from(everyday).ok().filter(|_| least <= most)?;
        Some(Money::new(minor, currency))
    }
}
