//! What the reconciler still has to do, and why it could not do it yet.

use alloc::string::String;

use chrono::{DateTime, TimeDelta, Utc};

use crate::catalog::GatewayAccount;
use crate::id::PosId;

/// On which terms a reconciler leases a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// At most so many entries.
    pub limit: u32,
    /// The lease of an entry that is tried for the first time, in seconds. Each further try doubles it.
    pub first_wait_seconds: u32,
    /// The lease never gets longer than this, in seconds.
    pub longest_wait_seconds: u32,
    /// The present, by the database's clock ([`crate::ports::Intents::now`]).
    pub now: DateTime<Utc>,
}

impl LeaseTerms {
    /// When the lease of an entry with this many failed attempts ends. No reconciler retries it earlier.
    pub fn lease_until(&self, attempts: u32) -> DateTime<Utc> {
        let doubled = 2_u32.saturating_pow(attempts);
        let wait = self.first_wait_seconds.saturating_mul(doubled);
        let longest = self.longest_wait_seconds.max(self.first_wait_seconds);
        self.now + TimeDelta::seconds(i64::from(wait.min(longest)))
    }
}

/// Why an entry is still open after a try. The words are ours: nothing a gateway said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setback {
    /// The point of sale is not in the catalog.
    PosMissing,
    /// No adapter of the gateway is enabled in the settings.
    GatewayNotEnabled,
    /// The configuration of the point of sale has no credentials of the account.
    CredentialsMissing,
    /// The gateway was not reached, refused our credentials, or gave no usable answer.
    GatewayUnavailable,
    /// A token with the card's number in it is still at the gateway: it could not be deleted, and must not be written.
    TokenRemains,
    /// The gateway answered, but that does not tell whether there is a token.
    CannotTell,
}

impl Setback {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::PosMissing,
        Self::GatewayNotEnabled,
        Self::CredentialsMissing,
        Self::GatewayUnavailable,
        Self::TokenRemains,
        Self::CannotTell,
    ];

    /// The word for it.
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

    /// The reason of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// How much waits for the reconciler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Open intents, also those that are too young to be looked into.
    pub intents: u64,
    /// Age of the oldest of them in seconds.
    pub oldest_intent_seconds: Option<u64>,
    /// Queued deletions.
    pub deletions: u64,
    /// Age of the oldest of them in seconds.
    pub oldest_deletion_seconds: Option<u64>,
}

/// An entry's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryId {
    /// An intent's id.
    Intent(String),
    /// A queued deletion's key.
    Deletion(i64),
}

/// An entry that was tried and is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckEntry {
    /// Which.
    pub id: EntryId,
    /// At which point of sale.
    pub pos: PosId,
    /// At which account.
    pub account: GatewayAccount,
    /// Age in seconds.
    pub age_seconds: u64,
    /// Tries since the last usable answer.
    pub attempts: u32,
    /// Not tried again before.
    pub next_try: Option<DateTime<Utc>>,
    /// Why it is still open; none while the first try is under way.
    pub setback: Option<Setback>,
}
