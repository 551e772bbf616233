//! Obligations of the message limits.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use crate::audit::Author;
use crate::id::CustomerId;
use crate::otp::{AttemptTag, CodeTag, CodeTry};
use crate::phone::DestinationPrefix;
use crate::ports::{CodeTries, Erasure, SmsLimits};
use crate::sms::{SmsAnswer, SmsBreaker, SmsCounter, SmsGrant, SmsLimit, SmsRequest};

use super::{CROWD, Fixture};

const BREAKER: SmsBreaker = SmsBreaker {
    codes: 4,
    least_verified_percent: 50,
    window_seconds: 3_600,
    code_lifetime_seconds: 180,
    pause_seconds: 900,
};

/// No limit grants more messages than it allows. Needs a database without verified customers.
pub async fn sms_limits(
    limits: &dyn SmsLimits,
    tries: &dyn CodeTries,
    erasure: &dyn Erasure,
    fixture: &Fixture,
) {
    let suite = Suite {
        limits,
        tries,
        fixture,
    };
    suite.a_counter_grants_up_to_its_limit().await;
    suite
        .a_message_refused_by_one_counter_counts_against_none()
        .await;
    suite.concurrent_requests_do_not_exceed_the_limit().await;
    suite.an_expired_window_begins_again().await;
    suite.what_is_given_back_can_be_taken_again().await;
    suite.nothing_is_given_back_to_a_later_window().await;
    suite.the_longest_wait_is_reported().await;
    suite.a_prefix_with_few_entered_codes_is_paused().await;
    suite
        .a_verified_customer_is_not_counted_as_unverified(erasure)
        .await;
}

struct Suite<'a> {
    limits: &'a dyn SmsLimits,
    tries: &'a dyn CodeTries,
    fixture: &'a Fixture,
}

fn prefix(text: &str) -> DestinationPrefix {
    DestinationPrefix::parse(text).expect("a prefix")
}

fn code(number: u8) -> CodeTag {
    CodeTag([0xc9, number, 0, 0, 0, 0, 0, 0])
}

fn is_granted(answer: &SmsAnswer) -> bool {
    matches!(answer, SmsAnswer::Granted(_))
}

fn granted(answer: SmsAnswer) -> SmsGrant {
    match answer {
        SmsAnswer::Granted(grant) => grant,
        SmsAnswer::Refused { .. } => panic!("{answer:?}"),
    }
}

impl Suite<'_> {
    fn at(&self, seconds: i64) -> DateTime<Utc> {
        self.fixture.now + TimeDelta::seconds(seconds)
    }

    /// A limit for the minute that begins at `seconds`.
    fn counter(&self, key: &str, most: u32, seconds: i64) -> SmsCounter {
        SmsCounter {
            key: format!("contract-{key}"),
            limit: SmsLimit::Customer,
            most,
            ends_at: self.at(seconds + 60),
            of_unverified: false,
        }
    }

    async fn request(&self, request: SmsRequest) -> SmsAnswer {
        self.limits.take(&request).await.expect("an answer")
    }

    async fn take(&self, counters: &[SmsCounter], seconds: i64) -> SmsAnswer {
        let request = SmsRequest {
            customer: self.fixture.customer,
            prefix: prefix("90500"),
            counters: counters.to_vec(),
            breaker: None,
            now: self.at(seconds),
        };
        self.request(request).await
    }

    async fn take_one(&self, key: &str, most: u32, seconds: i64) -> SmsAnswer {
        self.take(&[self.counter(key, most, seconds)], seconds)
            .await
    }

    async fn used(&self, key: &str, seconds: i64) -> u32 {
        let key = format!("contract-{key}");
        let used = self.limits.used(&[key], self.at(seconds)).await;
        used.expect("a count")[0]
    }

    async fn give_back(&self, grant: &SmsGrant) {
        let given = self.limits.give_back(grant).await;
        given.expect("an answer");
    }

    async fn a_counter_grants_up_to_its_limit(&self) {
        assert_eq!(self.used("limit", 0).await, 0);
        for _ in 0..2 {
            let grant = granted(self.take_one("limit", 2, 0).await);
            assert_eq!(grant.counted, [("contract-limit".to_owned(), self.at(60))]);
        }
        let refused = SmsAnswer::Refused {
            limit: SmsLimit::Customer,
            retry_after_seconds: 50,
        };
        assert_eq!(self.take_one("limit", 2, 10).await, refused);
        assert_eq!(self.used("limit", 10).await, 2);
        assert_eq!(self.used("limit", 60).await, 0, "the window has ended");
        let other = self.take_one("other", 1, 0).await;
        assert!(is_granted(&other), "keys are counted separately");
        assert!(!is_granted(&self.take_one("none", 0, 0).await));
    }

    async fn a_message_refused_by_one_counter_counts_against_none(&self) {
        assert!(is_granted(&self.take_one("full", 1, 0).await));
        let both = [self.counter("free", 1, 0), self.counter("full", 1, 0)];
        for _ in 0..3 {
            assert!(!is_granted(&self.take(&both, 0).await));
        }
        assert_eq!(self.used("free", 0).await, 0);
        assert!(is_granted(&self.take_one("free", 1, 0).await));
    }

    async fn concurrent_requests_do_not_exceed_the_limit(&self) {
        let each = (0..CROWD).map(|number| async move {
            let own = self.counter(&format!("own-{number}"), 1, 0);
            let counters = [own, self.counter("crowd", 5, 0), self.counter("all", 9, 0)];
            self.take(&counters, 0).await
        });
        let answers = join_all(each).await;
        let count = answers.iter().filter(|one| is_granted(one)).count();
        assert_eq!(count, 5);
        assert_eq!(self.used("crowd", 0).await, 5);
        assert_eq!(self.used("all", 0).await, 5, "as many as were granted");
        let mut own = 0;
        for number in 0..CROWD {
            own += self.used(&format!("own-{number}"), 0).await;
        }
        assert_eq!(own, 5);
    }

    async fn an_expired_window_begins_again(&self) {
        assert!(is_granted(&self.take_one("again", 1, 0).await));
        assert!(!is_granted(&self.take_one("again", 1, 59).await));
        assert!(is_granted(&self.take_one("again", 1, 60).await));
        assert_eq!(self.used("again", 60).await, 1);
        assert!(!is_granted(&self.take_one("again", 1, 119).await));
    }

    async fn what_is_given_back_can_be_taken_again(&self) {
        let grant = granted(self.take_one("back", 1, 0).await);
        assert!(!is_granted(&self.take_one("back", 1, 1).await));
        // A repeated give-back never counts below zero.
        for _ in 0..3 {
            self.give_back(&grant).await;
        }
        let each = (0..CROWD).map(|_| self.take_one("back", 1, 20));
        let answers = join_all(each).await;
        assert_eq!(answers.iter().filter(|one| is_granted(one)).count(), 1);
    }

    async fn nothing_is_given_back_to_a_later_window(&self) {
        let grant = granted(self.take_one("later", 1, 0).await);
        assert!(is_granted(&self.take_one("later", 1, 61).await));
        self.give_back(&grant).await;
        assert!(!is_granted(&self.take_one("later", 1, 62).await));
    }

    async fn the_longest_wait_is_reported(&self) {
        let budget = SmsCounter {
            limit: SmsLimit::DailyBudget,
            ends_at: self.at(500),
            ..self.counter("long", 1, 0)
        };
        let counters = [self.counter("short", 1, 0), budget];
        assert!(is_granted(&self.take(&counters, 0).await));
        let refused = SmsAnswer::Refused {
            limit: SmsLimit::DailyBudget,
            retry_after_seconds: 499,
        };
        assert_eq!(self.take(&counters, 1).await, refused);
    }

    /// Requests a message to the prefix, for a customer without limits.
    async fn to_prefix(&self, customer: CustomerId, seconds: i64) -> SmsAnswer {
        let request = SmsRequest {
            customer,
            prefix: prefix("90501"),
            counters: Vec::new(),
            breaker: Some(BREAKER),
            now: self.at(seconds),
        };
        self.request(request).await
    }

    async fn sent(&self, number: u8, to: &str, seconds: i64) {
        let to = prefix(to);
        let noted = self.limits.note_sent(code(number), &to, self.at(seconds));
        noted.await.expect("a note");
    }

    async fn verified(&self, customer: CustomerId, number: u8) {
        let one = CodeTry {
            customer,
            day: self.fixture.now.date_naive() + TimeDelta::days(500),
            code: code(number),
            attempt: AttemptTag([0xc9, number, 1, 0, 0, 0, 0, 0]),
        };
        let marked = self.tries.mark_right(&one, None).await;
        marked.expect("a mark");
    }

    async fn a_prefix_with_few_entered_codes_is_paused(&self) {
        let (mine, other) = (self.fixture.customer, self.fixture.other_customer);
        for number in 0..4 {
            assert!(is_granted(&self.to_prefix(mine, 0).await));
            self.sent(number, "90501", i64::from(number)).await;
            self.sent(number, "90502", 100).await;
        }
        let early = self.to_prefix(mine, 182).await;
        assert!(is_granted(&early), "one code may still be entered");
        let refused = |retry_after_seconds| SmsAnswer::Refused {
            limit: SmsLimit::Breaker,
            retry_after_seconds,
        };
        assert_eq!(self.to_prefix(mine, 183).await, refused(900));
        assert_eq!(self.to_prefix(mine, 193).await, refused(890));
        let paused = async |seconds| {
            let paused = self.limits.paused(self.at(seconds), 9).await;
            let paused = paused.expect("the paused prefixes").into_iter();
            let shown = paused.map(|one| (one.prefix.as_str().to_owned(), one.until));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(paused(193).await, [("90501".to_owned(), self.at(1_083))]);
        assert_eq!(paused(1_083).await, []);
        // From then on only codes sent since are considered.
        assert!(is_granted(&self.to_prefix(mine, 1_083).await));
        for number in 10..14 {
            self.sent(number, "90501", 1_100 + i64::from(number)).await;
        }
        for number in [10, 11] {
            self.verified(other, number).await;
        }
        let half = self.to_prefix(mine, 1_400).await;
        assert!(is_granted(&half), "enough of them were entered");
        for number in 20..23 {
            self.sent(number, "90501", 1_200 + i64::from(number)).await;
        }
        assert_eq!(self.to_prefix(mine, 1_500).await, refused(900));
        let known = self.to_prefix(other, 1_500).await;
        assert!(is_granted(&known), "a verified customer is let through");
    }

    /// The previous steps have verified a code of the other customer.
    async fn a_verified_customer_is_not_counted_as_unverified(&self, erasure: &dyn Erasure) {
        let (mine, other) = (self.fixture.customer, self.fixture.other_customer);
        let take = async |customer| {
            let of_unverified = SmsCounter {
                of_unverified: true,
                ..self.counter("unverified", 1, 0)
            };
            let request = SmsRequest {
                customer,
                prefix: prefix("90503"),
                counters: vec![of_unverified, self.counter("everybody", 3, 0)],
                breaker: None,
                now: self.at(0),
            };
            is_granted(&self.request(request).await)
        };
        assert!(take(mine).await);
        assert!(!take(mine).await, "unverified customers are refused");
        assert!(take(other).await);
        let support = Author {
            principal: "support".to_owned(),
            request_id: None,
            at: self.fixture.now,
        };
        let erased = erasure.erase(other, &support).await;
        erased.expect("an erasure");
        assert!(
            !take(other).await,
            "nothing is stored of an erased customer"
        );
        self.verified(mine, 30).await;
        assert!(take(mine).await);
        assert!(!take(mine).await, "the whole budget is used up");
    }
}
