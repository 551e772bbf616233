//! The cached lowest plans of many products.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use payments_core::id::ProductId;
use payments_core::language::Language;

use super::harness::{SETTINGS, Shop, UNKNOWN};
use crate::settings::Listings;

/// The lowest plan of 1.00: twelve installments at 12 %.
const LOWEST: i64 = 10;
/// The same of 2.00.
const LOWEST_OF_TWO: i64 = 19;

#[tokio::test]
async fn all_products_that_are_not_cached_are_read_by_one_query() {
    let shop = Shop::new(SETTINGS).await;
    let products: Vec<i64> = (1..=100).rev().collect();
    let expected: Vec<_> = products.iter().map(|pk| (*pk, LOWEST)).collect();
    assert_eq!((shop.lowest(&products).await, shop.reads()), (expected, 1));
}

#[tokio::test]
async fn cached_products_are_not_read_and_the_others_are_by_one_query() {
    let shop = Shop::new(SETTINGS).await;
    shop.lowest(&[1, 2, 3]).await;
    let page = shop.lowest(&[3, 1]).await;
    assert_eq!((page, shop.reads()), (vec![(3, LOWEST), (1, LOWEST)], 1));
    let page = shop.lowest(&[4, 2, 5]).await;
    let expected = vec![(4, LOWEST), (2, LOWEST), (5, LOWEST)];
    assert_eq!((page, shop.reads()), (expected, 2));
    assert_eq!(shop.cache.hits_and_misses(), (3, 5));
}

#[tokio::test]
async fn concurrent_misses_of_the_same_products_share_one_read() {
    let shop = Shop::new(SETTINGS).await;
    let pages = join_all((0..50).map(|_| shop.lowest(&[1, 2]))).await;
    let expected = vec![(1, LOWEST), (2, LOWEST)];
    assert_eq!((pages, shop.reads()), (vec![expected; 50], 1));
}

#[tokio::test]
async fn an_unknown_product_is_absent_and_not_cached() {
    let shop = Shop::new(SETTINGS).await;
    assert_eq!(shop.lowest(&[UNKNOWN, 1]).await, [(1, LOWEST)]);
    assert_eq!((shop.lowest(&[UNKNOWN]).await, shop.reads()), (vec![], 2));
}

#[tokio::test]
async fn a_write_of_this_process_and_another_catalog_are_in_the_next_page() {
    let shop = Shop::new(SETTINGS).await;
    shop.lowest(&[1]).await;
    shop.set_price(200);
    shop.cache.product_written();
    assert_eq!(shop.lowest(&[1]).await, [(1, LOWEST_OF_TWO)]);
    shop.set_catalog(2).await;
    shop.lowest(&[1]).await;
    assert_eq!(shop.reads(), 3);
}

#[tokio::test]
async fn nothing_is_kept_if_the_settings_say_so() {
    let shop = Shop::new(Listings {
        keep_milliseconds: 0,
        ..SETTINGS
    })
    .await;
    shop.lowest(&[1]).await;
    shop.set_price(200);
    assert_eq!(shop.lowest(&[1]).await, [(1, LOWEST_OF_TWO)]);
}

#[tokio::test]
async fn a_failed_read_fails_the_page_and_is_not_cached() {
    let shop = Shop::new(SETTINGS).await;
    shop.lowest(&[1]).await;
    shop.stock.is_unavailable.store(true, Ordering::SeqCst);
    assert!(shop.lowest_page(&[1, 2]).await.is_err());
    assert_eq!(shop.lowest(&[1]).await, [(1, LOWEST)]);
    shop.stock.is_unavailable.store(false, Ordering::SeqCst);
    assert_eq!(shop.lowest(&[2]).await, [(2, LOWEST)]);
}

#[tokio::test]
async fn products_in_use_are_renewed_by_one_query_and_no_caller_waits() {
    let shop = Shop::new(SETTINGS).await;
    shop.lowest(&[1, 2, 3]).await;
    shop.set_price(200);
    shop.clock.advance(45);
    let page = shop.lowest(&[1, 2, 3]).await;
    shop.settle().await;
    assert_eq!((page[0], shop.reads()), ((1, LOWEST), 2));
    let page = shop.lowest(&[1, 2, 3]).await;
    assert_eq!((page[2], shop.reads()), ((3, LOWEST_OF_TWO), 2));
}

#[tokio::test]
async fn a_page_is_extended_without_a_read_while_no_product_is_written() {
    let shop = Shop::new(SETTINGS).await;
    let before = shop.lowest_page(&[1, 2]).await.unwrap();
    shop.clock.advance(20);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(25);
    let after = shop.lowest_page(&[1, 2]).await.unwrap();
    shop.settle().await;
    assert_eq!(shop.reads(), 1);
    assert!(Arc::ptr_eq(&before, &after), "the encoded page is kept");
}

#[tokio::test]
async fn a_deleted_product_is_absent_after_the_next_renewal() {
    let shop = Shop::new(SETTINGS).await;
    shop.lowest(&[1, 2]).await;
    shop.stock.is_gone.store(true, Ordering::SeqCst);
    shop.clock.advance(45);
    shop.lowest(&[1, 2]).await;
    shop.settle().await;
    assert_eq!(shop.lowest(&[1, 2]).await, []);
}

#[tokio::test]
async fn lowest_plans_and_their_pages_stay_within_the_capacity() {
    let shop = Shop::new(Listings {
        keep_bytes: 40_000,
        ..SETTINGS
    })
    .await;
    for product in 1..=300 {
        shop.lowest(&[product, product + 1]).await;
        assert!(shop.get(product, Language::Tr).await.is_ok());
    }
    shop.cache.entries.run_pending_tasks().await;
    shop.cache.pages.encoded.run_pending_tasks().await;
    let pages = shop.cache.pages.encoded.weighted_size();
    assert!(shop.cache.entries.weighted_size() + pages <= 40_000);
}

#[tokio::test]
async fn pages_of_unknown_products_stay_within_the_capacity_with_their_keys() {
    const KEEP_BYTES: u64 = 400_000;
    let shop = Shop::new(Listings {
        keep_bytes: KEEP_BYTES,
        ..SETTINGS
    })
    .await;
    shop.stock.is_gone.store(true, Ordering::SeqCst);
    for first in 0..1_000 {
        let products: Vec<i64> = (1 + first * 100..=100 + first * 100).collect();
        assert!(shop.lowest(&products).await.is_empty());
    }
    let pages = &shop.cache.pages.encoded;
    pages.run_pending_tasks().await;
    let bytes_of_keys = pages.entry_count() * 100 * size_of::<ProductId>() as u64;
    assert!(bytes_of_keys <= KEEP_BYTES / 4, "{bytes_of_keys}");
    assert!(pages.entry_count() > 0);
}
