//! Parses JSON text. The text of numbers is kept, and repeated keys are mistakes.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::reader::Reader;
use super::value::Json;
use super::violation::Problem;

/// The maximum nesting depth of objects and lists. Conditions of rules come closest.
const MAX_DEPTH: usize = 64;

/// Parses a whole input.
pub(crate) fn parse<'d>(bytes: &'d [u8], reader: &mut Reader) -> Option<Json<'d>> {
    match serde_json::from_slice::<&RawValue>(bytes) {
        Ok(raw) => tree(raw, reader, 1),
        Err(error) => reader.problem(Problem::NotJson {
            line: error.line(),
            column: error.column(),
        }),
    }
}

/// A value whose syntax was checked as part of the whole: only an escape can still be wrong.
fn tree<'d>(raw: &'d RawValue, reader: &mut Reader, depth: usize) -> Option<Json<'d>> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth > MAX_DEPTH => reader.unreadable(Problem::TooDeep(MAX_DEPTH)),
        Some(b'{') => members(text, reader, depth),
        Some(b'[') => list(text, reader, depth),
        Some(b'"') => match serde_json::from_str(text) {
            Ok(text) => Some(Json::Text(text)),
            Err(_) => reader.unreadable(Problem::LoneSurrogate),
        },
        Some(b't') => Some(Json::Bool(true)),
        Some(b'f') => Some(Json::Bool(false)),
        Some(b'n') => Some(Json::Null),
        Some(_) | None => Some(Json::Number(text.into())),
    }
}

fn list<'d>(text: &'d str, reader: &mut Reader, depth: usize) -> Option<Json<'d>> {
    let entries: Vec<&'d RawValue> = match serde_json::from_str(text) {
        Ok(entries) => entries,
        Err(_) => return reader.unreadable(Problem::LoneSurrogate),
    };
    let mut read = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        // An entry that cannot be read stays in the list, so that the others keep their indices.
        let entry = reader.at_index(index, |reader| tree(entry, reader, depth + 1));
        read.push(entry.unwrap_or(Json::Null));
    }
    Some(Json::List(read))
}

fn members<'d>(text: &'d str, reader: &mut Reader, depth: usize) -> Option<Json<'d>> {
    let members: Members<'d> = match serde_json::from_str(text) {
        Ok(members) => members,
        Err(_) => return reader.unreadable(Problem::LoneSurrogate),
    };
    let mut seen = BTreeSet::new();
    let mut read: Vec<(String, Json<'d>)> = Vec::with_capacity(members.0.len());
    for (key, value) in members.0 {
        if !seen.insert(key.clone()) {
            reader.at(&key, |reader| reader.problem::<()>(Problem::RepeatedKey));
            continue;
        }
        let value = reader.at(&key, |reader| tree(value, reader, depth + 1));
        read.push((key, value.unwrap_or(Json::Null)));
    }
    Some(Json::Object(read))
}

/// The members of a JSON object, each with the unparsed text of its value. `None` for anything else, and for an object
/// with a repeated key.
pub fn object(bytes: &[u8]) -> Option<Vec<(String, &str)>> {
    let Members(members) = serde_json::from_slice(bytes).ok()?;
    let mut seen = BTreeSet::new();
    let members = members.into_iter();
    let members = members.map(|(key, value)| (key, value.get()));
    members
        .map(|member| seen.insert(member.0.clone()).then_some(member))
        .collect()
}

/// An object's members in order. A map would drop all but one of a repeated key.
struct Members<'d>(Vec<(String, &'d RawValue)>);

impl<'d> Deserialize<'d> for Members<'d> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'d> Visitor<'d> for InOrder {
            type Value = Members<'d>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<M: MapAccess<'d>>(self, mut map: M) -> Result<Members<'d>, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
