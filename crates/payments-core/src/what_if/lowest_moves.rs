//! How the lowest installment moves.

use alloc::collections::BTreeMap;

use bigdecimal::BigDecimal;

use crate::money::{Currency, Money, from_scaled};

/// How the lowest single installment of purchases moves: the one that [`lowest`](crate::listing::lowest) finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LowestMoves {
    /// Purchases whose lowest installment is the same, or that have none in either catalog.
    pub same: u64,
    /// Purchases that have one in the draft only.
    pub new: u64,
    /// Purchases that have one in force only.
    pub gone: u64,
    currencies: BTreeMap<Currency, CurrencyMoves>,
}

/// The moves in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurrencyMoves {
    /// The purchases whose lowest installment becomes lower.
    pub lower: Moves,
    /// The purchases whose lowest installment becomes higher.
    pub higher: Moves,
}

/// Moves in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moves {
    /// The number of purchases.
    pub count: u64,
    /// The largest move, not negative.
    pub largest: Money,
    sum_minor: i128,
}

impl LowestMoves {
    /// Purchases whose lowest installment becomes lower, in all currencies.
    pub fn lower(&self) -> u64 {
        self.currencies
            .values()
            .map(|moves| moves.lower.count)
            .sum()
    }

    /// Purchases whose lowest installment becomes higher, in all currencies.
    pub fn higher(&self) -> u64 {
        self.currencies
            .values()
            .map(|moves| moves.higher.count)
            .sum()
    }

    /// The moves in each currency that has any, ordered by its code.
    pub fn by_currency(&self) -> impl ExactSizeIterator<Item = (Currency, &CurrencyMoves)> {
        self.currencies
            .iter()
            .map(|(currency, moves)| (*currency, moves))
    }

    /// Adds a purchase by its lowest installments in force and in the draft.
    pub(super) fn add(&mut self, in_force: Option<Money>, draft: Option<Money>) {
        match (in_force, draft) {
            (None, None) => self.same += 1,
            (None, Some(_)) => self.new += 1,
            (Some(_), None) => self.gone += 1,
            (Some(before), Some(after)) if before == after => self.same += 1,
            (Some(before), Some(after)) => self.of(before.currency).add(before, after),
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.same += other.same;
        self.new += other.new;
        self.gone += other.gone;
        for (currency, moves) in &other.currencies {
            let mine = self.of(*currency);
            mine.lower.merge(&moves.lower);
            mine.higher.merge(&moves.higher);
        }
    }

    fn of(&mut self, currency: Currency) -> &mut CurrencyMoves {
        self.currencies.entry(currency).or_insert(CurrencyMoves {
            lower: Moves::none(currency),
            higher: Moves::none(currency),
        })
    }
}

impl CurrencyMoves {
    fn add(&mut self, before: Money, after: Money) {
        // Neither amount is negative, so the difference fits.
        let difference = after.minor - before.minor;
        let (moves, size) = if difference < 0 {
            (&mut self.lower, -difference)
        } else {
            (&mut self.higher, difference)
        };
        moves.count += 1;
        moves.sum_minor += i128::from(size);
        moves.largest.minor = moves.largest.minor.max(size);
    }
}

impl Moves {
    const fn none(currency: Currency) -> Self {
        Self {
            count: 0,
            largest: Money::new(0, currency),
            sum_minor: 0,
        }
    }

    /// The exact sum of all moves in major units, not negative.
    pub fn sum(&self) -> BigDecimal {
        from_scaled(self.sum_minor, self.largest.currency.exponent())
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum_minor += other.sum_minor;
        self.largest.minor = self.largest.minor.max(other.largest.minor);
    }
}
