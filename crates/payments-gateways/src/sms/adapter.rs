//! An SMS adapter: its sender, and delivery reports of providers that do not push them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::ports::{SmsSender, Unavailable};
use payments_core::sms::DeliveryState;

/// An account at an SMS provider: it sends, and it may report deliveries.
pub struct SmsAdapter {
    /// Sends messages with codes.
    pub sender: Arc<dyn SmsSender>,
    /// Delivery reports, if they have to be polled.
    pub reports: Option<Arc<dyn DeliveryReports>>,
}

/// Delivery reports that have to be polled.
#[async_trait]
pub trait DeliveryReports: Send + Sync {
    /// The maximum number of messages per request.
    fn max_batch(&self) -> usize;

    /// The maximum number of requests per poll, where two processes may each poll once per minute.
    fn max_requests(&self) -> usize;

    /// Fetches the states of messages sent after `since`, by the ids of their receipts, at most [`Self::max_batch`]. A message
    /// that the provider has no report on is left out.
    ///
    /// # Errors
    /// [`Unavailable`] if the provider does not respond, or our rate is limited.
    async fn poll(
        &self,
        message_ids: &[String],
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState)>, Unavailable>;
}
