//! A customer deletes a saved card.

use crate::card::StatedToken;
use crate::catalog::Catalog;
use crate::id::{CustomerId, SavedCardId};
use crate::ports::{TokenDeletion, Unavailable};

use super::CardStorage;
use super::submission::seconds;

impl CardStorage {
    /// Deletes a card of a customer's own and, if the gateway answers, its token there; otherwise the reconciler deletes
    /// the token later. `false`: the customer has no such card.
    ///
    /// # Errors
    /// [`Unavailable`] when the row could not be deleted.
    pub async fn remove_card(
        &self,
        catalog: &Catalog,
        customer: CustomerId,
        pk: SavedCardId,
    ) -> Result<bool, Unavailable> {
        let now = self.ports.clock.now();
        let lease_until = now + seconds(self.settings.lease_seconds);
        let removed = self
            .ports
            .saved_cards
            .remove(customer, pk, lease_until, now)
            .await?;
        let Some(removed) = removed else {
            return Ok(false);
        };
        if let Some(deletion) = removed.deletion {
            self.delete_token(catalog, deletion).await;
        }
        Ok(true)
    }

    /// Deletes a queued token at its gateway and takes it off the queue; whether both succeeded.
    pub(super) async fn delete_token(&self, catalog: &Catalog, deletion: TokenDeletion) -> bool {
        let TokenDeletion {
            id,
            pos,
            token,
            provider_customer_key,
        } = deletion;
        let Some(pos) = catalog.pos(pos) else {
            return false;
        };
        let Some(tokenizer) = self.ports.tokenizers.of(pos) else {
            return false;
        };
        let token = StatedToken::of(&token, provider_customer_key.as_ref());
        if tokenizer.delete(pos, &token).await.is_err() {
            return false;
        }
        let now = self.ports.clock.now();
        self.ports.intents.deletion_done(id, now).await.is_ok()
    }
}
