//! The one place where a card's row is committed.

use crate::flow::IntentId;
use crate::intent::IntentOutcome;
use crate::saved_card::NewSavedCard;

use super::CardStorage;

/// How often the queueing of a token is tried when the database does not answer.
const QUEUEING_TRIES: u32 = 3;

impl CardStorage {
    /// Commits the card together with the closed intent. How the intent ended, then or before; none while that is not
    /// known, or the intent had to be left open.
    pub(super) async fn commit(&self, id: &IntentId, card: &NewSavedCard) -> Option<IntentOutcome> {
        let now = self.ports.clock.now();
        match self.ports.intents.save_card(id, card, now).await {
            Ok(outcome) => outcome,
            // Perhaps it was committed and only the reply was lost.
            Err(_) => self.outcome_after_all(id, card).await,
        }
    }

    /// How the intent ended, if it did. The reconciler does not search for the token of a closed intent, and the lost reply
    /// leaves open whether the token was queued for deletion: queueing is retried.
    async fn outcome_after_all(&self, id: &IntentId, card: &NewSavedCard) -> Option<IntentOutcome> {
        let ports = &self.ports;
        let outcome = ports.intents.outcome(id).await.ok().flatten()?;
        if matches!(outcome, IntentOutcome::Saved(_)) {
            return Some(outcome);
        }
        for _ in 0..QUEUEING_TRIES {
            let queued = ports.intents.save_card(id, card, ports.clock.now()).await;
            if queued.is_ok() {
                break;
            }
        }
        Some(outcome)
    }
}
