//! The measured store: 12 cards with 6 plans each, products, and many customers with a session each.

use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "bench";
/// Its SHA-256, for the settings.
pub(crate) const TOKEN_SHA256: &str =
    "1b32c28cb38c05480eccc1bd60ff97029b57a05c96718b96dad7e9d84894f549";
/// A session's id is this and the customer's number.
pub(crate) const SESSION_PREFIX: &str = "bench_session_0000000000000";
/// Customers, baskets, pre-orders and sessions: too many for a sequential scan per request.
pub(crate) const CUSTOMERS: u32 = 20_000;
pub(crate) const PRODUCTS: u32 = 20_000;
/// The products that are requested and bought.
pub(crate) const PRODUCTS_IN_DEMAND: u32 = 500;
pub(crate) const CARDS: u32 = 12;
pub(crate) const PLANS: u32 = 6;

/// The BIN of the first card.
pub(crate) const FIRST_BIN: u32 = 400_001;

const BANKS: [&str; 4] = ["Garanti BBVA", "Akbank", "Yapı Kredi", "Türkiye İş Bankası"];
const PROGRAMMES: [&str; 3] = ["Bonus", "Axess", "World"];
/// The installment counts of a card's plans.
const COUNTS: [u32; 12] = [1, 2, 3, 6, 9, 12, 4, 5, 7, 8, 10, 11];

/// A document for the management's import: the catalog, with this many cards and plans of each.
pub(crate) fn catalog(cards: u32, plans: u32) -> Value {
    json!({
        "banks": (1..).zip(BANKS).map(|(pk, name)| programme(pk, name, "bank")).collect::<Vec<_>>(),
        "card_types": (1..).zip(PROGRAMMES).map(|(pk, name)| programme(pk, name, "type")).collect::<Vec<_>>(),
        "pos": [{"pk": 1, "name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": true, "config": {}}],
        "cards": (1..=cards).map(|pk| card(pk, plans)).collect::<Vec<_>>(),
        "payment_options": [{"pk": 1, "name": "Credit card", "slug": "credit-card", "payment_type": "credit_card", "pos": 1, "is_active": true, "sort_order": 1}],
        "rules": rules(),
        "products": (1..=PRODUCTS).map(product).collect::<Vec<_>>(),
    })
}

/// A second document: the customers.
pub(crate) fn customers() -> Value {
    json!({
        "customers": (1..=CUSTOMERS).map(customer).collect::<Vec<_>>(),
        "baskets": (1..=CUSTOMERS).map(basket).collect::<Vec<_>>(),
        "pre_orders": (1..=CUSTOMERS).map(pre_order).collect::<Vec<_>>(),
        "sessions": (1..=CUSTOMERS).map(session).collect::<Vec<_>>(),
    })
}

fn programme(pk: u32, name: &str, kind: &str) -> Value {
    let slug = format!("{kind}-{pk}");
    let path = format!("logos/{slug}.svg");
    json!({"pk": pk, "name": name, "slug": slug, "logo": null, "logo_path": path})
}

pub(crate) fn card(pk: u32, plans: u32) -> Value {
    let counts = COUNTS.iter().take(plans as usize);
    let plan = |count: &u32| {
        let rate = if *count == 1 {
            "0".to_owned()
        } else {
            format!("{count}.25")
        };
        json!({"pk": pk * 100 + count, "installment_count": count, "interest_rate": rate})
    };
    json!({
        "pk": pk,
        "name": format!("{} card {pk}", PROGRAMMES[pk as usize % PROGRAMMES.len()]),
        "slug": format!("card-{pk}"),
        "card_payment_type": "credit",
        "bank": pk as usize % BANKS.len() + 1,
        "card_type": pk as usize % PROGRAMMES.len() + 1,
        "pos": 1,
        "sort_order": pk,
        "is_active": true,
        "bins": [(FIRST_BIN + pk - 1).to_string()],
        "installments": counts.map(plan).collect::<Vec<_>>(),
    })
}

/// This many rules: the typical ones again and again.
pub(crate) fn many_rules(count: usize) -> Value {
    let kinds = rules();
    let kinds = kinds.as_array().into_iter().flatten().cycle();
    let rules = kinds.take(count).enumerate().map(|(at, kind)| {
        let mut rule = kind.clone();
        rule["slug"] = json!(format!("rule-{at}"));
        rule
    });
    json!({ "rules": rules.collect::<Vec<_>>() })
}

/// Typical rules. None removes a plan from the requested products: every listing has the same length.
fn rules() -> Value {
    json!([
        {"slug": "gold", "name": "No installments for gold", "when": {"category": ["jewellery/gold"]}, "then": {"cap_installments": 1}},
        {"slug": "phones", "name": "Phones: 12 at most", "when": {"category": ["electronics/phones"]}, "then": {"cap_installments": 12}},
        {"slug": "staff", "name": "No interest for staff", "when": {"customer_segment": ["staff"]}, "then": {"replace_rate": "0"}},
        {"slug": "small", "name": "No tiny installments", "when": {}, "then": {"minimum_installment_amount": "50.00"}},
        {"slug": "debit", "name": "No installments on debit cards", "when": {"card_payment_type": ["debit"]}, "then": {"cap_installments": 1}},
        {"slug": "abroad", "name": "No installments abroad", "when": {"currency": ["USD", "EUR"]}, "then": {"cap_installments": 1}},
        {"slug": "sale", "name": "Sale", "when": {"date": {"from": "2026-11-20", "until": "2036-11-30"}, "card_type": ["type-2"]}, "then": {"replace_rate": "1.5"}},
        {"slug": "food", "name": "No installments for food", "when": {"any": [{"item": {"category": ["food"]}}, {"context": ["pre-order"], "card": ["card-3"]}]}, "then": {"cap_installments": 1}},
    ])
}

/// All prices have the same number of digits.
fn price(number: u32) -> String {
    format!("{}.90", 2_000 + number % PRODUCTS_IN_DEMAND * 7)
}

fn product(pk: u32) -> Value {
    json!({
        "pk": pk, "name": format!("Product {pk}"), "price": price(pk), "currency": "TRY",
        "categories": ["electronics/phones"], "attributes": {"brand": "acme"}, "is_active": true,
    })
}

fn customer(pk: u32) -> Value {
    let phone = format!("05{:09}", 320_000_000 + pk);
    json!({"pk": pk, "phone_number": phone, "segments": ["web"], "is_active": true})
}

/// A basket with three products.
fn basket(pk: u32) -> Value {
    let product = |step: u32| (pk + step) % PRODUCTS_IN_DEMAND + 1;
    let item =
        |step| json!({"product": product(step), "quantity": 1, "price": price(product(step))});
    json!({
        "pk": pk, "customer": pk, "state": "open", "currency": "TRY", "total": price(pk),
        "items": [item(0), item(1), item(2)],
    })
}

fn pre_order(pk: u32) -> Value {
    json!({"pk": pk, "basket": pk, "state": "open", "currency": "TRY", "total": price(pk)})
}

fn session(number: u32) -> Value {
    json!({
        "id": format!("{SESSION_PREFIX}{number}"), "customer": number, "basket": number,
        "pre_order": number, "expires_at": "2099-01-01T00:00:00Z",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CARDS, CUSTOMERS, PLANS, PRODUCTS_IN_DEMAND, SESSION_PREFIX, catalog, customers};

    #[test]
    fn every_requested_session_and_product_is_in_the_documents() {
        let (catalog, customers) = (catalog(CARDS, PLANS), customers());
        for (document, part, key, prefix, last) in [
            (&customers, "sessions", "id", SESSION_PREFIX, CUSTOMERS),
            (&catalog, "products", "pk", "", PRODUCTS_IN_DEMAND),
        ] {
            let objects = document[part].as_array().unwrap().iter();
            let ids = objects.map(|object| object[key].to_string().replace('"', ""));
            let ids: BTreeSet<String> = ids.collect();
            for number in 1..=last {
                let id = format!("{prefix}{number}");
                assert!(ids.contains(&id), "{part}: {id}");
            }
        }
        let plans = catalog["cards"][2]["installments"].as_array().unwrap();
        assert_eq!(plans.len(), PLANS as usize);
    }
}
