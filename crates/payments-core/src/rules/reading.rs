//! Reading a rule's JSON: every fault is kept with its place, and reading goes on.

use bigdecimal::BigDecimal;
use serde_json::{Map, Value};

use crate::pointer;
use crate::slug::Slug;

use super::fault::{Expected, RuleFault, RuleFaultKind};

/// The longest text, in bytes, that is looked at as a decimal.
const MAX_DECIMAL: usize = 64;
/// The longest text a rule may compare with, in characters.
const MAX_TEXT: usize = 200;
/// So many faults are reported; the rest of the rule is read no further.
const MAX_FAULTS: usize = 100;

/// Where reading is, and what was found wrong so far.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pointer: String,
    faults: Vec<RuleFault>,
    /// Conditions read so far.
    pub(super) size: usize,
    /// Whether attributes may have any name.
    takes_any_name: bool,
}

impl Reader {
    /// Of what was accepted once.
    pub(super) fn of_stored() -> Self {
        Self {
            takes_any_name: true,
            ..Self::default()
        }
    }

    /// Whether an attribute may have this name.
    pub(super) fn is_attribute(&self, name: &str) -> bool {
        pointer::is_key(name) || (self.takes_any_name && is_text(name))
    }

    /// What was read, if nothing was wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<RuleFault>> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            Some(_) | None => Err(self.faults),
        }
    }

    /// Notes a fault here.
    pub(super) fn fault<T>(&mut self, kind: RuleFaultKind) -> Option<T> {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(RuleFault {
                pointer: self.pointer.clone(),
                kind,
            });
        }
        None
    }

    /// Notes that something else belongs here.
    pub(super) fn expected<T>(&mut self, expected: Expected) -> Option<T> {
        self.fault(RuleFaultKind::Expected(expected))
    }

    /// Reads what stands below `step`, a key or an index; the pointer has it as [`pointer::push`] writes it.
    pub(super) fn at<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, step);
        let read = read(self);
        self.pointer.truncate(length);
        read
    }

    /// An object whose keys are all among `known`.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(map) = value.as_object() else {
            return self.expected(Expected::Object);
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.at(key, |reader| reader.fault::<()>(RuleFaultKind::UnknownKey));
        }
        Some(map)
    }

    /// What stands under `key`, if anything does.
    pub(super) fn optional<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        read: impl FnOnce(&mut Self, &Value) -> Option<T>,
    ) -> Option<T> {
        let value = map.get(key)?;
        self.at(key, |reader| read(reader, value))
    }

    /// The list under `key`: not empty when it is there, and an empty one when it is not.
    pub(super) fn list<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        max: usize,
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Vec<T> {
        let read = self.optional(map, key, |reader, value| {
            reader.entries(value, max, &mut read)
        });
        read.unwrap_or_default()
    }

    /// The entries of a list that is not empty.
    pub(super) fn entries<T>(
        &mut self,
        value: &Value,
        max: usize,
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(entries) = value.as_array() else {
            return self.expected(Expected::List);
        };
        if entries.is_empty() {
            return self.fault(RuleFaultKind::Empty);
        }
        if entries.len() > max {
            return self.fault(RuleFaultKind::TooLong);
        }
        let read = entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| self.at(&index.to_string(), |reader| read(reader, entry)));
        Some(read.collect())
    }

    /// A word that `parse` knows.
    pub(super) fn word<T>(
        &mut self,
        value: &Value,
        expected: Expected,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match value.as_str().and_then(parse) {
            Some(parsed) => Some(parsed),
            None => self.expected(expected),
        }
    }

    /// A slug.
    pub(super) fn slug(&mut self, value: &Value) -> Option<Slug> {
        self.word(value, Expected::Slug, |text| Slug::parse(text).ok())
    }

    /// A text to compare with.
    pub(super) fn text(&mut self, value: &Value) -> Option<String> {
        self.word(value, Expected::Text, |text| {
            is_text(text).then(|| text.to_owned())
        })
    }

    /// A whole number that `parse` takes.
    pub(super) fn whole<T>(
        &mut self,
        value: &Value,
        expected: Expected,
        parse: impl FnOnce(u64) -> Option<T>,
    ) -> Option<T> {
        match value.as_u64().and_then(parse) {
            Some(parsed) => Some(parsed),
            None => self.expected(expected),
        }
    }

    /// A decimal that `parse` takes, written as text or as a number.
    pub(super) fn decimal<T>(
        &mut self,
        value: &Value,
        expected: Expected,
        parse: impl FnOnce(&BigDecimal) -> Option<T>,
    ) -> Option<T> {
        let decimal = match value {
            Value::String(text) if is_decimal(text) => text.parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        };
        match decimal.as_ref().and_then(parse) {
            Some(parsed) => Some(parsed),
            None => self.expected(expected),
        }
    }
}

/// Whether a text may be compared with.
fn is_text(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}

/// Digits with at most one point, and nothing else a decimal parser might take.
fn is_decimal(text: &str) -> bool {
    text.len() <= MAX_DECIMAL
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.bytes().filter(|byte| *byte == b'.').count() <= 1
}
