//! The shapes of proposed changes.

use utoipa::ToSchema;

use super::history::Difference;

/// Proposed changes
#[derive(ToSchema)]
pub struct ProposalPage {
    /// URL of the proposals after these; null on the last page
    pub next: Option<String>,
    /// Proposals, the newest first
    pub results: Vec<ProposalShown>,
}

/// A proposed change
#[derive(ToSchema)]
pub struct ProposalShown {
    /// Primary key
    pub pk: i64,
    /// Who proposed it
    pub principal: String,
    /// The request, as in the service's log
    pub request_id: Option<String>,
    /// When it was proposed
    #[schema(format = "date-time")]
    pub created_at: String,
    /// `open`, `approved` or `rejected`
    pub state: String,
    /// Who decided
    pub decided_by: Option<String>,
    /// When it was decided
    #[schema(format = "date-time")]
    pub decided_at: Option<String>,
    /// The objects that it writes
    pub writes: Vec<ObjectOfProposal>,
    /// The objects that it deletes
    pub deletes: Vec<ObjectOfProposal>,
}

/// An object by its part and key
#[derive(ToSchema)]
pub struct ObjectOfProposal {
    /// The part of the document
    pub part: String,
    /// The object's key
    pub key: String,
}

/// A proposed change with its fields
#[derive(ToSchema)]
pub struct ProposalWithChanges {
    /// The proposal
    #[schema(inline)]
    #[serde(flatten)]
    pub proposal: ProposalShown,
    /// Whether its objects were changed since, so that it cannot be approved
    pub is_stale: bool,
    /// What an open proposal changes, compared with the present catalog
    pub changes: Vec<Difference>,
}
