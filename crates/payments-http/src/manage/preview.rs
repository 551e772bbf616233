//! What an import would change.

use std::collections::BTreeMap;

use payments_core::record::Change;
use payments_core::record::Effect;
use serde::Serialize;

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

/// Previews by the names of the parts, for the parts the document has.
pub type PreviewByPart = BTreeMap<&'static str, PartPreview>;

/// What a change would do, with its effects in the same order. Sessions are named by their digests.
pub fn of(change: &Change, effects: &[Effect]) -> PreviewByPart {
    let mut parts = PreviewByPart::new();
    for (record, effect) in change.upserts.iter().zip(effects) {
        let part = parts.entry(record.part().as_str()).or_default();
        let keys = match effect {
            Effect::Creates => &mut part.created,
            Effect::Updates => &mut part.updated,
            Effect::Keeps => &mut part.unchanged,
        };
        keys.push(record.key().to_string());
    }
    parts
}
