//! Lists a customer's cards.

use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::tokenization::{ListOf, Listed};
use reqwest::Method;

use super::message::{ListCards, StoredCard};
use super::{Account, IyzicoTokenizer, UNUSABLE_TOKEN, reason};
use crate::http::json_body;
use crate::outcome::ProviderError;

impl IyzicoTokenizer {
    /// The customer's cards; none where iyzico does not know the customer.
    pub(super) async fn list(
        &self,
        account: &Account,
        key: &str,
    ) -> Result<Option<Vec<StoredCard>>, ProviderError> {
        let body = json_body(&ListCards {
            locale: account.locale,
            conversation_id: &self.conversation_id(),
            card_user_key: key,
        });
        let listed = self.call(account, Method::POST, "/cardstorage/cards", body);
        match listed.await {
            Ok(reply) => Ok(Some(reply.card_details.unwrap_or_default())),
            Err(error) if reason::says_no_such_customer(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The customer's cards under a reference; none where iyzico does not know the customer.
    pub(super) async fn list_stored_as(
        &self,
        account: &Account,
        reference: &IntentId,
        key: &ProviderCustomerKey,
    ) -> Result<Option<Vec<StatedToken>>, ProviderError> {
        let Some(listed) = self.list(account, key.as_str()).await? else {
            return Ok(None);
        };
        let ours = listed.iter().filter(|card| card.is_stored_as(reference));
        let stated: Result<Vec<_>, _> = ours.map(|card| card.stated(key.as_str())).collect();
        stated.map(Some).map_err(|_| UNUSABLE_TOKEN)
    }

    /// A customer's cards are on one page. There is no list of all customers.
    pub(super) async fn list_cards(&self, pos: &Pos, of: &ListOf) -> Result<Listed, ProviderError> {
        let key = match of {
            ListOf::Account => return Ok(Listed::Unsupported),
            ListOf::Customer(key) => key.as_str(),
        };
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let cards = self.list(&account, key).await?.unwrap_or_default();
        let listed: Result<Vec<_>, _> = cards.iter().map(|card| card.listed(key)).collect();
        listed.map(Listed::all).map_err(|_| UNUSABLE_TOKEN)
    }
}
