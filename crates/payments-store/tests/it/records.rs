//! Cases of the management API's port.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use payments_core::basket::Basket;
use payments_core::card_storage::FlowId;
use payments_core::catalog::{Card, PaymentOption};
use payments_core::id::{BankId, BasketId, CardTypeId, CustomerId, PosId, PreOrderId, ProductId};
use payments_core::ports::{
    AttemptTag, CodeTry, Deleted, Intent, Key, PageRequest, Part, PartCounts, Record, RecordsError,
    Reference,
};
use payments_core::pre_order::PreOrder;
use payments_core::session::Session;
use payments_store::Store;

use crate::ground::{
    bank, basket, bin, card, change, customer, digest, everything, fill, now, payment_option, plan,
    pos, pre_order, product, rule, session, slug,
};

fn of(part: Part, pk: i64) -> Reference {
    Reference {
        part: Some(part),
        key: Key::Pk(pk),
    }
}

async fn get(store: &Store, part: Part, key: &Key) -> Option<Record> {
    store.records.get(part, key).await.expect("an answer")
}

async fn delete(store: &Store, part: Part, key: Key) -> Deleted {
    store.records.delete(part, &key).await.expect("an answer")
}

async fn write(store: &Store, records: impl IntoIterator<Item = Record>) {
    store
        .records
        .apply(&change(records))
        .await
        .expect("a change");
}

pub(crate) async fn what_was_written_is_read_back(store: &Store) {
    let counts = store
        .records
        .apply(&change(everything()))
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

pub(crate) async fn an_export_written_again_changes_nothing(store: &Store) {
    fill(store).await;
    let exported = store.records.export().await.expect("an export");
    assert_eq!(
        exported.len(),
        everything().len() - 1,
        "everything but the session"
    );
    let parts: Vec<Part> = exported.iter().map(Record::part).collect();
    assert!(parts.is_sorted(), "in the order in which it can be written");
    let counts = store
        .records
        .apply(&change(exported.clone()))
        .await
        .expect("a change");
    assert!(counts.iter().all(|count| count.created == 0));
    assert!(counts.contains(&PartCounts {
        part: Part::Cards,
        created: 0,
        updated: 2
    }));
    assert_eq!(store.records.export().await.expect("an export"), exported);
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
    let before = store.records.export().await.expect("an export");
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
        .apply(&change(orphans))
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
    assert_eq!(store.records.export().await.expect("an export"), before);
}

pub(crate) async fn a_basket_with_an_unknown_product_is_refused(store: &Store) {
    fill(store).await;
    let mut unknown = basket(9);
    unknown.items[1].product = ProductId::new(404).expect("a key");
    let refused = store
        .records
        .apply(&change([Record::Basket(unknown)]))
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
    let before = store.records.export().await.expect("an export");
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
        .apply(&change(thieves))
        .await
        .expect_err("taken names");
    assert!(
        matches!(&refused, RecordsError::Taken(taken) if *taken == [0, 2, 3, 4, 5, 6, 7, 9]),
        "{refused:?}"
    );
    assert_eq!(store.records.export().await.expect("an export"), before);
}

pub(crate) async fn a_key_that_stands_twice_in_a_change_is_reported(store: &Store) {
    let twice = [
        Record::Bank(bank(1, "one")),
        Record::Rule(rule("same")),
        Record::Bank(bank(1, "two")),
        Record::Rule(rule("same")),
    ];
    let refused = store
        .records
        .apply(&change(twice))
        .await
        .expect_err("a key twice");
    assert!(
        matches!(&refused, RecordsError::Taken(taken) if *taken == [2, 3]),
        "{refused:?}"
    );
}

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

pub(crate) async fn pages_are_ordered_by_key_and_complete(store: &Store) {
    fill(store).await;
    write(
        store,
        (10..=30).rev().map(|pk| Record::Product(product(pk))),
    )
    .await;
    let mut seen = Vec::new();
    for page in 1..=4 {
        let request = PageRequest { page, page_size: 8 };
        let page = store
            .records
            .page(Part::Products, request)
            .await
            .expect("a page");
        assert_eq!(page.count, 23);
        assert!(page.records.len() <= 8);
        seen.extend(page.records.iter().map(Record::key));
    }
    let expected: BTreeSet<Key> = (10..=30).chain([1, 2]).map(Key::Pk).collect();
    assert!(seen.is_sorted());
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
    for part in Part::ALL {
        let request = PageRequest {
            page: 1,
            page_size: 1_000,
        };
        let page = store.records.page(part, request).await.expect("a page");
        assert_eq!(page.count, page.records.len() as u64);
        assert!(page.records.iter().all(|record| record.part() == part));
        let last = PageRequest {
            page: u32::MAX,
            page_size: 1_000,
        };
        assert_eq!(
            store
                .records
                .page(part, last)
                .await
                .expect("a page")
                .records,
            []
        );
    }
}

pub(crate) async fn keys_of_the_wrong_kind_find_nothing(store: &Store) {
    fill(store).await;
    let keys = [
        Key::Pk(1),
        Key::Slug(slug("phones")),
        Key::Session(digest("seven")),
    ];
    for part in Part::ALL {
        let own = everything()
            .into_iter()
            .find(|record| record.part() == part)
            .expect("one of every part")
            .key();
        for key in keys
            .iter()
            .filter(|key| std::mem::discriminant(*key) != std::mem::discriminant(&own))
        {
            assert_eq!(get(store, part, key).await, None);
            assert_eq!(delete(store, part, key.clone()).await, Deleted::NotFound);
        }
    }
}

pub(crate) async fn writers_at_once_all_succeed(store: &Store) {
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
                .apply(&change(everyones))
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
                attempt: AttemptTag([7; 8]),
            },
            5,
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
