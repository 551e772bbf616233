//! Effects: what a rule does to the plans it applies to.

use alloc::borrow::ToOwned;
use alloc::string::ToString;

use serde_json::{Map, Value};

use crate::catalog::InstallmentCount;
use crate::json::{Json, Object, Reader, Violations, field};
use crate::money::Rate;

use super::amount_bound::AmountBound;

/// What a rule does. It may have several effects; a rule without one is a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Whatever matches the rule is not offered.
    pub exclude: bool,
    /// Plans with more installments are not offered. The single payment is always below the cap.
    pub cap_installments: Option<InstallmentCount>,
    /// Plans with a smaller single installment are not offered, in major units of the purchase's currency. Does not
    /// apply to the single payment.
    pub minimum_installment_amount: Option<AmountBound>,
    /// Plans are quoted at this rate instead of their own.
    pub replace_rate: Option<Rate>,
}

const KEYS: &[&str] = &[
    "exclude",
    "cap_installments",
    "minimum_installment_amount",
    "replace_rate",
];

impl Effect {
    /// Reads the `then` of a rule.
    ///
    /// # Errors
    /// Every mistake, with its JSON pointer from `value`.
    pub fn from_json(value: &Value) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let effect = Self::read(&mut reader, &Json::from(value));
        reader.finish(effect)
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut effect = Object::of_keys(reader, json, KEYS)?;
        let exclude = effect.given(reader, "exclude", always_true);
        Some(Self {
            exclude: exclude.unwrap_or(false),
            cap_installments: effect.given(reader, "cap_installments", InstallmentCount::read),
            minimum_installment_amount: effect.given(
                reader,
                "minimum_installment_amount",
                AmountBound::read,
            ),
            replace_rate: effect.given(reader, "replace_rate", field::rate),
        })
    }

    /// Whether the effect can change what is offered with this number of installments. Neither a cap nor a minimum
    /// concerns the single payment.
    pub(crate) fn concerns(&self, count: InstallmentCount) -> bool {
        let limits = self.cap_installments.is_some() || self.minimum_installment_amount.is_some();
        self.exclude || self.replace_rate.is_some() || (limits && count != InstallmentCount::SINGLE)
    }

    /// Writes the `then` of a rule: [`Effect::from_json`] reads the same effect back.
    pub fn to_json(self) -> Value {
        let mut object = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.insert(key.to_owned(), value);
            }
        };
        put("exclude", self.exclude.then_some(Value::Bool(true)));
        put(
            "cap_installments",
            self.cap_installments.map(|cap| cap.get().into()),
        );
        put(
            "minimum_installment_amount",
            self.minimum_installment_amount
                .map(|bound| bound.to_string().into()),
        );
        put(
            "replace_rate",
            self.replace_rate.map(|rate| rate.to_string().into()),
        );
        Value::Object(object)
    }
}

fn always_true(reader: &mut Reader, json: &Json<'_>) -> Option<bool> {
    if matches!(json, Json::Bool(true)) {
        Some(true)
    } else {
        reader.expected("true")
    }
}

impl serde::Serialize for Effect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Effect {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).map_err(serde::de::Error::custom)
    }
}
