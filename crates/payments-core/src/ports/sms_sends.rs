//! The delivery of messages that were sent.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::sms::{DeliveryState, SentMessage};

use super::Unavailable;

/// Stores the delivery states of sent messages, without phone, text and customer.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SmsSends: Send + Sync {
    /// Stores the state of a message. An unknown message MUST be added, because a report may arrive before the sender's
    /// own answer is written. A delivered or failed message MUST keep its state. Returns whether the state was new.
    async fn note(
        &self,
        message: &SentMessage,
        state: DeliveryState,
        now: DateTime<Utc>,
    ) -> Result<bool, Unavailable>;

    /// The ids of a sender's messages that were sent after `since` and have no final state yet, oldest
    /// first, at most `limit`.
    async fn on_their_way(
        &self,
        sender: &str,
        since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<String>, Unavailable>;

    /// Leases the right to poll a sender for its reports. Exactly one of any number of callers, in any process, MUST
    /// get it (`true`), and none, its holder included, again before `until`, because providers limit how often they are polled.
    async fn take_turn(
        &self,
        sender: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Unavailable>;

    /// The number of messages sent after `since`, by sender and state. States without messages are left out.
    async fn counts(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState, u64)>, Unavailable>;
}
