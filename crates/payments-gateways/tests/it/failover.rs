//! A chain of senders.

use std::sync::Arc;

use payments_core::ports::{SmsFailure, SmsSender, Unavailable};
use payments_core::sms::SmsReceipt;
use payments_core::testkit::mocks::MockSmsSender;
use payments_gateways::sms::FailoverSms;

use crate::harness::{code_text, phone};

type Answer = fn() -> Result<SmsReceipt, SmsFailure>;

const SENT: Answer = || {
    Ok(SmsReceipt {
        sender: "mock",
        message_id: None,
    })
};
const REFUSED: Answer = || Err(SmsFailure::Refused);
const OUT_OF_REACH: Answer = || Err(SmsFailure::OutOfReach);
const AWAY: Answer = || {
    Err(SmsFailure::Unavailable(Unavailable {
        what: "mock",
        source: None,
    }))
};
const UNKNOWN: Answer = || Err(SmsFailure::Unknown);

/// A sender that must be called this many times.
fn sender(answer: Answer, asked: usize) -> Arc<dyn SmsSender> {
    let mut sender = MockSmsSender::new();
    sender
        .expect_send()
        .times(asked)
        .returning(move |_, _| answer());
    Arc::new(sender)
}

async fn send(
    senders: Vec<Arc<dyn SmsSender>>,
    resend_when_unknown: bool,
) -> Result<SmsReceipt, SmsFailure> {
    FailoverSms::new(senders, resend_when_unknown)
        .send(&phone("5551234567"), &code_text())
        .await
}

#[tokio::test]
async fn the_first_sender_that_can_sends_alone() {
    assert!(
        send(vec![sender(SENT, 1), sender(SENT, 0)], true)
            .await
            .is_ok()
    );
    assert!(
        send(
            vec![sender(AWAY, 1), sender(SENT, 1), sender(SENT, 0)],
            false
        )
        .await
        .is_ok()
    );
}

#[tokio::test]
async fn a_number_that_cannot_be_sent_to_is_not_passed_on() {
    let refused = send(vec![sender(REFUSED, 1), sender(SENT, 0)], true).await;
    assert!(matches!(refused, Err(SmsFailure::Refused)));
}

#[tokio::test]
async fn a_number_out_of_one_senders_reach_is_passed_on() {
    let sent = send(vec![sender(OUT_OF_REACH, 1), sender(SENT, 1)], false).await;
    assert!(sent.is_ok());
    let nowhere = vec![sender(OUT_OF_REACH, 1), sender(OUT_OF_REACH, 1)];
    let nowhere = send(nowhere, false).await;
    assert!(matches!(nowhere, Err(SmsFailure::OutOfReach)));
}

#[tokio::test]
async fn a_sender_that_is_unavailable_may_reach_the_number_later() {
    for senders in [[AWAY, OUT_OF_REACH], [OUT_OF_REACH, AWAY]] {
        let senders = senders.map(|answer| sender(answer, 1)).to_vec();
        let failed = send(senders, false).await;
        assert!(matches!(failed, Err(SmsFailure::Unavailable(_))));
    }
}

#[tokio::test]
async fn a_code_does_not_go_out_twice_when_the_first_outcome_is_unknown() {
    let unknown = send(vec![sender(UNKNOWN, 1), sender(SENT, 0)], false).await;
    assert!(matches!(unknown, Err(SmsFailure::Unknown)));
}

#[tokio::test]
async fn the_settings_may_want_it_to() {
    assert!(
        send(vec![sender(UNKNOWN, 1), sender(SENT, 1)], true)
            .await
            .is_ok()
    );
    let unknown = send(vec![sender(UNKNOWN, 1), sender(AWAY, 1)], true).await;
    assert!(
        matches!(unknown, Err(SmsFailure::Unknown)),
        "the first may have been sent"
    );
}

#[tokio::test]
async fn without_a_working_sender_nothing_is_sent() {
    assert!(matches!(
        send(vec![sender(AWAY, 1), sender(AWAY, 1)], false).await,
        Err(SmsFailure::Unavailable(_))
    ));
    assert!(matches!(
        send(Vec::new(), false).await,
        Err(SmsFailure::Unavailable(_))
    ));
}
