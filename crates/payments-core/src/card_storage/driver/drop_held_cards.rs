//! Deletes the held cards of sessions that were ended by someone other than the customer.

use crate::flow::{FlowKey, HeldCardKey};
use crate::id::CustomerId;
use crate::session::SessionDigest;

use super::super::state::{FlowState, HeldCard};
use super::CardStorage;

impl CardStorage {
    /// Deletes the cards that a customer's ended sessions hold. A card that cannot be deleted now (the flow store
    /// is unavailable, or a request is just storing it) cannot be read without the session's id, and expires
    /// after the card lifetime.
    pub async fn drop_held_cards(&self, customer: CustomerId, ended: &[SessionDigest]) {
        for session in ended {
            let key = self.keys.flow_key(session, customer);
            self.drop_held_card(key).await;
        }
    }

    async fn drop_held_card(&self, flow: FlowKey) {
        let now = self.ports.clock.now();
        let Ok(Some((state, _))) = self.ports.flows.load(&flow, now).await else {
            return;
        };
        if let Some(held) = waiting_card(&state) {
            let submission = held.submission.to_hex();
            let key = HeldCardKey { flow, submission };
            let _ = self.ports.held_cards.discard(&key).await;
        }
    }
}

/// The card that waits for its code. A claimed card has already been taken out of the store.
const fn waiting_card(state: &FlowState) -> Option<HeldCard> {
    match state {
        FlowState::CardHeld(state) => Some(state.card),
        FlowState::CodeSent(state) => state.card,
        FlowState::Empty
        | FlowState::Claimed(_)
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_) => None,
    }
}
