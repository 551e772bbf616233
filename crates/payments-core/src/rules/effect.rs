//! Effects: what a rule does to the plans it applies to.

use serde_json::{Map, Value};

use crate::catalog::InstallmentCount;
use crate::money::Rate;

use super::amount_bound::AmountBound;
use super::fault::{Expected, RuleFault, RuleFaults};
use super::reading::Reader;

/// What a rule does. Several may be given; none of them is a rule still being drafted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// What the rule applies to is not offered.
    pub exclude: bool,
    /// Plans of more installments are not offered. The single payment always passes a cap.
    pub cap_installments: Option<InstallmentCount>,
    /// Plans whose single installment is smaller are not offered, in major units of the purchase's currency. The
    /// single payment always passes a minimum.
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
    /// Every fault in it, each with the JSON pointer of its place below `value`.
    pub fn from_json(value: &Value) -> Result<Self, Vec<RuleFault>> {
        let mut reader = Reader::default();
        let effect = read(&mut reader, value);
        reader.finish(effect)
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

fn read(reader: &mut Reader, value: &Value) -> Option<Effect> {
    let map = reader.object(value, KEYS)?;
    Some(Effect {
        exclude: reader
            .optional(map, "exclude", always_true)
            .unwrap_or(false),
        cap_installments: reader.optional(map, "cap_installments", cap),
        minimum_installment_amount: reader.optional(
            map,
            "minimum_installment_amount",
            |reader, value| {
                let parse = |decimal: &_| AmountBound::from_decimal(decimal).ok();
                reader.decimal(value, Expected::Amount, parse)
            },
        ),
        replace_rate: reader.optional(map, "replace_rate", |reader, value| {
            reader.decimal(value, Expected::Rate, |decimal| {
                Rate::from_decimal(decimal).ok()
            })
        }),
    })
}

fn always_true(reader: &mut Reader, value: &Value) -> Option<bool> {
    if value == &Value::Bool(true) {
        Some(true)
    } else {
        reader.expected(Expected::True)
    }
}

fn cap(reader: &mut Reader, value: &Value) -> Option<InstallmentCount> {
    reader.whole(value, Expected::InstallmentCount, |count| {
        InstallmentCount::new(u8::try_from(count).ok()?).ok()
    })
}

impl serde::Serialize for Effect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Effect {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).map_err(|faults| serde::de::Error::custom(RuleFaults(faults)))
    }
}
