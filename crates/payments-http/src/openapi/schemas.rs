//! Shapes of bodies, for the description only: what is read and written is checked against them by tests.

use std::collections::BTreeMap;

use payments_core::card_storage::FlowStep;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::error::Problem;

pub mod audit;
pub mod drafts;
pub mod history;
pub mod instrument;
pub mod lowest;
pub mod manage;
pub mod proposals;
pub mod quotes;
pub mod shop;
pub mod status;
pub mod stored;
pub mod support;

/// The cards something can be paid with; always one page.
#[derive(ToSchema)]
pub struct CardListResponse {
    /// Total number of cards
    pub count: u64,
    /// Next page URL: there is none
    #[schema(format = "uri")]
    pub next: Option<String>,
    /// Previous page URL: there is none
    #[schema(format = "uri")]
    pub previous: Option<String>,
    /// The currency of every amount (ISO 4217); absent where nothing is being bought
    #[schema(required = false)]
    pub currency: String,
    /// List of available cards with installment options
    pub results: Vec<CardDetail>,
}

/// A card with at least one plan.
#[derive(ToSchema)]
pub struct CardDetail {
    /// Card unique identifier
    pub pk: i64,
    /// Card display name
    pub name: String,
    /// Unique over all cards
    pub slug: String,
    /// Payment type (credit or debit)
    #[schema(schema_with = card_payment_type)]
    pub card_payment_type: String,
    /// Card type details
    pub card_type: CardTypeDetail,
    /// Bank details
    pub bank: BankDetail,
    /// Available installment plans for this card, by their number of installments
    pub installments: Vec<InstallmentDetail>,
}

/// `credit` or `debit`, as the contract has it: a text with two values.
pub(super) fn card_payment_type() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["credit", "debit"]))
        .description(Some("Payment type (credit or debit)"))
        .build()
}

/// A card programme.
#[derive(ToSchema)]
pub struct CardTypeDetail {
    /// Card type unique identifier
    pub pk: i64,
    /// Card type name
    pub name: String,
    /// Card type slug identifier
    pub slug: String,
    /// Card type logo image URL
    #[schema(format = "uri")]
    pub logo: Option<String>,
    /// Card type logo file path
    pub logo_path: Option<String>,
}

/// A bank.
#[derive(ToSchema)]
pub struct BankDetail {
    /// Bank unique identifier
    pub pk: i64,
    /// Bank name
    pub name: String,
    /// Bank slug identifier
    pub slug: String,
    /// Bank logo image URL
    #[schema(format = "uri")]
    pub logo: Option<String>,
    /// Bank logo file path
    pub logo_path: Option<String>,
}

/// A plan with its figures. Amounts are exact decimals with the currency's number of fraction digits.
#[derive(ToSchema)]
pub struct InstallmentDetail {
    /// Installment plan unique identifier
    pub pk: i64,
    /// Number of installments
    #[schema(minimum = 1, maximum = 99)]
    pub installment_count: u8,
    /// Interest rate percentage, flat over the whole plan
    pub interest_rate: f32,
    /// Display label for installment plan, in the caller's language
    pub label: String,
    /// Whether installment plan is active: only active ones are listed
    pub is_active: bool,
    /// Original purchase amount
    pub amount: f32,
    /// Total interest amount for this installment plan
    pub interest_amount: f32,
    /// Total amount including interest
    pub total_amount: f32,
    /// Amount per installment
    pub single_installment_amount: f32,
}

/// Why a request was refused.
#[derive(ToSchema)]
pub struct ErrorResponse {
    /// Error message, in the caller's language
    pub detail: String,
    /// Field-specific validation errors; in the management API by JSON pointer
    #[schema(required = false)]
    pub errors: BTreeMap<String, Vec<String>>,
    /// The problem in a word for programs; it never changes
    #[schema(schema_with = error_code)]
    pub code: String,
    /// With `otp_wrong`: how many other codes may still be tried for the code that was sent
    #[schema(required = false, minimum = 0, maximum = 4)]
    pub tries_left: u8,
    /// With `action_required`: where the customer's browser goes on
    #[schema(required = false, format = "uri")]
    pub next_action: String,
    /// With `not_offered`: the reasons, as in an explanation
    #[schema(required = false)]
    pub left_out: Vec<manage::LeftOut>,
    /// With `ambiguous_card`: the cards that can be meant
    #[schema(required = false)]
    pub candidates: Vec<quotes::QuoteCandidate>,
}

/// Every code, in the order of the table.
fn error_code() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(Problem::ALL.iter().map(|problem| problem.code())))
        .description(Some("The problem in a word for programs; it never changes"))
        .build()
}

/// The progress of saving a card.
#[derive(ToSchema)]
pub struct FlowResponse {
    /// What comes next, what is in progress, or how the flow ended
    #[schema(schema_with = flow_step)]
    pub step: String,
    /// How many seconds are left for the step; null if it has no deadline
    pub seconds_left: Option<u32>,
    /// At `otp`: how many different wrong codes end the flow; null at other steps
    #[schema(minimum = 1, maximum = 5)]
    pub tries_left: Option<u8>,
}

fn flow_step() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(FlowStep::ALL.map(FlowStep::as_str)))
        .description(Some(
            "What comes next, what is in progress, or how the flow ended",
        ))
        .build()
}

/// The customer's phone number.
#[derive(ToSchema)]
pub struct PhoneNumberResponse {
    /// Current user's phone number, one leading 0 removed
    pub phone_number: String,
}

/// Where to send a code.
#[derive(ToSchema)]
pub struct PhoneNumberRequest {
    /// Phone number for OTP verification (leading 0 removed automatically)
    #[schema(min_length = 10, max_length = 14)]
    pub phone_number: String,
}

/// A code.
#[derive(ToSchema)]
pub struct OtpRequest {
    /// OTP verification code received via SMS
    #[schema(min_length = 4, max_length = 8)]
    pub otp: String,
}

/// The configuration of Masterpass's JavaScript library.
#[derive(ToSchema)]
pub struct MasterpassJSConfig {
    /// Masterpass JavaScript library URL
    #[schema(format = "uri")]
    pub js: String,
    /// OAuth client identifier for Masterpass API
    pub client_id: String,
    /// Merchant identifier (empty for custom merchant type)
    pub merchant_id: String,
    /// Return URL after 3D Secure verification
    #[schema(format = "uri")]
    pub s3d_return_url: String,
}

/// How the service is.
#[derive(ToSchema)]
pub struct Status {
    /// `live`; `ready`, `degraded` or `unready`
    pub status: String,
    /// The parts that fail: `database`, `flows`, `catalog`; absent where none does
    pub failing: Option<Vec<String>>,
}
