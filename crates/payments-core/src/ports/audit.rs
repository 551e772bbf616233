//! The audit log: what happened to each flow, for auditors and support.

use alloc::boxed::Box;

use async_trait::async_trait;

use crate::audit::AuditRecord;

use super::Unavailable;

/// Appends to the audit log.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends a record that no other port's transaction writes. MUST be durable. MUST ignore a
    /// second record with the same intent and outcome, and a second record that ends the same intent
    /// ([`crate::audit::AuditOutcome::is_ending`]). Records MUST never change, and are deleted only
    /// by the log's retention.
    ///
    /// MUST ignore a record that ends a flow if its intent was recorded: the transaction that closes the intent writes
    /// that record. A concurrent [`crate::ports::Intents::record`] MUST either be seen, or see the ending.
    async fn append(&self, record: &AuditRecord) -> Result<(), Unavailable>;
}
