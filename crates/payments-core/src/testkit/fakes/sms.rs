//! An SMS provider that records its messages.

use alloc::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::phone::Phone;
use crate::ports::{SmsFailure, SmsSender, Unavailable};
use crate::sms::{SmsReceipt, SmsText};

use super::{FaultInjection, lock};

/// A message as a phone shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentSms {
    /// The phone's digits.
    pub to: String,
    /// The message's text.
    pub text: String,
}

/// An SMS provider with an outbox.
#[derive(Default)]
pub struct FakeSms {
    faults: FaultInjection,
    outbox: Mutex<Vec<SentSms>>,
    failures: Mutex<VecDeque<SmsFailure>>,
}

impl FakeSms {
    /// Creates a provider with an empty outbox.
    pub fn new(faults: FaultInjection) -> Self {
        Self {
            faults,
            ..Self::default()
        }
    }

    /// Makes the next message fail with this error.
    pub fn fail(&self, failure: SmsFailure) {
        lock(&self.failures).push_back(failure);
    }

    /// All sent messages, oldest first.
    pub fn outbox(&self) -> Vec<SentSms> {
        lock(&self.outbox).clone()
    }

    /// The code in the last message.
    pub fn last_code(&self) -> Option<String> {
        let outbox = lock(&self.outbox);
        Some(
            outbox
                .last()?
                .text
                .chars()
                .filter(char::is_ascii_digit)
                .collect(),
        )
    }
}

#[async_trait]
impl SmsSender for FakeSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        let work = || {
            if let Some(failure) = lock(&self.failures).pop_front() {
                return Err(failure);
            }
            let sent = SentSms {
                to: to.expose(str::to_owned),
                text: text.ascii.to_string(),
            };
            lock(&self.outbox).push(sent);
            Ok(SmsReceipt {
                sender: "fake",
                message_id: None,
            })
        };
        let sent: Result<_, Unavailable> = self.faults.call("sms.send", work).await;
        // After a fault it is unknown whether the message was sent.
        sent.map_err(|_| SmsFailure::Unknown)?
    }
}
