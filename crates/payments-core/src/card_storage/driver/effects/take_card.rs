//! Effects on the held card, and the SMS.

use crate::flow::FlowId;
use crate::phone::DestinationPrefix;
use crate::ports::{SmsFailure, Unavailable};

use super::super::send_code::seconds;
use super::super::submit_card::{held_key, sealing};
use super::{EffectResult, EffectRunner};
use crate::card_storage::event::Outcome;
use crate::card_storage::{HeldCard, StorageRefusal};

impl EffectRunner<'_> {
    /// Takes the card. A store that does not answer may have given it out all the same: the claim is left to lapse, and
    /// who takes it over finds the card or learns that it is gone.
    pub(super) async fn take(
        &mut self,
        flow: FlowId,
        held: HeldCard,
    ) -> Result<Outcome, Unavailable> {
        let (ports, settings) = (&self.storage.ports, &self.storage.settings);
        let name = held_key(self.key, &held);
        let taken = ports.held_cards.take(&name, ports.clock.now()).await?;
        let Some(sealed) = taken else {
            return Ok(Outcome::CardLost);
        };
        let (context, now) = (sealing(self.owner, flow, &held), ports.clock.now());
        let Ok(card) = sealed.open(&context, &self.storage.keys, now) else {
            return Ok(Outcome::CardLost);
        };
        self.card = Some(card);
        Ok(Outcome::CardTaken {
            settled_by: now + seconds(settings.saving_seconds),
        })
    }

    pub(super) async fn send(&mut self) -> Result<EffectResult, StorageRefusal> {
        let Some(message) = self.message.take() else {
            return Ok(EffectResult::Nothing);
        };
        let ports = &self.storage.ports;
        let text = ports.wording.code_sms(message.language, message.code);
        let refusal = match ports.sms.send(message.phone, &text).await {
            // Perhaps it was sent: a customer without it will ask again, one with it goes on.
            Ok(_) | Err(SmsFailure::Unknown) => {
                self.note_sent(message.prefix).await;
                return Ok(EffectResult::Nothing);
            }
            Err(SmsFailure::Refused | SmsFailure::OutOfReach) => StorageRefusal::SmsRefused,
            Err(SmsFailure::Unavailable(_)) => StorageRefusal::SmsUnavailable,
        };
        if let (Some(flow), Some(code)) = (self.state.flow(), self.state.code()) {
            let unsent = Outcome::CodeNotSent(code.digest);
            self.feed(flow, unsent).await?;
        }
        Err(refusal)
    }

    async fn note_sent(&self, prefix: &DestinationPrefix) {
        let ports = &self.storage.ports;
        if let Some(code) = self.state.code() {
            let (tag, now) = (code.digest.code_tag(), ports.clock.now());
            // The message is out; a breaker that misses one code is none the worse.
            let _ = ports.sms_limits.note_sent(tag, prefix, now).await;
        }
    }
}
