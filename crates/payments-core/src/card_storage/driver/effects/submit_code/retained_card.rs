//! What is retained of a card after its number goes to the gateway.

use crate::action::PendingCard;
use crate::card::{CardIdentity, SubmittedCard};
use crate::catalog::GatewayAccount;
use crate::intent::Intent;
use crate::keys::Keys;
use crate::saved_card::NewSavedCard;
use crate::tokenization::IssuedToken;

use crate::card_storage::driver::leak_check::LeakCheck;

pub(super) struct RetainedCard<'a> {
    keys: &'a Keys,
    intent: Intent,
    identity: CardIdentity,
    card: PendingCard,
}

impl<'a> RetainedCard<'a> {
    /// `intent` must be the intent of this card.
    pub(super) fn of(
        card: &SubmittedCard,
        intent: Intent,
        identity: CardIdentity,
        keys: &'a Keys,
    ) -> Self {
        let details = &card.details;
        let pending = PendingCard {
            leading_digits: details.pan.leading_digits(),
            expiry: details.expiry,
            brand: details.pan.brand(),
            holder: details.holder.clone(),
            name: card.name.clone(),
            consented_at: card.consented_at,
            consent_version: card.consent_version.clone(),
        };
        Self {
            keys,
            intent,
            identity,
            card: pending,
        }
    }

    /// Builds the row of the card.
    pub(super) fn with(self, issued: IssuedToken) -> NewSavedCard {
        self.card.with(&self.intent, &self.identity, issued)
    }

    /// Returns what is needed to save the card later.
    pub(super) fn pending(&self) -> PendingCard {
        self.card.clone()
    }

    /// The account at which the token is made.
    pub(super) fn account(&self) -> &GatewayAccount {
        &self.intent.account
    }

    /// Returns a check for the card's number in the gateway's response.
    pub(super) fn check(&self) -> LeakCheck<'_> {
        LeakCheck {
            keys: self.keys,
            card: Some(&self.identity),
        }
    }
}
