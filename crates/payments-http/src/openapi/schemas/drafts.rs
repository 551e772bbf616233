//! The shapes of the matrix, of what a draft would change, and of the analysis of rules.

use serde_json::Value;
use utoipa::ToSchema;

use super::manage::LeftOut;

/// Cards with a cell for each number of installments
#[derive(ToSchema)]
pub struct MatrixPage {
    /// `basket`, `pre-order` or `product`
    pub context: String,
    /// Primary key of the basket, pre-order or product; null for a described purchase
    pub pk: Option<i64>,
    /// What is to be paid
    pub amount: String,
    /// ISO 4217 code
    pub currency: String,
    /// The moment of the purchase
    #[schema(format = "date-time")]
    pub at: String,
    /// Cards on all pages
    pub count: u64,
    /// URL of the next page
    #[schema(format = "uri")]
    pub next: Option<String>,
    /// URL of the previous page
    #[schema(format = "uri")]
    pub previous: Option<String>,
    /// Numbers of installments that the cards of the page have plans for, ascending
    pub installment_counts: Vec<u8>,
    /// The cards of the page
    pub results: Vec<MatrixRow>,
}

/// Cards with a cell for each number of installments
#[derive(ToSchema)]
pub struct Matrix {
    /// Numbers of installments that the cards have plans for, ascending
    pub installment_counts: Vec<u8>,
    /// The cards
    pub results: Vec<MatrixRow>,
}

/// A card of a matrix
#[derive(ToSchema)]
pub struct MatrixRow {
    /// Primary key of the card
    pub card: i64,
    /// Slug of the card
    pub card_slug: String,
    /// Name of the card
    pub card_name: String,
    /// Slug of the bank
    pub bank: String,
    /// Name of the bank
    pub bank_name: String,
    /// Slug of the payment option that offers the card; null if no plan is offered
    pub payment_option: Option<String>,
    /// A cell for each number of installments
    pub cells: Vec<MatrixCell>,
}

/// A number of installments on a card: a plan, or why there is none
#[derive(ToSchema)]
pub struct MatrixCell {
    /// Number of installments
    pub installment_count: u8,
    /// The offered plan
    pub plan: Option<MatrixPlan>,
    /// Why no plan is offered; empty if one is
    pub left_out: Vec<LeftOut>,
}

/// An offered plan, with exact amounts as text
#[derive(ToSchema)]
pub struct MatrixPlan {
    /// Primary key of the plan
    pub plan: i64,
    /// Percentage over the whole plan
    pub interest_rate: String,
    /// Total interest
    pub interest_amount: String,
    /// One installment
    pub single_installment_amount: String,
    /// Total to pay
    pub total_amount: String,
    /// Slug of the rule whose rate it is; null for the plan's own
    pub rate_rule: Option<String>,
}

/// What a draft would change for recent purchases
#[derive(ToSchema)]
pub struct WhatIf {
    /// The moment at which the purchases are made
    #[schema(format = "date-time")]
    pub at: String,
    /// Which purchases were compared
    pub purchases: SampledPurchases,
    /// How many purchases were compared
    pub compared: u64,
    /// Those with the same plans and figures
    pub unchanged: u64,
    /// Those that have plans in force, and none in the draft
    pub left_without_plans: u64,
    /// Those that have plans in the draft, and none in force
    pub first_plans: u64,
    /// Those that gain plans and lose none
    pub gains: ChangedPurchases,
    /// Those that lose plans and gain none
    pub loses: ChangedPurchases,
    /// Those that gain plans and lose others
    pub gains_and_loses: ChangedPurchases,
    /// Those that keep all plans, some with other figures
    pub figures: ChangedPurchases,
    /// How the lowest installment of purchases moves
    pub lowest_installment: LowestMoves,
    /// Rules that play a part and are the same in the draft, the most frequent first
    pub rules: Vec<RuleInPlay>,
}

/// Which purchases were compared: the ones written last, as many as there was time for
#[derive(ToSchema)]
pub struct SampledPurchases {
    /// Whether these are all of the store
    pub is_complete: bool,
    /// Baskets
    pub baskets: u64,
    /// Pre-orders
    pub pre_orders: u64,
    /// Products
    pub products: u64,
}

/// Purchases that change in one way
#[derive(ToSchema)]
pub struct ChangedPurchases {
    /// How many
    pub purchases: u64,
    /// Up to ten that show it best
    pub examples: Vec<ChangedPurchase>,
}

/// A purchase that changes
#[derive(ToSchema)]
pub struct ChangedPurchase {
    /// `basket`, `pre-order` or `product`
    pub context: String,
    /// Primary key of the basket, pre-order or product
    pub pk: i64,
    /// What is to be paid
    pub amount: String,
    /// ISO 4217 code
    pub currency: String,
    /// Plans that it gains
    pub gained: u32,
    /// Plans that it loses
    pub lost: u32,
    /// Plans with other figures
    pub refigured: u32,
    /// The lowest single installment in force
    pub lowest_in_force: Option<String>,
    /// The lowest single installment in the draft
    pub lowest_in_draft: Option<String>,
    /// Cards that change
    pub card_count: u64,
    /// Up to ten of them in force
    pub in_force: Matrix,
    /// The same cards in the draft
    pub draft: Matrix,
}

/// How the lowest installment of purchases moves
#[derive(ToSchema)]
pub struct LowestMoves {
    /// Purchases where it is the same, or that have none in either catalog
    pub same: u64,
    /// Those where it becomes lower
    pub lower: u64,
    /// Those where it becomes higher
    pub higher: u64,
    /// Those that have one in the draft only
    pub new: u64,
    /// Those that have one in force only
    pub gone: u64,
    /// The moves in each currency that has any
    pub by_currency: Vec<CurrencyMoves>,
}

/// The moves in one currency
#[derive(ToSchema)]
pub struct CurrencyMoves {
    /// ISO 4217 code
    pub currency: String,
    /// Moves to a lower installment
    pub lower: Moves,
    /// Moves to a higher installment
    pub higher: Moves,
}

/// Moves in one direction
#[derive(ToSchema)]
pub struct Moves {
    /// Purchases
    pub purchases: u64,
    /// The largest move
    pub largest: String,
    /// The sum of all moves
    pub sum: String,
}

/// A rule that plays a part
#[derive(ToSchema)]
pub struct RuleInPlay {
    /// Slug of the rule
    pub rule: String,
    /// Name of the rule
    pub name: String,
    /// Purchases in which it leaves out a plan that changes, or sets its rate
    pub purchases: u64,
}

/// The analysis of a draft's rules
#[derive(ToSchema)]
pub struct RuleAnalysis {
    /// The findings, by rule
    pub findings: Vec<RuleFindingOfDraft>,
    /// Slugs of rules that may have more findings: a bound was reached
    pub undecided: Vec<String>,
    /// Values of rules that were not compared with those of the store, which has too many or did not answer in time:
    /// `categories`, `attributes`, `customer_segments`, `basket_states`
    pub not_compared: Vec<String>,
}

/// A finding about a rule
#[derive(ToSchema)]
pub struct RuleFinding {
    /// `unknown_value`, `never_holds`, `over`, `never_reached`, `overridden`, `two_rates` or `nothing_offered`
    pub kind: String,
    /// Slug of the rule
    pub rule: String,
    /// JSON pointer to the field, from the rule
    pub pointer: String,
    /// Slugs of the other rules that play a part
    pub other_rules: Vec<String>,
    /// A sentence
    pub message: String,
    /// A purchase, a plan or tests of the rule that show it
    #[schema(value_type = Option<Object>)]
    pub witness: Option<Value>,
}

/// A finding about a rule of a draft
#[derive(ToSchema)]
pub struct RuleFindingOfDraft {
    /// Whether the rules in force do not have it
    pub is_new: bool,
    /// Where it is, and what it is
    #[schema(inline)]
    #[serde(flatten)]
    pub finding: RuleFinding,
}

/// Which BINs of customers' cards no card of the catalog has
#[derive(ToSchema)]
pub struct BinCoverage {
    /// The first day that is counted
    #[schema(format = "date")]
    pub from: String,
    /// False if there are more than 20,000 different BINs: the rarest are missing
    pub is_complete: bool,
    /// Cards that were typed or saved
    pub counted: u64,
    /// Those of them with a BIN that a card has
    pub covered: u64,
    /// The BINs that no card has, the most frequent first: up to 100
    pub missing: Vec<MissingBin>,
}

/// A BIN that no card of the catalog has
#[derive(ToSchema)]
pub struct MissingBin {
    /// The first six digits
    pub bin: String,
    /// How often it was typed or saved
    pub count: u64,
}
