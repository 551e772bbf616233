//! Changes of the catalog that wait for the approval of a second person.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::audit::Author;
use payments_core::ports::Unavailable;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedChange {
    /// The objects to write, as an import document.
    pub document: String,
    /// The keys of these objects, as JSON.
    pub writes: String,
    /// The keys of the objects to delete, as JSON.
    pub deletions: String,
    /// The entity tag of each of these objects before the change, as JSON.
    pub tags: String,
}

/// A proposal, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its primary key.
    pub pk: i64,
    /// Who proposed it.
    pub principal: String,
    /// The request that proposed it.
    pub request_id: Option<String>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// The keys of the objects to write, as JSON.
    pub writes: String,
    /// The keys of the objects to delete, as JSON.
    pub deletions: String,
    /// What became of it.
    pub state: ProposalState,
    /// Who decided, and when; `None` while it is open.
    pub decided: Option<(String, DateTime<Utc>)>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// It waits.
    Open,
    /// It was approved, and is written.
    Approved,
    /// It was rejected by a second person, or withdrawn by the first.
    Rejected,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Approved, Self::Rejected];

    /// The word in the database and in responses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Parses a word as [`ProposalState::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Stores proposals.
#[async_trait]
pub trait Proposals: Send + Sync {
    /// Adds an open proposal, and returns its primary key: that of an equal open one of the same author, if there is one.
    /// `None` if 1,000 are open.
    async fn add(
        &self,
        change: &ProposedChange,
        author: &Author,
    ) -> Result<Option<i64>, Unavailable>;

    /// The proposal with this key, and what it proposes.
    async fn get(&self, pk: i64) -> Result<Option<(Proposal, ProposedChange)>, Unavailable>;

    /// Up to `limit` proposals, in this state if there is one: the newest first, after the one with the key `after`.
    async fn page(
        &self,
        state: Option<ProposalState>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Proposal>, Unavailable>;

    /// Closes a proposal. Returns false if it was not open: of concurrent decisions, the first counts.
    async fn decide(
        &self,
        pk: i64,
        state: ProposalState,
        principal: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, Unavailable>;
}
