//! Checks every gateway response for the card's number before any of it is stored.

use alloc::string::String;

use crate::card::{
    CardFacts, CardIdentity, CardToken, ProviderCustomerKey, StatedName, StatedToken,
};
use crate::keys::Keys;
use crate::tokenization::{GatewayAction, IssuedToken};

/// Looks for a card's number in a gateway's response. For an intent that an earlier release recorded, the card is
/// unknown; then only a text that as a whole looks like a card number is refused.
pub(super) struct LeakCheck<'a> {
    pub(super) keys: &'a Keys,
    pub(super) card: Option<&'a CardIdentity>,
}

impl LeakCheck<'_> {
    fn reveals(&self, text: &str) -> bool {
        self.card.is_some_and(|card| card.is_in(text, self.keys))
    }

    /// Returns the token and the gateway's customer key if both may be stored.
    pub(super) fn token(
        &self,
        stated: &StatedToken,
    ) -> Option<(CardToken, Option<ProviderCustomerKey>)> {
        let key = stated.provider_customer_key();
        let reveals = self.reveals(stated.token()) || key.is_some_and(|key| self.reveals(key));
        stated.keepable().ok().filter(|_| !reveals)
    }

    /// Returns an issued token if it may be stored, without the facts that may not.
    pub(super) fn issued(&self, issued: IssuedToken) -> Option<IssuedToken> {
        let key = issued.provider_customer_key.as_ref();
        let (token, provider_customer_key) = self.token(&StatedToken::of(&issued.token, key))?;
        Some(IssuedToken {
            token,
            provider_customer_key,
            facts: self.facts(issued.facts),
        })
    }

    fn facts(&self, facts: CardFacts) -> CardFacts {
        let keepable = |name: &StatedName| !self.reveals(name.as_str());
        CardFacts {
            brand: facts.brand,
            family: facts.family.filter(keepable),
            bank: facts.bank.filter(keepable),
            expiry: facts.expiry,
        }
    }

    /// Returns an action if it may be stored.
    pub(super) fn action(&self, action: GatewayAction) -> Option<GatewayAction> {
        let reveals = self.reveals(action.handle.as_str()) || self.reveals(action.url.as_str());
        Some(action).filter(|_| !reveals)
    }

    /// Returns the gateway's refusal code if it may be stored.
    pub(super) fn code(&self, code: Option<String>) -> Option<String> {
        code.filter(|code| !self.reveals(code))
    }
}
