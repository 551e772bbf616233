//! The shape of the audit log.

use serde_json::Value;
use utoipa::ToSchema;

/// Records of the audit log
#[derive(ToSchema)]
pub struct AuditPage {
    /// URL of the records after these; null on the last page
    pub next: Option<String>,
    /// Records, the newest first
    pub results: Vec<AuditRecord>,
}

/// A record; what it does not have is left out
#[derive(ToSchema)]
pub struct AuditRecord {
    /// Primary key
    pub id: i64,
    /// When
    #[schema(format = "date-time")]
    pub at: String,
    /// `card` or `management`; more may come
    pub kind: String,
    /// `saved`, `refused`, `unknown`, `reconciled`, `void`, `card_lost`, `deleted`, `erased`, `instrument`,
    /// `saved_cards_viewed`, `flows_viewed`, `audit_viewed`; `created`, `updated`, `deleted`
    pub outcome: String,
    /// The customer's primary key, until an erasure
    #[schema(required = false, nullable = false)]
    pub customer: Option<i64>,
    /// The customer's pseudonym
    #[schema(required = false, nullable = false)]
    pub pseudonym: Option<String>,
    /// Reference of the saving
    #[schema(required = false, nullable = false)]
    pub intent: Option<String>,
    /// Primary key of the point of sale
    #[schema(required = false, nullable = false)]
    pub pos: Option<i64>,
    /// The gateway's code for a refusal
    #[schema(required = false, nullable = false)]
    pub gateway_code: Option<String>,
    /// Who: a person, or the name of a management token or of a command
    #[schema(required = false, nullable = false)]
    pub principal: Option<String>,
    /// The request, as in the service's log
    #[schema(required = false, nullable = false)]
    pub request_id: Option<String>,
    /// The part of the document
    #[schema(required = false, nullable = false)]
    pub part: Option<String>,
    /// The object's key; a customer's pseudonym, a session's digest; for `instrument` the saved card's primary key
    #[schema(required = false, nullable = false)]
    pub object_key: Option<String>,
    /// What changed: `fields`, and for objects that tell about no person `before` and `after`; for `instrument` the
    /// `order` and the id of the `quote`
    #[schema(required = false, nullable = false)]
    pub changes: Option<Value>,
    /// When the customer consented
    #[schema(required = false, nullable = false, format = "date-time")]
    pub consented_at: Option<String>,
    /// The version of the text the customer consented to
    #[schema(required = false, nullable = false)]
    pub consent_version: Option<String>,
}
