//! The warnings in the answer to a write.

use std::collections::BTreeMap;

use payments_core::import::Document;
use serde::Serialize;

/// The answer to a write, with `warnings` if there are any.
#[derive(Debug, Serialize)]
pub struct Warned<T> {
    #[serde(flatten)]
    answer: T,
    /// Sentences by JSON pointer, like the errors of a document.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    warnings: BTreeMap<String, Vec<String>>,
}

impl<T> Warned<T> {
    /// Adds the warnings of the document.
    pub fn new(answer: T, document: &Document) -> Self {
        let mut warnings: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for warning in document.warnings() {
            let at = warnings.entry(warning.pointer.clone()).or_default();
            at.push(warning.problem.to_string());
        }
        Self { answer, warnings }
    }
}
