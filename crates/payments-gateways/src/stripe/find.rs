//! Finding a payment method by our reference, which is in its metadata.

use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::card_storage::IntentId;
use payments_core::catalog::Pos;
use payments_core::ports::IssuedToken;

use super::message::{List, Object};
use super::{Account, StripeTokenizer, UNUSABLE_TOKEN, reason};
use crate::http::percent_encoded;
use crate::outcome::Trouble;

impl StripeTokenizer {
    /// Among the customer's cards if the customer is known, else among those of the customer made for the reference.
    /// (Stripe's search may lag by a minute: the reconciler comes later, and looks twice.)
    pub(super) async fn find_attached(
        &self,
        pos: &Pos,
        reference: &IntentId,
        customer: Option<ProviderCustomerKey>,
    ) -> Result<Vec<IssuedToken>, Trouble> {
        let account = Account::read(&pos.config, &self.wiring)?;
        let mut customers: Vec<_> = customer.into_iter().collect();
        customers.extend(self.customers_made_for(&account, reference).await?);
        customers.dedup();
        let mut found = Vec::new();
        for customer in customers {
            found.extend(self.cards_of(&account, reference, &customer).await?);
        }
        Ok(found)
    }

    async fn customers_made_for(
        &self,
        account: &Account,
        reference: &IntentId,
    ) -> Result<Vec<ProviderCustomerKey>, Trouble> {
        let query = percent_encoded(&format!("metadata[\"reference\"]:\"{reference}\""));
        let path = format!("/v1/customers/search?query={query}");
        let found: List = self.get(account, &path).await?;
        let keys = found
            .data
            .iter()
            .map(|customer| ProviderCustomerKey::parse(&customer.id));
        Ok(keys.filter_map(Result::ok).collect())
    }

    async fn cards_of(
        &self,
        account: &Account,
        reference: &IntentId,
        customer: &ProviderCustomerKey,
    ) -> Result<Vec<IssuedToken>, Trouble> {
        let customer_id = percent_encoded(customer.as_str());
        let path = format!("/v1/customers/{customer_id}/payment_methods?type=card&limit=100");
        let listed: List = match self.get(account, &path).await {
            Err(trouble) if reason::says_no_such_object(&trouble) => return Ok(Vec::new()),
            listed => listed?,
        };
        if listed.has_more {
            return Err(Trouble::Unknown {
                what: "the customer has more cards than one page",
            });
        }
        let issued = |method: &Object| {
            let token = CardToken::parse(&method.id).ok()?;
            Some(IssuedToken {
                token,
                provider_customer_key: Some(customer.clone()),
                facts: method.facts(),
            })
        };
        let ours = listed
            .data
            .iter()
            .filter(|method| method.metadata.reference.as_ref() == Some(&reference.0));
        let issued: Option<Vec<_>> = ours.map(issued).collect();
        issued.ok_or(UNUSABLE_TOKEN)
    }
}
