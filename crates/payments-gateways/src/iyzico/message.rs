//! iyzico's JSON.

use payments_core::card::{CardFacts, CardToken, InvalidToken, ProviderCustomerKey, StatedToken};
use payments_core::flow::IntentId;
use payments_core::tokenization::{IssuedToken, ListedToken, TokenizeRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::http::json_body;
use crate::outcome::Code;
use crate::stated;

/// `POST /cardstorage/card`: with `externalId` and `email` for a new customer, with `cardUserKey` for a known one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoreCard<'a> {
    locale: &'a str,
    conversation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_user_key: Option<&'a str>,
    card: Details<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    card_alias: &'a str,
    card_number: &'a str,
    expire_year: String,
    expire_month: String,
    card_holder_name: &'a str,
}

impl<'a> StoreCard<'a> {
    pub(super) fn body(
        locale: &'a str,
        email: &'a str,
        request: &'a TokenizeRequest,
        key: Option<&'a ProviderCustomerKey>,
    ) -> Zeroizing<Vec<u8>> {
        let reference = request.reference.0.as_str();
        let card = &request.card;
        card.pan.expose(|number| {
            json_body(&StoreCard {
                locale,
                conversation_id: reference,
                external_id: key.is_none().then_some(reference),
                email: key.is_none().then_some(email),
                card_user_key: key.map(ProviderCustomerKey::as_str),
                card: Details {
                    card_alias: reference,
                    card_number: number,
                    expire_year: card.expiry.year().to_string(),
                    expire_month: format!("{:02}", card.expiry.month()),
                    card_holder_name: card.holder.as_str(),
                },
            })
        })
    }
}

/// The body of `POST /cardstorage/cards`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListCards<'a> {
    pub(super) locale: &'a str,
    pub(super) conversation_id: &'a str,
    pub(super) card_user_key: &'a str,
}

/// `DELETE /cardstorage/card`, which has a body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeleteCard<'a> {
    pub(super) locale: &'a str,
    pub(super) conversation_id: &'a str,
    pub(super) card_user_key: &'a str,
    pub(super) card_token: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reply {
    pub(super) status: Option<String>,
    pub(super) error_code: Option<Code>,
    card_user_key: Option<String>,
    card_token: Option<String>,
    pub(super) card_details: Option<Vec<StoredCard>>,
    #[serde(flatten)]
    stated: Stated,
}

/// Details of a stored card.
#[expect(
    clippy::struct_field_names,
    reason = "they are named as the provider names them"
)]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stated {
    #[serde(default)]
    card_association: Value,
    #[serde(default)]
    card_family: Value,
    #[serde(default)]
    card_bank_name: Value,
}

/// A card in a customer's list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredCard {
    card_token: String,
    card_alias: Option<String>,
}

impl Stated {
    fn facts(&self) -> CardFacts {
        CardFacts {
            brand: stated::brand(&self.card_association),
            family: stated::name(&self.card_family),
            bank: stated::name(&self.card_bank_name),
            expiry: None,
        }
    }
}

impl Reply {
    /// The token of a stored card, if both it and its customer's key are valid.
    pub(super) fn issued(&self) -> Option<IssuedToken> {
        let token = CardToken::parse(self.card_token.as_deref()?).ok()?;
        let key = ProviderCustomerKey::parse(self.card_user_key.as_deref()?).ok()?;
        Some(IssuedToken {
            token,
            provider_customer_key: Some(key),
            facts: self.stated.facts(),
        })
    }
}

impl StoredCard {
    pub(super) fn is(&self, token: &str) -> bool {
        self.card_token == token
    }

    pub(super) fn is_stored_as(&self, reference: &IntentId) -> bool {
        self.card_alias.as_ref() == Some(&reference.0)
    }

    /// The token as iyzico states it.
    pub(super) fn stated(&self, key: &str) -> Result<StatedToken, InvalidToken> {
        StatedToken::parse(&self.card_token, Some(key))
    }

    /// The token as it is listed.
    pub(super) fn listed(&self, key: &str) -> Result<ListedToken, InvalidToken> {
        Ok(ListedToken {
            token: self.stated(key)?,
            reference: self.card_alias.as_deref().and_then(IntentId::parse),
        })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::card::{CardDetails, CardHolder, Expiry, Pan, ProviderCustomerKey};
    use payments_core::id::CustomerId;
    use payments_core::tokenization::TokenizeRequest;

    use super::{CardFacts, IntentId, Reply, StoreCard};

    fn check(key: Option<&str>, expected: &str) {
        let request = TokenizeRequest {
            reference: IntentId("0123".to_owned()),
            customer: CustomerId::new(7).unwrap(),
            provider_customer_key: key.map(|key| ProviderCustomerKey::parse(key).unwrap()),
            card: CardDetails {
                pan: Pan::parse("5528790000000008").unwrap(),
                expiry: Expiry::new(7, 2030).unwrap(),
                holder: CardHolder::parse("Ayşe Yılmaz").unwrap(),
                cvv: None,
            },
            return_url: None,
        };
        let key = request.provider_customer_key.as_ref();
        let body = StoreCard::body("tr", "customer-7@example.com", &request, key);
        assert_eq!(std::str::from_utf8(&body), Ok(expected));
    }

    #[test]
    fn what_is_oddly_stated_about_a_card_does_not_cost_its_token() {
        let body = r#"{"status":"success","cardUserKey":"cuk-42","cardToken":"ct-7","cardAssociation":4,
            "cardFamily":["Paraf"],"cardBankName":"5528790000000008"}"#;
        let reply: Reply = serde_json::from_str(body).unwrap();
        let issued = reply.issued().unwrap();
        assert_eq!(issued.token.as_str(), "ct-7");
        assert_eq!(issued.facts, CardFacts::default());
    }

    #[test]
    fn a_first_card_brings_its_customer_along_and_a_later_one_names_it() {
        check(
            None,
            r#"{"locale":"tr","conversationId":"0123","externalId":"0123","email":"customer-7@example.com","card":{"cardAlias":"0123","cardNumber":"5528790000000008","expireYear":"2030","expireMonth":"07","cardHolderName":"Ayşe Yılmaz"}}"#,
        );
        check(
            Some("cuk-42"),
            r#"{"locale":"tr","conversationId":"0123","cardUserKey":"cuk-42","card":{"cardAlias":"0123","cardNumber":"5528790000000008","expireYear":"2030","expireMonth":"07","cardHolderName":"Ayşe Yılmaz"}}"#,
        );
    }
}
