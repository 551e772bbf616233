//! The parts of an effect.

use crate::catalog::InstallmentCount;
use crate::rules::effect::Effect;
use crate::rules::index::ALL_COUNTS;

/// A part of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EffectPart {
    Exclude,
    Cap,
    Minimum,
    Rate,
}

impl EffectPart {
    /// The parts that an effect has.
    pub(super) fn of(effect: &Effect) -> impl Iterator<Item = Self> + use<> {
        let parts = [
            effect.exclude.then_some(Self::Exclude),
            effect.cap_installments.map(|_| Self::Cap),
            effect.minimum_installment_amount.map(|_| Self::Minimum),
            effect.replace_rate.map(|_| Self::Rate),
        ];
        parts.into_iter().flatten()
    }

    /// The key in a rule's `then`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Cap => "cap_installments",
            Self::Minimum => "minimum_installment_amount",
            Self::Rate => "replace_rate",
        }
    }

    /// What a rule with it, or several, does to another rule's effect.
    pub(super) const fn deed(self, are_several: bool) -> &'static str {
        match (self, are_several) {
            (Self::Exclude, false) => "excludes the plan",
            (Self::Exclude, true) => "exclude the plan",
            (Self::Cap, false) => "has a lower or equal cap",
            (Self::Cap, true) => "have a lower or equal cap",
            (Self::Minimum, false) => "has a higher or equal minimum",
            (Self::Minimum, true) => "have a higher or equal minimum",
            (Self::Rate, false) => "has a lower or equal rate",
            (Self::Rate, true) => "have a lower or equal rate",
        }
    }

    /// The numbers of installments at which the part can change what is offered.
    pub(super) fn counts(self, effect: &Effect) -> u128 {
        match self {
            Self::Exclude | Self::Rate => ALL_COUNTS,
            Self::Cap => effect.cap_installments.map_or(ALL_COUNTS, above),
            Self::Minimum => above(InstallmentCount::SINGLE),
        }
    }
}

fn above(count: InstallmentCount) -> u128 {
    ALL_COUNTS << (count.get() + 1)
}
