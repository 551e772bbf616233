//! What an import would change.

use std::collections::BTreeMap;

use payments_core::import::Document;
use payments_core::record::Effect;
use payments_core::rules::lint::Finding;
use serde::Serialize;

use super::{WriteError, lint};
use crate::state::AppState;

/// What an import would do.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// By the names of the parts, for the parts the document has.
    #[serde(flatten)]
    parts: BTreeMap<&'static str, PartPreview>,
    /// The findings of the analysis of rules that the document adds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
}

/// The keys of a part's objects by the effect on them. An import deletes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartPreview {
    /// Objects that would be created.
    pub created: Vec<String>,
    /// Objects that would be changed.
    pub updated: Vec<String>,
    /// Objects that are stored as in the document.
    pub unchanged: Vec<String>,
}

/// What a checked document would do, with its effects in the same order. Sessions are named by their digests.
///
/// # Errors
/// [`WriteError`] if the database does not answer.
pub async fn of(
    state: &AppState,
    document: &Document,
    effects: &[Effect],
) -> Result<Preview, WriteError> {
    let upserts = &document.change().upserts;
    let findings = if upserts.iter().any(|record| record.part().is_catalog()) {
        lint::added_by(state, document).await?
    } else {
        Vec::new()
    };
    let mut parts: BTreeMap<&'static str, PartPreview> = BTreeMap::new();
    for (record, effect) in upserts.iter().zip(effects) {
        let part = parts.entry(record.part().as_str()).or_default();
        let keys = match effect {
            Effect::Creates => &mut part.created,
            Effect::Updates => &mut part.updated,
            Effect::Keeps => &mut part.unchanged,
        };
        keys.push(record.key().to_string());
    }
    Ok(Preview { parts, findings })
}
