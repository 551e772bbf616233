//! Records sent messages, so that delivery reports can be matched to them.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{Clock, SmsFailure, SmsSender, SmsSends};
use payments_core::sms::{DeliveryState, SentMessage, SmsReceipt, SmsText};

use super::providers::SANDBOX;

/// A sender that stores the ids of the messages another sender sent.
pub(super) struct RecordedSms {
    sender: Arc<dyn SmsSender>,
    sends: Arc<dyn SmsSends>,
    clock: Arc<dyn Clock>,
}

impl RecordedSms {
    pub(super) fn new(
        sender: Arc<dyn SmsSender>,
        sends: Arc<dyn SmsSends>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Arc::new(Self {
            sender,
            sends,
            clock,
        })
    }

    async fn keep(&self, receipt: &SmsReceipt) {
        let id = receipt.message_id.as_deref();
        // The sandbox has its own outbox.
        let message = id.and_then(|id| SentMessage::new(receipt.sender, id));
        let Some(message) = message.filter(|message| message.sender() != SANDBOX) else {
            return;
        };
        let state = DeliveryState::OnItsWay;
        // The message is sent, so a failure here is only logged.
        if let Err(error) = self.sends.note(&message, state, self.clock.now()).await {
            tracing::warn!(provider = receipt.sender, %error, "a sent message could not be recorded");
        }
    }
}

#[async_trait]
impl SmsSender for RecordedSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        let receipt = self.sender.send(to, text).await?;
        self.keep(&receipt).await;
        Ok(receipt)
    }
}
