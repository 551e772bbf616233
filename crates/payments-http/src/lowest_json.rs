//! The lowest plans of products as JSON.

use payments_core::id::ProductId;
use payments_core::listing::LowestPlan;
use payments_core::money::Money;

use crate::listing_json::{Fragments, ListingJson};

/// The size of everything but the card, with the largest numbers.
const BYTES: usize = 256;

/// A product with its price and its lowest plan.
pub(crate) fn write(
    product: ProductId,
    price: Money,
    lowest: Option<&LowestPlan<'_, '_>>,
    fragments: &Fragments,
) -> ListingJson {
    let lowest = lowest.map(|lowest| (lowest, fragments.open_card(lowest.card.card_position)));
    let mut out = Vec::with_capacity(BYTES + lowest.map_or(0, |(_, card)| card.len()));
    out.extend_from_slice(format!(r#"{{"product":{product},"amount":"#).as_bytes());
    price.write_decimal(&mut out);
    let currency = price.currency.code();
    out.extend_from_slice(format!(r#","currency":"{currency}","lowest":"#).as_bytes());
    match lowest {
        Some((lowest, card)) => write_plan(&mut out, lowest, card),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    ListingJson {
        body: out,
        cards: Vec::new(),
        currency: None,
    }
}

fn write_plan(out: &mut Vec<u8>, lowest: &LowestPlan<'_, '_>, card: &[u8]) {
    let (count, quote) = (lowest.plan.plan.installment_count, lowest.plan.quote);
    out.extend_from_slice(br#"{"card":"#);
    out.extend_from_slice(card);
    let count = count.get();
    out.extend_from_slice(format!(r#"}},"installment_count":{count},"interest_rate":"#).as_bytes());
    lowest.plan.rate.write_decimal(out);
    out.extend_from_slice(br#","single_installment_amount":"#);
    quote.single_installment_amount().write_decimal(out);
    out.extend_from_slice(br#","total_amount":"#);
    quote.total_amount().write_decimal(out);
    out.push(b'}');
}

/// The products of a page, each as [`write`] writes it.
pub(crate) fn page<'p>(products: impl ExactSizeIterator<Item = &'p [u8]> + Clone) -> ListingJson {
    let bytes: usize = products.clone().map(|product| product.len() + 1).sum();
    let mut body = Vec::with_capacity(32 + bytes);
    body.extend_from_slice(format!(r#"{{"count":{},"results":["#, products.len()).as_bytes());
    for (place, product) in products.enumerate() {
        if place > 0 {
            body.push(b',');
        }
        body.extend_from_slice(product);
    }
    body.extend_from_slice(b"]}");
    ListingJson {
        body,
        cards: Vec::new(),
        currency: None,
    }
}
