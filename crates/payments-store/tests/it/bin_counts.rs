//! Cases of counts of BINs.

use chrono::{DateTime, Days};
use payments_core::catalog::LeadingDigits;
use payments_store::Store;

use crate::cleanup::clean_up;
use crate::fixture::now;

fn bin(text: &str) -> LeadingDigits {
    LeadingDigits::parse(text).expect("six digits")
}

pub(crate) async fn counts_of_bins_add_up_and_are_deleted_after_a_month(store: &Store) {
    let (today, counts) = (now().date_naive(), &store.bin_counts);
    let yesterday = today - Days::new(1);
    for (day, some) in [
        (yesterday, &[("123456", 2), ("555555", 1)][..]),
        (today, &[("123456", 3)]),
        (today, &[("123456", 1), ("999999", 4)]),
        (today, &[]),
    ] {
        let some: Vec<_> = some
            .iter()
            .map(|(digits, count)| (bin(digits), *count))
            .collect();
        counts.add(day, &some).await.expect("a write");
    }
    let since = async |day, limit| counts.since(day, limit).await.expect("an answer");
    let all = [(bin("123456"), 6), (bin("999999"), 4), (bin("555555"), 1)];
    assert_eq!(since(yesterday, 9).await, all);
    assert_eq!(since(yesterday, 2).await, all[..2]);
    let of_today = [(bin("123456"), 4), (bin("999999"), 4)];
    assert_eq!(since(today, 9).await, of_today);
    let in_a_month = today + Days::new(30);
    let midnight = in_a_month.and_time(chrono::NaiveTime::MIN);
    let midnight = DateTime::from_naive_utc_and_offset(midnight, chrono::Utc);
    clean_up(store, midnight, 0).await;
    assert_eq!(since(yesterday, 9).await, []);
}

pub(crate) async fn concurrent_processes_count_the_same_bins(store: &Store) {
    let day = now().date_naive();
    let bins: Vec<(LeadingDigits, u64)> = (0..2_000)
        .map(|number| (bin(&format!("{number:06}")), 1))
        .collect();
    let add = async || store.bin_counts.add(day, &bins).await;
    for added in [tokio::join!(add(), add()), tokio::join!(add(), add())] {
        assert_eq!(
            (added.0.is_ok(), added.1.is_ok()),
            (true, true),
            "{added:?}"
        );
    }
    let sums = store.bin_counts.since(day, 2).await.expect("an answer");
    assert_eq!(sums, [(bin("000000"), 4), (bin("000001"), 4)]);
}
