//! Entity tags of objects.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use sha2::{Digest as _, Sha256};

use super::writer::Written;
use crate::record::Record;

/// Identifies a version of an object: a digest of its JSON in documents. Excludes the secrets of a point of sale.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Etag(String);

impl Etag {
    /// Computes the tag of an object.
    pub fn of(record: &Record) -> Self {
        // Serializing to memory cannot fail: every key is a string.
        let written = serde_json::to_vec(&Written(record)).unwrap_or_default();
        let digest = Sha256::new()
            .chain_update(record.part().as_str())
            .chain_update(b"\0")
            .chain_update(&written)
            .finalize();
        Self(crate::hex::encode(&digest[..16]))
    }

    /// A tag from a request header, without its quotes.
    pub fn named(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The tag, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
