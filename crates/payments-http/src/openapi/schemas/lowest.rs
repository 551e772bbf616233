//! Shapes of the lowest plans of many products.

use utoipa::ToSchema;

use super::stored::CatalogCard;

/// Products with their lowest plans.
#[derive(ToSchema)]
pub struct LowestPlanList {
    /// Number of products
    pub count: u64,
    /// The products in the order asked
    pub results: Vec<ProductLowestPlan>,
}

/// A product with its lowest plan.
#[derive(ToSchema)]
pub struct ProductLowestPlan {
    /// Product unique identifier
    pub product: i64,
    /// Current price of one
    pub amount: f32,
    /// ISO 4217 code
    #[schema(min_length = 3, max_length = 3)]
    pub currency: String,
    /// The plan with the smallest single installment; null where no card is offered
    #[schema(required = true)]
    pub lowest: Option<LowestPlan>,
}

/// The plan of a listing with the smallest single installment. Amounts are exact decimals with the currency's number of fraction digits.
#[derive(ToSchema)]
pub struct LowestPlan {
    /// The card that offers it
    pub card: CatalogCard,
    /// Number of installments
    #[schema(minimum = 1, maximum = 99)]
    pub installment_count: u8,
    /// Interest rate percentage, flat over the whole plan
    pub interest_rate: f32,
    /// Amount per installment
    pub single_installment_amount: f32,
    /// Total amount including interest
    pub total_amount: f32,
}
