//! What becomes of the messages that were sent: Twilio tells, Netgsm and İleti Merkezi have to be asked.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::ports::{Clock, DeliveryState, SentMessage, SmsSends, Unavailable};
use payments_gateways::iletimerkezi::{IletiMerkeziSms, ORDERS_AT_A_TIME};
use payments_gateways::netgsm::{MESSAGES_PER_REPORT, NetgsmSms};
use payments_gateways::secret::SecretSource;

/// The path Twilio posts its reports to.
pub const TWILIO_PATH: &str = "/sms/twilio/status/";

/// How often each process tries to ask, in seconds.
pub const ASKING_INTERVAL_SECONDS: u64 = 60;
/// For how long no other process asks, in seconds. It is less than the interval, so that a single process has each turn
/// over before its next one.
const TURN_SECONDS: i64 = 55;
/// How many reports Netgsm is asked for in a turn. Any minute has at most two turns, and Netgsm allows ten.
const REPORTS_IN_A_TURN: usize = 5;
/// After how many failures no more orders are asked about in a turn.
const MOST_FAILURES: usize = 3;
/// For how many hours after it was sent a message is asked about.
const ASKED_FOR_HOURS: i64 = 6;

/// Whose reports are read, as the settings choose the senders.
#[derive(Clone, Default)]
pub struct Reporters {
    /// Netgsm's account, where it is one of the senders.
    pub netgsm: Option<Arc<NetgsmSms>>,
    /// İleti Merkezi's, where it is one.
    pub iletimerkezi: Option<Arc<IletiMerkeziSms>>,
    /// Twilio's, where it is one.
    pub twilio: Option<TwilioReports>,
}

impl Reporters {
    /// Whether there is a sender that does not report by itself.
    pub const fn have_to_be_asked(&self) -> bool {
        self.netgsm.is_some() || self.iletimerkezi.is_some()
    }
}

/// What a report's signature is checked with.
#[derive(Clone)]
pub struct TwilioReports {
    /// The URL Twilio was told to report to, which it signs.
    pub url: String,
    /// A reference to the account's auth token.
    pub auth_token: String,
    /// Resolves it.
    pub secrets: Arc<dyn SecretSource>,
}

/// The states of messages, and who reports on them.
pub struct SmsReports {
    /// Where the states are kept.
    pub sends: Arc<dyn SmsSends>,
    /// Who tells.
    pub reporters: Reporters,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl SmsReports {
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

    /// Asks the senders that do not report by themselves about the messages still on their way, unless another process
    /// did so just now; how many they reported on.
    ///
    /// # Errors
    /// [`Unavailable`]: the database or a sender does not answer. The others were asked all the same.
    pub async fn ask(&self) -> Result<usize, Unavailable> {
        let asked = [self.ask_netgsm().await, self.ask_iletimerkezi().await];
        asked.into_iter().sum()
    }

    async fn ask_netgsm(&self) -> Result<usize, Unavailable> {
        let Some(netgsm) = &self.reporters.netgsm else {
            return Ok(0);
        };
        let (ids, since) = self
            .turn("netgsm", REPORTS_IN_A_TURN * MESSAGES_PER_REPORT)
            .await?;
        let mut reported = 0;
        for ids in ids.chunks(MESSAGES_PER_REPORT) {
            for (id, state) in netgsm.deliveries(ids, since).await? {
                reported += self.keep("netgsm", &id, state).await?;
            }
        }
        Ok(reported)
    }

    async fn ask_iletimerkezi(&self) -> Result<usize, Unavailable> {
        let Some(iletimerkezi) = &self.reporters.iletimerkezi else {
            return Ok(0);
        };
        let (ids, _) = self.turn("iletimerkezi", ORDERS_AT_A_TIME).await?;
        let (mut reported, mut failures) = (0, Vec::new());
        for id in &ids {
            match iletimerkezi.delivery(id).await {
                Ok(Some(state)) => reported += self.keep("iletimerkezi", id, state).await?,
                Ok(None) => {}
                // One message that cannot be asked about must not keep the others waiting.
                Err(failure) => failures.push(failure),
            }
            if failures.len() >= MOST_FAILURES {
                break;
            }
        }
        failures.pop().map_or(Ok(reported), Err)
    }

    /// The messages to ask a sender about, and since when they were sent; none while it is another process's turn.
    async fn turn(
        &self,
        sender: &str,
        most: usize,
    ) -> Result<(Vec<String>, DateTime<Utc>), Unavailable> {
        let now = self.clock.now();
        let since = now - TimeDelta::hours(ASKED_FOR_HOURS);
        let until = now + TimeDelta::seconds(TURN_SECONDS);
        if !self.sends.take_turn(sender, now, until).await? {
            return Ok((Vec::new(), since));
        }
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        let ids = self.sends.on_their_way(sender, since, limit).await?;
        Ok((ids, since))
    }

    /// Keeps a report; one, if the message has an id that is kept.
    async fn keep(
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
