//! An SMS sender whose messages can be read in an outbox and on the console.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::phone::Phone;
use payments_core::ports::{Clock, SmsFailure, SmsSender};
use payments_core::sms::{SmsReceipt, SmsText};
use serde::Serialize;

use super::scenario::PhoneScenario;
use super::{Console, out_of_order};

/// A message the sandbox sent. It holds a code: only a sandbox may show it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SentSms {
    /// The phone's digits.
    pub to: String,
    /// The text in the customer's language.
    pub text: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// The last messages sent.
pub(super) struct Outbox {
    capacity: usize,
    newest_first: Mutex<VecDeque<SentSms>>,
}

impl Outbox {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            newest_first: Mutex::default(),
        }
    }

    pub(super) fn newest_first(&self) -> Vec<SentSms> {
        let messages = self
            .newest_first
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        messages.iter().cloned().collect()
    }

    fn put(&self, message: SentSms) {
        let mut messages = self
            .newest_first
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        messages.push_front(message);
        messages.truncate(self.capacity);
    }
}

/// Sends into the outbox.
pub(super) struct SandboxSms {
    outbox: Arc<Outbox>,
    clock: Arc<dyn Clock>,
    console: Console,
    timeout: Duration,
}

impl SandboxSms {
    pub(super) fn new(
        outbox: Arc<Outbox>,
        clock: Arc<dyn Clock>,
        console: Console,
        timeout: Duration,
    ) -> Self {
        Self {
            outbox,
            clock,
            console,
            timeout,
        }
    }

    fn deliver(&self, to: &Phone, text: &SmsText) {
        let message = to.expose(|digits| SentSms {
            to: digits.to_owned(),
            text: text.localized.to_string(),
            sent_at: self.clock.now(),
        });
        // A console may be recorded: the last digits are enough to tell a developer's phones apart.
        let hidden = message.to.len().saturating_sub(4);
        let shown = message.to.get(hidden..).unwrap_or_default();
        (self.console)(&format!("SMS to …{shown}: {}", message.text));
        self.outbox.put(message);
    }
}

#[async_trait]
impl SmsSender for SandboxSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        match PhoneScenario::of(to) {
            PhoneScenario::Refuse => Err(SmsFailure::Refused),
            PhoneScenario::OutOfOrder => Err(SmsFailure::Unavailable(out_of_order("sandbox SMS"))),
            PhoneScenario::SilentButSent => {
                self.deliver(to, text);
                tokio::time::sleep(self.timeout).await;
                Err(SmsFailure::Unknown)
            }
            PhoneScenario::Succeed => {
                self.deliver(to, text);
                Ok(SmsReceipt {
                    sender: "sandbox",
                    message_id: None,
                })
            }
        }
    }
}
