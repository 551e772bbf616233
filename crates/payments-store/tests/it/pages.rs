//! Cases of reading by page and by key.

use std::collections::BTreeSet;

use payments_core::ports::{Deleted, Key, PageRequest, Part, Record};
use payments_store::Store;

use crate::ground::{digest, everything, fill, product, slug};
use crate::records::{delete, get, write};

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
