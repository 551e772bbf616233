//! Deletes a customer's saved card.

use crate::audit::Author;
use crate::card::StatedToken;
use crate::catalog::Catalog;
use crate::id::{CustomerId, SavedCardId};
use crate::intent::{Setback, TokenDeletion};
use crate::ports::Unavailable;

use super::CardStorage;

impl CardStorage {
    /// Deletes one of the customer's own cards, and its token at the gateway. If the gateway is unavailable, the
    /// reconciler deletes the token later. Returns `false` if the customer has no such card.
    ///
    /// # Errors
    /// [`Unavailable`] if the row could not be deleted.
    pub async fn remove_card(
        &self,
        catalog: &Catalog,
        customer: CustomerId,
        pk: SavedCardId,
    ) -> Result<bool, Unavailable> {
        self.remove(catalog, customer, pk, None).await
    }

    /// Deletes a card on behalf of the store's staff, and names the author in the audit record. See
    /// [`CardStorage::remove_card`].
    ///
    /// # Errors
    /// As [`CardStorage::remove_card`].
    pub async fn remove_card_for(
        &self,
        catalog: &Catalog,
        customer: CustomerId,
        pk: SavedCardId,
        author: Author,
    ) -> Result<bool, Unavailable> {
        self.remove(catalog, customer, pk, Some(author)).await
    }

    async fn remove(
        &self,
        catalog: &Catalog,
        customer: CustomerId,
        pk: SavedCardId,
        author: Option<Author>,
    ) -> Result<bool, Unavailable> {
        let now = self.ports.clock.now();
        let lease_until = self.lease_terms(1).await?.lease_until(0);
        let removed = self
            .ports
            .saved_cards
            .remove(customer, pk, lease_until, now, author)
            .await?;
        let Some(removed) = removed else {
            return Ok(false);
        };
        if let Some(deletion) = removed.deletion {
            self.delete_token(catalog, deletion).await;
        }
        Ok(true)
    }

    /// Deletes a queued token at its own account and removes it from the queue. Returns whether both succeeded.
    /// Otherwise the token stays queued, with the reason.
    pub(super) async fn delete_token(&self, catalog: &Catalog, deletion: TokenDeletion) -> bool {
        let id = deletion.id;
        match self.delete_at_gateway(catalog, deletion).await {
            Ok(()) => self.ports.intents.deletion_done(id).await.is_ok(),
            Err(setback) => {
                // The deletion is retried even if this note fails.
                let _ = self.ports.intents.deletion_stuck(id, setback).await;
                false
            }
        }
    }

    async fn delete_at_gateway(
        &self,
        catalog: &Catalog,
        deletion: TokenDeletion,
    ) -> Result<(), Setback> {
        let (tokenizer, pos) = self.reach(catalog, deletion.pos, &deletion.account)?;
        let token = StatedToken::of(&deletion.token, deletion.provider_customer_key.as_ref());
        let deleted = tokenizer.delete(&pos, &token).await;
        deleted.map_err(|_| Setback::GatewayUnavailable)
    }
}
