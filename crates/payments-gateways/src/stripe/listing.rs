//! Lists payment methods, customer by customer.

use payments_core::card::{InvalidToken, StatedToken};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::tokenization::{ListCursor, ListOf, Listed, ListedToken};

use super::find::PAGE;
use super::message::{List, Object};
use super::{Account, StripeTokenizer, UNUSABLE_TOKEN};
use crate::http::percent_encoded;
use crate::outcome::ProviderError;

impl StripeTokenizer {
    /// A page has all cards of some customers; the cursor is the last of them. Customers that other software made are
    /// listed too. A payment method without a customer is no token.
    pub(super) async fn list_cards(
        &self,
        pos: &Pos,
        of: &ListOf,
        after: Option<&ListCursor>,
    ) -> Result<Listed, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        if let ListOf::Customer(key) = of {
            let tokens = self.tokens_of(&account, key.as_str()).await?;
            return Ok(Listed::all(tokens));
        }
        let mut path = format!("/v1/customers?limit={PAGE}");
        if let Some(cursor) = after {
            path = format!("{path}&starting_after={}", percent_encoded(&cursor.0));
        }
        let customers: List = self.get(&account, &path).await?;
        let mut tokens = Vec::new();
        for customer in &customers.data {
            tokens.extend(self.tokens_of(&account, &customer.id).await?);
        }
        let next = customers.next_page()?;
        let next = next.map(|(_, last)| ListCursor(last.to_owned()));
        Ok(Listed::Page { tokens, next })
    }

    /// A customer's cards. A customer who was deleted meanwhile has none.
    async fn tokens_of(
        &self,
        account: &Account,
        customer: &str,
    ) -> Result<Vec<ListedToken>, ProviderError> {
        let cards = self.all_cards_of(account, customer).await?;
        let cards = cards.unwrap_or_default();
        let listed: Result<Vec<_>, _> = cards.iter().map(|card| listed(card, customer)).collect();
        listed.map_err(|_| UNUSABLE_TOKEN)
    }
}

fn listed(card: &Object, customer: &str) -> Result<ListedToken, InvalidToken> {
    Ok(ListedToken {
        token: StatedToken::parse(&card.id, Some(customer))?,
        reference: card.reference().and_then(IntentId::parse),
    })
}
