//! Cases of writes with preconditions, and of previews.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use payments_core::import::Etag;
use payments_core::ports::RecordsError;
use payments_core::record::{Change, Key, Part, Preconditions, Record, Tags};
use payments_core::record::{Deleted, Effect};
use payments_core::store_data::Product;
use payments_store::Store;

use crate::fixture::{author, bank, basket, change, everything, export, fill, product};
use crate::records::{get, write};

fn if_match(record: &Record) -> Preconditions {
    Preconditions {
        if_match: Some(Tags::Of(vec![Etag::of(record)])),
        if_none_match: None,
    }
}

fn if_absent() -> Preconditions {
    Preconditions {
        if_match: None,
        if_none_match: Some(Tags::Any),
    }
}

async fn write_if(store: &Store, record: &Record, preconditions: Preconditions) -> bool {
    let change = Change {
        preconditions,
        ..change([record.clone()])
    };
    match store.records.apply(&change, author()).await {
        Ok(_) => true,
        Err(RecordsError::PreconditionFailed) => false,
        Err(error) => panic!("{error}"),
    }
}

fn named(pk: i64, name: &str) -> Record {
    Record::Product(Product {
        name: name.to_owned(),
        ..product(pk)
    })
}

pub(crate) async fn a_write_with_an_old_tag_is_refused(store: &Store) {
    fill(store).await;
    for old in everything() {
        let key = old.key();
        assert!(!write_if(store, &old, if_absent()).await, "{key:?}");
        assert!(write_if(store, &old, if_match(&old)).await, "{key:?}");
        assert_eq!(get(store, old.part(), &key).await.as_ref(), Some(&old));
    }
    let (old, new, late) = (named(1, "Old"), named(1, "New"), named(1, "Late"));
    write(store, [old.clone()]).await;
    assert!(write_if(store, &new, if_match(&old)).await);
    assert!(!write_if(store, &late, if_match(&old)).await);
    assert_eq!(get(store, Part::Products, &Key::Pk(1)).await, Some(new));
    let absent = named(77, "Absent");
    assert!(!write_if(store, &absent, if_match(&absent)).await);
    assert!(write_if(store, &absent, if_absent()).await);
    assert!(!write_if(store, &absent, if_absent()).await);
}

pub(crate) async fn of_concurrent_writers_with_the_same_tag_one_wins(store: &Store) {
    fill(store).await;
    for round in 0..5 {
        let old = get(store, Part::Products, &Key::Pk(1)).await.expect("it");
        let products: Vec<Record> = (0..6)
            .map(|writer| named(1, &format!("{round}-{writer}")))
            .collect();
        let writes = products
            .iter()
            .map(|new| write_if(store, new, if_match(&old)));
        let won = join_all(writes).await;
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
        let winner = won.iter().position(|won| *won).expect("a winner");
        let stored = get(store, Part::Products, &Key::Pk(1)).await;
        assert_eq!(stored.as_ref(), Some(&products[winner]));

        let old = get(store, Part::Banks, &Key::Pk(1)).await.expect("it");
        let banks: Vec<Record> = (0..4)
            .map(|writer| Record::Bank(bank(1, &format!("bank-{round}-{writer}"))))
            .collect();
        let writes = banks.iter().map(|new| write_if(store, new, if_match(&old)));
        let won = join_all(writes).await;
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    }
}

pub(crate) async fn of_concurrent_writers_that_create_an_object_one_wins(store: &Store) {
    fill(store).await;
    for pk in 100..105 {
        let baskets: Vec<Record> = (0..6).map(|_| Record::Basket(basket(pk))).collect();
        let writes = baskets.iter().map(|new| write_if(store, new, if_absent()));
        let won = join_all(writes).await;
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    }
}

pub(crate) async fn a_plain_write_beside_a_conditional_one_is_not_lost(store: &Store) {
    fill(store).await;
    for round in 0..10 {
        let old = get(store, Part::Products, &Key::Pk(1)).await.expect("it");
        let plain = named(1, &format!("plain-{round}"));
        let conditional = named(1, &format!("conditional-{round}"));
        let ((), won) = tokio::join!(
            write(store, [plain.clone()]),
            write_if(store, &conditional, if_match(&old)),
        );
        let stored = get(store, Part::Products, &Key::Pk(1)).await.expect("it");
        // If the conditional write won, it was first: the unconditional one replaced it.
        assert_eq!(stored, plain, "round {round}, conditional won: {won}");
    }
}

pub(crate) async fn a_deletion_with_an_old_tag_is_refused(store: &Store) {
    let (old, new) = (named(50, "Old"), named(50, "New"));
    write(store, [new.clone()]).await;
    let delete = async |preconditions: Preconditions| {
        let key = Key::Pk(50);
        let deleted = store
            .records
            .delete(Part::Products, &key, &preconditions, author());
        deleted.await.expect("an answer")
    };
    assert_eq!(delete(if_match(&old)).await, Deleted::PreconditionFailed);
    assert_eq!(delete(if_absent()).await, Deleted::PreconditionFailed);
    assert!(get(store, Part::Products, &Key::Pk(50)).await.is_some());
    assert_eq!(delete(if_match(&new)).await, Deleted::Deleted);
    assert_eq!(delete(if_match(&new)).await, Deleted::PreconditionFailed);
    assert_eq!(delete(Preconditions::NONE).await, Deleted::NotFound);
}

pub(crate) async fn a_preview_reports_what_a_write_would_do_and_writes_nothing(store: &Store) {
    fill(store).await;
    let before = export(store).await;
    let records = [
        Record::Product(product(1)),
        named(2, "Renamed"),
        named(900, "New"),
        Record::Bank(bank(900, "new-bank")),
    ];
    let effects = store.records.preview(&change(records.clone())).await;
    let expected = [
        Effect::Keeps,
        Effect::Updates,
        Effect::Creates,
        Effect::Creates,
    ];
    assert_eq!(effects.expect("effects"), expected);
    let taken = Record::Bank(bank(901, "garanti"));
    let refused = store.records.preview(&change([taken])).await;
    assert!(
        matches!(refused, Err(RecordsError::Taken(_))),
        "{refused:?}"
    );
    let mut dangling = basket(900);
    dangling.items[0].product = payments_core::id::ProductId::new(999).expect("a key");
    let refused = store
        .records
        .preview(&change([Record::Basket(dangling)]))
        .await;
    assert!(
        matches!(refused, Err(RecordsError::Dangling(_))),
        "{refused:?}"
    );
    assert_eq!(export(store).await, before);
    let counts = store.records.apply(&change(records), author()).await;
    let counts: BTreeMap<Part, (u64, u64)> = counts
        .expect("a change")
        .into_iter()
        .map(|one| (one.part, (one.created, one.updated)))
        .collect();
    assert_eq!(
        counts,
        BTreeMap::from([(Part::Banks, (1, 0)), (Part::Products, (1, 2))])
    );
}
