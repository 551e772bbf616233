//! Cases of purchases and sessions.

use chrono::TimeDelta;
use futures_util::future::join_all;
use payments_core::id::ProductId;
use payments_core::purchase::{Buyer, Context, Purchase, PurchaseItem};
use payments_core::record::Deleted;
use payments_core::record::{Key, Part, Preconditions, Record};
use payments_core::store_data::SessionOwner;
use payments_core::store_data::{Customer, Session};
use payments_store::Store;

use crate::fixture::{
    author, basket, change, customer, digest, fill, lira, now, pre_order, product, session, slug,
};
use crate::keyed_purchases::key;

fn item(quantity: u32) -> PurchaseItem {
    let product = product(1);
    PurchaseItem {
        quantity,
        categories: product.categories,
        attributes: product.attributes,
    }
}

async fn write(store: &Store, record: Record) {
    store
        .records
        .apply(&change([record]), author())
        .await
        .expect("a change");
}

pub(crate) async fn a_basket_has_every_fact_that_rules_need(store: &Store) {
    fill(store).await;
    let expected = Purchase {
        context: Context::Basket,
        amount: lira(129_990),
        state: Some(slug("open")),
        items: vec![item(1), item(u32::MAX)],
        customer_segments: vec![slug("vip"), slug("b2b")],
    };
    let of_session = store
        .purchases
        .session_basket(&digest("seven"), now())
        .await
        .expect("an answer");
    assert_eq!(of_session.as_ref(), Some(&expected));
    let by_key = store
        .purchases
        .keyed(key(Context::Basket, 9), Buyer::Owner)
        .await
        .expect("an answer");
    assert_eq!(by_key.map(|keyed| keyed.purchase), Some(expected));
    assert_eq!(
        store
            .purchases
            .keyed(key(Context::Basket, 10), Buyer::Owner)
            .await
            .expect("an answer"),
        None
    );
}

pub(crate) async fn a_pre_order_has_its_own_total_and_its_baskets_items(store: &Store) {
    fill(store).await;
    let expected = Purchase {
        context: Context::PreOrder,
        amount: lira(132_990),
        state: Some(slug("awaiting-payment")),
        items: vec![item(1), item(u32::MAX)],
        customer_segments: vec![slug("vip"), slug("b2b")],
    };
    let of_session = store
        .purchases
        .session_pre_order(&digest("seven"), now())
        .await
        .expect("an answer");
    assert_eq!(of_session.as_ref(), Some(&expected));
    let by_key = store
        .purchases
        .keyed(key(Context::PreOrder, 4), Buyer::Owner)
        .await
        .expect("an answer");
    assert_eq!(by_key.map(|keyed| keyed.purchase), Some(expected));
    assert_eq!(
        store
            .purchases
            .keyed(key(Context::PreOrder, 9), Buyer::Owner)
            .await
            .expect("an answer"),
        None
    );
}

pub(crate) async fn a_product_is_bought_once(store: &Store) {
    fill(store).await;
    let pk = ProductId::new(1).expect("a key");
    let expected = Purchase {
        context: Context::Product,
        amount: lira(1_949),
        state: None,
        items: vec![item(1)],
        customer_segments: Vec::new(),
    };
    let found = store.purchases.product(pk).await.expect("an answer");
    let version = store.purchases.products_version().await;
    assert_eq!(found, Some((version.expect("a version"), expected)));
    let mut inactive = product(1);
    inactive.is_active = false;
    write(store, Record::Product(inactive)).await;
    assert_eq!(store.purchases.product(pk).await.expect("an answer"), None);
    let unknown = ProductId::new(i64::MAX).expect("a key");
    assert_eq!(
        store.purchases.product(unknown).await.expect("an answer"),
        None
    );
}

pub(crate) async fn several_products_are_read_as_each_one_is(store: &Store) {
    fill(store).await;
    let mut inactive = product(2);
    inactive.is_active = false;
    let more = (200..300).map(product).chain([inactive]);
    let more = change(more.map(Record::Product));
    store
        .records
        .apply(&more, author())
        .await
        .expect("a change");
    let keys = [1, 2, i64::MAX].into_iter().chain(200..300);
    let keys: Vec<_> = keys.map(|pk| ProductId::new(pk).expect("a key")).collect();
    let found = store.purchases.products(&keys).await.expect("an answer");
    assert_eq!(found.len(), 101);
    for pk in keys {
        let one = store.purchases.product(pk).await.expect("an answer");
        assert_eq!(found.get(&pk), one.as_ref(), "{pk}");
    }
}

pub(crate) async fn only_writes_of_products_increment_their_version(store: &Store) {
    fill(store).await;
    let version = async || {
        let version = store.purchases.products_version().await;
        version.expect("a version")
    };
    let mut seen = vec![version().await];
    let new = (50..53).map(|pk| Record::Product(product(pk)));
    store
        .records
        .apply(&change(new), author())
        .await
        .expect("a change of several");
    seen.push(version().await);
    write(store, Record::Product(product(50))).await;
    seen.push(version().await);
    let deleted = store
        .records
        .delete(Part::Products, &Key::Pk(50), &Preconditions::NONE, author())
        .await;
    assert_eq!(deleted.expect("a deletion"), Deleted::Deleted);
    seen.push(version().await);
    for (at, one) in seen.iter().enumerate() {
        assert!(!seen[..at].contains(one), "{seen:?}");
    }
    write(store, Record::Basket(basket(9))).await;
    write(store, Record::Customer(customer(7))).await;
    let mut of_unknown = basket(9);
    of_unknown.items[0].product = ProductId::new(i64::MAX).expect("a key");
    let dangling = [Record::Product(product(51)), Record::Basket(of_unknown)];
    let refused = store.records.apply(&change(dangling), author()).await;
    assert!(refused.is_err());
    assert_eq!(Some(&version().await), seen.last());
    let read = store.purchases.product(ProductId::new(51).expect("a key"));
    let (of_read, _) = read.await.expect("an answer").expect("a product");
    assert_eq!(Some(&of_read), seen.last());
}

pub(crate) async fn concurrent_callers_each_get_their_purchase(store: &Store) {
    fill(store).await;
    let keys = 100..140_i64;
    let name = |key: i64| format!("caller_{key}");
    let records = keys.clone().flat_map(|key| {
        let mut basket = basket(key);
        basket.total = lira(key);
        basket.items[0].quantity = u32::try_from(key).expect("a quantity");
        let mut pre_order = pre_order(key, key);
        pre_order.total = lira(key * 2);
        let mut session = session(&name(key));
        session.basket = Some(basket.pk);
        session.pre_order = Some(pre_order.pk);
        let mut product = product(key);
        product.price = lira(key * 3);
        [
            Record::Product(product),
            Record::Basket(basket),
            Record::PreOrder(pre_order),
            Record::Session(session),
        ]
    });
    let records = change(records);
    store
        .records
        .apply(&records, author())
        .await
        .expect("a change");
    // Every second caller requests an unknown key, and every key is requested twice.
    let ask = |key: i64| async move {
        let name = digest(&name(key));
        let pk = ProductId::new(key).expect("a key");
        let basket = store.purchases.session_basket(&name, now()).await;
        let pre_order = store.purchases.session_pre_order(&name, now()).await;
        let product = store.purchases.product(pk).await;
        let product = product.map(|found| found.map(|(_, product)| product));
        let what = [basket, pre_order, product].map(|answer| answer.expect("an answer"));
        (key, what)
    };
    let asked = keys
        .clone()
        .chain(keys.clone())
        .flat_map(|key| [key, key + 1_000]);
    for (key, found) in join_all(asked.map(ask)).await {
        let amounts = found
            .each_ref()
            .map(|one| one.as_ref().map(|one| one.amount));
        if !keys.contains(&key) {
            assert_eq!(amounts, [None; 3]);
            continue;
        }
        assert_eq!(
            amounts,
            [key, key * 2, key * 3].map(|minor| Some(lira(minor)))
        );
        let quantity = u32::try_from(key).expect("a quantity");
        for one in found[..2].iter().flatten() {
            assert_eq!(one.items, [item(quantity), item(u32::MAX)]);
        }
    }
}

pub(crate) async fn an_empty_basket_has_no_items(store: &Store) {
    fill(store).await;
    let mut empty = basket(9);
    empty.items.clear();
    write(store, Record::Basket(empty)).await;
    let found = store
        .purchases
        .session_basket(&digest("seven"), now())
        .await
        .expect("an answer");
    assert_eq!(found.expect("the basket").items, []);
}

pub(crate) async fn an_expired_session_has_no_purchase(store: &Store) {
    fill(store).await;
    let end = now() + TimeDelta::hours(1);
    let before = end - TimeDelta::microseconds(1);
    let key = digest("seven");
    assert!(
        store
            .purchases
            .session_basket(&key, before)
            .await
            .expect("an answer")
            .is_some()
    );
    assert!(
        store
            .purchases
            .session_basket(&key, end)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        store
            .purchases
            .session_pre_order(&key, before)
            .await
            .expect("an answer")
            .is_some()
    );
    assert!(
        store
            .purchases
            .session_pre_order(&key, end)
            .await
            .expect("an answer")
            .is_none()
    );
}

pub(crate) async fn a_session_without_a_basket_or_pre_order_has_no_purchase(store: &Store) {
    fill(store).await;
    write(
        store,
        Record::Session(Session {
            basket: None,
            pre_order: None,
            ..session("visitor")
        }),
    )
    .await;
    for key in [digest("visitor"), digest("unknown")] {
        assert_eq!(
            store
                .purchases
                .session_basket(&key, now())
                .await
                .expect("an answer"),
            None
        );
        assert_eq!(
            store
                .purchases
                .session_pre_order(&key, now())
                .await
                .expect("an answer"),
            None
        );
    }
}

pub(crate) async fn an_inactive_customers_segments_do_not_count(store: &Store) {
    fill(store).await;
    write(
        store,
        Record::Customer(Customer {
            is_active: false,
            ..customer(7)
        }),
    )
    .await;
    let of_session = store
        .purchases
        .session_basket(&digest("seven"), now())
        .await
        .expect("an answer");
    assert_eq!(of_session.expect("the basket").customer_segments, []);
    let by_key = store
        .purchases
        .keyed(key(Context::PreOrder, 4), Buyer::Owner)
        .await
        .expect("an answer");
    assert_eq!(
        by_key.expect("the pre-order").purchase.customer_segments,
        []
    );
}

pub(crate) async fn a_session_names_its_customer_until_it_expires(store: &Store) {
    fill(store).await;
    write(
        store,
        Record::Session(Session {
            customer: None,
            ..session("visitor")
        }),
    )
    .await;
    let find = async |name: &str, at| {
        store
            .sessions
            .find(&digest(name), at)
            .await
            .expect("an answer")
    };
    let end = now() + TimeDelta::hours(1);
    assert_eq!(
        find("seven", now()).await,
        Some(SessionOwner {
            customer: Some(customer(7))
        })
    );
    assert_eq!(find("seven", end).await, None);
    assert_eq!(
        find("visitor", now()).await,
        Some(SessionOwner { customer: None })
    );
    assert_eq!(find("unknown", now()).await, None);
    write(
        store,
        Record::Customer(Customer {
            is_active: false,
            ..customer(7)
        }),
    )
    .await;
    assert_eq!(
        find("seven", now()).await,
        Some(SessionOwner { customer: None }),
        "as if not logged in"
    );
}
