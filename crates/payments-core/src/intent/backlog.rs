//! The work of the reconciler, and why it could not be done yet.

use alloc::string::String;
use core::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use crate::catalog::GatewayAccount;
use crate::id::PosId;

/// The terms on which a reconciler leases a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// The maximum number of entries.
    pub limit: u32,
    /// The lease of the first try of an entry, in seconds. Each further try doubles it.
    pub first_wait_seconds: u32,
    /// The maximum lease, in seconds.
    pub longest_wait_seconds: u32,
    /// The current time of the database's clock ([`crate::ports::Intents::now`]).
    pub now: DateTime<Utc>,
}

impl LeaseTerms {
    /// When the lease of an entry with this many failed attempts expires. No reconciler retries it earlier.
    pub fn lease_until(&self, attempts: u32) -> DateTime<Utc> {
        let doubled = 2_u32.saturating_pow(attempts);
        let wait = self.first_wait_seconds.saturating_mul(doubled);
        let longest = self.longest_wait_seconds.max(self.first_wait_seconds);
        self.now + TimeDelta::seconds(i64::from(wait.min(longest)))
    }
}

/// Why an entry is still open after a try. The words are ours, and contain nothing of a gateway's response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setback {
    /// The point of sale is not in the catalog.
    PosMissing,
    /// No adapter of the gateway is enabled in the settings.
    GatewayNotEnabled,
    /// The configuration of the point of sale has no credentials of the account.
    CredentialsMissing,
    /// The gateway could not be reached, refused our credentials, or gave no usable answer.
    GatewayUnavailable,
    /// A token that contains the card's number is still at the gateway: it could not be deleted, and
    /// must not be stored.
    TokenRemains,
    /// The gateway's answer does not tell whether there is a token.
    CannotTell,
}

impl Setback {
    /// All reasons.
    pub const ALL: [Self; 6] = [
        Self::PosMissing,
        Self::GatewayNotEnabled,
        Self::CredentialsMissing,
        Self::GatewayUnavailable,
        Self::TokenRemains,
        Self::CannotTell,
    ];

    /// The word used in the database and in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PosMissing => "pos_missing",
            Self::GatewayNotEnabled => "gateway_not_enabled",
            Self::CredentialsMissing => "credentials_missing",
            Self::GatewayUnavailable => "gateway_unavailable",
            Self::TokenRemains => "token_remains",
            Self::CannotTell => "cannot_tell",
        }
    }

    /// Parses a word as [`Setback::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// The number and age of the entries that wait for the reconciler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Open intents, including those that are too young to be checked.
    pub intents: u64,
    /// The age of the oldest open intent in seconds.
    pub oldest_intent_seconds: Option<u64>,
    /// Queued deletions of tokens.
    pub deletions: u64,
    /// The age of the oldest queued deletion in seconds.
    pub oldest_deletion_seconds: Option<u64>,
}

/// Identifies an entry of the backlog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryId {
    /// The id of an intent.
    Intent(String),
    /// The key of a queued deletion.
    Deletion(i64),
}

impl EntryId {
    /// `intent` or `deletion`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Intent(_) => "intent",
            Self::Deletion(_) => "deletion",
        }
    }
}

/// The id or key, without its kind.
impl fmt::Display for EntryId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Intent(id) => out.write_str(id),
            Self::Deletion(key) => key.fmt(out),
        }
    }
}

/// An entry that was tried and is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckEntry {
    /// The entry's id.
    pub id: EntryId,
    /// The point of sale of the entry.
    pub pos: PosId,
    /// The gateway account of the entry.
    pub account: GatewayAccount,
    /// The age of the entry in seconds.
    pub age_seconds: u64,
    /// The number of tries since the last usable answer.
    pub attempts: u32,
    /// The entry is not retried before this instant.
    pub next_try: Option<DateTime<Utc>>,
    /// Why the entry is still open; `None` during the first try.
    pub setback: Option<Setback>,
}
