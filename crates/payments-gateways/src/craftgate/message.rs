//! Craftgate's JSON.

use payments_core::card::{CardFacts, CardToken, InvalidToken, ProviderCustomerKey, StatedToken};
use payments_core::flow::IntentId;
use payments_core::tokenization::{IssuedToken, ListedToken, TokenizeRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::http::json_body;
use crate::outcome::Code;
use crate::stated;

/// The body of `POST /payment/v1/cards`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoreCard<'a> {
    card_holder_name: &'a str,
    card_number: &'a str,
    expire_year: String,
    expire_month: String,
    card_alias: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_user_key: Option<&'a str>,
}

impl StoreCard<'_> {
    pub(super) fn body(
        request: &TokenizeRequest,
        key: Option<&ProviderCustomerKey>,
    ) -> Zeroizing<Vec<u8>> {
        let card = &request.card;
        card.pan.expose(|number| {
            json_body(&StoreCard {
                card_holder_name: card.holder.as_str(),
                card_number: number,
                expire_year: card.expiry.year().to_string(),
                expire_month: format!("{:02}", card.expiry.month()),
                card_alias: &request.reference.0,
                card_user_key: key.map(ProviderCustomerKey::as_str),
            })
        })
    }
}

/// The body of `POST /payment/v1/cards/delete`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeleteCard<'a> {
    pub(super) card_user_key: &'a str,
    pub(super) card_token: &'a str,
}

/// The envelope of every response.
#[derive(Deserialize)]
pub(super) struct Wrapped<T> {
    pub(super) data: Option<T>,
    pub(super) errors: Option<Errors>,
}

/// A failure's codes, without its message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Errors {
    pub(super) error_code: Option<Code>,
    pub(super) error_group: Option<String>,
}

/// A card as it is stored there.
#[expect(
    clippy::struct_field_names,
    reason = "they are named as the provider names them"
)]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredCard {
    pub(super) card_token: String,
    card_user_key: String,
    pub(super) card_alias: Option<String>,
    #[serde(default)]
    card_association: Value,
    #[serde(default)]
    card_brand: Value,
    #[serde(default)]
    card_bank_name: Value,
}

impl StoredCard {
    /// The token, if both it and its customer's key are valid.
    pub(super) fn issued(&self) -> Option<IssuedToken> {
        let token = CardToken::parse(&self.card_token).ok()?;
        let key = ProviderCustomerKey::parse(&self.card_user_key).ok()?;
        Some(IssuedToken {
            token,
            provider_customer_key: Some(key),
            facts: self.facts(),
        })
    }

    /// The token as Craftgate states it.
    pub(super) fn stated(&self) -> Result<StatedToken, InvalidToken> {
        StatedToken::parse(&self.card_token, Some(&self.card_user_key))
    }

    /// The token as it is listed.
    pub(super) fn listed(&self) -> Result<ListedToken, InvalidToken> {
        Ok(ListedToken {
            token: self.stated()?,
            reference: self.card_alias.as_deref().and_then(IntentId::parse),
        })
    }

    fn facts(&self) -> CardFacts {
        CardFacts {
            brand: stated::brand(&self.card_association),
            family: stated::name(&self.card_brand),
            bank: stated::name(&self.card_bank_name),
            expiry: None,
        }
    }
}

/// The response to a search.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundCards {
    pub(super) items: Vec<StoredCard>,
    /// The number of cards on a page, which may be less than what was asked for.
    pub(super) size: Option<u64>,
    /// The number of cards on all pages.
    pub(super) total_size: Option<u64>,
}

/// Data that is ignored.
#[derive(Deserialize)]
pub(super) struct Ignored {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::StoredCard;

    #[test]
    fn only_an_alias_of_ours_is_a_reference() {
        let ours = "000102030405060708090a0b0c0d0e0f";
        for (alias, expected) in [
            (Some(ours), Some(ours)),
            (Some("My YKB Card"), None),
            (None, None),
        ] {
            let card = json!({"cardToken": "t", "cardUserKey": "k", "cardAlias": alias});
            let card: StoredCard = serde_json::from_value(card).unwrap();
            let reference = card.listed().unwrap().reference;
            assert_eq!(reference.as_ref().map(|one| &*one.0), expected);
        }
    }
}
