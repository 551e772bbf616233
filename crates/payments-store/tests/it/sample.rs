//! Cases of what is read for the analysis of rules and the comparison of catalogs.

use std::collections::BTreeSet;

use payments_core::money::Currency;
use payments_core::purchase::{Buyer, Context, PurchaseKey};
use payments_core::record::Record;
use payments_core::store_data::{Basket, Customer, Product};
use payments_store::{MAX_DISTINCT, Store};
use serde_json::json;

use crate::fixture::{
    author, basket, change, customer, eventually, fill, pre_order, product, slug,
};
use crate::keyed_purchases::key;

async fn write(store: &Store, records: impl IntoIterator<Item = Record>) {
    let change = change(records);
    let written = store.records.apply(&change, author());
    written.await.expect("a change");
}

async fn recent(store: &Store, context: Context, limit: u32) -> (Vec<i64>, bool) {
    let found = store.sample.recent_keys(context, limit);
    let found = found.await.expect("an answer");
    let keys = found.keys.into_iter().map(PurchaseKey::pk);
    (keys.collect(), found.has_more)
}

pub(crate) async fn the_purchases_that_were_written_last_come_first(store: &Store) {
    fill(store).await;
    write(
        store,
        [Record::Basket(basket(11)), Record::Basket(basket(10))],
    )
    .await;
    write(store, [Record::PreOrder(pre_order(5, 10))]).await;
    // SQLite's clock has milliseconds: what is written within one is ordered by key.
    eventually("a later write is first", async || {
        write(store, [Record::Basket(basket(10))]).await;
        recent(store, Context::Basket, 3).await == (vec![10, 11, 9], false)
    })
    .await;
    assert_eq!(
        recent(store, Context::Basket, 2).await,
        (vec![10, 11], true)
    );
    assert_eq!(recent(store, Context::PreOrder, 9).await.0.len(), 2);
    let sold_out = Product {
        is_active: false,
        ..product(3)
    };
    write(store, [Record::Product(sold_out)]).await;
    assert_eq!(
        recent(store, Context::Product, 9).await,
        (vec![2, 1], false)
    );
}

pub(crate) async fn sampled_purchases_are_those_of_their_owners(store: &Store) {
    fill(store).await;
    let guests = Basket {
        customer: None,
        items: Vec::new(),
        ..basket(10)
    };
    write(store, [Record::Basket(guests)]).await;
    for (context, pks) in [
        (Context::Basket, &[9, 10, 999][..]),
        (Context::PreOrder, &[4, 999]),
        (Context::Product, &[1, 2, 999]),
    ] {
        let sampled = store.sample.purchases(context, pks);
        let mut sampled = sampled.await.expect("an answer");
        sampled.sort_by_key(|one| one.key);
        let mut expected = Vec::new();
        for pk in pks.iter().filter(|pk| **pk != 999) {
            let found = store.purchases.keyed(key(context, *pk), Buyer::Owner);
            expected.push(found.await.expect("an answer").expect("a purchase"));
        }
        assert_eq!(sampled, expected, "{context:?}");
    }
    let none = store.sample.purchases(Context::Basket, &[]);
    assert_eq!(none.await.expect("an answer"), []);
}

pub(crate) async fn the_facts_are_those_of_products_customers_and_recent_purchases(store: &Store) {
    fill(store).await;
    let large = Product {
        attributes: [
            ("size", json!("XL")),
            ("parts", json!([1])),
            ("carat", json!(22)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
        categories: Vec::new(),
        is_active: false,
        ..product(3)
    };
    let staff = Customer {
        segments: vec![slug("staff")],
        is_active: false,
        ..customer(9)
    };
    let paid = Basket {
        state: slug("paid"),
        ..basket(10)
    };
    write(
        store,
        [
            Record::Product(large),
            Record::Customer(staff),
            Record::Basket(paid),
        ],
    )
    .await;
    let facts = store.sample.facts().await;
    assert!(facts.unavailable.is_empty(), "{:?}", facts.unavailable);
    let known = facts.known;
    let categories = known.categories.expect("known").into_iter();
    let categories: Vec<String> = categories.map(|one| one.to_string()).collect();
    assert_eq!(categories, ["jewellery/gold"]);
    let slugs = |names: &[&str]| names.iter().map(|name| slug(name)).collect::<BTreeSet<_>>();
    assert_eq!(known.segments, Some(slugs(&["b2b", "staff", "vip"])));
    assert_eq!(
        known.basket_states,
        Some(slugs(&["awaiting-payment", "open", "paid"]))
    );
    assert_eq!(known.currencies, Some(vec![Currency::TRY]));
    let attributes = known.attributes.expect("known").into_iter();
    let attributes: Vec<(String, Vec<String>)> = attributes
        .map(|(name, values)| (name, values.into_iter().collect()))
        .collect();
    let expected = [
        ("carat", &["14", "22"][..]),
        ("colour", &["gül"]),
        ("parts", &[]),
        ("refurbished", &["false"]),
        ("size", &["XL"]),
    ];
    let expected = expected.map(|(name, values)| {
        let values = values.iter().map(|value| (*value).to_owned());
        (name.to_owned(), values.collect())
    });
    assert_eq!(attributes, expected);
}

pub(crate) async fn a_fact_with_too_many_values_is_not_known(store: &Store) {
    fill(store).await;
    let most = i64::from(MAX_DISTINCT);
    for start in (0..most).step_by(2_000) {
        let products = (start..start + 2_000).map(|number| Product {
            attributes: [("sku".to_owned(), json!(number))].into(),
            ..product(number + 1_000)
        });
        write(store, products.map(Record::Product)).await;
    }
    let known = store.sample.facts().await.known;
    assert_eq!(known.attributes, None);
    assert!(known.categories.is_some());
}
