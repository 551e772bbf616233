//! Objects to build tests on.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::audit::Author;
use payments_core::catalog::{
    Bank, Bin, Card, CardType, InstallmentCount, PaymentOption, PaymentType, Plan, Pos,
};
use payments_core::id::{
    BankId, BasketId, CardId, CardTypeId, CustomerId, PaymentOptionId, PlanId, PosId, PreOrderId,
    ProductId,
};
use payments_core::language::Language;
use payments_core::money::{Currency, Money, Rate};
use payments_core::phone::ProfilePhone;
use payments_core::ports::ExportSink;
use payments_core::record::{Change, Record};
use payments_core::rules::{Condition, Effect, Rule};
use payments_core::session::{SessionDigest, SessionId};
use payments_core::slug::Slug;
use payments_core::store_data::{
    Basket, BasketItem, CategoryPath, Customer, PreOrder, Product, Session,
};
use payments_core::testkit::contract::Fixture;
use payments_store::{Store, StoreSettings};
use serde_json::json;

/// The current time of every test.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 123_456_000).expect("an instant")
}

/// The settings of a store that waits as long as its test does: on a busy machine, a connection and a lock take longer
/// than the defaults allow.
pub(crate) fn patient(url: String) -> StoreSettings {
    StoreSettings {
        wait_timeout: PATIENCE,
        statement_timeout: PATIENCE,
        ..StoreSettings::new(url)
    }
}

/// The author of every write.
pub(crate) fn author() -> &'static Author {
    static AUTHOR: LazyLock<Author> = LazyLock::new(|| Author {
        principal: "back office".to_owned(),
        request_id: Some("request-1".to_owned()),
        at: now(),
    });
    &AUTHOR
}

pub(crate) fn slug(text: &str) -> Slug {
    Slug::parse(text).expect("a slug")
}

pub(crate) fn lira(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

pub(crate) fn bank(pk: i64, name: &str) -> Bank {
    let pk = BankId::new(pk).expect("a key");
    Bank {
        logo_path: Some(format!("logos/{name}.svg")),
        ..Bank::new(pk, format!("{name} Bankası"), slug(name))
    }
}

pub(crate) fn card_type(pk: i64, name: &str) -> CardType {
    CardType {
        logo: Some(format!("https://shop.example/{name}.png")),
        ..CardType::new(CardTypeId::new(pk).expect("a key"), name, slug(name))
    }
}

pub(crate) fn pos(pk: i64, name: &str) -> Pos {
    let config = json!({"secret": "env:SECRET", "nested": {"list": [1, 2.5, null, true]}});
    let pk = PosId::new(pk).expect("a key");
    Pos {
        config: config.as_object().expect("an object").clone(),
        ..Pos::new(pk, name, slug(name), slug("sandbox"))
    }
}

pub(crate) fn plan(pk: i64, count: u8) -> Plan {
    let label = BTreeMap::from([
        (Language::Tr, format!("{count} Taksit")),
        (Language::Ar, "دفعة".to_owned()),
    ]);
    let pk = PlanId::new(pk).expect("a key");
    let count = InstallmentCount::new(count).expect("a count");
    let rate = Rate::from_ten_thousandths(12_345).expect("a rate");
    Plan {
        label,
        ..Plan::new(pk, count, rate)
    }
}

/// A card of bank, card type and point of sale 1, with two BINs and two plans of its own.
pub(crate) fn card(pk: i64, name: &str) -> Card {
    Card {
        sort_order: -5,
        bins: vec![bin(&format!("9{pk:05}")), bin(&format!("1{pk:05}"))],
        installments: vec![plan(pk * 10 + 3, 3), plan(pk * 10 + 1, 1)],
        ..Card::new(
            CardId::new(pk).expect("a key"),
            name,
            slug(name),
            BankId::new(1).expect("a key"),
            CardTypeId::new(1).expect("a key"),
            PosId::new(1).expect("a key"),
        )
    }
}

pub(crate) fn bin(digits: &str) -> Bin {
    Bin::parse(digits).expect("a BIN")
}

pub(crate) fn payment_option(pk: i64, name: &str) -> PaymentOption {
    let pk = PaymentOptionId::new(pk).expect("a key");
    let pos = PosId::new(1).expect("a key");
    PaymentOption {
        sort_order: i64::MAX,
        ..PaymentOption::new(pk, name, slug(name), PaymentType::CreditCard, pos)
    }
}

pub(crate) fn rule(name: &str) -> Rule {
    let when =
        json!({"category": ["electronics/phones"], "amount": {"min": "0.01", "currency": "TRY"}});
    let when = Condition::from_json(&when).expect("a condition");
    let then = Effect::from_json(&json!({"cap_installments": 3})).expect("an effect");
    Rule {
        valid_from: Some(now()),
        ..Rule::new(slug(name), "Telefon: en çok 3 taksit", when, then)
    }
}

pub(crate) fn product(pk: i64) -> Product {
    let pk = ProductId::new(pk).expect("a key");
    Product {
        categories: vec![CategoryPath::parse("jewellery/gold").expect("a path")],
        attributes: BTreeMap::from([
            ("carat".to_owned(), json!(14)),
            ("refurbished".to_owned(), json!(false)),
            ("colour".to_owned(), json!("gül")),
        ]),
        ..Product::new(pk, "Gül \"küpe\" 💍", lira(1_949))
    }
}

pub(crate) fn customer(pk: i64) -> Customer {
    Customer {
        phone_number: Some(ProfilePhone::parse("05551234567").expect("a phone")),
        segments: vec![slug("vip"), slug("b2b")],
        ..Customer::new(CustomerId::new(pk).expect("a key"))
    }
}

/// A basket of customer 7 with products 1 and 2.
pub(crate) fn basket(pk: i64) -> Basket {
    let item = |product, quantity| BasketItem {
        product: ProductId::new(product).expect("a key"),
        quantity,
        price: lira(64_995),
    };
    Basket {
        customer: CustomerId::new(7).ok(),
        items: vec![item(2, 1), item(1, u32::MAX)],
        ..Basket::new(BasketId::new(pk).expect("a key"), lira(129_990))
    }
}

pub(crate) fn pre_order(pk: i64, basket: i64) -> PreOrder {
    let pk = PreOrderId::new(pk).expect("a key");
    let basket = BasketId::new(basket).expect("a key");
    PreOrder {
        state: slug("awaiting-payment"),
        ..PreOrder::new(pk, basket, lira(132_990))
    }
}

pub(crate) fn digest(name: &str) -> SessionDigest {
    SessionId::parse(&format!("{name:_<22}"))
        .expect("a session id")
        .digest()
}

/// A session of customer 7 with basket 9 and pre-order 4, valid for an hour.
pub(crate) fn session(name: &str) -> Session {
    Session {
        customer: CustomerId::new(7).ok(),
        basket: BasketId::new(9).ok(),
        pre_order: PreOrderId::new(4).ok(),
        ..Session::new(digest(name), now() + TimeDelta::hours(1))
    }
}

/// A whole store: an object of every part.
pub(crate) fn everything() -> Vec<Record> {
    vec![
        Record::Session(session("seven")),
        Record::PreOrder(pre_order(4, 9)),
        Record::Basket(basket(9)),
        Record::Customer(customer(7)),
        Record::Customer(customer(8)),
        Record::Product(product(1)),
        Record::Product(product(2)),
        Record::Rule(rule("phones")),
        Record::PaymentOption(payment_option(1, "credit-card")),
        Record::Card(card(1, "bonus-card")),
        Record::Card(card(2, "world-card")),
        Record::Pos(pos(1, "main")),
        Record::Pos(pos(2, "spare")),
        Record::CardType(card_type(1, "bonus")),
        Record::Bank(bank(1, "garanti")),
    ]
}

pub(crate) fn change(records: impl IntoIterator<Item = Record>) -> Change {
    Change {
        upserts: records.into_iter().collect(),
        ..Change::default()
    }
}

/// Writes an object of every part into a store.
pub(crate) async fn fill(store: &Store) {
    store
        .records
        .apply(&change(everything()), author())
        .await
        .expect("a change");
}

/// The objects that the ports' suites need, in a filled store.
pub(crate) fn contract_ground() -> Fixture {
    Fixture {
        customer: CustomerId::new(7).expect("a key"),
        other_customer: CustomerId::new(8).expect("a key"),
        pos: PosId::new(1).expect("a key"),
        other_pos: PosId::new(2).expect("a key"),
        now: now(),
    }
}

/// Everything that a store exports.
pub(crate) async fn export(store: &Store) -> Vec<Record> {
    let mut gathered = Gathered(Vec::new());
    store
        .records
        .export(&mut gathered)
        .await
        .expect("an export");
    gathered.0
}

struct Gathered(Vec<Record>);

#[async_trait]
impl ExportSink for Gathered {
    async fn take(&mut self, mut batch: Vec<Record>) -> bool {
        self.0.append(&mut batch);
        true
    }
}

/// How long a test waits for what must happen: on a machine that is busy with something else, too.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Polls a condition until it holds; panics after a long time.
pub(crate) async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    within(what, PATIENCE, holds).await;
}

/// Polls a condition until it holds; panics after `limit`.
pub(crate) async fn within(what: &str, limit: Duration, holds: impl AsyncFn() -> bool) {
    let polling = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let held = tokio::time::timeout(limit, polling).await;
    assert!(held.is_ok(), "not within {limit:?}: {what}");
}
