//! The import document, which the commerce system sends as JSON, in parts.
//!
//! **Reading is strict and complete:** unknown or repeated keys, wrong types and impossible values are refused, and
//! every mistake is reported with its JSON pointer ([`Violations`](crate::json::Violations)). Numbers are parsed from
//! their own text, so that an amount never passes through a binary float.
//!
//! Session ids are secrets: a session is read with its id, but stored and written without it.

mod document;
mod etag;
mod patch;
mod reading;
mod references;
mod unknown_slugs;
mod writer;

pub use document::Document;
pub use etag::Etag;
pub use reading::{Nearest, Reading};
pub use writer::{DocumentWriter, Written, write_document};
