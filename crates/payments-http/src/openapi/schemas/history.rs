//! The shapes of the catalog's history.

use serde_json::Value;
use utoipa::ToSchema;

/// Changes of the catalog
#[derive(ToSchema)]
pub struct HistoryPage {
    /// URL of the changes after these; null on the last page
    pub next: Option<String>,
    /// Changes, the newest first
    pub results: Vec<HistoryEntry>,
}

/// A change of an object
#[derive(ToSchema)]
pub struct HistoryEntry {
    /// Primary key of the audit record
    pub id: i64,
    /// When
    #[schema(format = "date-time")]
    pub at: String,
    /// Who: a person, or the name of a management token or of a command
    pub principal: Option<String>,
    /// The request, as in the service's log
    pub request_id: Option<String>,
    /// The part of the document
    pub part: Option<String>,
    /// The object's key
    pub key: Option<String>,
    /// `created`, `updated` or `deleted`
    pub outcome: String,
    /// The fields that changed; all of them for a created or deleted object
    pub changes: Vec<FieldChange>,
}

/// A field that changed. A secret has neither an old nor a new value
#[derive(ToSchema)]
pub struct FieldChange {
    /// JSON pointer of the field: in the new version, or in the old one if it has no new value
    pub pointer: String,
    /// The old value; absent if there was none
    #[schema(required = false)]
    pub old: Option<Value>,
    /// The new value; absent if there is none
    #[schema(required = false)]
    pub new: Option<Value>,
}

/// What differs between two moments
#[derive(ToSchema)]
pub struct HistoryComparison {
    /// The first moment
    #[schema(format = "date-time")]
    pub from: String,
    /// The second moment
    #[schema(format = "date-time")]
    pub to: String,
    /// The objects that differ, by part and key
    pub results: Vec<Difference>,
}

/// An object that differs between two moments
#[derive(ToSchema)]
pub struct Difference {
    /// The part of the document
    pub part: String,
    /// The object's key
    pub key: String,
    /// `created`, `updated` or `deleted`, between the moments as a whole
    pub outcome: String,
    /// The fields that differ; all of them for a created or deleted object
    pub changes: Vec<FieldChange>,
}

/// What to restore
#[derive(ToSchema)]
pub struct RestoreRequest {
    /// The moment
    #[schema(format = "date-time")]
    pub at: String,
    /// The part of one object, with `key`; without both, the whole catalog
    #[schema(required = false)]
    pub part: Option<String>,
    /// The key of one object, with `part`
    #[schema(required = false)]
    pub key: Option<String>,
}

/// Keys of a part's objects, by what restoring does to them
#[derive(ToSchema)]
pub struct Restored {
    /// Those that were deleted since
    pub created: Vec<String>,
    /// Those that changed since
    pub updated: Vec<String>,
    /// Those that are as they were
    pub unchanged: Vec<String>,
    /// Those that did not exist
    pub deleted: Vec<String>,
}
