//! Effects on the held card, and the SMS.

use crate::card::{SealedCard, SealingContext};
use crate::ports::{HeldCardKey, SmsFailure, Unavailable};

use super::super::super::event::Outcome;
use super::super::super::{FlowId, HeldCard, StorageRefusal};
use super::{Carrying, Done};

impl Carrying<'_> {
    pub(super) async fn hold(
        &mut self,
        flow: FlowId,
        held: HeldCard,
    ) -> Result<Done, StorageRefusal> {
        let Some(card) = self.card.take() else {
            return Ok(Done::Nothing);
        };
        let (ports, keys) = (&self.storage.ports, &self.storage.keys);
        let context = self.sealing(flow, held);
        let sealed = SealedCard::seal(&card, &context, keys, &*ports.entropy)
            .map_err(|error| Unavailable::new("sealing", error))?;
        let key = self.held_key(held);
        ports
            .held_cards
            .put(&key, &sealed, held.deadline, ports.clock.now())
            .await?;
        Ok(Done::Nothing)
    }

    pub(super) async fn drop_card(&self, held: HeldCard) -> Done {
        // Nothing refers to it any more, and its deadline removes it anyway.
        let _ = self
            .storage
            .ports
            .held_cards
            .discard(&self.held_key(held))
            .await;
        Done::Nothing
    }

    pub(super) async fn take(&mut self, flow: FlowId, held: HeldCard) -> Outcome {
        let ports = &self.storage.ports;
        let sealed = match ports
            .held_cards
            .take(&self.held_key(held), ports.clock.now())
            .await
        {
            Ok(Some(sealed)) => sealed,
            Ok(None) => return Outcome::CardLost,
            Err(unavailable) => {
                // It may have been taken all the same: asking again could never give it back.
                self.trouble = Some(unavailable);
                return Outcome::CardLost;
            }
        };
        let context = self.sealing(flow, held);
        match sealed.open(&context, &self.storage.keys, ports.clock.now()) {
            Ok(card) => {
                self.card = Some(card);
                Outcome::CardTaken
            }
            Err(_) => Outcome::CardLost,
        }
    }

    pub(super) async fn send(&mut self) -> Result<Done, StorageRefusal> {
        let Some(message) = self.message.take() else {
            return Ok(Done::Nothing);
        };
        let ports = &self.storage.ports;
        let text = ports.wording.code_sms(message.language, &message.code);
        match ports.sms.send(&message.phone, &text).await {
            // Perhaps it was sent: a customer without it will ask again, one with it goes on.
            Ok(_) | Err(SmsFailure::Unknown) => Ok(Done::Nothing),
            Err(SmsFailure::Refused) => Err(StorageRefusal::SmsRefused),
            Err(SmsFailure::Unavailable(_)) => Err(StorageRefusal::SmsUnavailable),
        }
    }

    fn held_key(&self, held: HeldCard) -> HeldCardKey {
        HeldCardKey {
            flow: self.key.clone(),
            submission: held.submission.to_hex(),
        }
    }

    fn sealing(&self, flow: FlowId, held: HeldCard) -> SealingContext<'_> {
        SealingContext {
            session: &self.owner.session,
            customer: self.owner.customer,
            pos: held.pos,
            flow,
            deadline: held.deadline,
        }
    }
}
