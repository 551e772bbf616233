//! Installment plans.

use std::collections::BTreeMap;

use crate::id::PlanId;
use crate::language::Language;
use crate::money::Rate;

/// One way to pay with a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Primary key.
    pub pk: PlanId,
    /// In how many payments; 1 is the single payment.
    pub installment_count: InstallmentCount,
    /// Flat over the whole plan.
    pub interest_rate: Rate,
    /// The merchant's own words for it; a language without one gets ours, made from the count.
    pub label: Labels,
    /// An inactive plan is never listed.
    pub is_active: bool,
}

/// A text per language.
pub type Labels = BTreeMap<Language, String>;

/// A number of payments, 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstallmentCount(u8);

/// A number of payments outside 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use a number from 1 to 99")]
pub struct InvalidInstallmentCount;

impl InstallmentCount {
    /// The single payment.
    pub const SINGLE: Self = Self(1);

    /// Takes 1 to 99.
    ///
    /// # Errors
    /// [`InvalidInstallmentCount`].
    pub const fn new(count: u8) -> Result<Self, InvalidInstallmentCount> {
        if count >= 1 && count <= 99 {
            Ok(Self(count))
        } else {
            Err(InvalidInstallmentCount)
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}
