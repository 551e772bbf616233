//! Right requests, which are then changed.

use serde_json::{Value, json};

/// The card number and the CVV in requests. No answer may repeat them.
pub(super) const NUMBER: &str = "5528790000000008";
/// See [`NUMBER`].
pub(super) const CVV: &str = "7391";

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// A visitor without a session.
    Visitor,
    /// A customer with a session and a CSRF token.
    Customer,
    /// The commerce system.
    CommerceSystem,
    /// A program that may read the catalog, and sends what it may not do.
    Reader,
}

/// A right request.
pub(super) struct Template {
    pub(super) sender: Sender,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) query: &'static str,
    pub(super) body: Option<Value>,
}

/// A basket with a product, and a card that can pay for it in installments.
pub(super) fn store() -> Value {
    json!({
        "cards": [{"pk": 1, "name": "Bonus", "slug": "bonus-card", "card_payment_type": "credit", "bank": 1, "card_type": 1,
            "pos": 1, "sort_order": 1, "is_active": true, "bins": ["552879"],
            "installments": [{"pk": 1, "installment_count": 3, "interest_rate": "5", "is_active": true}]}],
        "products": [{"pk": 1, "name": "Coat", "price": "2499.90", "currency": "TRY", "categories": ["clothing/coats"],
            "is_active": true}],
        "baskets": [basket("2499.90")],
    })
}

/// The basket at another price.
pub(super) fn dearer() -> Value {
    json!({"baskets": [basket("2599.90")]})
}

fn basket(total: &str) -> Value {
    let item = json!({"product": 1, "quantity": 1, "price": total});
    json!({"pk": 1, "customer": 1, "state": "open", "currency": "TRY", "total": total, "items": [item]})
}

/// All templates. `quote` is one that the service issued.
pub(super) fn all(quote: &str) -> Vec<Template> {
    let mut all = of_shoppers();
    all.extend(of_the_commerce_system(quote));
    all.extend(of_a_reader(quote));
    all
}

const fn get(sender: Sender, path: &'static str, query: &'static str) -> Template {
    Template {
        sender,
        method: "GET",
        path,
        query,
        body: None,
    }
}

const fn send(sender: Sender, method: &'static str, path: &'static str, body: Value) -> Template {
    Template {
        sender,
        method,
        path,
        query: "",
        body: Some(body),
    }
}

fn of_shoppers() -> Vec<Template> {
    use Sender::{Customer, Visitor};
    vec![
        get(Visitor, "/csrf_token/", ""),
        get(Visitor, "/masterpass-js/", ""),
        get(Visitor, "/payments/cards/product/1/", ""),
        get(Visitor, "/payments/cards/product/1/", "bin=552879"),
        get(Visitor, "/payments/cards/products/", "pk=1,2,3"),
        get(Customer, "/payments/cards/basket/", "bin=55287900"),
        get(Customer, "/payments/cards/pre-order/", "saved_card=1"),
        get(Customer, "/payments/stored-cards/", ""),
        get(Customer, "/payments/stored-cards/flow/", ""),
        get(Customer, "/payments/stored-cards/phone-number/", ""),
        send(Customer, "POST", "/payments/stored-cards/card/", card()),
        send(
            Customer,
            "POST",
            "/payments/stored-cards/phone-number/",
            json!({"phone_number": "05320000001"}),
        ),
        send(
            Customer,
            "POST",
            "/payments/stored-cards/otp/",
            json!({"otp": "123456"}),
        ),
        send(
            Customer,
            "PATCH",
            "/payments/stored-cards/1/",
            json!({"name": "Market"}),
        ),
        send(Customer, "DELETE", "/payments/stored-cards/1/", Value::Null),
        send(
            Customer,
            "POST",
            "/payments/quotes/",
            json!({"basket": true, "card": 1, "installment_count": 3}),
        ),
    ]
}

fn of_the_commerce_system(quote: &str) -> Vec<Template> {
    use Sender::CommerceSystem;
    vec![
        get(
            CommerceSystem,
            "/manage/v1/cards/",
            "page_size=2&search=bonus",
        ),
        get(
            CommerceSystem,
            "/manage/v1/explain/",
            "product=1&bin=552879",
        ),
        get(
            CommerceSystem,
            "/manage/v1/audit/",
            "from=2026-01-01T00:00:00Z",
        ),
        send(CommerceSystem, "POST", "/manage/v1/import/", import()),
        send(
            CommerceSystem,
            "PUT",
            "/manage/v1/banks/2/",
            json!({"name": "Akbank", "slug": "akbank"}),
        ),
        send(
            CommerceSystem,
            "PATCH",
            "/manage/v1/banks/2/",
            json!({"name": "Akbank T.A.Ş."}),
        ),
        send(CommerceSystem, "PUT", "/manage/v1/rules/gold/", rule()),
        send(
            CommerceSystem,
            "POST",
            "/manage/v1/quotes/verify/",
            json!({ "quote": quote }),
        ),
        send(
            CommerceSystem,
            "POST",
            "/manage/v1/saved-cards/1/instrument/",
            instrument(),
        ),
    ]
}

fn of_a_reader(quote: &str) -> Vec<Template> {
    use Sender::Reader;
    vec![
        get(Reader, "/manage/v1/audit/", ""),
        get(Reader, "/manage/v1/export/", ""),
        send(Reader, "POST", "/manage/v1/import/", import()),
        send(
            Reader,
            "POST",
            "/manage/v1/quotes/verify/",
            json!({ "quote": quote }),
        ),
        send(
            Reader,
            "POST",
            "/manage/v1/saved-cards/1/instrument/",
            instrument(),
        ),
    ]
}

fn instrument() -> Value {
    json!({"customer": 1, "order": "order-17"})
}

fn card() -> Value {
    json!({
        "card_holder": "Ayşe Yılmaz", "card_number": NUMBER, "card_month": "12", "card_year": "2039",
        "card_cvv": CVV, "consent": true, "name": "Maaş",
    })
}

fn rule() -> Value {
    json!({
        "name": "Gold", "when": {"category": ["jewellery/gold"]}, "then": {"cap_installments": 1},
        "is_active": true, "valid_from": "2026-01-01T00:00:00Z", "valid_until": null,
    })
}

fn import() -> Value {
    json!({
        "banks": [{"pk": 3, "name": "QNB", "slug": "qnb", "logo": "https://a.example/x.png"}],
        "products": [{"pk": 2, "name": "Ring", "price": "10.00", "currency": "TRY", "categories": ["jewellery/gold"]}],
        "rules": [{"slug": "silver", "name": "Silver", "when": {"not": {"bin": ["552879"]}}, "then": {"replace_rate": "1.25"}}],
    })
}
