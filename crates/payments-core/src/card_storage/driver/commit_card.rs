//! The only place that commits a card's row.

use crate::flow::IntentId;
use crate::intent::IntentOutcome;
use crate::saved_card::NewSavedCard;

use super::CardStorage;

/// How often queueing a token is attempted while the database is unavailable.
const QUEUEING_TRIES: u32 = 3;

impl CardStorage {
    /// Commits the card and closes the intent. Returns how the intent ended, now or earlier; `None` if that is unknown
    /// or the intent had to stay open.
    pub(super) async fn commit(&self, id: &IntentId, card: &NewSavedCard) -> Option<IntentOutcome> {
        let now = self.ports.clock.now();
        match self.ports.intents.save_card(id, card, now).await {
            Ok(outcome) => outcome,
            // The commit may have succeeded although the reply was lost.
            Err(_) => self.outcome_after_all(id, card).await,
        }
    }

    /// Looks up how the intent ended, if it did. The reconciler does not search for the token of a closed intent, and
    /// the lost reply may mean that the token was not queued for deletion; so queueing is retried.
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
