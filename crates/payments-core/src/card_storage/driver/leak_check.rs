//! The one check of what a gateway said, before any of it is kept.

use alloc::string::String;

use crate::card::{
    CardFacts, CardIdentity, CardToken, ProviderCustomerKey, StatedName, StatedToken,
};
use crate::keys::Keys;
use crate::tokenization::{GatewayAction, IssuedToken};

/// Looks for a card's number in what a gateway said about the card. Of an intent that an earlier release recorded the
/// card is not known; then only a text that looks like a card number as a whole is refused.
pub(super) struct LeakCheck<'a> {
    pub(super) keys: &'a Keys,
    pub(super) card: Option<&'a CardIdentity>,
}

impl LeakCheck<'_> {
    fn reveals(&self, text: &str) -> bool {
        self.card.is_some_and(|card| card.is_in(text, self.keys))
    }

    /// A token and its customer's key, if both may be kept.
    pub(super) fn token(
        &self,
        stated: &StatedToken,
    ) -> Option<(CardToken, Option<ProviderCustomerKey>)> {
        let key = stated.provider_customer_key();
        let reveals = self.reveals(stated.token()) || key.is_some_and(|key| self.reveals(key));
        stated.keepable().ok().filter(|_| !reveals)
    }

    /// An issued token, if it may be kept, with those facts that may.
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

    /// What a gateway wants the customer to do, if it may be kept.
    pub(super) fn action(&self, action: GatewayAction) -> Option<GatewayAction> {
        let reveals = self.reveals(action.handle.as_str()) || self.reveals(action.url.as_str());
        Some(action).filter(|_| !reveals)
    }

    /// The gateway's own code of a refusal, if it may be kept.
    pub(super) fn code(&self, code: Option<String>) -> Option<String> {
        code.filter(|code| !self.reveals(code))
    }
}
