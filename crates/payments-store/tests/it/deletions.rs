//! Cases of what is deleted, and of what must be kept.

use payments_core::catalog::Card;
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::Intent;
use payments_core::record::{Deleted, Referrer};
use payments_core::record::{Key, Part, Record, Reference};
use payments_core::testkit::contract::account;
use payments_store::Store;

use crate::fixture::{card, digest, everything, export, fill, now};
use crate::records::{delete, of, write};

fn object(part: Part, pk: i64) -> Referrer {
    Referrer::Object(of(part, pk))
}

pub(crate) async fn an_object_that_is_referred_to_is_not_deleted(store: &Store) {
    fill(store).await;
    let cards = vec![object(Part::Cards, 1), object(Part::Cards, 2)];
    assert_eq!(
        delete(store, Part::Banks, Key::Pk(1)).await,
        Deleted::Referred(cards.clone())
    );
    assert_eq!(
        delete(store, Part::CardTypes, Key::Pk(1)).await,
        Deleted::Referred(cards.clone())
    );
    let mut pos_referrers = cards;
    pos_referrers.push(object(Part::PaymentOptions, 1));
    assert_eq!(
        delete(store, Part::Pos, Key::Pk(1)).await,
        Deleted::Referred(pos_referrers)
    );
    assert_eq!(
        delete(store, Part::Products, Key::Pk(1)).await,
        Deleted::Referred(vec![object(Part::Baskets, 9)])
    );
    let session = Referrer::Object(Reference {
        part: Part::Sessions,
        key: Key::Session(digest("seven")),
    });
    let customers = vec![object(Part::Baskets, 9), session.clone()];
    assert_eq!(
        delete(store, Part::Customers, Key::Pk(7)).await,
        Deleted::Referred(customers)
    );
    let baskets = vec![object(Part::PreOrders, 4), session.clone()];
    assert_eq!(
        delete(store, Part::Baskets, Key::Pk(9)).await,
        Deleted::Referred(baskets)
    );
    assert_eq!(
        delete(store, Part::PreOrders, Key::Pk(4)).await,
        Deleted::Referred(vec![session])
    );
    assert_eq!(export(store).await.len(), everything().len() - 1);

    // Beginning with the objects that nothing refers to, everything can be deleted.
    for record in everything() {
        assert_eq!(
            delete(store, record.part(), record.key()).await,
            Deleted::Deleted,
            "{record:?}"
        );
        assert_eq!(
            delete(store, record.part(), record.key()).await,
            Deleted::NotFound,
            "{record:?}"
        );
    }
    assert_eq!(export(store).await, []);
}

pub(crate) async fn a_closed_intent_does_not_prevent_a_deletion(store: &Store) {
    fill(store).await;
    let id = FlowId([1; 16]).intent();
    let intent = Intent::new(
        id.clone(),
        CustomerId::new(8).expect("a key"),
        PosId::new(2).expect("a key"),
        account("main"),
        None,
    );
    store.intents.record(&intent).await.expect("a record");
    let open = vec![Referrer::OpenIntent {
        customer: intent.customer,
        intent: id.clone(),
    }];
    assert_eq!(
        delete(store, Part::Customers, Key::Pk(8)).await,
        Deleted::Referred(open.clone())
    );
    assert_eq!(
        delete(store, Part::Pos, Key::Pk(2)).await,
        Deleted::Referred(open)
    );
    store
        .intents
        .refuse(&id, None, now())
        .await
        .expect("a refusal");
    assert_eq!(
        delete(store, Part::Customers, Key::Pk(8)).await,
        Deleted::Deleted
    );
    assert_eq!(delete(store, Part::Pos, Key::Pk(2)).await, Deleted::Deleted);
}

pub(crate) async fn what_belongs_to_an_object_goes_with_it(store: &Store) {
    fill(store).await;
    assert_eq!(
        delete(store, Part::Cards, Key::Pk(1)).await,
        Deleted::Deleted
    );
    // Its BINs and plans are free again.
    write(
        store,
        [Record::Card(Card {
            pk: payments_core::id::CardId::new(9).expect("a key"),
            ..card(1, "bonus-card")
        })],
    )
    .await;
}
