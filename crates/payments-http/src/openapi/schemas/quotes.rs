//! Shapes of quotes.

use utoipa::ToSchema;

use super::manage::LeftOut;

/// What to quote: a session's purchase, or one by its key; and the plan
#[derive(ToSchema)]
pub struct QuoteRequest {
    /// `basket` or `pre-order`
    pub context: String,
    /// Raw id of the session whose basket or pre-order is quoted
    pub session: Option<String>,
    /// Primary key of the basket or pre-order, without a session
    pub pk: Option<i64>,
    /// The customer, without a session; by default the basket's own
    pub customer: Option<i64>,
    /// The plan
    pub choice: QuoteChoice,
}

/// A plan; `card`, `bin` or `saved_card` says on which card
#[derive(ToSchema)]
pub struct QuoteChoice {
    /// Primary key of the card
    pub card: Option<i64>,
    /// The first 6 to 8 digits of the customer's card
    #[schema(pattern = "^[0-9]{6,8}$")]
    pub bin: Option<String>,
    /// Primary key of the customer's saved card
    pub saved_card: Option<i64>,
    /// Number of installments
    #[schema(minimum = 1, maximum = 99)]
    pub installment_count: u8,
}

/// The price of a plan that holds until it expires
#[derive(ToSchema)]
pub struct Quote {
    /// The same as a JWS in compact form
    pub quote: String,
    /// Its id, the claim `jti`
    pub id: String,
    /// `basket` or `pre-order`
    pub context: String,
    /// Primary key of the basket or pre-order
    pub pk: i64,
    /// The customer, if known
    #[schema(required = true)]
    pub customer: Option<i64>,
    /// The customer's saved card, if the plan was chosen by it
    #[schema(required = true)]
    pub saved_card: Option<i64>,
    /// ISO 4217 code
    pub currency: String,
    /// What is to be paid without interest
    pub amount: String,
    /// Rate in percent
    pub interest_rate: String,
    /// Interest; negative for a discount
    pub interest_amount: String,
    /// What is paid in all
    pub total_amount: String,
    /// The displayed amount of one installment
    pub single_installment_amount: String,
    /// Number of installments
    pub installment_count: u8,
    /// The exact installments, the first one first; their sum is `total_amount`
    pub schedule: Vec<String>,
    /// Primary key of the plan
    pub plan: i64,
    /// Primary key of the card
    pub card: i64,
    /// Primary key of the payment option
    pub payment_option: i64,
    /// Primary key of the point of sale that charges the card
    pub pos: i64,
    /// Its gateway
    pub gateway: String,
    /// Slugs of the rules that apply to the plan: the first fifty
    pub rules: Vec<String>,
    /// Version of the catalog
    pub catalog_version: i64,
    /// SHA-256 of the purchase, in hexadecimal
    pub purchase_digest: String,
    /// When it was made
    #[schema(format = DateTime)]
    pub issued_at: String,
    /// From when on it is not valid
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// A card that can be meant
#[derive(ToSchema)]
pub struct QuoteCandidate {
    /// Primary key of the card
    pub pk: i64,
    /// Name of the card
    pub name: String,
    /// Slug of the card
    pub slug: String,
    /// Primary key of its point of sale
    pub pos: i64,
}

/// A quote
#[derive(ToSchema)]
pub struct QuoteToVerify {
    /// The JWS in compact form
    pub quote: String,
}

/// What is true of a quote now
#[derive(ToSchema)]
pub struct QuoteVerification {
    /// `valid`, `not_ours`, `expired`, `no_longer_offered`, `purchase_changed` or `figures_changed`
    pub status: String,
    /// More about the status; empty for some
    pub details: QuoteDetails,
}

/// More about a status
#[derive(ToSchema)]
pub struct QuoteDetails {
    /// With `no_longer_offered`: the reasons, as in an explanation
    pub left_out: Option<Vec<LeftOut>>,
    /// With `purchase_changed`: `amount`, `state`, `items`, or `customer_segments`
    pub changed: Option<Vec<String>>,
    /// With `figures_changed`: those of the quote
    pub old: Option<QuoteFigures>,
    /// With `figures_changed`: those of now
    pub new: Option<QuoteFigures>,
}

/// What is charged, and where
#[derive(ToSchema)]
pub struct QuoteFigures {
    /// Primary key of the plan
    pub plan: i64,
    /// Primary key of the payment option
    pub payment_option: i64,
    /// Primary key of the point of sale
    pub pos: i64,
    /// Its gateway
    pub gateway: String,
    /// The exact installments
    pub schedule: Vec<String>,
    /// Rate in percent
    pub interest_rate: String,
    /// Interest; negative for a discount
    pub interest_amount: String,
    /// What is paid in all
    pub total_amount: String,
    /// The displayed amount of one installment
    pub single_installment_amount: String,
}

/// A set of JSON Web Keys
#[derive(ToSchema)]
pub struct JwkSet {
    /// The public keys
    pub keys: Vec<Jwk>,
}

/// A public key for Ed25519
#[derive(ToSchema)]
pub struct Jwk {
    /// `OKP`
    pub kty: String,
    /// `Ed25519`
    pub crv: String,
    /// `sig`
    pub r#use: String,
    /// `EdDSA`
    pub alg: String,
    /// Its thumbprint (RFC 7638)
    pub kid: String,
    /// The key in base64url
    pub x: String,
}
