//! Sends a code.

use chrono::{DateTime, Utc};

use crate::address_block::AddressBlock;
use crate::flow::FlowId;
use crate::language::Language;
use crate::otp::{CodeContext, CodeDigest, OtpCode};
use crate::phone::Phone;
use crate::sms::{SmsAnswer, SmsGrant, SmsRequest};

use super::super::event::Event;
use super::super::state::{FlowState, SentCode};
use super::super::step::step;
use super::effects::{CurrentFlow, Message, SendCodeRunner};
use super::refusal::StorageRefusal;
use super::sending_limits::SmsSubject;
use super::{CardStorage, FlowOwner, contended, seconds};

/// A request to send a code.
pub struct CodeRequest {
    /// The phone that the code is sent to.
    pub phone: Phone,
    /// The language of the message.
    pub language: Language,
    /// The block of the client's address, if known.
    pub address: Option<AddressBlock>,
}

impl CardStorage {
    /// Sends a fresh code, which replaces any earlier one.
    ///
    /// # Errors
    /// [`StorageRefusal::Destination`], [`StorageRefusal::NoCardHeld`] where the settings require a held
    /// card, [`StorageRefusal::SavingInProgress`], [`StorageRefusal::TooManyCodes`],
    /// [`StorageRefusal::SmsRefused`], [`StorageRefusal::SmsUnavailable`] or [`StorageRefusal::Unavailable`].
    pub async fn send_code(
        &self,
        owner: &FlowOwner,
        request: CodeRequest,
    ) -> Result<(), StorageRefusal> {
        let CodeRequest {
            phone,
            language,
            address,
        } = request;
        let destination = self.ports.destinations.resolve(&phone)?;
        let code = OtpCode::issue(self.settings.code_length, |bytes| {
            self.ports.entropy.fill(bytes);
        });
        let fresh = FlowId(self.draw());
        let key = self.flow_key(owner);
        let event = |state: &FlowState, now: DateTime<Utc>| {
            let flow = state.continuing(now).unwrap_or(fresh);
            let code = self.sent_code(owner, flow, &phone, &code, now);
            Event::PhoneSubmitted {
                flow,
                code,
                needs_card: self.settings.require_held_card,
            }
        };
        // A request that will be denied does not count.
        let now = self.ports.clock.now();
        let loaded = self.load(owner, &key, now).await?;
        let foreseen = step(loaded.0.clone(), event(&loaded.0, now), now);
        if let Some(denial) = foreseen.denial() {
            return Err(denial.into());
        }
        let subject = SmsSubject {
            customer: owner.customer,
            destination: &destination,
            block: address,
        };
        let grant = self.take(subject, now).await?;
        let event = |state: &FlowState, now| Some(event(state, now));
        let sent = match self.advance(owner, &key, loaded, event).await {
            Ok(Some(decided)) => {
                let (flow, effects) = CurrentFlow::after(decided, self, owner, &key);
                let message = Message {
                    phone: &phone,
                    prefix: destination.prefix(),
                    code: &code,
                    language,
                };
                SendCodeRunner { flow, message }.run(effects).await
            }
            Ok(None) => Err(contended().into()),
            Err(unavailable) => Err(unavailable.into()),
        };
        if sent.is_err() {
            // No code was sent. If giving back fails the code stays counted, which is the safe side.
            let _ = self.ports.sms_limits.give_back(&grant).await;
        }
        sent
    }

    fn sent_code(
        &self,
        owner: &FlowOwner,
        flow: FlowId,
        phone: &Phone,
        code: &OtpCode,
        now: DateTime<Utc>,
    ) -> SentCode {
        let (key, phone) = (self.keys.newest(), phone.digest(&self.keys));
        let (customer, session) = (owner.customer, owner.session.digest());
        let context = CodeContext {
            flow,
            customer,
            session,
            phone,
        };
        // The newest key is always in the ring, so there is a digest; the fallback matches no code.
        let digest = code
            .digest(&self.keys, key, &context)
            .unwrap_or(CodeDigest::NONE);
        let expires_at = now + seconds(self.settings.code_lifetime_seconds);
        SentCode {
            digest,
            key,
            phone,
            expires_at,
        }
    }

    /// Counts the code against all limits, or against none.
    async fn take(
        &self,
        subject: SmsSubject<'_>,
        now: DateTime<Utc>,
    ) -> Result<SmsGrant, StorageRefusal> {
        let limits = &self.settings.sending;
        let request = SmsRequest {
            customer: subject.customer,
            prefix: subject.destination.prefix().clone(),
            counters: limits.counters(&self.keys, subject, now),
            breaker: limits.breaker,
            now,
        };
        match self.ports.sms_limits.take(&request).await? {
            SmsAnswer::Granted(grant) => Ok(grant),
            SmsAnswer::Refused {
                limit,
                retry_after_seconds,
            } => Err(StorageRefusal::TooManyCodes {
                limit,
                retry_after_seconds,
            }),
        }
    }
}
