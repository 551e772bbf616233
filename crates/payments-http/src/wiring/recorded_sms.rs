//! A sender that writes down what it sent, so that delivery reports have something to be about.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{
    Clock, DeliveryState, SentMessage, SmsFailure, SmsReceipt, SmsSender, SmsSends, SmsText,
};

use super::providers::SANDBOX;

/// Sends by another sender, and keeps the ids of the messages.
pub(super) struct RecordedSms {
    sender: Arc<dyn SmsSender>,
    sends: Arc<dyn SmsSends>,
    clock: Arc<dyn Clock>,
}

impl RecordedSms {
    /// Around a sender.
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
        // What the sandbox sent stands in its outbox.
        let message = id.and_then(|id| SentMessage::new(receipt.sender, id));
        let Some(message) = message.filter(|message| message.sender() != SANDBOX) else {
            return;
        };
        let state = DeliveryState::OnItsWay;
        // The message is out, whatever becomes of this note.
        if let Err(error) = self.sends.note(&message, state, self.clock.now()).await {
            tracing::warn!(provider = receipt.sender, %error, "a sent message was not noted");
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
