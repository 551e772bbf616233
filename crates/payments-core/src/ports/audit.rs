//! What happened to each flow, for auditors and support.

use alloc::boxed::Box;

use async_trait::async_trait;

use crate::audit::AuditRecord;

use super::Unavailable;

/// The audit log.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends a record for what no other port's transaction records. MUST be durable. A second record of the same
    /// intent and outcome MUST be left out, and so MUST a second one that ends the same intent
    /// ([`crate::audit::AuditOutcome::is_ending`]). Records MUST never change and never go but by the log's retention.
    async fn append(&self, record: &AuditRecord) -> Result<(), Unavailable>;
}
