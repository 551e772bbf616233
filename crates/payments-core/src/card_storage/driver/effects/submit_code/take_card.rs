//! Takes the held card out of the store.

use crate::flow::FlowId;
use crate::ports::Unavailable;

use super::{Progress, SubmitCodeRunner};
use crate::card_storage::driver::seconds;
use crate::card_storage::driver::submit_card::{held_key, sealing};
use crate::card_storage::event::Outcome;
use crate::card_storage::state::HeldCard;

impl SubmitCodeRunner<'_> {
    /// Takes the card. A store that does not answer may have given it out; then the claim expires, and the request that
    /// takes the claim over finds the card, or finds it gone.
    pub(super) async fn take(
        &mut self,
        flow: FlowId,
        held: HeldCard,
    ) -> Result<Outcome, Unavailable> {
        let storage = self.flow.storage;
        let ports = &storage.ports;
        let name = held_key(self.flow.key, &held);
        let taken = ports.held_cards.take(&name, ports.clock.now()).await?;
        let Some(sealed) = taken else {
            return Ok(Outcome::CardLost);
        };
        let (context, now) = (sealing(self.flow.owner, flow, &held), ports.clock.now());
        let Ok(card) = sealed.open(&context, &storage.keys, now) else {
            return Ok(Outcome::CardLost);
        };
        self.progress = Progress::Taken(card);
        Ok(Outcome::CardTaken {
            settled_by: now + seconds(storage.settings.saving_seconds),
        })
    }
}
