//! Shapes of the management API. Amounts and rates are decimal strings; numbers are read too.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

use super::CardListResponse;
use super::shop::{Basket, Customer, PreOrder, Product, Session};

/// Everything, in parts; every part is optional.
#[derive(ToSchema)]
pub struct Document {
    /// Banks
    #[schema(required = false)]
    pub banks: Vec<Bank>,
    /// Card types
    #[schema(required = false)]
    pub card_types: Vec<CardType>,
    /// Points of sale
    #[schema(required = false)]
    pub pos: Vec<Pos>,
    /// Cards with their plans
    #[schema(required = false)]
    pub cards: Vec<Card>,
    /// Payment options
    #[schema(required = false)]
    pub payment_options: Vec<PaymentOption>,
    /// Rules
    #[schema(required = false)]
    pub rules: Vec<Rule>,
    /// Products
    #[schema(required = false)]
    pub products: Vec<Product>,
    /// Customers
    #[schema(required = false)]
    pub customers: Vec<Customer>,
    /// Baskets with their items
    #[schema(required = false)]
    pub baskets: Vec<Basket>,
    /// Pre-orders
    #[schema(required = false)]
    pub pre_orders: Vec<PreOrder>,
    /// Sessions; imported, never exported
    #[schema(required = false, write_only)]
    pub sessions: Vec<Session>,
}

/// A bank
#[derive(ToSchema)]
#[schema(example = json!({"pk": 1, "name": "Garanti BBVA", "slug": "garanti", "logo": null, "logo_path": "logos/garanti.svg"}))]
pub struct Bank {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Display name
    #[schema(max_length = 200)]
    pub name: String,
    /// Unique among banks
    #[schema(pattern = "^[a-z0-9]+([-_][a-z0-9]+)*$", max_length = 64)]
    pub slug: String,
    /// Absolute URL of a logo
    #[schema(format = "uri")]
    pub logo: Option<String>,
    /// Relative path of a logo, below `/static/`
    pub logo_path: Option<String>,
}

/// A card programme
#[derive(ToSchema)]
#[schema(example = json!({"pk": 1, "name": "Bonus", "slug": "bonus", "logo": null, "logo_path": "logos/bonus.svg"}))]
pub struct CardType {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Display name
    #[schema(max_length = 200)]
    pub name: String,
    /// Unique among card types
    #[schema(pattern = "^[a-z0-9]+([-_][a-z0-9]+)*$", max_length = 64)]
    pub slug: String,
    /// Absolute URL of a logo
    #[schema(format = "uri")]
    pub logo: Option<String>,
    /// Relative path of a logo, below `/static/`
    pub logo_path: Option<String>,
}

/// A merchant account at a gateway
#[derive(ToSchema)]
#[schema(example = json!({"pk": 1, "name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": true, "config": {}}))]
pub struct Pos {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Display name
    #[schema(max_length = 200)]
    pub name: String,
    /// Unique among points of sale
    #[schema(pattern = "^[a-z0-9]+([-_][a-z0-9]+)*$", max_length = 64)]
    pub slug: String,
    /// Name of the gateway: `sandbox`, `masterpass`, …
    pub gateway: String,
    /// Cards of an inactive one are not listed
    #[schema(required = false, default = true)]
    pub is_active: bool,
    /// The gateway's settings: texts, numbers and booleans. Secrets are references (`env:NAME`, `file:/path`). `account`
    /// is the label of the merchant's account (default `main`); `accounts` holds the settings of former accounts by their
    /// labels, for as long as cards or tokens belong to them
    #[schema(required = false)]
    pub config: BTreeMap<String, Value>,
}

/// A card with its plans
#[derive(ToSchema)]
pub struct Card {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Display name
    #[schema(max_length = 200)]
    pub name: String,
    /// Unique among cards
    #[schema(pattern = "^[a-z0-9]+([-_][a-z0-9]+)*$", max_length = 64)]
    pub slug: String,
    /// Credit or debit
    #[schema(schema_with = super::card_payment_type)]
    pub card_payment_type: String,
    /// Primary key of its bank
    pub bank: i64,
    /// Primary key of its card type
    pub card_type: i64,
    /// Primary key of its point of sale
    pub pos: i64,
    /// Lower numbers stand first
    #[schema(required = false, default = 0)]
    pub sort_order: i64,
    /// An inactive card is not listed
    #[schema(required = false, default = true)]
    pub is_active: bool,
    /// Issued to businesses; rules test it as `commercial`
    #[schema(required = false, default = false)]
    pub is_commercial: bool,
    /// Offered for a number that no card of its point of sale is known for; it has no BINs, and a point of sale has at most one
    #[schema(required = false, default = false)]
    pub is_fallback: bool,
    /// First 4 to 11 digits of its numbers; written, also ranges such as 55260000-55260499, which stand for each BIN in them
    #[schema(required = false)]
    pub bins: Vec<String>,
    /// Its plans, each number of installments once
    #[schema(required = false)]
    pub installments: Vec<Installment>,
}

/// A plan of a card
#[derive(ToSchema)]
#[schema(example = json!({"pk": 103, "installment_count": 3, "interest_rate": "5", "label": {"tr": "3 Taksit"}, "is_active": true}))]
pub struct Installment {
    /// Primary key, unique over all cards
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Number of installments; 1 is the single payment
    #[schema(minimum = 1, maximum = 99)]
    pub installment_count: u8,
    /// Percentage from -99.9999 to 1000, flat over the whole plan; a negative one is a discount
    pub interest_rate: String,
    /// Own words for it by language; a language without any gets ours
    pub label: Option<BTreeMap<String, String>>,
    /// An inactive plan is not listed
    #[schema(required = false, default = true)]
    pub is_active: bool,
}

/// A way to pay
#[derive(ToSchema)]
pub struct PaymentOption {
    /// Primary key; may be left out where the path names it
    #[schema(minimum = 1)]
    pub pk: i64,
    /// Display name
    #[schema(max_length = 200)]
    pub name: String,
    /// Unique among payment options
    #[schema(pattern = "^[a-z0-9]+([-_][a-z0-9]+)*$", max_length = 64)]
    pub slug: String,
    /// `credit_card`, `masterpass`, or another kind this service keeps but does nothing with
    pub payment_type: String,
    /// Primary key of its point of sale
    pub pos: i64,
    /// An inactive one is not offered
    #[schema(required = false, default = true)]
    pub is_active: bool,
    /// Lower numbers stand first
    #[schema(required = false, default = 0)]
    pub sort_order: i64,
}

/// When its condition holds, its effect applies
#[derive(ToSchema)]
#[schema(example = json!({"slug": "gold", "name": "Gold: single payment", "when": {"category": ["jewellery/gold"]}, "then": {"cap_installments": 1}, "is_active": true, "valid_from": null, "valid_until": null}))]
pub struct Rule {
    /// Its key; may be left out where the path names it
    #[schema(pattern = "^[a-z0-9]+([-_][a-z0-9]+)*$", max_length = 64)]
    pub slug: String,
    /// Display name, shown by explain
    #[schema(max_length = 200)]
    pub name: String,
    /// `all`, `any`, `not`, `amount`, `currency`, `context`, `basket_state`, `category`, `attribute`, `item`,
    /// `item_count`, `customer_segment`, `payment_option`, `bank`, `card_type`, `card`, `card_payment_type`,
    /// `commercial`, `installment_count`, `date`, `weekday`, `hour`; all that are given have to hold
    #[schema(required = false)]
    pub when: BTreeMap<String, Value>,
    /// `exclude`, `cap_installments`, `minimum_installment_amount`, `replace_rate`
    #[schema(required = false)]
    pub then: BTreeMap<String, Value>,
    /// An inactive rule does nothing
    #[schema(required = false, default = true)]
    pub is_active: bool,
    /// From this instant on
    #[schema(format = DateTime)]
    pub valid_from: Option<String>,
    /// Before this instant
    #[schema(format = DateTime)]
    pub valid_until: Option<String>,
}

/// How many objects of a part were written
#[derive(ToSchema)]
pub struct Counts {
    /// Objects that were not there before
    pub created: u64,
    /// Objects that were replaced
    pub updated: u64,
}

/// Keys of a part's objects, by what an import would do to them
#[derive(ToSchema)]
pub struct ImportPreview {
    /// Those that are not there yet
    pub created: Vec<String>,
    /// Those that would be altered
    pub updated: Vec<String>,
    /// Those that are there as they are in the document
    pub unchanged: Vec<String>,
}

/// Some fields of an object (RFC 7396); null gives a field its default back
#[derive(ToSchema)]
#[schema(value_type = BTreeMap<String, Value>)]
pub struct MergePatch(pub BTreeMap<String, Value>);

/// A page of a part
#[derive(ToSchema)]
pub struct Page {
    /// Objects of the part; null for more than 10,000, unless `count=1` asks for it
    pub count: Option<u64>,
    /// Address of the next page
    #[schema(format = "uri")]
    pub next: Option<String>,
    /// Address of the previous page
    #[schema(format = "uri")]
    pub previous: Option<String>,
    /// Objects of the part
    pub results: Vec<BTreeMap<String, Value>>,
}

/// A listing, and why everything else is not in it
#[derive(ToSchema)]
pub struct Explanation {
    /// `basket`, `pre-order` or `product`
    pub context: String,
    /// Primary key of the basket, pre-order or product
    pub pk: i64,
    /// Language of the listing
    pub language: String,
    /// What is to be paid
    pub amount: String,
    /// ISO 4217 code
    pub currency: String,
    /// The listing as its customer would get it
    pub listing: CardListResponse,
    /// What is not in it
    pub left_out: Vec<LeftOut>,
}

/// Something that is not offered
#[derive(ToSchema)]
pub struct LeftOut {
    /// `purchase`, `payment_option`, `card` or `plan`
    pub what: String,
    /// Slug of the payment option
    pub payment_option: Option<String>,
    /// Primary key of the card
    pub card: Option<i64>,
    /// Slug of the card
    pub card_slug: Option<String>,
    /// Primary key of the plan
    pub plan: Option<i64>,
    /// Number of installments of the plan
    pub installment_count: Option<u8>,
    /// Why
    pub reason: Reason,
}

/// A fact or a rule
#[derive(ToSchema)]
pub struct Reason {
    /// `fact` or `rule`
    pub kind: String,
    /// A word for the fact: `no_items`, `nothing_to_pay`, `inactive`, `not_credit_card`, `pos_inactive`,
    /// `no_payment_option`, `payment_options_left_out`, `figures_too_large`, `other_digits`, `token_of_another_pos`,
    /// `saved_card_expired`, `nothing_left`, `no_plan_left`, and for a quote also `no_such_card`, `no_such_plan`,
    /// `no_such_purchase`
    pub fact: Option<String>,
    /// Slug of the rule
    pub rule: Option<String>,
    /// Name of the rule
    pub name: Option<String>,
    /// The key in the rule's `then` that did it
    pub effect: Option<String>,
    /// The limit it sets
    pub limit: Option<String>,
    /// A sentence
    pub detail: String,
}
