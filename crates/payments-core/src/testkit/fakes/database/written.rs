//! The texts in the rows.

use crate::card::{CardName, ProviderCustomerKey, StatedName};
use crate::intent::IntentOutcome;
use crate::saved_card::NewSavedCard;

use super::Tables;

impl Tables {
    /// Every text in the rows that came from a customer or a gateway.
    pub(super) fn texts(&self) -> Vec<String> {
        let cards = self.cards.iter().flat_map(|row| of_card(&row.card));
        let deletions = self.deletions.iter().flat_map(|row| {
            let key = row.deletion.provider_customer_key.as_ref();
            [
                Some(row.deletion.token.as_str()),
                key.map(ProviderCustomerKey::as_str),
            ]
        });
        let intents = self.intents.values().flat_map(|row| {
            let card = row.intent.card.as_ref();
            let code = match &row.outcome {
                Some(IntentOutcome::Refused { gateway_code }) => gateway_code.as_deref(),
                Some(IntentOutcome::Saved(_) | IntentOutcome::Reconciled) | None => None,
            };
            let key = row.provider_customer_key.as_ref();
            [
                key.map(ProviderCustomerKey::as_str),
                card.map(|card| card.masked_number.as_str()),
                code,
            ]
        });
        let actions = self.intents.values().flat_map(|row| {
            let pending = row.action.as_ref().and_then(|one| one.pending.as_ref());
            let card = pending.and_then(|pending| pending.card.as_ref());
            [
                pending.map(|pending| pending.handle.as_str()),
                pending.map(|pending| pending.url.as_str()),
                card.map(|card| card.leading_digits.as_str()),
                card.map(|card| card.holder.as_str()),
                card.and_then(|card| card.name.as_ref().map(CardName::as_str)),
            ]
        });
        let audit = self.audit.iter().map(|one| one.gateway_code.as_deref());
        let all = cards
            .chain(deletions)
            .chain(intents)
            .chain(actions)
            .chain(audit);
        all.flatten().map(str::to_owned).collect()
    }
}

fn of_card(card: &NewSavedCard) -> [Option<&str>; 8] {
    let key = card.provider_customer_key.as_ref();
    [
        Some(card.token.as_str()),
        key.map(ProviderCustomerKey::as_str),
        Some(card.masked_number.as_str()),
        Some(card.leading_digits.as_str()),
        card.family.as_ref().map(StatedName::as_str),
        card.bank.as_ref().map(StatedName::as_str),
        Some(card.holder.as_str()),
        card.name.as_ref().map(CardName::as_str),
    ]
}
