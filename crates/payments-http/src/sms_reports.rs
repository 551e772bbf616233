//! Delivery reports: Twilio posts them to a webhook, Netgsm and İleti Merkezi are polled.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::ports::{Clock, SmsSends, Unavailable};
use payments_core::sms::{DeliveryState, SentMessage};
use payments_gateways::secret::SecretSource;
use payments_gateways::sms::DeliveryReports;

/// The path Twilio posts its reports to.
pub const TWILIO_PATH: &str = "/sms/twilio/status/";

/// The poll interval of each process, in seconds.
pub const POLL_INTERVAL_SECONDS: u64 = 60;
/// The lease of a poll, in seconds. It is shorter than the interval, so that a single process's lease has expired
/// before its next poll.
const LEASE_SECONDS: i64 = 55;
/// The failed messages after which a poll ends.
const MAX_FAILURES: usize = 3;
/// For how many hours after sending a message is polled.
const POLLED_FOR_HOURS: i64 = 6;

/// The configured senders whose reports are read.
#[derive(Clone, Default)]
pub struct Reporters {
    /// The reports to poll, by the sender's name.
    pub polled: Vec<(String, Arc<dyn DeliveryReports>)>,
    /// Twilio, if it is one.
    pub twilio: Option<TwilioReports>,
}

impl Reporters {
    /// Whether any sender has to be polled.
    pub const fn need_polling(&self) -> bool {
        !self.polled.is_empty()
    }
}

/// Verifies the signature of a report.
#[derive(Clone)]
pub struct TwilioReports {
    /// The callback URL, which Twilio signs.
    pub url: String,
    /// A reference to the account's auth token.
    pub auth_token: String,
    /// Resolves the reference to the auth token.
    pub secrets: Arc<dyn SecretSource>,
}

/// Collects and stores delivery reports.
pub struct SmsReports {
    /// Where states are stored.
    pub sends: Arc<dyn SmsSends>,
    /// Where reports come from.
    pub reporters: Reporters,
    /// The source of the current time.
    pub clock: Arc<dyn Clock>,
}

impl SmsReports {
    /// Stores the state of a message.
    ///
    /// # Errors
    /// [`Unavailable`] if the database does not answer; the report has to be repeated or polled again.
    pub async fn note(
        &self,
        message: &SentMessage,
        state: DeliveryState,
    ) -> Result<(), Unavailable> {
        let is_new = self.sends.note(message, state, self.clock.now()).await?;
        if is_new {
            let (provider, state) = (message.sender(), state.as_str());
            tracing::info!(provider, state, "received a delivery report");
        }
        Ok(())
    }

    /// Polls reports of undelivered messages, of each sender unless another process holds its lease. Returns how many
    /// were received.
    ///
    /// # Errors
    /// [`Unavailable`] if the database or a sender does not answer. The other senders are polled anyway.
    pub async fn poll(&self) -> Result<usize, Unavailable> {
        let mut polled = Vec::new();
        for (sender, reports) in &self.reporters.polled {
            polled.push(self.poll_sender(sender, reports.as_ref()).await);
        }
        polled.into_iter().sum()
    }

    async fn poll_sender(
        &self,
        sender: &str,
        reports: &dyn DeliveryReports,
    ) -> Result<usize, Unavailable> {
        let batch = reports.max_batch();
        // One failing message must not block the others; a failing batch is the provider's failure.
        let max_failures = if batch == 1 { MAX_FAILURES } else { 1 };
        let (ids, since) = self.claim(sender, reports.max_requests() * batch).await?;
        let (mut reported, mut failures) = (0, Vec::new());
        for ids in ids.chunks(batch) {
            match reports.poll(ids, since).await {
                Ok(states) => {
                    for (id, state) in states {
                        reported += self.store(sender, &id, state).await?;
                    }
                }
                Err(failure) => failures.push(failure),
            }
            if failures.len() >= max_failures {
                break;
            }
        }
        failures.pop().map_or(Ok(reported), Err)
    }

    /// The messages to poll and the time they were sent after; none while another process holds the lease.
    async fn claim(
        &self,
        sender: &str,
        most: usize,
    ) -> Result<(Vec<String>, DateTime<Utc>), Unavailable> {
        let now = self.clock.now();
        let since = now - TimeDelta::hours(POLLED_FOR_HOURS);
        let until = now + TimeDelta::seconds(LEASE_SECONDS);
        if !self.sends.take_turn(sender, now, until).await? {
            return Ok((Vec::new(), since));
        }
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        let ids = self.sends.on_their_way(sender, since, limit).await?;
        Ok((ids, since))
    }

    /// Stores a report; returns 1 if the message has a known id.
    async fn store(
        &self,
        sender: &str,
        id: &str,
        state: DeliveryState,
    ) -> Result<usize, Unavailable> {
        match SentMessage::new(sender, id) {
            Some(message) => self.note(&message, state).await.map(|()| 1),
            None => Ok(0),
        }
    }
}
