//! Craftgate's JSON.

use payments_core::card::{CardFacts, CardToken, InvalidToken, ProviderCustomerKey, StatedToken};
use payments_core::tokenization::{IssuedToken, TokenizeRequest};
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
pub(super) struct FoundCards {
    pub(super) items: Vec<StoredCard>,
}

/// Data that is ignored.
#[derive(Deserialize)]
pub(super) struct Ignored {}
