//! Sends a code to a phone.

use alloc::boxed::Box;

use async_trait::async_trait;

use crate::phone::Phone;
use crate::sms::{SmsReceipt, SmsText};

use super::Unavailable;

/// Why a message was not sent, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum SmsFailure {
    /// The number cannot receive messages; another sender would refuse it too.
    #[error("no message can be sent to the number")]
    Refused,
    /// This sender cannot reach the number, but another one may. Nothing was sent.
    #[error("the sender does not reach the number")]
    OutOfReach,
    /// Nothing was sent. A retry or another sender may succeed.
    #[error(transparent)]
    Unavailable(Unavailable),
    /// It is unknown whether the message was sent.
    #[error("the sender did not say whether the message was sent")]
    Unknown,
}

/// An SMS provider.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Sends one message. MUST NOT log the text or the phone, and MUST NOT retry when it is unknown whether the
    /// first attempt was sent.
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure>;
}
