//! Obligations of quotas.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use super::CROWD;
use crate::ports::{Quota, QuotaAnswer, Quotas};

/// A quota is never exceeded, counts by key, and has room again after its window.
pub async fn quotas(quotas: &dyn Quotas, now: DateTime<Utc>) {
    a_quota_grants_its_limit_and_no_more(quotas, now).await;
    keys_count_apart(quotas, now).await;
    a_crowd_gets_no_more_than_the_limit(quotas, now).await;
    a_window_that_is_over_counts_anew(quotas, now).await;
    what_is_given_back_can_be_taken_again(quotas, now).await;
    nothing_is_given_back_to_a_later_window(quotas, now).await;
}

const TWO_A_MINUTE: Quota = Quota {
    limit: 2,
    window_seconds: 60,
};

async fn take(quotas: &dyn Quotas, key: &str, now: DateTime<Utc>) -> QuotaAnswer {
    let key = format!("contract-quota-{key}");
    quotas
        .take(&key, TWO_A_MINUTE, now)
        .await
        .expect("an answer")
}

async fn a_quota_grants_its_limit_and_no_more(quotas: &dyn Quotas, now: DateTime<Utc>) {
    assert_eq!(take(quotas, "limit", now).await, QuotaAnswer::Granted);
    assert_eq!(take(quotas, "limit", now).await, QuotaAnswer::Granted);
    let QuotaAnswer::Exhausted {
        retry_after_seconds,
    } = take(quotas, "limit", now).await
    else {
        panic!("the third of two must not be granted");
    };
    assert!(
        (1..=60).contains(&retry_after_seconds),
        "within the window: {retry_after_seconds}"
    );
}

async fn keys_count_apart(quotas: &dyn Quotas, now: DateTime<Utc>) {
    for key in ["apart-1", "apart-2"] {
        assert_eq!(take(quotas, key, now).await, QuotaAnswer::Granted);
        assert_eq!(take(quotas, key, now).await, QuotaAnswer::Granted);
    }
}

async fn a_crowd_gets_no_more_than_the_limit(quotas: &dyn Quotas, now: DateTime<Utc>) {
    let answers = join_all((0..CROWD).map(|_| take(quotas, "crowd", now))).await;
    let granted = answers
        .into_iter()
        .filter(|one| *one == QuotaAnswer::Granted)
        .count();
    assert_eq!(granted, 2);
}

async fn a_window_that_is_over_counts_anew(quotas: &dyn Quotas, now: DateTime<Utc>) {
    let earlier = now - TimeDelta::seconds(61);
    for _ in 0..3 {
        take(quotas, "anew", earlier).await;
    }
    // A store that counts by its own clock has not seen the minute pass; it still owes a wait within the window.
    match take(quotas, "anew", now).await {
        QuotaAnswer::Granted => {}
        QuotaAnswer::Exhausted {
            retry_after_seconds,
        } => assert!(retry_after_seconds <= 60),
    }
}

async fn give_back(quotas: &dyn Quotas, key: &str, taken_at: DateTime<Utc>, now: DateTime<Utc>) {
    let key = format!("contract-quota-{key}");
    let given = quotas.give_back(&key, TWO_A_MINUTE, taken_at, now).await;
    given.expect("an answer");
}

async fn what_is_given_back_can_be_taken_again(quotas: &dyn Quotas, now: DateTime<Utc>) {
    give_back(quotas, "back", now, now).await;
    assert_eq!(take(quotas, "back", now).await, QuotaAnswer::Granted);
    // More than was taken: a count is never below zero.
    for _ in 0..3 {
        give_back(quotas, "back", now, now).await;
    }
    let later = now + TimeDelta::seconds(20);
    let answers = join_all((0..CROWD).map(|_| take(quotas, "back", later))).await;
    let granted = answers
        .iter()
        .filter(|one| **one == QuotaAnswer::Granted)
        .count();
    assert_eq!(granted, 2, "what was given back, and no more");
    for answer in answers {
        if let QuotaAnswer::Exhausted {
            retry_after_seconds,
        } = answer
        {
            assert!(
                retry_after_seconds <= 40,
                "the window is no longer than it was: {retry_after_seconds}"
            );
        }
    }
}

async fn nothing_is_given_back_to_a_later_window(quotas: &dyn Quotas, now: DateTime<Utc>) {
    for _ in 0..2 {
        assert_eq!(take(quotas, "later", now).await, QuotaAnswer::Granted);
    }
    let long_before = now - TimeDelta::seconds(61);
    give_back(quotas, "later", long_before, now).await;
    assert!(matches!(
        take(quotas, "later", now).await,
        QuotaAnswer::Exhausted { .. }
    ));
}
