//! Shapes of instruments.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// A request for a saved card's instrument; `quote` or `customer` is required
#[derive(ToSchema)]
pub struct InstrumentRequest {
    /// The order system's reference of the order. Never a card number
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_.:/-]+$")]
    pub order: String,
    /// The compact JWS of a quote for this card
    #[schema(required = false)]
    pub quote: Option<String>,
    /// Primary key of the customer, who must own the card; may be left out with a quote
    #[schema(required = false, minimum = 1)]
    pub customer: Option<i64>,
}

/// What the order system charges a saved card with
#[derive(ToSchema)]
pub struct Instrument {
    /// Name of the gateway that made the token
    pub gateway: String,
    /// Primary key of the point of sale that can charge it
    pub pos: i64,
    /// The gateway's token of the card. A secret
    pub token: String,
    /// The gateway's key of the customer, where it has one. A secret
    #[schema(required = true)]
    pub customer_key: Option<String>,
    /// First six digits, `*` for all between, last four
    pub masked_card_number: String,
    /// The last month in which the card is valid, such as `2030-12`
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub expiry: String,
    /// Whether the charge needs the CVV: `requires_cvv` of the point of sale's configuration
    pub requires_cvv: bool,
    /// The token and the customer key under the names of the gateway's own API. Secrets
    pub provider: BTreeMap<String, String>,
}
