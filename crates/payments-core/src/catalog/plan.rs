//! Installment plans.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::Serialize;

use crate::id::PlanId;
use crate::json::{Json, Object, Reader, field};
use crate::language::Language;
use crate::money::Rate;

/// An installment plan of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The plan's primary key.
    pub pk: PlanId,
    /// The number of installments; 1 is the single payment.
    pub installment_count: InstallmentCount,
    /// The interest rate, flat over the whole plan.
    pub interest_rate: Rate,
    /// The merchant's own labels. Languages without one use a default made from the count.
    pub label: Labels,
    /// An inactive plan is never listed.
    pub is_active: bool,
}

/// A text for each language.
pub type Labels = BTreeMap<Language, String>;

/// A number of installments, 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct InstallmentCount(u8);

/// The number of installments is outside 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use a number from 1 to 99")]
pub struct InvalidInstallmentCount;

impl InstallmentCount {
    /// The single payment.
    pub const SINGLE: Self = Self(1);

    /// Accepts 1 to 99.
    ///
    /// # Errors
    /// [`InvalidInstallmentCount`] for any other number.
    pub const fn new(count: u8) -> Result<Self, InvalidInstallmentCount> {
        if count >= 1 && count <= 99 {
            Ok(Self(count))
        } else {
            Err(InvalidInstallmentCount)
        }
    }

    /// The count as a number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Plan {
    /// An active plan with default labels.
    pub const fn new(pk: PlanId, installment_count: InstallmentCount, interest_rate: Rate) -> Self {
        Self {
            pk,
            installment_count,
            interest_rate,
            label: Labels::new(),
            is_active: true,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut plan = Object::of(reader, json)?;
        let pk = plan.required(reader, "pk", field::pk);
        let installment_count = plan.required(reader, "installment_count", InstallmentCount::read);
        let interest_rate = plan.required(reader, "interest_rate", field::rate);
        let label = plan.nullable(reader, "label", label);
        let is_active = plan.optional(reader, "is_active", true, field::boolean);
        plan.finish(reader);
        Some(Self {
            pk: pk?,
            installment_count: installment_count?,
            interest_rate: interest_rate?,
            label: label?.unwrap_or_default(),
            is_active: is_active?,
        })
    }
}

impl InstallmentCount {
    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let parse = |count| Self::new(count).ok();
        field::integer("an integer from 1 to 99", parse)(reader, json)
    }
}

fn label(reader: &mut Reader, json: &Json<'_>) -> Option<Labels> {
    const LANGUAGES: &str = "the languages tr, en, ar, ru, de and fr as keys";
    let Json::Object(members) = json else {
        return reader.expected(LANGUAGES);
    };
    let mut labels = Labels::new();
    for (code, json) in members {
        reader.at(code, |reader| match Language::from_code(code) {
            Some(language) => {
                labels.extend(field::name(reader, json).map(|label| (language, label)));
            }
            None => {
                reader.expected::<()>(LANGUAGES);
            }
        });
    }
    Some(labels)
}
