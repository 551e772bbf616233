//! Obligations of the day's tries.

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{CROWD, Ground};
use crate::ports::{CodeTries, Reservation};

const LIMIT: u32 = 3;

/// A limit holds against a crowd; a released try is free again; customers and days count apart.
pub async fn code_tries(tries: &dyn CodeTries, ground: &Ground) {
    let (customer, today) = (ground.customer, ground.now.date_naive());
    let crowd = (0..CROWD).map(|_| tries.reserve(customer, today, LIMIT));
    let answers = join_all(crowd).await;
    let reserved = answers
        .iter()
        .filter(|one| matches!(one, Ok(Reservation::Reserved)))
        .count();
    assert_eq!(reserved, 3, "of a crowd exactly the limit is reserved");

    let again = tries
        .reserve(customer, today, LIMIT)
        .await
        .expect("an answer");
    assert_eq!(again, Reservation::Exhausted);
    tries.release(customer, today).await.expect("a release");
    let freed = tries
        .reserve(customer, today, LIMIT)
        .await
        .expect("an answer");
    assert_eq!(
        freed,
        Reservation::Reserved,
        "a released try can be reserved"
    );

    let tomorrow = today + TimeDelta::days(1);
    for (customer, day) in [(ground.other_customer, today), (customer, tomorrow)] {
        let apart = tries
            .reserve(customer, day, LIMIT)
            .await
            .expect("an answer");
        assert_eq!(
            apart,
            Reservation::Reserved,
            "customers and days count apart"
        );
        tries.release(customer, day).await.expect("a release");
        tries
            .release(customer, day)
            .await
            .expect("a release of nothing");
        for _ in 0..LIMIT {
            let full = tries
                .reserve(customer, day, LIMIT)
                .await
                .expect("an answer");
            assert_eq!(full, Reservation::Reserved);
        }
        let over = tries
            .reserve(customer, day, LIMIT)
            .await
            .expect("an answer");
        assert_eq!(
            over,
            Reservation::Exhausted,
            "releasing nothing makes no room"
        );
    }
}
