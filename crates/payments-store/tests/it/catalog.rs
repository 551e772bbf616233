//! Cases of the catalog's source.

use payments_core::catalog::CatalogVersion;
use payments_core::record::Deleted;
use payments_core::record::{Key, Part, Preconditions, Record};
use payments_store::Store;

use crate::fixture::{
    author, bank, card, card_type, change, customer, fill, payment_option, pos, product, rule, slug,
};

pub(crate) async fn a_new_database_has_an_empty_catalog(store: &Store) {
    let (version, parts) = store.catalog.load().await.expect("a catalog");
    assert_eq!(version, CatalogVersion(0));
    assert_eq!(parts, payments_core::catalog::CatalogParts::default());
}

pub(crate) async fn the_whole_catalog_is_loaded_with_its_version(store: &Store) {
    fill(store).await;
    let (version, parts) = store.catalog.load().await.expect("a catalog");
    assert_eq!(version, store.catalog.version().await.expect("a version"));
    assert_eq!(parts.banks, [bank(1, "garanti")]);
    assert_eq!(parts.card_types, [card_type(1, "bonus")]);
    assert_eq!(parts.pos, [pos(1, "main"), pos(2, "spare")]);
    assert_eq!(parts.cards, [card(1, "bonus-card"), card(2, "world-card")]);
    assert_eq!(parts.payment_options, [payment_option(1, "credit-card")]);
    assert_eq!(parts.rules, [rule("phones")]);
}

pub(crate) async fn the_version_counts_up_once_for_each_change_of_the_catalog(store: &Store) {
    let version = async || store.catalog.version().await.expect("a version").0;
    fill(store).await;
    assert_eq!(version().await, 1, "one change, whatever it holds");
    store
        .records
        .apply(
            &change([Record::Product(product(1)), Record::Customer(customer(7))]),
            author(),
        )
        .await
        .expect("a change");
    assert_eq!(
        version().await,
        1,
        "products and customers are no part of the catalog"
    );
    store
        .records
        .apply(&change([Record::Bank(bank(2, "akbank"))]), author())
        .await
        .expect("a change");
    assert_eq!(version().await, 2);
    let key = Key::Slug(slug("phones"));
    assert_eq!(
        store
            .records
            .delete(Part::Rules, &key, &Preconditions::NONE, author())
            .await
            .expect("an answer"),
        Deleted::Deleted
    );
    assert_eq!(version().await, 3);
    assert_eq!(
        store
            .records
            .delete(Part::Rules, &key, &Preconditions::NONE, author())
            .await
            .expect("an answer"),
        Deleted::NotFound
    );
    let missing = change([Record::PaymentOption({
        let mut option = payment_option(2, "other");
        option.pos = payments_core::id::PosId::new(99).expect("a key");
        option
    })]);
    store
        .records
        .apply(&missing, author())
        .await
        .expect_err("a dangling reference");
    assert_eq!(version().await, 3, "what was not written does not count");
}

pub(crate) async fn a_snapshot_taken_while_writing_is_never_half_a_catalog(store: &Store) {
    fill(store).await;
    let write = async {
        for round in 0..20 {
            let names = ["even", "odd"];
            let name = names[round % 2];
            let banks = (1..=10).map(|pk| Record::Bank(bank(pk, &format!("{name}-{pk}"))));
            store
                .records
                .apply(&change(banks), author())
                .await
                .expect("a change");
        }
    };
    let read = async {
        for _ in 0..40 {
            let (_, parts) = store.catalog.load().await.expect("a catalog");
            let odd = parts
                .banks
                .iter()
                .filter(|bank| bank.slug.as_str().starts_with("odd"))
                .count();
            assert!(odd == 0 || odd == 10, "{odd} of 10 banks are of one write");
        }
    };
    futures_util::future::join(write, read).await;
}
