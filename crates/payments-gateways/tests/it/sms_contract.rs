//! The contract of every SMS sender, run on the sandbox and on each adapter against its fake.
//!
//! The phones are those of the sandbox; the fakes answer them the same way.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::ports::{SmsFailure, SmsSender};

use crate::harness::{code_text, phone};

pub(crate) const GOOD: &str = "5551234567";
pub(crate) const REFUSED: &str = "5559999041";
pub(crate) const OUT_OF_ORDER: &str = "5559999042";
pub(crate) const SILENT_BUT_SENT: &str = "5559999043";

/// A sender and a view of what its provider sent.
#[async_trait]
pub(crate) trait Bench: Send + Sync {
    fn sender(&self) -> Arc<dyn SmsSender>;
    /// The texts sent to a phone, in any form of its number.
    async fn sent_to(&self, digits: &str) -> Vec<String>;
}

pub(crate) async fn a_message_is_sent_once(bench: &dyn Bench) {
    let receipt = bench
        .sender()
        .send(&phone(GOOD), &code_text())
        .await
        .unwrap();
    assert!(!receipt.sender.is_empty());
    let sent = bench.sent_to(GOOD).await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("123456"), "the code is in the text");
}

pub(crate) async fn a_number_that_cannot_be_sent_to_is_refused(bench: &dyn Bench) {
    let refused = bench.sender().send(&phone(REFUSED), &code_text()).await;
    assert!(matches!(refused, Err(SmsFailure::Refused)));
    assert!(bench.sent_to(REFUSED).await.is_empty());
}

pub(crate) async fn an_unavailable_provider_sends_nothing(bench: &dyn Bench) {
    let failed = bench
        .sender()
        .send(&phone(OUT_OF_ORDER), &code_text())
        .await;
    assert!(matches!(failed, Err(SmsFailure::Unavailable(_))));
    assert!(bench.sent_to(OUT_OF_ORDER).await.is_empty());
}

pub(crate) async fn a_lost_answer_is_unknown_and_not_sent_again(bench: &dyn Bench) {
    let silent = bench
        .sender()
        .send(&phone(SILENT_BUT_SENT), &code_text())
        .await;
    assert!(matches!(silent, Err(SmsFailure::Unknown)));
    assert_eq!(bench.sent_to(SILENT_BUT_SENT).await.len(), 1);
}

/// Mounts the contract on a bench: `sms_contract!(name, expression of a Bench)`.
macro_rules! sms_contract {
    ($name:ident, $bench:expr, [$($case:ident),+ $(,)?]) => {
        mod $name {
            use super::*;
            $(
                #[tokio::test]
                async fn $case() {
                    let bench = $bench.await;
                    crate::sms_contract::$case(&bench).await;
                }
            )+
        }
    };
    ($name:ident, $bench:expr) => {
        crate::sms_contract::sms_contract!($name, $bench, [
            a_message_is_sent_once,
            a_number_that_cannot_be_sent_to_is_refused,
            an_unavailable_provider_sends_nothing,
            a_lost_answer_is_unknown_and_not_sent_again,
        ]);
    };
}

pub(crate) use sms_contract;
