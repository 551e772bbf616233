//! Finds a payment method by our reference, which is in its metadata.

use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::tokenization::{CalledWith, Found, TokenSearch};

use super::message::{List, Object};
use super::{Account, StripeTokenizer, UNUSABLE_TOKEN, reason};
use crate::http::percent_encoded;
use crate::outcome::ProviderError;

/// Objects on a page. A payment method has about 1.6 KB, and an answer may have 64 KiB.
pub(super) const PAGE: u8 = 20;
/// The maximum number of pages that are read.
const MOST_PAGES: u8 = 50;
const TOO_MANY: ProviderError = ProviderError::Unknown {
    what: "the customer has more cards than are read",
};

impl StripeTokenizer {
    /// Searches the cards of the call's customer, and of the customers created for the reference: for a first card, or
    /// in place of a deleted one. (Stripe's search may lag by a minute. The reconciler runs later and searches twice.)
    pub(super) async fn find_attached(
        &self,
        pos: &Pos,
        search: &TokenSearch,
    ) -> Result<Found, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let named = search.called_with.key().map(ProviderCustomerKey::as_str);
        let made = self.customers_made_for(&account, &search.reference).await?;
        let mut customers: Vec<&str> = named.into_iter().collect();
        customers.extend(made.iter().map(String::as_str));
        customers.dedup();
        let (mut tokens, mut listed) = (Vec::new(), 0);
        for customer in &customers {
            let cards = self.cards_of(&account, &search.reference, customer);
            if let Some(cards) = cards.await? {
                listed += 1;
                tokens.extend(cards);
            }
        }
        let is_certain = match search.called_with {
            // A customer who exists now existed then. A deleted one may have been replaced.
            CalledWith::Key(_) => listed > 0,
            CalledWith::NoKey => listed == customers.len(),
            CalledWith::Unknown => false,
        };
        Ok(match Found::all(tokens) {
            Found::Nothing if !is_certain => Found::CannotTell,
            found @ (Found::Tokens(_) | Found::Nothing | Found::CannotTell) => found,
        })
    }

    async fn customers_made_for(
        &self,
        account: &Account,
        reference: &IntentId,
    ) -> Result<Vec<String>, ProviderError> {
        let query = percent_encoded(&format!("metadata[\"reference\"]:\"{reference}\""));
        let path = format!("/v1/customers/search?query={query}");
        let found = self.pages(account, &path).await?;
        Ok(found.into_iter().map(|customer| customer.id).collect())
    }

    /// A customer's cards; none if the customer does not exist any more.
    pub(super) async fn all_cards_of(
        &self,
        account: &Account,
        customer: &str,
    ) -> Result<Option<Vec<Object>>, ProviderError> {
        let customer = percent_encoded(customer);
        let path = format!("/v1/customers/{customer}/payment_methods?type=card");
        match self.pages(account, &path).await {
            Err(error) if reason::says_no_such_object(&error) => Ok(None),
            listed => listed.map(Some),
        }
    }

    /// A customer's cards with the reference; none if the customer does not exist any more.
    async fn cards_of(
        &self,
        account: &Account,
        reference: &IntentId,
        customer: &str,
    ) -> Result<Option<Vec<StatedToken>>, ProviderError> {
        let Some(listed) = self.all_cards_of(account, customer).await? else {
            return Ok(None);
        };
        let ours = listed
            .iter()
            .filter(|method| method.reference() == Some(&reference.0));
        let stated = |method: &Object| StatedToken::parse(&method.id, Some(customer));
        let stated: Result<Vec<_>, _> = ours.map(stated).collect();
        stated.map(Some).map_err(|_| UNUSABLE_TOKEN)
    }

    /// All objects of a list or a search result, page by page.
    async fn pages(&self, account: &Account, path: &str) -> Result<Vec<Object>, ProviderError> {
        let first = format!("{path}&limit={PAGE}");
        let mut page = first.clone();
        let mut objects = Vec::new();
        for _ in 0..MOST_PAGES {
            let list: List = self.get(account, &page).await?;
            let next = list.next_page()?.map(|(cursor, value)| {
                let value = percent_encoded(value);
                format!("{first}&{cursor}={value}")
            });
            objects.extend(list.data);
            match next {
                Some(next) => page = next,
                None => return Ok(objects),
            }
        }
        Err(TOO_MANY)
    }
}
