//! What is kept of a card when its number goes to the gateway.

use chrono::{DateTime, Utc};

use crate::card::{Brand, CardHolder, CardIdentity, CardName, Expiry};
use crate::catalog::GatewayAccount;
use crate::consent::ConsentVersion;
use crate::id::{CustomerId, PosId};
use crate::keys::Keys;
use crate::ports::{IssuedToken, NewSavedCard};

use super::super::checking::Check;
use super::SubmittedCard;

pub(super) struct Kept<'a> {
    keys: &'a Keys,
    customer: CustomerId,
    pos: PosId,
    account: GatewayAccount,
    identity: CardIdentity,
    expiry: Expiry,
    brand: Brand,
    holder: CardHolder,
    name: Option<CardName>,
    consented_at: DateTime<Utc>,
    consent_version: Option<ConsentVersion>,
}

impl<'a> Kept<'a> {
    pub(super) fn of(
        card: &SubmittedCard,
        customer: CustomerId,
        (pos, account): (PosId, GatewayAccount),
        keys: &'a Keys,
    ) -> Self {
        let details = &card.details;
        Self {
            keys,
            customer,
            pos,
            account,
            identity: CardIdentity::of(&details.pan, keys),
            expiry: details.expiry,
            brand: Brand::of(&details.pan),
            holder: details.holder.clone(),
            name: card.name.clone(),
            consented_at: card.consented_at,
            consent_version: card.consent_version.clone(),
        }
    }

    /// What the gateway states about the card is taken over what was typed or guessed; the mask is always ours.
    pub(super) fn with(self, issued: IssuedToken) -> NewSavedCard {
        let facts = issued.facts;
        NewSavedCard {
            customer: self.customer,
            pos: self.pos,
            account: self.account,
            token: issued.token,
            provider_customer_key: issued.provider_customer_key,
            masked_number: self.identity.masked_number,
            fingerprint: self.identity.fingerprint,
            expiry: facts.expiry.unwrap_or(self.expiry),
            brand: facts.brand.unwrap_or(self.brand),
            family: facts.family,
            bank: facts.bank,
            holder: self.holder,
            name: self.name,
            consented_at: self.consented_at,
            consent_version: self.consent_version,
        }
    }

    /// Where its token is made.
    pub(super) fn account(&self) -> &GatewayAccount {
        &self.account
    }

    /// What the card's number is known by, now that the number is gone.
    pub(super) fn identity(&self) -> &CardIdentity {
        &self.identity
    }

    /// Looks for the card's number in what the gateway says.
    pub(super) fn check(&self) -> Check<'_> {
        Check {
            keys: self.keys,
            card: Some(&self.identity),
        }
    }
}
