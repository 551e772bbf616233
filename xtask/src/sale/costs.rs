//! What one request and one row cost, as measured: `xtask/scale.json`.

use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::command::workspace_root;

const FILE: &str = "xtask/scale.json";
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Costs {
    pub(super) measured: Origin,
    /// A product's listing that is neither in the CDN nor in the service's cache, at a low rate.
    pub(super) product: Request,
    /// A basket's listing, at a low rate.
    pub(super) basket: Request,
    /// A saved card: all requests of its flow.
    pub(super) save: Request,
    pub(super) rows: Rows,
    pub(super) redis: Redis,
    /// Records of the audit log that a process seals in a second; only one does.
    pub(super) sealed_per_second: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Origin {
    pub(super) date: String,
    pub(super) revision: String,
    pub(super) machine: String,
}

/// Processor time in nanoseconds (user and system), and the bytes of a response with its head. A product's listing is
/// compressed with Brotli; what belongs to a session is not compressed.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Request {
    pub(super) service: u64,
    pub(super) postgres: u64,
    pub(super) redis: u64,
    pub(super) bytes: u64,
}

/// Bytes in PostgreSQL of a row and its entries in indexes, just after a `VACUUM FULL`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Rows {
    pub(super) customer: u64,
    pub(super) session: u64,
    /// With three items.
    pub(super) basket: u64,
    pub(super) saved_card: u64,
    pub(super) intent: u64,
    pub(super) intent_key: u64,
    pub(super) audit_record: u64,
    pub(super) audit_key: u64,
    pub(super) audit_seal: u64,
    pub(super) code_try: u64,
    pub(super) sms_send: u64,
    /// Bytes of WAL that a saved card writes.
    pub(super) wal_of_save: u64,
}

/// Bytes in Redis.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Redis {
    /// A flow whose card is saved.
    pub(super) flow: u64,
}

impl Costs {
    pub(super) fn read() -> Result<Self> {
        let text = fs::read_to_string(workspace_root().join(FILE))
            .with_context(|| format!("cannot read {FILE}"))?;
        serde_json::from_str(&text).with_context(|| format!("cannot parse {FILE}"))
    }

    pub(super) fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        fs::write(workspace_root().join(FILE), text + "\n")
            .with_context(|| format!("cannot write {FILE}"))
    }
}
