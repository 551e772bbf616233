//! Obligations of the day's tries.

use chrono::{NaiveDate, TimeDelta};
use futures_util::future::join_all;

use super::{CROWD, Ground};
use crate::id::CustomerId;
use crate::ports::{AttemptTag, CodeTries, CodeTry, Reservation};

const LIMIT: u32 = 3;

/// A limit holds against a crowd; one code tried by a crowd is one try; a released try is free again; customers and
/// days count apart.
pub async fn code_tries(tries: &dyn CodeTries, ground: &Ground) {
    let (customer, today) = (ground.customer, ground.now.date_naive());
    let of = |customer: CustomerId, day: NaiveDate, number: u8| {
        let attempt = AttemptTag((u64::from(number) + 1).to_be_bytes());
        CodeTry {
            customer,
            day,
            attempt,
        }
    };
    let reserve = async |one: CodeTry| tries.reserve(&one, LIMIT).await.expect("an answer");

    let distinct: Vec<CodeTry> = (0..CROWD)
        .map(|number| of(customer, today, number))
        .collect();
    let answers = join_all(distinct.iter().map(|one| reserve(*one))).await;
    let reserved: Vec<CodeTry> = std::iter::zip(distinct, &answers)
        .filter(|(_, answer)| **answer == Reservation::Reserved)
        .map(|(one, _)| one)
        .collect();
    assert_eq!(
        reserved.len(),
        3,
        "of a crowd exactly the limit is reserved"
    );

    let (first, stranger) = (reserved[0], of(customer, today, CROWD));
    assert_eq!(reserve(stranger).await, Reservation::Exhausted);
    assert_eq!(
        reserve(first).await,
        Reservation::Known,
        "a counted try counts once"
    );
    tries
        .release(&stranger)
        .await
        .expect("a release of nothing");
    assert_eq!(
        reserve(stranger).await,
        Reservation::Exhausted,
        "releasing nothing makes no room"
    );
    tries.release(&first).await.expect("a release");
    assert_eq!(
        reserve(stranger).await,
        Reservation::Reserved,
        "a released try makes room"
    );

    let tomorrow = today + TimeDelta::days(1);
    for (customer, day) in [(ground.other_customer, today), (customer, tomorrow)] {
        let same = of(customer, day, 0);
        let crowd = join_all((0..CROWD).map(|_| reserve(same))).await;
        let reserved = crowd
            .iter()
            .filter(|one| **one == Reservation::Reserved)
            .count();
        let known = crowd
            .iter()
            .filter(|one| **one == Reservation::Known)
            .count();
        assert_eq!(
            (reserved, known),
            (1, usize::from(CROWD) - 1),
            "one code tried by a crowd is one try"
        );
        tries.release(&same).await.expect("a release");
        for number in 0..3 {
            let full = reserve(of(customer, day, number)).await;
            assert_eq!(
                full,
                Reservation::Reserved,
                "customers and days count apart"
            );
        }
        assert_eq!(reserve(of(customer, day, 3)).await, Reservation::Exhausted);
    }
}
