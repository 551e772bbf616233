//! The listing: which cards a purchase can be paid with, in which plans, at which figures.
//!
//! ```text
//! list(&Catalog, &Purchase, Moment, Rounding)    -> Listing       what the contract's three GETs answer
//! explain(&Catalog, &Purchase, Moment, Rounding) -> Explanation   the same, and why everything else was left out
//! ```
//! **Both are one walk over the catalog; `explain` only watches it.**
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use payments_core::catalog::{
//!     Bank, Card, CardPaymentType, CardType, Catalog, CatalogParts, CatalogVersion, InstallmentCount,
//!     PaymentOption, PaymentType, Plan, Pos,
//! };
//! use payments_core::id::{BankId, CardId, CardTypeId, PaymentOptionId, PlanId, PosId};
//! use payments_core::listing::list;
//! use payments_core::moment::Moment;
//! use payments_core::money::{Currency, Money, Rate, Rounding};
//! use payments_core::purchase::{Context, Purchase, PurchaseItem};
//! use payments_core::slug::Slug;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (bank, card_type, pos) = (BankId::new(1)?, CardTypeId::new(1)?, PosId::new(1)?);
//! let plan = |pk, count, ten_thousandths| -> Result<Plan, Box<dyn std::error::Error>> {
//!     Ok(Plan {
//!         pk: PlanId::new(pk)?,
//!         installment_count: InstallmentCount::new(count)?,
//!         interest_rate: Rate::from_ten_thousandths(ten_thousandths)?,
//!         label: BTreeMap::new(),
//!         is_active: true,
//!     })
//! };
//! let parts = CatalogParts {
//!     banks: vec![Bank {
//!         pk: bank,
//!         name: "Garanti BBVA".to_owned(),
//!         slug: Slug::parse("garanti")?,
//!         logo: None,
//!         logo_path: None,
//!     }],
//!     card_types: vec![CardType {
//!         pk: card_type,
//!         name: "Bonus".to_owned(),
//!         slug: Slug::parse("bonus")?,
//!         logo: None,
//!         logo_path: None,
//!     }],
//!     pos: vec![Pos {
//!         pk: pos,
//!         name: "Main account".to_owned(),
//!         slug: Slug::parse("main")?,
//!         gateway: Slug::parse("sandbox")?,
//!         is_active: true,
//!         config: serde_json::Map::new(),
//!     }],
//!     cards: vec![Card {
//!         pk: CardId::new(1)?,
//!         name: "Bonus".to_owned(),
//!         slug: Slug::parse("garanti-bonus")?,
//!         card_payment_type: CardPaymentType::Credit,
//!         bank,
//!         card_type,
//!         pos,
//!         sort_order: 1,
//!         is_active: true,
//!         bins: Vec::new(),
//!         installments: vec![plan(1, 1, 0)?, plan(2, 2, 10_000)?, plan(3, 3, 50_000)?],
//!     }],
//!     payment_options: vec![PaymentOption {
//!         pk: PaymentOptionId::new(1)?,
//!         name: "Card".to_owned(),
//!         slug: Slug::parse("credit-card")?,
//!         payment_type: PaymentType::CreditCard,
//!         pos,
//!         is_active: true,
//!         sort_order: 1,
//!     }],
//!     rules: Vec::new(),
//! };
//! let catalog = Catalog::build(CatalogVersion(1), parts)?;
//!
//! let product = PurchaseItem { quantity: 1, categories: Vec::new(), attributes: BTreeMap::new() };
//! let purchase = Purchase {
//!     context: Context::Product,
//!     amount: Money::from_decimal(&"19.49".parse()?, Currency::TRY)?,
//!     state: None,
//!     items: vec![product],
//!     customer_segments: Vec::new(),
//! };
//! let utc: chrono::DateTime<chrono::Utc> = "2026-11-22T11:30:00Z".parse()?;
//! let moment = Moment { utc, local: utc.naive_utc() };
//!
//! let listing = list(&catalog, &purchase, moment, Rounding::Up);
//! for offer in listing.offers() {
//!     assert_eq!((offer.card.name.as_str(), offer.bank.slug.as_str()), ("Bonus", "garanti"));
//!     let totals: Vec<String> =
//!         offer.plans.iter().map(|plan| plan.quote.total_amount().to_string()).collect();
//!     assert_eq!(totals, ["19.49", "19.69", "20.47"]);
//! }
//! # Ok(())
//! # }
//! ```

use crate::catalog::Catalog;
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;

mod explanation;
mod offers;
mod walk;

pub use explanation::{Candidate, Explanation, Fact, LeftOut, Reason, RuleEffect};
pub use offers::{CardOffer, Listing, PlanOffer};

/// Lists the cards and plans a purchase can be paid with, filtered and ordered as the contract says (card lists). A
/// purchase without items, or of nothing to pay, has an empty listing.
///
/// A plan whose total does not fit 64 bits of minor units is left out; the others stay.
///
/// Does not allocate per card or plan.
pub fn list<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
) -> Listing<'c> {
    walk::walk(catalog, purchase, moment, rounding, &mut walk::Unobserved)
}

/// Lists like [`list`], and tells for every payment option, card and plan left out which fact or rule did it.
pub fn explain<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
) -> Explanation<'c> {
    let mut left_out = Vec::new();
    let listing = walk::walk(catalog, purchase, moment, rounding, &mut left_out);
    Explanation { listing, left_out }
}
