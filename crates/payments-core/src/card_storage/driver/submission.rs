//! A code is asked for.

use chrono::{DateTime, TimeDelta, Utc};

use crate::id::CustomerId;
use crate::language::Language;
use crate::otp::{CodeContext, CodeDigest, OtpCode};
use crate::phone::Phone;
use crate::ports::{Quota, QuotaAnswer};

use super::super::event::{Answer, Event};
use super::super::machine::step;
use super::super::{FlowId, FlowState, SentCode, StorageRefusal};
use super::carrying::{Carrying, Message};
use super::{CardStorage, FlowOwner, contended};

impl CardStorage {
    /// Sends a fresh code, which replaces any earlier one.
    ///
    /// # Errors
    /// [`StorageRefusal::NoCardHeld`] where the settings require a held card, [`StorageRefusal::SavingInProgress`],
    /// [`StorageRefusal::TooManyCodes`], [`StorageRefusal::SmsRefused`], [`StorageRefusal::SmsUnavailable`] or
    /// [`StorageRefusal::Unavailable`].
    pub async fn send_code(
        &self,
        owner: &FlowOwner,
        phone: Phone,
        language: Language,
    ) -> Result<(), StorageRefusal> {
        let code = OtpCode::issue(self.settings.code_length, &*self.ports.entropy);
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
        // A request that is going to be denied uses up no quota.
        let now = self.ports.clock.now();
        let (state, _) = self.load(owner, &key, now).await?;
        let foreseen = step(state.clone(), event(&state, now), now);
        if let Some(denial) = foreseen.denial() {
            return Err(denial.into());
        }
        let taken = self.take_quotas(owner.customer, &phone, now).await?;
        let event = |state: &FlowState, now| Some(event(state, now));
        let sent = match self.advance(owner, &key, event).await {
            Ok(Some(decided)) => {
                let mut carrying = Carrying::new(self, owner, &key, decided.state, decided.version);
                carrying.message = Some(Message {
                    phone: &phone,
                    code: &code,
                    language,
                });
                carrying.run(decided.effects).await.and_then(accepted)
            }
            Ok(None) => Err(contended().into()),
            Err(unavailable) => Err(unavailable.into()),
        };
        if sent.is_err() {
            // Whatever went wrong, no code is on its way.
            self.give_back(&taken).await;
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
        // The newest key is in the ring, so there always is a digest; the other one fits no code.
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

    /// Counts the code for the customer and the phone. Where one of them has no room, nothing is counted.
    async fn take_quotas(
        &self,
        customer: CustomerId,
        phone: &Phone,
        now: DateTime<Utc>,
    ) -> Result<Vec<Taken>, StorageRefusal> {
        let customer = customer.get().to_be_bytes();
        let phone = phone.quota_digest(&self.keys).0;
        let of = |purpose: &str, subject: &[u8], quota: &Quota| {
            // Each window counts by itself.
            let purpose = format!("{purpose}-{}", quota.window_seconds);
            let key = self.keys.quota_key(&purpose, subject);
            Taken {
                key,
                quota: *quota,
                at: now,
            }
        };
        let of_customer = self.settings.codes_per_customer.iter();
        let of_customer = of_customer.map(|quota| of("codes-customer", &customer, quota));
        let of_phone = self.settings.codes_per_phone.iter();
        let of_phone = of_phone.map(|quota| of("codes-phone", &phone, quota));
        let mut taken = Vec::new();
        for one in of_customer.chain(of_phone) {
            let refusal = match self.ports.quotas.take(&one.key, one.quota, now).await {
                Ok(QuotaAnswer::Granted) => {
                    taken.push(one);
                    continue;
                }
                Ok(QuotaAnswer::Exhausted {
                    retry_after_seconds,
                }) => StorageRefusal::TooManyCodes {
                    retry_after_seconds,
                },
                Err(unavailable) => unavailable.into(),
            };
            self.give_back(&taken).await;
            return Err(refusal);
        }
        Ok(taken)
    }

    async fn give_back(&self, taken: &[Taken]) {
        for one in taken {
            let now = self.ports.clock.now();
            // One that cannot be given back stays counted: that is the safe side.
            let _ = self
                .ports
                .quotas
                .give_back(&one.key, one.quota, one.at, now)
                .await;
        }
    }
}

/// A use that was counted.
struct Taken {
    key: String,
    quota: Quota,
    at: DateTime<Utc>,
}

pub(super) fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count))
}

pub(super) fn accepted(answer: Answer) -> Result<(), StorageRefusal> {
    match answer {
        Answer::Accepted | Answer::Saved | Answer::Saving | Answer::ActionRequired => Ok(()),
        Answer::Denied(denial) => Err(denial.into()),
    }
}
