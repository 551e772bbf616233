//! The store that is measured: 12 cards with 6 plans each, products, and many customers with a session each.

use serde_json::{Value, json};

/// The token of the management.
pub(crate) const TOKEN: &str = "bench";
/// Its SHA-256, which the settings hold.
pub(crate) const TOKEN_SHA256: &str =
    "1b32c28cb38c05480eccc1bd60ff97029b57a05c96718b96dad7e9d84894f549";
/// Sessions are this and the customer's number.
pub(crate) const SESSION_PREFIX: &str = "bench_session_0000000000000";
/// So many customers, baskets, pre-orders and sessions: too many for a database to read through all of them each time.
pub(crate) const CUSTOMERS: u32 = 20_000;
const PRODUCTS: u32 = 20_000;
/// Those that are looked at and bought.
const PRODUCTS_IN_DEMAND: u32 = 500;
/// The reference body.
pub(crate) const CARDS: u32 = 12;
pub(crate) const PLANS: u32 = 6;

const BANKS: [&str; 4] = ["Garanti BBVA", "Akbank", "Yapı Kredi", "Türkiye İş Bankası"];
const PROGRAMMES: [&str; 3] = ["Bonus", "Axess", "World"];
/// How many installments the plans have.
const COUNTS: [u32; 12] = [1, 2, 3, 6, 9, 12, 4, 5, 7, 8, 10, 11];

/// Numbers from 1 as keys, one per line.
pub(crate) fn product_keys() -> String {
    lines(PRODUCTS_IN_DEMAND, |number| number.to_string())
}

/// Session ids, one per line.
pub(crate) fn session_keys() -> String {
    lines(CUSTOMERS, |number| format!("{SESSION_PREFIX}{number}"))
}

fn lines(last: u32, key: impl Fn(u32) -> String) -> String {
    (1..=last).map(|number| key(number) + "\n").collect()
}

/// A document for the management's import: what is sold, with so many cards and plans of each.
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

/// Another, on top of that: who buys.
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
        "installments": counts.map(plan).collect::<Vec<_>>(),
    })
}

/// What stores have; none takes a plan from what is bought here, so that every listing is as long.
fn rules() -> Value {
    json!([
        {"slug": "gold", "name": "No installments for gold", "when": {"category": ["jewellery/gold"]}, "then": {"cap_installments": 1}},
        {"slug": "phones", "name": "Phones: 12 at most", "when": {"category": ["electronics/phones"]}, "then": {"cap_installments": 12}},
        {"slug": "staff", "name": "No interest for staff", "when": {"customer_segment": ["staff"]}, "then": {"replace_rate": "0"}},
        {"slug": "small", "name": "No tiny installments", "when": {}, "then": {"minimum_installment_amount": "50.00"}},
        {"slug": "debit", "name": "No installments on debit cards", "when": {"card_payment_type": ["debit"]}, "then": {"cap_installments": 1}},
    ])
}

/// Prices have the same number of digits, so that every listing is as long.
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

/// Three products in each.
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
    use super::{
        CARDS, CUSTOMERS, PLANS, PRODUCTS, PRODUCTS_IN_DEMAND, catalog, customers, product_keys,
        session_keys,
    };

    #[test]
    fn every_session_and_product_that_is_asked_for_is_in_the_documents() {
        let (catalog, customers) = (catalog(CARDS, PLANS), customers());
        let ids = |document: &serde_json::Value, part: &str, key: &str| -> Vec<String> {
            let objects = document[part].as_array().unwrap().iter();
            let ids = objects.map(|object| object[key].clone());
            ids.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
                .collect()
        };
        let asked = |keys: String| -> Vec<String> { keys.lines().map(str::to_owned).collect() };
        assert_eq!(ids(&customers, "sessions", "id"), asked(session_keys()));
        assert!(ids(&catalog, "products", "pk").starts_with(&asked(product_keys())));
        assert_eq!(asked(product_keys()).len(), PRODUCTS_IN_DEMAND as usize);
        assert_eq!(ids(&catalog, "products", "pk").len(), PRODUCTS as usize);
        assert_eq!(ids(&customers, "customers", "pk").len(), CUSTOMERS as usize);
    }

    #[test]
    fn a_card_has_as_many_plans_as_asked_for() {
        let catalog = catalog(3, 12);
        let plans = catalog["cards"][2]["installments"].as_array().unwrap();
        assert_eq!(plans.len(), 12);
    }
}
