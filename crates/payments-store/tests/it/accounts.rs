//! A point of sale is changed while cards are being saved.

use payments_core::catalog::{ACCOUNT, ACCOUNTS, Pos};
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::{Intent, RecordIntent};
use payments_core::ports::RecordsError;
use payments_core::record::{PosPart, Record};
use payments_core::testkit::contract::account;
use payments_store::Store;
use serde_json::json;
use tokio::join;

use crate::fixture::{author, change, fill, now, pos, slug};

fn intent(number: u8) -> Intent {
    Intent::new(
        FlowId([number; 16]).intent(),
        CustomerId::new(7).expect("a key"),
        PosId::new(1).expect("a key"),
        account("main"),
        None,
    )
}

async fn written(store: &Store, pos: Pos) -> Result<(), RecordsError> {
    let written = store
        .records
        .apply(&change([Record::Pos(pos)]), author())
        .await;
    written.map(|_| ())
}

/// The point of sale at another account, without the former one's credentials.
fn moved() -> Pos {
    let mut moved = pos(1, "main");
    moved.config.insert(ACCOUNT.to_owned(), json!("new"));
    moved
}

fn at_another_gateway() -> Pos {
    Pos {
        gateway: slug("stripe"),
        ..pos(1, "main")
    }
}

pub(crate) async fn the_account_of_an_open_intent_is_not_removed(store: &Store) {
    fill(store).await;
    let open = intent(1);
    store.intents.record(&open).await.expect("a record");
    for (pos, part) in [
        (moved(), PosPart::Account(slug("main"))),
        (at_another_gateway(), PosPart::Gateway),
    ] {
        let refused = written(store, pos).await;
        let Err(RecordsError::PosInUse(in_use)) = refused else {
            panic!("refused, not {refused:?}");
        };
        assert_eq!(in_use.len(), 1);
        assert_eq!((in_use[0].0, &in_use[0].1.part), (0, &part));
        assert_eq!(in_use[0].1.referring.len(), 1);
    }
    let mut kept = moved();
    kept.config
        .insert(ACCOUNTS.to_owned(), json!({"main": {"secret": "env:OLD"}}));
    written(store, kept).await.expect("its credentials stay");
    let refused = written(store, moved()).await;
    assert!(matches!(refused, Err(RecordsError::PosInUse(_))));
    let closed = store.intents.refuse(&open.id, None, now()).await;
    closed.expect("a refusal");
    written(store, moved()).await.expect("it has no references");
    written(store, at_another_gateway())
        .await
        .expect("it has no references");
}

pub(crate) async fn of_an_intent_and_a_change_that_removes_its_account_one_wins(store: &Store) {
    fill(store).await;
    let (mut recorded, mut changed) = (0, 0);
    for number in 1..=40 {
        let intent = intent(number);
        let (intent_first, change_first) = (number % 2 == 0, number % 3 == 0);
        let record = async {
            if change_first {
                tokio::task::yield_now().await;
            }
            store.intents.record(&intent).await.expect("an answer")
        };
        let change = async {
            if intent_first {
                tokio::task::yield_now().await;
            }
            written(store, moved()).await
        };
        match join!(record, change) {
            (RecordIntent::Recorded { .. }, Err(RecordsError::PosInUse(_))) => recorded += 1,
            (RecordIntent::AccountChanged, Ok(())) => changed += 1,
            both => panic!("one of them wins, not {both:?}"),
        }
        let closed = store.intents.refuse(&intent.id, None, now()).await;
        closed.expect("a refusal");
        written(store, pos(1, "main")).await.expect("it is back");
    }
    assert_eq!(recorded + changed, 40);
}
