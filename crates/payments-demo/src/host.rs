//! What the demo needs from the service that mounts it.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::{Error, HttpRequest, Route, web};
use async_trait::async_trait;
use payments_core::audit::Author;
use payments_core::catalog::LeadingDigits;
use payments_core::id::{CardId, CustomerId, ProductId, SavedCardId};
use payments_core::language::Language;
use payments_core::money::Money;
use payments_core::ports::{Clock, Entropy, Records, Unavailable};
use payments_core::record::{Key, Part, Record};
use payments_core::session::SessionId;
use serde_json::Value;

use crate::changes::Changes;
use crate::orders::Orders;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The state that the demo's handlers share.
pub struct Demo {
    /// Reads and deletes stored objects.
    pub records: Arc<dyn Records>,
    /// The source of the time.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The URL of the service, without a trailing slash.
    pub public_url: String,
    /// The name of the session cookie.
    pub session_cookie: String,
    /// How long a one-time code is valid.
    pub code_lifetime_seconds: u32,
    /// The digits of a one-time code.
    pub code_length: u8,
    /// Responds to methods that a resource does not have; the text is its `Allow` header.
    pub other_methods: fn(&'static str) -> Route,
    /// The service's functions that the demo calls.
    pub host: Box<dyn Host>,
    /// The orders that were paid.
    pub orders: Orders,
    /// The locks of baskets.
    pub changes: Changes,
}

/// What a customer pays with.
#[derive(Debug)]
pub struct Payment {
    /// The number of the order.
    pub order: String,
    /// The card of the catalog.
    pub card: CardId,
    /// The first digits of the customer's card, if they were typed.
    pub digits: Option<LeadingDigits>,
    /// The customer's saved card, if one was chosen.
    pub saved_card: Option<SavedCardId>,
    /// The count of the chosen plan.
    pub installment_count: u32,
    /// The total that the customer saw.
    pub total: Money,
}

/// Whether a quote may be charged.
#[derive(Debug, PartialEq, Eq)]
pub enum Authorized {
    /// It may. The masked number of the saved card, if one was chosen.
    Yes(Option<String>),
    /// The quote no longer holds.
    Changed,
    /// The saved card cannot be charged.
    CardUnusable,
}

/// The price of a plan that the session's pre-order is offered.
#[derive(Debug)]
pub struct Quoted {
    /// The quote as a signed token.
    pub text: String,
    /// The amount to charge.
    pub total: Money,
    /// The interest in it.
    pub interest: Money,
    /// The amount of each installment.
    pub single_installment: Money,
    /// How many installments.
    pub installment_count: u32,
    /// The name of the catalog's card.
    pub card: String,
}

/// The future of [`Host::remove_cards`]. It is `Send`, because it is also awaited outside the HTTP workers.
pub type CardsRemoved<'h> = Pin<Box<dyn Future<Output = Result<(), Unavailable>> + Send + 'h>>;

/// The service's functions that the demo calls. Errors are the service's own responses.
#[async_trait(?Send)]
pub trait Host: Send + Sync {
    /// The session of a request, if it names one.
    async fn session_id(&self, request: &HttpRequest) -> Result<Option<SessionId>, Error>;

    /// Checks the request's CSRF token.
    ///
    /// # Errors
    /// The service's response to a missing or wrong token.
    fn check_csrf(&self, request: &HttpRequest, session: &SessionId) -> Result<(), Error>;

    /// The id of the request, for the audit log.
    fn request_id(&self, request: &HttpRequest) -> Option<String>;

    /// The language that `Accept-Language` prefers.
    fn language(&self, request: &HttpRequest) -> Language;

    /// The value of a cookie, if the request has exactly one.
    fn cookie<'r>(&self, request: &'r HttpRequest, name: &str) -> Option<&'r str>;

    /// The `{pk}` of a path, if it is a primary key.
    fn path_pk(&self, request: &HttpRequest) -> Option<i64>;

    /// Reads the `quantity` of a body, a number of at most two digits.
    async fn quantity(&self, request: &HttpRequest, payload: web::Payload) -> Result<u32, Error>;

    /// Reads the `delivery` of a body; none if it is missing or blank.
    async fn delivery(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<Option<String>, Error>;

    /// Reads the body of a payment.
    async fn payment(&self, request: &HttpRequest, payload: web::Payload)
    -> Result<Payment, Error>;

    /// Quotes the chosen plan for the session's pre-order; none if it is not offered.
    async fn quote(&self, session: &SessionId, chosen: &Payment) -> Result<Option<Quoted>, Error>;

    /// Verifies a quote before it is charged and, for a saved card, takes what the card is charged with.
    async fn authorize(
        &self,
        chosen: &Payment,
        quoted: &Quoted,
        author: Author,
    ) -> Result<Authorized, Error>;

    /// The body of the management API's `GET explain/` for a product.
    async fn explain(&self, product: ProductId, language: Language) -> Result<Value, Error>;

    /// Imports a document of the management API, as this author.
    async fn import(&self, document: &Value, author: &Author) -> Result<(), Error>;

    /// Deletes a customer's saved cards, including their tokens at the gateways.
    fn remove_cards(&self, customer: CustomerId) -> CardsRemoved<'_>;

    /// The messages of Fluent sources in a language, with `{name}` for each of these variables.
    fn templates(
        &self,
        language: Language,
        sources: &[&'static str],
        variables: &[&str],
    ) -> BTreeMap<String, String>;
}

impl Demo {
    pub(crate) fn routes(&self) -> Routes {
        Routes {
            other_methods: self.other_methods,
        }
    }

    pub(crate) async fn record(&self, part: Part, key: &Key) -> Result<Option<Record>, Error> {
        let found = self.records.get(part, key).await;
        Ok(found.map_err(Refusal::Unavailable)?)
    }
}
