//! The combined effect of the rules that apply.

use crate::catalog::InstallmentCount;
use crate::money::Rate;

use super::amount_bound::AmountBound;
use super::effect::Effect;

/// The position of a rule among the compiled ones.
pub(crate) type RuleAt = u32;

/// The combined effect of any number of rules, each part with the position of the rule that caused it. The order of the
/// rules does not matter; of several equal effects the first rule is named.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    /// A rule that excludes.
    pub(crate) excluded_by: Option<RuleAt>,
    /// The lowest cap.
    pub(crate) cap: Option<(InstallmentCount, RuleAt)>,
    /// The highest minimum.
    pub(crate) minimum: Option<(AmountBound, RuleAt)>,
    /// The lowest replaced rate.
    pub(crate) rate: Option<Rate>,
}

impl Verdict {
    /// Combines a rule's effect into the verdict.
    #[inline]
    pub(crate) fn apply(&mut self, effect: &Effect, rule: RuleAt) {
        if effect.exclude {
            self.excluded_by = Some(self.excluded_by.map_or(rule, |first| first.min(rule)));
        }
        if let Some(cap) = effect.cap_installments {
            let mine = (cap, rule);
            self.cap = Some(self.cap.map_or(mine, |lowest| lowest.min(mine)));
        }
        if let Some(minimum) = effect.minimum_installment_amount {
            let is_higher = |(highest, first): (AmountBound, RuleAt)| {
                minimum > highest || (minimum == highest && rule < first)
            };
            if self.minimum.is_none_or(is_higher) {
                self.minimum = Some((minimum, rule));
            }
        }
        if let Some(rate) = effect.replace_rate {
            self.rate = Some(self.rate.map_or(rate, |lowest| lowest.min(rate)));
        }
    }
}
