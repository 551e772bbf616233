//! Quotes that an order is placed under: the price of one plan, held until the quote expires.
//!
//! [`installment::quote`](crate::installment::quote()) computes the amounts of a plan and is part of every listing. The
//! quotes of this module are promises: they name a purchase and a choice, have an id and an expiry, and can be verified
//! when the order is placed.
//!
//! ```text
//! quote_plan(&Catalog, &Purchase, &Choice, …)   -> QuotedPlan    the plan, or why it is not offered
//! QuoteClaims::new(&QuotedPlan, QuoteIdentity)  -> QuoteClaims   what is signed
//! verify(&QuoteClaims, Current, &Catalog, …)    -> QuoteStatus   whether the promise still holds
//! ```
//! The amounts are those of a listing of the same purchase, catalog and moment, because the same code decides.
//!
//! ```
//! use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion, InstallmentCount};
//! use payments_core::chrono::{DateTime, TimeDelta, Utc};
//! use payments_core::id::CardId;
//! use payments_core::listing::{Candidate, Fact, Reason};
//! use payments_core::moment::Moment;
//! use payments_core::money::{Currency, Money, Rounding};
//! use payments_core::purchase::Purchase;
//! use payments_core::quotes::{Choice, NotQuoted, Period, quote_plan};
//!
//! let catalog = Catalog::build(CatalogVersion(1), CatalogParts::default())?;
//! let purchase = Purchase::of_product(Money::new(1_949, Currency::TRY));
//! let choice = Choice::of_card(CardId::new(1)?, InstallmentCount::new(3)?);
//! let period = Period::new(DateTime::UNIX_EPOCH, TimeDelta::minutes(15));
//! let in_shop = |instant| Moment::in_zone(instant, &Utc);
//! let quoted = quote_plan(&catalog, &purchase, &choice, Rounding::Up, period, in_shop);
//! let Err(NotQuoted::NotOffered(reasons)) = quoted else { panic!("the catalog is empty") };
//! assert_eq!(reasons[0].reason, Reason::Fact(Fact::NoSuchCard));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod choice;
mod claims;
mod digest;
mod plan;
mod terms;
mod verification;

pub use choice::{Choice, NotQuoted};
pub use claims::{ClaimedChoice, MAX_RULES, QuoteClaims, QuoteIdentity};
pub use digest::{PurchaseDigests, QuoteDigest};
pub use plan::{Period, QuotedPlan, quote_plan};
pub use terms::Terms;
pub use verification::{ChangedTerms, Current, PurchaseChange, QuoteStatus, verify};
