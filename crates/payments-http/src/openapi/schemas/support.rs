//! Shapes of what support sees and removes.

use utoipa::ToSchema;

use super::flow_step;

/// A saved card as support sees it: never its number, token or the gateway's key of the customer
#[derive(ToSchema)]
pub struct CustomerSavedCard {
    /// Saved card unique identifier
    pub pk: i64,
    /// The customer's own name for it
    #[schema(required = true)]
    pub name: Option<String>,
    /// First six digits, `*` for all between, last four
    pub masked_card_number: String,
    /// Name on the card
    pub card_holder: String,
    /// Month of expiry
    pub card_month: u8,
    /// Year of expiry
    pub card_year: i32,
    /// Brand of the card
    pub brand: String,
    /// Card family, where the gateway states it
    #[schema(required = true, max_length = 64)]
    pub family: Option<String>,
    /// Issuing bank, where the gateway states it
    #[schema(required = true, max_length = 64)]
    pub bank: Option<String>,
    /// Point of sale whose gateway holds the card
    pub pos: i64,
    /// Name of that gateway
    #[schema(required = true)]
    pub gateway: Option<String>,
    /// When it was first saved
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the customer last consented to keeping it
    #[schema(format = DateTime)]
    pub consented_at: String,
}

/// A customer's saved cards; always one page
#[derive(ToSchema)]
pub struct CustomerSavedCardList {
    /// Number of cards
    pub count: u64,
    /// There is no next page
    #[schema(required = true)]
    pub next: Option<String>,
    /// There is no previous page
    #[schema(required = true)]
    pub previous: Option<String>,
    /// The cards, the newest first
    pub results: Vec<CustomerSavedCard>,
}

/// A customer's card-saving flows: in progress, or ended some minutes ago
#[derive(ToSchema)]
pub struct CustomerFlowList {
    /// The flows, at most one for each live session
    pub results: Vec<CustomerFlow>,
    /// Whether all sessions were looked at; a customer with more than 100 has more
    pub is_complete: bool,
}

/// A card-saving flow: never a card number, a code or a phone number
#[derive(ToSchema)]
pub struct CustomerFlow {
    /// What comes next, what is in progress, or how the flow ended
    #[schema(schema_with = flow_step)]
    pub step: String,
    /// How many seconds are left for the step; null if it has no deadline
    #[schema(required = true)]
    pub seconds_left: Option<u32>,
    /// At `otp`: how many different wrong codes end the flow; null at other steps
    #[schema(required = true, minimum = 1, maximum = 5)]
    pub tries_left: Option<u8>,
    /// Reference of the saving, as in the audit log
    pub intent: String,
}

/// How many sessions were ended
#[derive(ToSchema)]
pub struct EndedSessions {
    /// Sessions that were there
    pub ended: u64,
}

/// What an erasure removed, and what is left to do
#[derive(ToSchema)]
pub struct Erasure {
    /// Primary key of the customer
    pub customer: i64,
    /// When the customer was last erased
    #[schema(format = DateTime, required = true)]
    pub erased_at: Option<String>,
    /// Whether nothing is outstanding
    pub is_complete: bool,
    /// Whether a profile was written since
    pub has_returned: bool,
    /// What is left to do
    pub outstanding: OutstandingErasure,
    /// What this request removed
    pub removed: ErasedThings,
}

/// How far an erasure is
#[derive(ToSchema)]
pub struct ErasureStatus {
    /// Primary key of the customer
    pub customer: i64,
    /// When the customer was last erased; null if never
    #[schema(format = DateTime, required = true)]
    pub erased_at: Option<String>,
    /// Whether the customer was erased, nothing is outstanding, and no profile was written since
    pub is_complete: bool,
    /// Whether a profile was written since
    pub has_returned: bool,
    /// What is left to do
    pub outstanding: OutstandingErasure,
}

/// What is left to do
#[derive(ToSchema)]
pub struct OutstandingErasure {
    /// Tokens that wait for their deletion at a gateway
    pub tokens: u64,
    /// Savings whose outcome at the gateway is not known yet
    pub open_intents: u64,
}

/// What an erasure removed
#[derive(ToSchema)]
pub struct ErasedThings {
    /// Saved cards; their tokens are queued for deletion
    pub saved_cards: u64,
    /// Sessions
    pub sessions: u64,
    /// Baskets that no longer name the customer
    pub baskets: u64,
}
