//! Cases of what goes, and of what has to stay.

use chrono::TimeDelta;
use payments_core::card_storage::FlowId;
use payments_core::catalog::Card;
use payments_core::id::{CustomerId, PosId};
use payments_core::ports::{
    AttemptTag, CodeTag, CodeTry, Deleted, Intent, Key, Part, Record, Reference, TryLimits,
};
use payments_core::session::Session;
use payments_store::Store;

use crate::ground::{card, digest, everything, fill, now, session, slug};
use crate::records::{delete, get, of, write};

pub(crate) async fn an_object_that_is_referred_to_is_not_deleted(store: &Store) {
    fill(store).await;
    let cards = vec![of(Part::Cards, 1), of(Part::Cards, 2)];
    assert_eq!(
        delete(store, Part::Banks, Key::Pk(1)).await,
        Deleted::Referred(cards.clone())
    );
    assert_eq!(
        delete(store, Part::CardTypes, Key::Pk(1)).await,
        Deleted::Referred(cards.clone())
    );
    let mut pos_referrers = cards;
    pos_referrers.push(of(Part::PaymentOptions, 1));
    assert_eq!(
        delete(store, Part::Pos, Key::Pk(1)).await,
        Deleted::Referred(pos_referrers)
    );
    assert_eq!(
        delete(store, Part::Products, Key::Pk(1)).await,
        Deleted::Referred(vec![of(Part::Baskets, 9)])
    );
    let session = Reference {
        part: Some(Part::Sessions),
        key: Key::Session(digest("seven")),
    };
    let customers = vec![of(Part::Baskets, 9), session.clone()];
    assert_eq!(
        delete(store, Part::Customers, Key::Pk(7)).await,
        Deleted::Referred(customers)
    );
    let baskets = vec![of(Part::PreOrders, 4), session.clone()];
    assert_eq!(
        delete(store, Part::Baskets, Key::Pk(9)).await,
        Deleted::Referred(baskets)
    );
    assert_eq!(
        delete(store, Part::PreOrders, Key::Pk(4)).await,
        Deleted::Referred(vec![session])
    );
    assert_eq!(
        store.records.export().await.expect("an export").len(),
        everything().len() - 1
    );

    // From the outside in, everything can go.
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
    assert_eq!(store.records.export().await.expect("an export"), []);
}

pub(crate) async fn a_closed_intent_keeps_nobody(store: &Store) {
    fill(store).await;
    let id = FlowId([1; 16]).intent();
    let intent = Intent {
        id: id.clone(),
        customer: CustomerId::new(8).expect("a key"),
        pos: PosId::new(2).expect("a key"),
        created_at: now(),
    };
    store.intents.record(&intent).await.expect("a record");
    let open = vec![Reference {
        part: None,
        key: Key::Slug(slug(&id.0)),
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

pub(crate) async fn expired_sessions_are_tidied_away(store: &Store) {
    fill(store).await;
    let ends_now = Session {
        expires_at: now(),
        ..session("over")
    };
    write(store, [Record::Session(ends_now)]).await;
    store
        .code_tries
        .reserve(
            &CodeTry {
                customer: CustomerId::new(7).expect("a key"),
                day: now().date_naive(),
                code: CodeTag([7; 8]),
                attempt: AttemptTag([7; 8]),
            },
            TryLimits {
                per_code: 5,
                per_day: 5,
            },
        )
        .await
        .expect("a try");
    let tidied = store.tidy(now()).await.expect("tidied");
    assert_eq!((tidied.sessions, tidied.code_tries), (1, 0));
    assert_eq!(
        get(store, Part::Sessions, &Key::Session(digest("over"))).await,
        None
    );
    assert!(
        get(store, Part::Sessions, &Key::Session(digest("seven")))
            .await
            .is_some()
    );
    let later = store
        .tidy(now() + TimeDelta::days(5))
        .await
        .expect("tidied");
    assert_eq!((later.sessions, later.code_tries), (1, 1));
}
