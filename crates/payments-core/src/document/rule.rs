//! Rules in documents.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::record::Key;
use crate::rules::{Condition, Effect, Rule, RuleFault};

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::Problem;
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Rule> {
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
        typed(reader, json, Condition::from_json)
    });
    let then = rule.optional(reader, "then", Effect::default(), |reader, json| {
        typed(reader, json, Effect::from_json)
    });
    let is_active = rule.optional(reader, "is_active", true, field::boolean);
    let valid_from = rule.nullable(reader, "valid_from", field::instant);
    let valid_until = rule.nullable(reader, "valid_until", |reader, json| {
        let until = field::instant(reader, json)?;
        match valid_from.flatten() {
            Some(from) if from >= until => reader.problem(Problem::EmptyPeriod),
            Some(_) | None => Some(until),
        }
    });
    rule.finish(reader);
    Some(Rule {
        slug: slug?,
        name: name?,
        when: when?,
        then: then?,
        is_active: is_active?,
        valid_from: valid_from?,
        valid_until: valid_until?,
    })
}

/// What the rules' own reader makes of a value; its pointers continue ours.
fn typed<T>(
    reader: &mut Reader<'_>,
    json: &Json<'_>,
    from_json: impl FnOnce(&serde_json::Value) -> Result<T, Vec<RuleFault>>,
) -> Option<T> {
    let value = field::value(reader, json)?;
    match from_json(&value) {
        Ok(typed) => Some(typed),
        Err(faults) => {
            for fault in faults {
                reader.problem_below(&fault.pointer, Problem::Rule(fault.kind));
            }
            None
        }
    }
}

pub(super) fn write(rule: &Rule) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        slug: &'a str,
        name: &'a str,
        when: &'a Condition,
        then: Effect,
        is_active: bool,
        valid_from: Option<DateTime<Utc>>,
        valid_until: Option<DateTime<Utc>>,
    }

    Shape {
        slug: rule.slug.as_str(),
        name: &rule.name,
        when: &rule.when,
        then: rule.then,
        is_active: rule.is_active,
        valid_from: rule.valid_from,
        valid_until: rule.valid_until,
    }
}
