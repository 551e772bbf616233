//! A rule: its fields, and how it is read and written.

use alloc::string::String;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::json::{Json, Object, Reader, field};
use crate::record::Key;
use crate::slug::Slug;

use super::condition::Condition;
use super::effect::Effect;

/// A rule: when its condition holds, its effect applies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// The rule's key.
    pub slug: Slug,
    /// The display name, shown by explain.
    pub name: String,
    /// When the rule applies.
    pub when: Condition,
    /// What the rule does.
    pub then: Effect,
    /// An inactive rule has no effect.
    pub is_active: bool,
    /// The rule is valid from this instant (inclusive).
    pub valid_from: Option<DateTime<Utc>>,
    /// The rule is valid until this instant (exclusive).
    pub valid_until: Option<DateTime<Utc>>,
}

impl Rule {
    /// An active rule that is always valid.
    pub fn new(slug: Slug, name: impl Into<String>, when: Condition, then: Effect) -> Self {
        Self {
            slug,
            name: name.into(),
            when,
            then,
            is_active: true,
            valid_from: None,
            valid_until: None,
        }
    }

    /// Whether the rule does the same: it has the same fields except for its slug and name.
    pub(crate) fn acts_like(&self, other: &Self) -> bool {
        let key = |rule: &Self| (rule.then, rule.is_active, rule.valid_from, rule.valid_until);
        key(self) == key(other) && self.when == other.when
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut rule = Object::of(reader, json)?;
        let from_key = |key| {
            if let Key::Slug(slug) = key {
                Some(slug)
            } else {
                None
            }
        };
        let slug = rule.key(
            reader,
            "slug",
            field::slug,
            |slug| Key::Slug(slug.clone()),
            from_key,
        );
        let name = rule.required(reader, "name", field::name);
        let when = rule.optional(reader, "when", Condition::default(), |reader, json| {
            exact(reader, json, Condition::read)
        });
        let then = rule.optional(reader, "then", Effect::default(), |reader, json| {
            exact(reader, json, Effect::read)
        });
        let is_active = rule.optional(reader, "is_active", true, field::boolean);
        let valid_from = rule.nullable(reader, "valid_from", field::instant);
        let valid_until = rule.nullable(reader, "valid_until", |reader, json| {
            let until = field::instant(reader, json)?;
            match valid_from.flatten() {
                Some(from) if from >= until => {
                    reader.invalid("the end must lie after the beginning")
                }
                Some(_) | None => Some(until),
            }
        });
        rule.finish(reader);
        Some(Self {
            slug: slug?,
            name: name?,
            when: when?,
            then: then?,
            is_active: is_active?,
            valid_from: valid_from?,
            valid_until: valid_until?,
        })
    }
}

/// Reads a value whose numbers can all be represented exactly; `None` if anything in it is wrong.
fn exact<T>(
    reader: &mut Reader,
    json: &Json<'_>,
    read: impl FnOnce(&mut Reader, &Json<'_>) -> Option<T>,
) -> Option<T> {
    if !field::is_exact(reader, json) {
        return None;
    }
    let found = reader.found();
    read(reader, json).filter(|_| reader.found() == found)
}
