//! An SMS adapter: its sender, and the delivery reports of providers that do not push them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::ports::{SmsSender, Unavailable};
use payments_core::sms::DeliveryState;

/// The two sides of one account at an SMS provider.
pub struct SmsAdapter {
    /// Sends codes.
    pub sender: Arc<dyn SmsSender>,
    /// Delivery reports, where they have to be polled.
    pub reports: Option<Arc<dyn DeliveryReports>>,
}

/// Delivery reports that have to be polled.
#[async_trait]
pub trait DeliveryReports: Send + Sync {
    /// How many messages one request may ask about.
    fn max_batch(&self) -> usize;

    /// How many requests may be made per minute, with room for a second poller.
    fn max_requests(&self) -> usize;

    /// The states of messages sent after `since`, by the ids of their receipts: at most [`Self::max_batch`]. A message
    /// the provider says nothing about is left out.
    ///
    /// # Errors
    /// [`Unavailable`] when the provider does not answer, or limits our rate.
    async fn poll(
        &self,
        message_ids: &[String],
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState)>, Unavailable>;
}
