//! Shapes of our own card-storage operations.

use utoipa::ToSchema;

use super::{BankDetail, CardTypeDetail, InstallmentDetail, card_payment_type};

/// A card to be saved: held sealed for at most 5 minutes, until its code comes.
#[derive(ToSchema)]
pub struct CardRequest {
    /// Name on the card
    pub card_holder: String,
    /// 12 to 19 digits that meet the Luhn formula
    #[schema(min_length = 12, max_length = 19, write_only)]
    pub card_number: String,
    /// Month of expiry, 1 to 12
    #[schema(pattern = "^[0-9]{1,2}$")]
    pub card_month: String,
    /// Year of expiry, two or four digits
    #[schema(pattern = "^([0-9]{2}|[0-9]{4})$")]
    pub card_year: String,
    /// 3 or 4 digits
    #[schema(min_length = 3, max_length = 4, write_only)]
    pub card_cvv: String,
    /// The customer's own name for the card
    #[schema(required = false)]
    pub name: Option<String>,
    /// The customer's consent to saving the card; has to be true
    pub consent: bool,
}

/// A customer's own name for a saved card.
#[derive(ToSchema)]
pub struct SavedCardName {
    /// The new name, or null for none
    #[schema(required = true)]
    pub name: Option<String>,
}

/// A saved card.
#[derive(ToSchema)]
pub struct SavedCard {
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
    /// When it was saved
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The card of the catalog that it is; null if its stored digits can mean several cards or none
    #[schema(required = true)]
    pub card: Option<CatalogCard>,
    /// Only with `for`: the plan of the purchase with the smallest single installment; null if there is no plan
    #[schema(required = false)]
    pub plans_from: Option<InstallmentDetail>,
}

/// A card of the catalog, as listings have it, without plans.
#[derive(ToSchema)]
pub struct CatalogCard {
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
}

/// A customer's saved cards; always one page.
#[derive(ToSchema)]
pub struct SavedCardList {
    /// Number of cards
    pub count: u64,
    /// There is no next page
    pub next: Option<String>,
    /// There is no previous page
    pub previous: Option<String>,
    /// The cards
    pub results: Vec<SavedCard>,
}

/// A token for `X-Csrftoken`.
#[derive(ToSchema)]
pub struct CsrfToken {
    /// The token; the `csrftoken` cookie of the answer has the same value
    pub csrf_token: String,
}
