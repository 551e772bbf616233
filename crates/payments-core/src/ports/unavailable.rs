//! The failure that every port can have.

use alloc::boxed::Box;

/// The operation failed and a retry may succeed: respond with 503.
#[derive(Debug, thiserror::Error)]
#[error("{what} is unavailable")]
pub struct Unavailable {
    /// The part that failed: `database`, `flow store`, or a gateway's or sender's name. Shown in logs and by readiness.
    pub what: &'static str,
    /// The cause, without secrets; for logs only.
    #[source]
    pub source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl Unavailable {
    /// A failure with a cause.
    pub fn new(
        what: &'static str,
        source: impl Into<Box<dyn core::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            what,
            source: Some(source.into()),
        }
    }
}
