//! The guarantees of the cache.

mod harness;
mod lowest;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use payments_core::language::Language;

use super::NotListed;
use crate::settings::Listings;
use harness::{SETTINGS, Shop};

#[tokio::test]
async fn concurrent_misses_of_a_listing_share_one_read() {
    let shop = Shop::new(SETTINGS).await;
    let shown = join_all((0..50).map(|_| shop.shown())).await;
    assert_eq!((shown, shop.reads()), (vec![100; 50], 1));
}

#[tokio::test]
async fn another_language_another_catalog_and_a_write_are_other_entries() {
    let shop = Shop::new(SETTINGS).await;
    for (language, catalog, reads) in [
        (Language::Tr, 1, 1),
        (Language::En, 1, 2),
        (Language::Tr, 2, 3),
        (Language::Tr, 1, 3),
    ] {
        shop.set_catalog(catalog).await;
        assert!(shop.get(1, language).await.is_ok());
        assert_eq!(shop.reads(), reads);
    }
    shop.cache.product_written();
    shop.shown().await;
    assert_eq!(shop.reads(), 4);
}

#[tokio::test]
async fn a_listing_that_took_its_whole_lifetime_to_load_is_not_cached() {
    let shop = Shop::new(SETTINGS).await;
    shop.stock.read_seconds.store(60, Ordering::SeqCst);
    shop.shown().await;
    shop.shown().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn nothing_is_cached_if_the_settings_say_so() {
    let shop = Shop::new(Listings {
        keep_milliseconds: 0,
        ..SETTINGS
    })
    .await;
    shop.shown().await;
    shop.shown().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn a_failed_read_fails_every_waiting_caller_and_is_not_cached() {
    let shop = Shop::new(SETTINGS).await;
    shop.stock.is_unavailable.store(true, Ordering::SeqCst);
    let calls = (0..50).map(|_| shop.get(1, Language::Tr));
    assert!(join_all(calls).await.iter().all(Result::is_err));
    assert_eq!(shop.reads(), 1);
    shop.stock.is_unavailable.store(false, Ordering::SeqCst);
    assert_eq!(shop.shown().await, 100);
}

#[tokio::test]
async fn a_listing_in_use_is_renewed_before_it_expires_and_no_caller_waits() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.set_price(200);
    shop.clock.advance(29);
    assert_eq!((shop.shown().await, shop.reads()), (100, 1));
    shop.clock.advance(16);
    // All of these still get the cached one; only one of them renews it.
    let shown = join_all((0..50).map(|_| shop.shown())).await;
    shop.settle().await;
    assert_eq!((shown, shop.reads()), (vec![100; 50], 2));
    assert_eq!((shop.shown().await, shop.reads()), (200, 2));
}

#[tokio::test]
async fn a_listing_is_extended_without_a_read_while_no_product_is_written() {
    let shop = Shop::new(SETTINGS).await;
    let before = shop.get(1, Language::Tr).await.unwrap();
    shop.clock.advance(20);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(25);
    shop.shown().await;
    let after = shop.get(1, Language::Tr).await.unwrap();
    assert!(!Arc::ptr_eq(&before, &after));
    assert!(Arc::ptr_eq(&before.listing, &after.listing));
    assert_eq!(
        after.basis.seen_at,
        DateTime::UNIX_EPOCH + TimeDelta::seconds(20)
    );
    shop.settle().await;
    assert_eq!(shop.reads(), 1);
}

#[tokio::test]
async fn an_uncounted_write_is_listed_after_thirty_lifetimes() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.stock.price.store(200, Ordering::SeqCst);
    for minutes in 1..=31 {
        shop.clock.advance(30);
        shop.cache.loader.poll_version().await;
        shop.clock.advance(30);
        shop.shown().await;
        shop.settle().await;
        assert_eq!(shop.reads(), if minutes < 31 { 1 } else { 2 }, "{minutes}");
    }
    assert_eq!(shop.shown().await, 200);
}

#[tokio::test(start_paused = true)]
async fn the_version_is_polled_only_while_listings_are_requested() {
    let shop = Shop::new(SETTINGS).await;
    assert_eq!(shop.polls().await, 0);
    shop.shown().await;
    shop.clock.advance(20);
    assert_eq!(shop.polls().await, 1);
    assert_eq!(shop.polls().await, 0);
    shop.clock.advance(25);
    shop.shown().await;
    shop.settle().await;
    assert_eq!(shop.reads(), 1);
}

#[tokio::test]
async fn a_product_written_by_another_process_is_read_again() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.set_price(200);
    shop.clock.advance(20);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(25);
    shop.shown().await;
    shop.settle().await;
    assert_eq!((shop.shown().await, shop.reads()), (200, 2));
}

#[tokio::test]
async fn a_version_polled_before_a_read_does_not_extend_the_listing() {
    let shop = Shop::new(SETTINGS).await;
    shop.cache.loader.poll_version().await;
    shop.clock.advance(1);
    shop.shown().await;
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    assert_eq!(shop.reads(), 2);
}

#[tokio::test]
async fn a_listing_expires_when_its_rules_change_it() {
    let shop = Shop::closing(SETTINGS, Some(70)).await;
    shop.clock.advance(20);
    let early = shop.get(1, Language::Tr).await.unwrap();
    assert_eq!(early.fresh_for, Duration::from_secs(50));
    shop.clock.advance(30);
    shop.cache.loader.poll_version().await;
    shop.clock.advance(15);
    shop.shown().await;
    let extended = shop.get(1, Language::Tr).await.unwrap();
    assert_eq!(extended.fresh_for, Duration::from_secs(5));
    shop.clock.advance(5);
    assert_eq!(shop.amount(2).await, None);
}

#[tokio::test]
async fn an_unchanged_listing_keeps_its_encoded_bodies() {
    let shop = Shop::new(SETTINGS).await;
    let before = shop.get(1, Language::Tr).await.unwrap();
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    let after = shop.get(1, Language::Tr).await.unwrap();
    assert_eq!(shop.reads(), 2);
    assert!(!Arc::ptr_eq(&before, &after));
    assert!(Arc::ptr_eq(&before.listing, &after.listing));
}

#[tokio::test]
async fn a_deleted_product_is_not_listed_after_the_next_renewal() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.stock.is_gone.store(true, Ordering::SeqCst);
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    let listed = shop.get(1, Language::Tr).await;
    assert!(matches!(
        listed.map_err(|reason| matches!(*reason, NotListed::Absent)),
        Err(true)
    ));
}

#[tokio::test]
async fn while_the_database_is_unavailable_a_listing_is_served_until_it_expires() {
    let shop = Shop::new(SETTINGS).await;
    shop.shown().await;
    shop.stock.is_unavailable.store(true, Ordering::SeqCst);
    shop.clock.advance(45);
    shop.shown().await;
    shop.settle().await;
    assert_eq!((shop.shown().await, shop.reads()), (100, 2));
}

#[tokio::test]
async fn the_cache_stays_within_its_capacity() {
    let shop = Shop::new(Listings {
        keep_bytes: 10_000,
        ..SETTINGS
    })
    .await;
    for product in 1..=100 {
        assert!(shop.get(product, Language::Tr).await.is_ok());
    }
    shop.cache.entries.run_pending_tasks().await;
    assert!(shop.cache.entries.weighted_size() <= 10_000);
}
