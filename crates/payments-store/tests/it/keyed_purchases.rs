//! Cases of purchases that are read for quotes.

use chrono::TimeDelta;
use payments_core::id::CustomerId;
use payments_core::purchase::{Buyer, Context, KeyedPurchase, PurchaseKey};
use payments_core::record::Record;
use payments_core::store_data::{Basket, Customer, Session};
use payments_store::Store;

use crate::fixture::{
    author, basket, change, customer, digest, fill, now, pre_order, session, slug,
};

pub(crate) fn key(context: Context, pk: i64) -> PurchaseKey {
    PurchaseKey::new(context, pk).expect("a key")
}

fn id(pk: i64) -> CustomerId {
    CustomerId::new(pk).expect("a key")
}

async fn write(store: &Store, records: impl IntoIterator<Item = Record>) {
    let change = change(records);
    store
        .records
        .apply(&change, author())
        .await
        .expect("a change");
}

async fn of_session(store: &Store, name: &str, context: Context) -> Option<KeyedPurchase> {
    let session = digest(name);
    let found = store.purchases.keyed_of_session(&session, context, now());
    found.await.expect("an answer")
}

async fn of_key(store: &Store, key: PurchaseKey, buyer: Buyer) -> Option<KeyedPurchase> {
    let found = store.purchases.keyed(key, buyer);
    found.await.expect("an answer")
}

pub(crate) async fn a_sessions_purchase_has_its_key_and_customer(store: &Store) {
    fill(store).await;
    let visitor = Session {
        customer: None,
        ..session("visitor")
    };
    write(store, [Record::Session(visitor)]).await;
    let seven = digest("seven");
    for (context, pk) in [(Context::Basket, 9), (Context::PreOrder, 4)] {
        let found = of_session(store, "seven", context).await.expect("one");
        let listed = match context {
            Context::Basket => store.purchases.session_basket(&seven, now()),
            Context::PreOrder | Context::Product => {
                store.purchases.session_pre_order(&seven, now())
            }
        };
        assert_eq!(
            (found.key, found.customer),
            (key(context, pk), id(7).into())
        );
        assert_eq!(Some(found.purchase), listed.await.expect("an answer"));
        let found = of_session(store, "visitor", context).await.expect("one");
        assert_eq!((found.key, found.customer), (key(context, pk), None));
        assert_eq!(found.purchase.customer_segments, []);
    }
}

pub(crate) async fn a_key_finds_the_purchase_as_its_buyer_sees_it(store: &Store) {
    fill(store).await;
    let vip = Customer {
        segments: vec![slug("staff")],
        ..customer(8)
    };
    let guest_basket = Basket {
        customer: None,
        ..basket(10)
    };
    write(
        store,
        [
            Record::Customer(vip),
            Record::Basket(guest_basket),
            Record::PreOrder(pre_order(5, 10)),
        ],
    )
    .await;
    let owned = [slug("vip"), slug("b2b")];
    let staff = [slug("staff")];
    for (context, owned_pk, guest_pk) in [(Context::Basket, 9, 10), (Context::PreOrder, 4, 5)] {
        let (of_seven, of_guest) = (key(context, owned_pk), key(context, guest_pk));
        for (key, buyer, customer, segments) in [
            (of_seven, Buyer::Owner, Some(id(7)), &owned[..]),
            (of_seven, Buyer::Customer(id(7)), Some(id(7)), &owned[..]),
            (of_seven, Buyer::Unknown, None, &[][..]),
            (of_guest, Buyer::Owner, None, &[][..]),
            (of_guest, Buyer::Unknown, None, &[][..]),
            (of_guest, Buyer::Customer(id(8)), Some(id(8)), &staff[..]),
        ] {
            let found = of_key(store, key, buyer).await.expect("one");
            assert_eq!((found.key, found.customer), (key, customer), "{buyer:?}");
            assert_eq!(found.purchase.customer_segments, segments, "{buyer:?}");
            assert_eq!(found.purchase.context, context);
            assert_eq!(found.purchase.items.len(), 2);
        }
    }
    let product = of_key(store, key(Context::Product, 1), Buyer::Owner).await;
    let product = product.expect("one");
    assert_eq!((product.customer, product.purchase.items.len()), (None, 1));
}

pub(crate) async fn a_basket_of_another_customer_is_not_found(store: &Store) {
    fill(store).await;
    let of_eight = Session {
        customer: Some(id(8)),
        ..session("eight")
    };
    write(store, [Record::Session(of_eight)]).await;
    for (context, pk) in [(Context::Basket, 9), (Context::PreOrder, 4)] {
        let found = of_key(store, key(context, pk), Buyer::Customer(id(8))).await;
        assert_eq!(found, None);
        assert_eq!(of_session(store, "eight", context).await, None);
    }
}

pub(crate) async fn a_customer_who_is_not_active_buys_nothing_by_key(store: &Store) {
    fill(store).await;
    let inactive = Customer {
        is_active: false,
        ..customer(7)
    };
    write(store, [Record::Customer(inactive)]).await;
    for (context, pk) in [(Context::Basket, 9), (Context::PreOrder, 4)] {
        let key = key(context, pk);
        for customer in [7, 99] {
            let found = of_key(store, key, Buyer::Customer(id(customer))).await;
            assert_eq!(found, None);
        }
        let found = of_key(store, key, Buyer::Owner).await.expect("one");
        assert_eq!(found.customer, None);
        assert_eq!(found.purchase.customer_segments, []);
        let found = of_session(store, "seven", context).await.expect("one");
        assert_eq!(found.customer, None, "as if not logged in");
    }
}

pub(crate) async fn what_does_not_exist_or_has_expired_is_not_found(store: &Store) {
    fill(store).await;
    for context in [Context::Basket, Context::PreOrder, Context::Product] {
        for buyer in [Buyer::Owner, Buyer::Unknown, Buyer::Customer(id(7))] {
            let found = of_key(store, key(context, i64::MAX), buyer).await;
            assert_eq!(found, None);
        }
        assert_eq!(of_session(store, "unknown", context).await, None);
        let end = now() + TimeDelta::hours(1);
        let seven = digest("seven");
        let late = store.purchases.keyed_of_session(&seven, context, end);
        assert_eq!(late.await.expect("an answer"), None);
    }
    assert_eq!(of_session(store, "seven", Context::Product).await, None);
}
