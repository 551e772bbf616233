//! Parameters of management queries.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::Query;
use form_urlencoded::Serializer;
use payments_core::pointer::is_repeatable;

use crate::error::{ApiError, FieldError, Problem};

/// The most unknown parameters that are reported.
const MAX_REPORTED: usize = 20;

/// The query of a link: the parameters that have a value.
pub(super) fn of_link<'n>(given: impl IntoIterator<Item = (&'n str, Option<String>)>) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in given {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    query.finish()
}

/// Rejects repeated parameters, and those that a route does not have, with a 400 that names each well-formed one. For
/// the latter it names the known ones.
pub(super) fn only(query: &str, known: &[&'static str]) -> Result<(), ApiError> {
    let mut fields = Vec::new();
    let (mut given, mut repeated) = (BTreeSet::new(), BTreeSet::new());
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if let Some(name) = known.iter().find(|one| **one == name) {
            if !given.insert(name) && repeated.insert(name) {
                fields.push(FieldError::at(*name, "use this once"));
            }
            continue;
        }
        let field = if is_repeatable(&name) {
            name.as_ref()
        } else {
            "?"
        };
        let allowed = if known.is_empty() {
            "this takes no parameters".to_owned()
        } else {
            format!("this is not a parameter here; use {}", known.join(", "))
        };
        fields.push(FieldError::at(field.to_owned(), allowed));
    }
    fields.dedup();
    fields.truncate(MAX_REPORTED);
    if fields.is_empty() {
        return Ok(());
    }
    Err(ApiError {
        fields,
        ..ApiError::new(Problem::ValidationFailed)
    })
}

/// The parameters of a query, with the errors of invalid ones.
pub(super) struct Parameters {
    given: BTreeMap<String, String>,
    mistakes: Vec<FieldError>,
}

impl Parameters {
    /// Parses a query string whose names [`only`] checked: each is there once.
    pub(super) fn of(query: &str) -> Result<Self, ApiError> {
        let given = Query::<BTreeMap<String, String>>::from_query(query)
            .map_err(|_| ApiError::new(Problem::BadRequest))?
            .into_inner();
        Ok(Self {
            given,
            mistakes: Vec::new(),
        })
    }

    /// A required parameter, read by `parse`; `expected` describes valid values.
    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = self.given.get(name).and_then(|text| parse(text));
        if parsed.is_none() {
            self.mistakes.push(FieldError::at(name, expected));
        }
        parsed
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        expected: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.has(name) {
            self.required(name, expected, parse)
        } else {
            Some(default)
        }
    }

    /// Whether a parameter is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// A parameter that is 0 or 1; 0 by default.
    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.optional(name, "use 0 or 1", false, |text| match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        })
    }

    /// Adds an error about a parameter.
    pub(super) fn wrong(&mut self, name: &'static str, expected: &'static str) {
        self.mistakes.push(FieldError::at(name, expected));
    }

    /// The result, unless a parameter is invalid.
    pub(super) fn finish<T>(self, made: Option<T>) -> Result<T, ApiError> {
        made.filter(|_| self.mistakes.is_empty())
            .ok_or_else(|| ApiError::validation(self.mistakes))
    }
}
