//! The one failure every port may have.

use alloc::boxed::Box;

/// The other side did not do it and a later try may succeed: answer 503 and go on.
#[derive(Debug, thiserror::Error)]
#[error("{what} is unavailable")]
pub struct Unavailable {
    /// Which part: `database`, `flow store`, a gateway's or sender's name. Shown in logs and by readiness.
    pub what: &'static str,
    /// What broke; for logs only, without secrets.
    #[source]
    pub source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl Unavailable {
    /// A part that failed with an error of its own.
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
