//! Prices a basket for JavaScript. Only numbers cross the border, so no bindings are generated.

use payments_core::catalog::{Catalog, CatalogVersion, Policy};
use payments_core::chrono::{DateTime, Utc};
use payments_core::listing::list;
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::{Context, Purchase};

/// The total in kuruş of a basket paid in `count` installments; -1 if no plan offers that.
#[unsafe(no_mangle)]
pub extern "C" fn total(amount: i64, count: u32, unix_milliseconds: i64) -> i64 {
    price(amount, count, unix_milliseconds).unwrap_or(-1)
}

fn price(amount: i64, count: u32, unix_milliseconds: i64) -> Option<i64> {
    let catalog = include_bytes!("catalog.json");
    let catalog = Catalog::from_document(catalog, CatalogVersion(1), &Policy::default()).ok()?;
    let amount = Money {
        minor: amount,
        currency: Currency::TRY,
    };
    let basket = Purchase {
        context: Context::Basket,
        ..Purchase::of_product(amount)
    };
    let moment = Moment::in_zone(DateTime::from_timestamp_millis(unix_milliseconds)?, &Utc);
    let listing = list(&catalog, &basket, moment, Rounding::Up);
    let mut plans = listing.offers().flat_map(|offer| offer.plans);
    let plan = plans.find(|plan| u32::from(plan.plan.installment_count.get()) == count)?;
    Some(plan.quote.total_amount().minor)
}
