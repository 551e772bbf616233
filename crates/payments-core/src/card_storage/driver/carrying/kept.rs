//! What is kept of a card when its number goes to the gateway.

use chrono::{DateTime, Utc};

use crate::card::{Brand, CardHolder, CardName, Expiry, Fingerprint, MaskedPan, Pan};
use crate::catalog::GatewayAccount;
use crate::id::{CustomerId, PosId};
use crate::keys::Keys;
use crate::ports::{IssuedToken, NewSavedCard};

use super::SubmittedCard;

pub(super) struct Kept<'a> {
    keys: &'a Keys,
    customer: CustomerId,
    pos: PosId,
    account: GatewayAccount,
    masked_number: MaskedPan,
    fingerprint: Fingerprint,
    expiry: Expiry,
    brand: Brand,
    holder: CardHolder,
    name: Option<CardName>,
    consented_at: DateTime<Utc>,
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
            masked_number: details.pan.mask(),
            fingerprint: details.pan.fingerprint(keys),
            expiry: details.expiry,
            brand: Brand::of(&details.pan),
            holder: details.holder.clone(),
            name: card.name.clone(),
            consented_at: card.consented_at,
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
            masked_number: self.masked_number,
            fingerprint: self.fingerprint,
            expiry: facts.expiry.unwrap_or(self.expiry),
            brand: facts.brand.unwrap_or(self.brand),
            family: facts.family,
            bank: facts.bank,
            holder: self.holder,
            name: self.name,
            consented_at: self.consented_at,
        }
    }

    /// Whether the card's own number stands anywhere in what the gateway gave for it. The number itself is gone by now:
    /// its fingerprint is enough to know it again.
    pub(super) fn is_revealed_by(&self, issued: &IssuedToken) -> bool {
        let key = issued.provider_customer_key.as_ref();
        self.stands_in(issued.token.as_str()) || key.is_some_and(|key| self.stands_in(key.as_str()))
    }

    fn stands_in(&self, text: &str) -> bool {
        let length = self.masked_number.as_str().len();
        let number = |window: &[u8]| Pan::parse(std::str::from_utf8(window).ok()?).ok();
        text.as_bytes()
            .windows(length)
            .filter_map(number)
            .any(|pan| pan.fingerprint(self.keys) == self.fingerprint)
    }
}
