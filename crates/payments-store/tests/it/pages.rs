//! Cases of reading by page and by key.

use std::collections::BTreeSet;

use async_trait::async_trait;
use payments_core::ports::ExportSink;
use payments_core::record::{COUNTED, Deleted, Filter, Page, PageRequest, PageStart};
use payments_core::record::{Key, Part, Record};
use payments_store::Store;

use crate::fixture::{basket, customer, digest, everything, export, fill, product, slug};
use crate::records::{delete, get, write};

pub(crate) async fn pages_are_ordered_by_key_and_complete(store: &Store) {
    fill(store).await;
    write(
        store,
        (10..=30).rev().map(|pk| Record::Product(product(pk))),
    )
    .await;
    let expected: BTreeSet<Key> = (10..=30).chain([1, 2]).map(Key::Pk).collect();
    let mut seen = Vec::new();
    for number in 1..=4 {
        let page = page(store, Part::Products, PageRequest::number(number, 8)).await;
        assert_eq!(page.count, Some(23));
        assert_eq!(page.has_more, number < 3);
        assert!(page.records.len() <= 8);
        seen.extend(page.records.iter().map(Record::key));
    }
    assert!(seen.is_sorted());
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
    for part in Part::ALL {
        let whole = page(store, part, PageRequest::number(1, 1_000)).await;
        assert_eq!(whole.count, Some(whole.records.len() as u64));
        assert!(!whole.has_more);
        assert!(whole.records.iter().all(|record| record.part() == part));
        let last = page(store, part, PageRequest::number(u32::MAX, 1_000)).await;
        assert_eq!(last.records, []);
        let mut by_key = page(store, part, PageRequest::number(1, 1)).await;
        let mut followed = by_key.records.clone();
        while by_key.has_more {
            let last = by_key.records[0].key();
            by_key = page(store, part, PageRequest::after(last, 1)).await;
            assert_eq!(by_key.count, whole.count);
            followed.append(&mut by_key.records.clone());
        }
        assert_eq!(followed, whole.records, "{part:?} by key");
    }
    let between = PageRequest::after(Key::Pk(9), 1);
    let between = page(store, Part::Products, between).await;
    assert_eq!(between.records[0].key(), Key::Pk(10));
}

pub(crate) async fn a_long_part_is_counted_only_on_request(store: &Store) {
    let most = i64::from(COUNTED);
    let products = |pks: std::ops::RangeInclusive<i64>| pks.map(|pk| Record::Product(product(pk)));
    write(store, products(1..=most)).await;
    let first = PageRequest::number(1, 1);
    let counted = page(store, Part::Products, first.clone()).await;
    assert_eq!(counted.count, Some(10_000));
    write(store, products(most + 1..=most + 1)).await;
    let long = page(store, Part::Products, first.clone()).await;
    assert_eq!(long.count, None);
    assert!(long.has_more);
    let asked = PageRequest {
        count: true,
        ..first
    };
    let asked = page(store, Part::Products, asked).await;
    assert_eq!(asked.count, Some(10_001));
    let last = PageRequest::after(Key::Pk(most), 10);
    let last = page(store, Part::Products, last).await;
    assert_eq!((last.count, last.has_more), (None, false));
    assert_eq!(last.records[0].key(), Key::Pk(most + 1));
    assert_eq!(export(store).await.len(), 10_001);
}

pub(crate) async fn an_export_is_handed_over_in_batches_and_shows_one_moment(store: &Store) {
    write(store, (1..=1_200).map(|pk| Record::Product(product(pk)))).await;
    let mut sink = Interrupted {
        store,
        batches: Vec::new(),
        wanted: usize::MAX,
    };
    store.records.export(&mut sink).await.expect("an export");
    let sizes: Vec<usize> = sink.batches.iter().map(Vec::len).collect();
    assert_eq!(
        sizes,
        [500, 500, 200],
        "the product written since is not in it"
    );
    sink.batches.clear();
    sink.wanted = 1;
    store.records.export(&mut sink).await.expect("an export");
    assert_eq!(
        sink.batches.len(),
        1,
        "a sink that wants no more gets no more"
    );
}

/// Writes while it is handed an export.
struct Interrupted<'s> {
    store: &'s Store,
    batches: Vec<Vec<Record>>,
    wanted: usize,
}

#[async_trait]
impl ExportSink for Interrupted<'_> {
    async fn take(&mut self, batch: Vec<Record>) -> bool {
        write(self.store, [Record::Product(product(5_000))]).await;
        self.batches.push(batch);
        self.batches.len() < self.wanted
    }
}

async fn page(store: &Store, part: Part, request: PageRequest) -> Page {
    store.records.page(part, request).await.expect("a page")
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

pub(crate) async fn a_filter_leaves_the_objects_it_holds_for(store: &Store) {
    fill(store).await;
    let mut inactive = customer(9);
    inactive.is_active = false;
    let records = [Record::Customer(inactive), Record::Basket(basket(10))];
    write(store, records).await;
    let text = |text: &str| text.to_owned();
    for (part, filters, keys) in [
        (Part::Banks, vec![Filter::Slug(text("garanti"))], vec![1]),
        (Part::Banks, vec![Filter::Slug(text("none"))], vec![]),
        (Part::CardTypes, vec![Filter::Slug(text("bonus"))], vec![1]),
        (Part::Pos, vec![Filter::Slug(text("spare"))], vec![2]),
        (Part::Pos, vec![Filter::Gateway(text("none"))], vec![]),
        (Part::Cards, vec![Filter::Bank(1)], vec![1, 2]),
        (
            Part::Cards,
            vec![Filter::Bank(1), Filter::Slug(text("world-card"))],
            vec![2],
        ),
        (
            Part::Cards,
            vec![Filter::CardType(1), Filter::Pos(3)],
            vec![],
        ),
        (
            Part::Cards,
            vec![Filter::CardPaymentType(text("none"))],
            vec![],
        ),
        (
            Part::PaymentOptions,
            vec![
                Filter::Pos(1),
                Filter::IsActive(true),
                Filter::PaymentType(text("credit_card")),
            ],
            vec![1],
        ),
        (Part::Products, vec![Filter::IsActive(false)], vec![]),
        (Part::Customers, vec![Filter::IsActive(false)], vec![9]),
        (Part::Customers, vec![Filter::IsActive(true)], vec![7, 8]),
        (Part::Baskets, vec![Filter::Customer(7)], vec![9, 10]),
        (
            Part::Baskets,
            vec![Filter::Customer(7), Filter::Customer(8)],
            vec![],
        ),
        (Part::Baskets, vec![Filter::Customer(8)], vec![]),
        (Part::PreOrders, vec![Filter::Basket(9)], vec![4]),
        // No field of this part.
        (Part::Banks, vec![Filter::Customer(7)], vec![]),
    ] {
        let asked = |page_size| PageRequest {
            filters: filters.clone(),
            ..PageRequest::number(1, page_size)
        };
        let found = page(store, part, asked(100)).await;
        let expected: Vec<Key> = keys.into_iter().map(Key::Pk).collect();
        let found_keys: Vec<Key> = found.records.iter().map(Record::key).collect();
        assert_eq!(found_keys, expected, "{part:?} {filters:?}");
        assert_eq!(found.count, Some(expected.len() as u64));
        if let [first, second, ..] = &*expected {
            let first_page = page(store, part, asked(1)).await;
            assert!(first_page.has_more);
            let next = PageRequest {
                start: PageStart::After(first.clone()),
                ..asked(1)
            };
            let next = page(store, part, next).await;
            assert_eq!(&next.records[0].key(), second);
        }
    }
    let of_seven = PageRequest {
        filters: vec![Filter::Customer(7), Filter::Basket(9), Filter::PreOrder(4)],
        ..PageRequest::number(1, 10)
    };
    let sessions = page(store, Part::Sessions, of_seven).await;
    assert_eq!(sessions.records.len(), 1);
}
