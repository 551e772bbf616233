//! Obligations of the store of code tries.

use chrono::{NaiveDate, TimeDelta};
use futures_util::future::join_all;

use crate::id::CustomerId;
use crate::otp::{AttemptTag, CodeTag, CodeTry, Reservation, TryLimits, UsedCode};
use crate::ports::CodeTries;

use super::{CROWD, Fixture, intent_id};

const SUITE: u8 = 0xc3;
const LIMITS: TryLimits = TryLimits {
    per_code: 3,
    per_day: 5,
};

/// The limits per code and per day hold under concurrency. Concurrent tries of one code are one try. A try that other
/// requests rely on is not released. A right code no longer counts, stays known, and can be found again.
pub async fn code_tries(tries: &dyn CodeTries, fixture: &Fixture) {
    let suite = Suite { tries, fixture };
    suite.a_code_has_a_limited_number_of_tries().await;
    suite
        .a_day_has_a_limited_number_of_tries_over_all_codes()
        .await;
    suite.concurrent_tries_of_one_code_are_one_try().await;
    suite.a_released_try_can_be_used_again().await;
    suite.a_try_that_another_call_has_seen_stays().await;
    suite.a_right_code_no_longer_counts_and_stays_known().await;
    suite.a_used_code_is_found_again().await;
    suite.a_codes_tries_carry_over_midnight().await;
}

struct Suite<'a> {
    tries: &'a dyn CodeTries,
    fixture: &'a Fixture,
}

/// An attempt that is unique by its scene and number.
fn attempt(scene: u8, number: u8) -> AttemptTag {
    AttemptTag([SUITE, scene, number, 0, 0, 0, 0, 255])
}

impl Suite<'_> {
    /// Every scene has its own day, long before that of the next scene.
    fn day(&self, scene: u8) -> NaiveDate {
        self.fixture.now.date_naive() + TimeDelta::days(10 * i64::from(scene))
    }

    fn of(&self, customer: CustomerId, scene: u8, code: u8, number: u8) -> CodeTry {
        CodeTry {
            customer,
            day: self.day(scene),
            code: CodeTag([SUITE, scene, code, 0, 0, 0, 0, 1]),
            attempt: attempt(scene, number),
        }
    }

    fn one(&self, scene: u8, code: u8, number: u8) -> CodeTry {
        self.of(self.fixture.customer, scene, code, number)
    }

    async fn reserve(&self, one: CodeTry) -> Reservation {
        self.tries.reserve(&one, LIMITS).await.expect("an answer")
    }

    async fn a_code_has_a_limited_number_of_tries(&self) {
        let calls = (0..CROWD).map(|number| self.reserve(self.one(1, 1, number)));
        let answers = join_all(calls).await;
        let count = |wanted| answers.iter().filter(|one| **one == wanted).count();
        assert_eq!(count(Reservation::Reserved), 3, "the limit is reserved");
        assert_eq!(
            count(Reservation::CodeExhausted),
            usize::from(CROWD) - 3,
            "and no more"
        );
        let first = (0..CROWD)
            .find(|number| answers[usize::from(*number)] == Reservation::Reserved)
            .expect("one that was reserved");
        let again = self.reserve(self.one(1, 1, first)).await;
        assert_eq!(again, Reservation::Known, "a counted try counts once");
        let stranger = self.of(self.fixture.other_customer, 1, 1, 0);
        assert_eq!(
            self.reserve(stranger).await,
            Reservation::Reserved,
            "customers are counted separately"
        );
    }

    async fn a_day_has_a_limited_number_of_tries_over_all_codes(&self) {
        // One code for each try.
        let calls = (0..CROWD).map(|number| self.reserve(self.one(2, number, number)));
        let answers = join_all(calls).await;
        let count = |wanted| answers.iter().filter(|one| **one == wanted).count();
        assert_eq!(count(Reservation::Reserved), 5);
        assert_eq!(count(Reservation::DayExhausted), usize::from(CROWD) - 5);
        let mut next = self.one(2, 200, 200);
        next.day += TimeDelta::days(1);
        assert_eq!(
            self.reserve(next).await,
            Reservation::Reserved,
            "days are counted separately"
        );
    }

    async fn concurrent_tries_of_one_code_are_one_try(&self) {
        let same = self.one(3, 1, 1);
        let answers = join_all((0..CROWD).map(|_| self.reserve(same))).await;
        let count = |wanted| answers.iter().filter(|one| **one == wanted).count();
        assert_eq!(
            (count(Reservation::Reserved), count(Reservation::Known)),
            (1, usize::from(CROWD) - 1)
        );
    }

    async fn fill(&self, scene: u8) {
        for number in 0..3 {
            let filled = self.reserve(self.one(scene, 1, number)).await;
            assert_eq!(filled, Reservation::Reserved);
        }
    }

    async fn release(&self, one: CodeTry) {
        self.tries.release(&one).await.expect("a release");
    }

    async fn a_released_try_can_be_used_again(&self) {
        self.fill(4).await;
        let stranger = self.one(4, 1, 9);
        self.release(stranger).await;
        assert_eq!(
            self.reserve(stranger).await,
            Reservation::CodeExhausted,
            "releasing a missing try changes nothing"
        );
        self.release(self.one(4, 1, 0)).await;
        assert_eq!(
            self.reserve(stranger).await,
            Reservation::Reserved,
            "a released try can be used again"
        );
    }

    async fn a_try_that_another_call_has_seen_stays(&self) {
        self.fill(5).await;
        let met = self.one(5, 1, 0);
        assert_eq!(self.reserve(met).await, Reservation::Known);
        self.release(met).await;
        assert_eq!(
            self.reserve(self.one(5, 1, 9)).await,
            Reservation::CodeExhausted,
            "the other call relies on the count"
        );
        assert_eq!(self.reserve(met).await, Reservation::Known);
    }

    async fn a_right_code_no_longer_counts_and_stays_known(&self) {
        self.fill(6).await;
        let (right, next) = (self.one(6, 1, 0), self.one(6, 1, 9));
        self.tries.mark_right(&right, None).await.expect("a mark");
        assert_eq!(self.reserve(next).await, Reservation::Reserved);
        assert_eq!(
            self.reserve(self.one(6, 1, 10)).await,
            Reservation::CodeExhausted
        );
        self.release(right).await;
        assert_eq!(
            self.reserve(right).await,
            Reservation::Known,
            "also when the tries are used up, and after a release"
        );
        let uncounted = self.one(6, 1, 11);
        self.tries
            .mark_right(&uncounted, None)
            .await
            .expect("a mark of a try that is not there");
        assert_eq!(self.reserve(uncounted).await, Reservation::Known);
    }

    async fn a_used_code_is_found_again(&self) {
        let (now, customer) = (self.fixture.now, self.fixture.customer);
        let day = self.day(7);
        let one = self.one(7, 1, 1);
        let at = day.and_time(now.time()).and_utc();
        let used = UsedCode {
            replay: attempt(7, 77),
            intent: intent_id(SUITE, 7),
            at,
        };
        assert_eq!(self.reserve(one).await, Reservation::Reserved);
        let marked = self.tries.mark_right(&one, Some(used.clone())).await;
        marked.expect("a mark");
        self.tries
            .mark_right(&one, None)
            .await
            .expect("a mark that tells less");
        let since = async |customer, since| {
            let found = self.tries.used(customer, since).await;
            found.expect("the used codes")
        };
        assert_eq!(since(customer, at).await, [used]);
        let end_unrecorded = async |since, until, limit| {
            let ended = self.tries.end_unrecorded(since, until, limit, at).await;
            ended.expect("a count")
        };
        let later = at + TimeDelta::seconds(1);
        assert_eq!(end_unrecorded(at, at, 9).await, 0, "before the end");
        let next_day = later + TimeDelta::days(1);
        assert_eq!(end_unrecorded(later, next_day, 9).await, 0, "since");
        assert_eq!(end_unrecorded(at, later, 0).await, 0, "up to the limit");
        assert_eq!(end_unrecorded(at, later, 9).await, 1, "it has no intent");
        assert_eq!(end_unrecorded(at, later, 9).await, 0, "once");
        assert!(
            since(customer, at + TimeDelta::seconds(1)).await.is_empty(),
            "only young intents"
        );
        let other = since(self.fixture.other_customer, at).await;
        assert!(other.is_empty(), "only the customer's own cards");
        assert_eq!(
            self.reserve(self.one(7, 2, 77)).await,
            Reservation::Known,
            "its replay is no new try"
        );
    }

    async fn a_codes_tries_carry_over_midnight(&self) {
        self.fill(8).await;
        let mut next = self.one(8, 1, 9);
        next.day += TimeDelta::days(1);
        assert_eq!(self.reserve(next).await, Reservation::CodeExhausted);
        let mut same = self.one(8, 1, 0);
        same.day += TimeDelta::days(1);
        assert_eq!(self.reserve(same).await, Reservation::Known);
    }
}
