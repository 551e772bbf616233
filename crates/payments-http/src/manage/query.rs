//! Parameters of management queries.

use actix_web::web::Query;
use std::collections::BTreeMap;

use crate::error::{ApiError, FieldError, Problem};

/// The parameters of a query, and what is said about those that are wrong.
pub(super) struct Parameters {
    given: BTreeMap<String, String>,
    mistakes: Vec<FieldError>,
}

impl Parameters {
    /// Reads a query string; of a name that comes twice the last value counts.
    pub(super) fn of(query: &str) -> Result<Self, ApiError> {
        let given = Query::<BTreeMap<String, String>>::from_query(query)
            .map_err(|_| ApiError::new(Problem::BadRequest))?
            .into_inner();
        Ok(Self {
            given,
            mistakes: Vec::new(),
        })
    }

    /// A parameter that `parse` takes; `expected` says what that is.
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

    /// A parameter that may be missing.
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        expected: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.given.contains_key(name) {
            self.required(name, expected, parse)
        } else {
            Some(default)
        }
    }

    /// Says that a parameter is wrong beside the others.
    pub(super) fn wrong(&mut self, name: &'static str, expected: &'static str) {
        self.mistakes.push(FieldError::at(name, expected));
    }

    /// What is made of the parameters, unless one of them is wrong.
    pub(super) fn finish<T>(self, made: Option<T>) -> Result<T, ApiError> {
        made.filter(|_| self.mistakes.is_empty())
            .ok_or_else(|| ApiError::validation(self.mistakes))
    }
}
