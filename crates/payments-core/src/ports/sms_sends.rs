//! What became of the messages that were sent.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::sms::{DeliveryState, SentMessage};

use super::Unavailable;

/// The states of messages that were sent: no phone, no text, no customer.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SmsSends: Send + Sync {
    /// Keeps what is known of a message. One that is not known yet MUST be added (a report may come before the sender's
    /// own answer was written), and one that was delivered or failed MUST stay so. True if the state was news.
    async fn note(
        &self,
        message: &SentMessage,
        state: DeliveryState,
        now: DateTime<Utc>,
    ) -> Result<bool, Unavailable>;

    /// The ids of a sender's messages that were sent after `since` and are still on their way, the oldest first, at
    /// most `limit`.
    async fn on_their_way(
        &self,
        sender: &str,
        since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<String>, Unavailable>;

    /// Takes the turn to ask a sender for its reports. Of any number of callers, in whichever process, one MUST get it
    /// (true), and no process may again before `until`: providers limit how often they are asked.
    async fn take_turn(
        &self,
        sender: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Unavailable>;

    /// How many messages sent after `since` are in each state, by sender; without those there are none of.
    async fn counts(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState, u64)>, Unavailable>;
}
