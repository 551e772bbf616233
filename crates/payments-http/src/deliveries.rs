//! What becomes of the messages that were sent: Twilio tells, Netgsm has to be asked.

pub mod twilio;

use std::sync::Arc;

use chrono::TimeDelta;
use payments_core::ports::{Clock, DeliveryState, SentMessage, SmsSends, Unavailable};
use payments_gateways::netgsm::{MESSAGES_PER_REPORT, NetgsmSms};

use self::twilio::TwilioReports;

/// How often Netgsm is asked, in seconds.
pub const ASKING_INTERVAL_SECONDS: u64 = 60;
/// How many reports are asked for at a time: half of what Netgsm allows in a minute.
const REPORTS_AT_A_TIME: usize = 5;
/// For how many hours after it was sent a message is asked about.
const ASKED_FOR_HOURS: i64 = 6;

/// Whose reports are read, as the settings choose the senders.
#[derive(Clone, Default)]
pub struct Reporters {
    /// Netgsm's account, where it is one of the senders.
    pub netgsm: Option<Arc<NetgsmSms>>,
    /// Twilio's, where it is one.
    pub twilio: Option<TwilioReports>,
}

/// The states of messages, and who reports on them.
pub struct Deliveries {
    /// Where the states are kept.
    pub sends: Arc<dyn SmsSends>,
    /// Who tells.
    pub reporters: Reporters,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Deliveries {
    /// Keeps what a provider says became of a message.
    ///
    /// # Errors
    /// [`Unavailable`]: the database is away; the provider has to say it again, or to be asked again.
    pub async fn note(
        &self,
        message: &SentMessage,
        state: DeliveryState,
    ) -> Result<(), Unavailable> {
        let is_news = self.sends.note(message, state, self.clock.now()).await?;
        if is_news {
            let (provider, state) = (message.sender(), state.as_str());
            tracing::info!(provider, state, "a message was reported on");
        }
        Ok(())
    }

    /// Asks Netgsm about the messages still on their way; how many it reported on.
    ///
    /// # Errors
    /// [`Unavailable`]: the database or Netgsm is away.
    pub async fn ask(&self) -> Result<usize, Unavailable> {
        let Some(netgsm) = &self.reporters.netgsm else {
            return Ok(0);
        };
        let since = self.clock.now() - TimeDelta::hours(ASKED_FOR_HOURS);
        let limit = u32::try_from(REPORTS_AT_A_TIME * MESSAGES_PER_REPORT).unwrap_or(u32::MAX);
        let ids = self.sends.on_their_way("netgsm", since, limit).await?;
        let mut reported = 0;
        for ids in ids.chunks(MESSAGES_PER_REPORT) {
            for (id, state) in netgsm.deliveries(ids).await? {
                if let Some(message) = SentMessage::new("netgsm", &id) {
                    self.note(&message, state).await?;
                    reported += 1;
                }
            }
        }
        Ok(reported)
    }
}
