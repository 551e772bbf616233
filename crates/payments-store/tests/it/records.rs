//! Cases of the management API's port.

use std::collections::BTreeMap;

use payments_core::catalog::{Card, PaymentOption};
use payments_core::id::{BankId, BasketId, CardTypeId, CustomerId, PosId, PreOrderId, ProductId};
use payments_core::money::{Currency, Money};
use payments_core::ports::RecordsError;
use payments_core::record::{Deleted, PartCounts};
use payments_core::record::{Key, Part, Preconditions, Record, Reference};
use payments_core::store_data::{Basket, PreOrder, Product, Session};
use payments_store::Store;

use crate::fixture::{
    author, bank, basket, bin, card, change, customer, everything, export, fill, payment_option,
    plan, pos, pre_order, product, rule, session,
};

pub(crate) fn of(part: Part, pk: i64) -> Reference {
    Reference {
        part,
        key: Key::Pk(pk),
    }
}

pub(crate) async fn get(store: &Store, part: Part, key: &Key) -> Option<Record> {
    store.records.get(part, key).await.expect("an answer")
}

pub(crate) async fn delete(store: &Store, part: Part, key: Key) -> Deleted {
    store
        .records
        .delete(part, &key, &Preconditions::NONE, author())
        .await
        .expect("an answer")
}

pub(crate) async fn write(store: &Store, records: impl IntoIterator<Item = Record>) {
    store
        .records
        .apply(&change(records), author())
        .await
        .expect("a change");
}

pub(crate) async fn what_was_written_is_read_back(store: &Store) {
    let counts = store
        .records
        .apply(&change(everything()), author())
        .await
        .expect("a change");
    let created: Vec<(Part, u64)> = counts
        .iter()
        .map(|count| (count.part, count.created))
        .collect();
    assert_eq!(
        created.iter().map(|(part, _)| *part).collect::<Vec<_>>(),
        Part::ALL
    );
    assert_eq!(created.iter().map(|(_, created)| created).sum::<u64>(), 15);
    assert!(counts.iter().all(|count| count.updated == 0));
    for record in everything() {
        assert_eq!(get(store, record.part(), &record.key()).await, Some(record));
    }
}

pub(crate) async fn an_export_written_back_changes_nothing(store: &Store) {
    fill(store).await;
    let exported = export(store).await;
    assert_eq!(
        exported.len(),
        everything().len() - 1,
        "everything but the session"
    );
    let parts: Vec<Part> = exported.iter().map(Record::part).collect();
    assert!(parts.is_sorted(), "in the order in which it can be written");
    let counts = store
        .records
        .apply(&change(exported.clone()), author())
        .await
        .expect("a change");
    assert!(counts.iter().all(|count| count.created == 0));
    assert!(counts.contains(&PartCounts {
        part: Part::Cards,
        created: 0,
        updated: 2
    }));
    assert_eq!(export(store).await, exported);
}

pub(crate) async fn an_object_is_replaced_with_its_children(store: &Store) {
    fill(store).await;
    let replaced = Card {
        bins: vec![bin("4444")],
        installments: vec![plan(77, 12), plan(13, 9)],
        ..card(1, "axess-card")
    };
    let emptied = Basket {
        customer: None,
        items: Vec::new(),
        ..basket(9)
    };
    let mut without_options = rule("phones");
    without_options.valid_from = None;
    let records = [
        Record::Card(replaced),
        Record::Basket(emptied),
        Record::Rule(without_options),
    ];
    write(store, records.clone()).await;
    for record in records {
        assert_eq!(get(store, record.part(), &record.key()).await, Some(record));
    }
}

pub(crate) async fn every_object_of_a_large_change_is_inserted_or_replaced(store: &Store) {
    let before: Vec<Record> = (1..=1_500).map(product).map(Record::Product).collect();
    write(store, before.clone()).await;
    let changed = |pk| Product {
        name: format!("Changed {pk}"),
        price: Money::new(pk, Currency::EUR),
        categories: Vec::new(),
        attributes: BTreeMap::new(),
        is_active: false,
        ..product(pk)
    };
    let after: Vec<Record> = (500..=2_600).map(changed).map(Record::Product).collect();
    let counts = store.records.apply(&change(after.clone()), author()).await;
    let written = PartCounts {
        part: Part::Products,
        created: 1_100,
        updated: 1_001,
    };
    assert_eq!(counts.expect("a change"), [written]);
    let expected = [&before[..499], &after].concat();
    assert_eq!(export(store).await, expected);
}

pub(crate) async fn plans_and_bins_move_between_cards(store: &Store) {
    fill(store).await;
    let (one, two) = (card(1, "bonus-card"), card(2, "world-card"));
    let swapped = [
        Record::Card(Card {
            bins: two.bins.clone(),
            installments: two.installments.clone(),
            ..one.clone()
        }),
        Record::Card(Card {
            bins: one.bins,
            installments: one.installments,
            ..two
        }),
    ];
    write(store, swapped.clone()).await;
    for record in swapped {
        assert_eq!(get(store, Part::Cards, &record.key()).await, Some(record));
    }
}

pub(crate) async fn slugs_can_be_swapped(store: &Store) {
    fill(store).await;
    write(store, [Record::Bank(bank(2, "akbank"))]).await;
    write(
        store,
        [
            Record::Bank(bank(1, "akbank")),
            Record::Bank(bank(2, "garanti")),
        ],
    )
    .await;
    assert_eq!(
        get(store, Part::Banks, &Key::Pk(1)).await,
        Some(Record::Bank(bank(1, "akbank")))
    );
    assert_eq!(
        get(store, Part::Banks, &Key::Pk(2)).await,
        Some(Record::Bank(bank(2, "garanti")))
    );
    write(
        store,
        [
            Record::Card(card(1, "world-card")),
            Record::Card(card(2, "bonus-card")),
        ],
    )
    .await;
}

pub(crate) async fn dangling_references_are_reported_and_nothing_is_written(store: &Store) {
    fill(store).await;
    let before = export(store).await;
    let orphans = [
        Record::Bank(bank(5, "new")),
        Record::Card(Card {
            bank: BankId::new(91).expect("a key"),
            card_type: CardTypeId::new(92).expect("a key"),
            pos: PosId::new(93).expect("a key"),
            ..card(3, "lost")
        }),
        Record::PaymentOption(PaymentOption {
            pos: PosId::new(94).expect("a key"),
            ..payment_option(3, "lost")
        }),
        Record::Basket(Basket {
            customer: CustomerId::new(95).ok(),
            ..basket(20)
        }),
        Record::PreOrder(pre_order(21, 20)),
        Record::PreOrder(pre_order(22, 96)),
        Record::Session(Session {
            customer: CustomerId::new(97).ok(),
            basket: BasketId::new(98).ok(),
            pre_order: PreOrderId::new(99).ok(),
            ..session("lost")
        }),
    ];
    let refused = store
        .records
        .apply(&change(orphans), author())
        .await
        .expect_err("dangling references");
    let RecordsError::Dangling(dangling) = refused else {
        panic!("dangling, not {refused:?}")
    };
    let expected = [
        (1, of(Part::Banks, 91)),
        (1, of(Part::CardTypes, 92)),
        (1, of(Part::Pos, 93)),
        (2, of(Part::Pos, 94)),
        (3, of(Part::Customers, 95)),
        (5, of(Part::Baskets, 96)),
        (6, of(Part::Customers, 97)),
        (6, of(Part::Baskets, 98)),
        (6, of(Part::PreOrders, 99)),
    ];
    assert_eq!(dangling, expected);
    assert_eq!(export(store).await, before);
}

pub(crate) async fn a_basket_with_an_unknown_product_is_refused(store: &Store) {
    fill(store).await;
    let mut unknown = basket(9);
    unknown.items[1].product = ProductId::new(404).expect("a key");
    let refused = store
        .records
        .apply(&change([Record::Basket(unknown)]), author())
        .await
        .expect_err("a dangling reference");
    assert!(
        matches!(refused, RecordsError::Dangling(dangling) if dangling == [(0, of(Part::Products, 404))])
    );
    assert_eq!(
        get(store, Part::Baskets, &Key::Pk(9)).await,
        Some(Record::Basket(basket(9)))
    );
}

pub(crate) async fn taken_names_are_reported_and_nothing_is_written(store: &Store) {
    fill(store).await;
    let before = export(store).await;
    let apart = |pk: i64, name: &str| card(pk, name);
    let thieves = [
        Record::Bank(bank(2, "garanti")),
        Record::Bank(bank(3, "fine")),
        Record::Bank(bank(4, "fine")),
        Record::Pos(pos(3, "main")),
        Record::PaymentOption(payment_option(2, "credit-card")),
        Record::Card(apart(3, "bonus-card")),
        Record::Card(Card {
            bins: vec![bin("900001")],
            ..apart(4, "with-a-bin-of-card-1")
        }),
        Record::Card(Card {
            installments: vec![plan(23, 2)],
            ..apart(5, "with-a-plan-of-card-2")
        }),
        Record::Card(Card {
            bins: vec![bin("123456")],
            ..apart(6, "with-a-new-bin")
        }),
        Record::Card(Card {
            bins: vec![bin("123456")],
            ..apart(7, "with-the-same-new-bin")
        }),
    ];
    let refused = store
        .records
        .apply(&change(thieves), author())
        .await
        .expect_err("taken names");
    assert!(
        matches!(&refused, RecordsError::Taken(taken) if *taken == [0, 2, 3, 4, 5, 6, 7, 9]),
        "{refused:?}"
    );
    assert_eq!(export(store).await, before);
}

pub(crate) async fn a_duplicate_key_in_a_change_is_reported(store: &Store) {
    let twice = [
        Record::Bank(bank(1, "one")),
        Record::Rule(rule("same")),
        Record::Bank(bank(1, "two")),
        Record::Rule(rule("same")),
    ];
    let refused = store
        .records
        .apply(&change(twice), author())
        .await
        .expect_err("a key twice");
    assert!(
        matches!(&refused, RecordsError::Taken(taken) if *taken == [2, 3]),
        "{refused:?}"
    );
}

pub(crate) async fn concurrent_writers_all_succeed(store: &Store) {
    fill(store).await;
    let writers = (0..16).map(|writer: i64| async move {
        for round in 0..5 {
            let mut mine = basket(100 + writer % 4);
            mine.items
                .truncate(usize::try_from(round % 3).expect("small"));
            let everyones = [
                Record::Basket(mine),
                Record::PreOrder(PreOrder {
                    ..pre_order(200 + writer, 100 + writer % 4)
                }),
                Record::Customer(customer(7)),
                Record::Card(card(1, "bonus-card")),
                Record::Session(session(&format!("writer_{}", writer % 3))),
            ];
            store
                .records
                .apply(&change(everyones), author())
                .await
                .expect("a change");
        }
    });
    futures_util::future::join_all(writers).await;
    assert_eq!(
        store.catalog.version().await.expect("a version").0,
        1 + 16 * 5
    );
}
