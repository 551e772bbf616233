//! A card is entered, a code is asked for.

use chrono::{DateTime, TimeDelta, Utc};

use crate::catalog::{Catalog, Pos};
use crate::id::CustomerId;
use crate::language::Language;
use crate::otp::{CodeContext, CodeDigest, OtpCode};
use crate::phone::Phone;
use crate::ports::{Quota, QuotaAnswer};

use super::super::event::{Answer, Effect, Event};
use super::super::machine::step;
use super::super::{FlowId, FlowState, HeldCard, SentCode, StorageRefusal, SubmissionId};
use super::carrying::{Carrying, Message};
use super::{CardStorage, FlowOwner, SubmittedCard};

impl CardStorage {
    /// Holds a card, sealed, until its owner's code comes: for the settings' card lifetime. A second card voids the code
    /// that was sent for the first.
    ///
    /// # Errors
    /// [`StorageRefusal::CardExpired`], [`StorageRefusal::NoPos`], [`StorageRefusal::CvvRequired`],
    /// [`StorageRefusal::SavingInProgress`] or [`StorageRefusal::Unavailable`]; the card is then not held.
    pub async fn submit_card(
        &self,
        catalog: &Catalog,
        owner: &FlowOwner,
        card: SubmittedCard,
    ) -> Result<(), StorageRefusal> {
        if card
            .details
            .expiry
            .is_past(self.ports.clock.now().date_naive())
        {
            return Err(StorageRefusal::CardExpired);
        }
        let (pos, card) = self.place(catalog, card)?;
        let (fresh, submission) = (FlowId(self.draw()), SubmissionId(self.draw()));
        let key = self.flow_key(owner);
        let decided = self
            .advance(&key, |_, now| {
                let deadline = now + seconds(self.settings.card_lifetime_seconds);
                let card = HeldCard {
                    submission,
                    pos: pos.pk,
                    deadline,
                };
                Event::CardSubmitted { fresh, card }
            })
            .await?;
        let mut carrying = Carrying::new(self, owner, key, decided.state, decided.version);
        carrying.card = Some(card);
        carrying.run(decided.effects).await.and_then(accepted)
    }

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
        let (state, _) = self.load(&key, now).await?;
        let foreseen = step(state.clone(), event(&state, now), now);
        if let Some(Effect::Answer(Answer::Denied(denial))) = foreseen.effects.last() {
            return Err((*denial).into());
        }
        self.take_quotas(owner.customer, &phone, now).await?;
        let decided = self.advance(&key, event).await?;
        let mut carrying = Carrying::new(self, owner, key, decided.state, decided.version);
        carrying.message = Some(Message {
            phone,
            code,
            language,
        });
        carrying.run(decided.effects).await.and_then(accepted)
    }

    /// Where a card will be saved; its CVV stays with it only if the gateway there asks for it.
    fn place<'a>(
        &self,
        catalog: &'a Catalog,
        mut card: SubmittedCard,
    ) -> Result<(&'a Pos, SubmittedCard), StorageRefusal> {
        let pos = card
            .details
            .pan
            .expose(|digits| catalog.pos_for_pan_digits(digits.as_bytes()));
        let pos = pos.ok_or(StorageRefusal::NoPos)?;
        let tokenizer = self.ports.tokenizers.of(pos).ok_or(StorageRefusal::NoPos)?;
        if !tokenizer.needs_cvv(pos) {
            card.details.cvv = None;
        } else if card.details.cvv.is_none() {
            return Err(StorageRefusal::CvvRequired);
        }
        Ok((pos, card))
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

    async fn take_quotas(
        &self,
        customer: CustomerId,
        phone: &Phone,
        now: DateTime<Utc>,
    ) -> Result<(), StorageRefusal> {
        let customer = customer.get().to_be_bytes();
        for quota in &self.settings.codes_per_customer {
            self.take_quota("codes-customer", &customer, *quota, now)
                .await?;
        }
        let phone = phone.quota_digest(&self.keys).0;
        for quota in &self.settings.codes_per_phone {
            self.take_quota("codes-phone", &phone, *quota, now).await?;
        }
        Ok(())
    }

    async fn take_quota(
        &self,
        purpose: &str,
        subject: &[u8],
        quota: Quota,
        now: DateTime<Utc>,
    ) -> Result<(), StorageRefusal> {
        // Each window counts by itself.
        let purpose = format!("{purpose}-{}", quota.window_seconds);
        let key = self.keys.quota_key(&purpose, subject);
        match self.ports.quotas.take(&key, quota, now).await? {
            QuotaAnswer::Granted => Ok(()),
            QuotaAnswer::Exhausted {
                retry_after_seconds,
            } => Err(StorageRefusal::TooManyCodes {
                retry_after_seconds,
            }),
        }
    }
}

pub(super) fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count))
}

fn accepted(answer: Answer) -> Result<(), StorageRefusal> {
    match answer {
        Answer::Accepted | Answer::Saved | Answer::Saving => Ok(()),
        Answer::Denied(denial) => Err(denial.into()),
    }
}
