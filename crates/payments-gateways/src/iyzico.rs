//! iyzico's card storage.
//!
//! - Below HTTP 500, a call's outcome is decided by `status` in the response, not by the HTTP status.
//! - Every card is stored with our reference as its alias, so that a token whose response was lost is found by listing
//!   the customer's cards.
//! - iyzico lists cards only by `cardUserKey`, which a customer has after the first stored card. When the response to a
//!   *first* card is lost, the same request is retried up to three times with the same `externalId` (iyzico's
//!   documentation calls it the idempotency id of the card; not verified against the live service). If those responses
//!   are lost too, [`Tokenizer::find`] has no key to search by, and the intent stays open until the customer's next card
//!   brings a key whose list has the lost one, or until an operator has looked in iyzico's panel. The same holds if
//!   iyzico no longer knows the customer's key.
//! - No CVV is sent for storage, so none is held.

mod customer_email;
mod listing;
mod message;
mod reason;
pub(crate) mod signature;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::ports::{TokenizeFailure, Tokenizer, Unavailable};
use payments_core::tokenization::{
    Found, IssuedToken, ListCursor, ListOf, Listed, TokenSearch, TokenizeRequest, Tokenized,
};
use reqwest::Method;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigError, ConfigKey, ConfigScope, Need};
use crate::context::ProviderContext;
use crate::http::{Answer, BaseUrl, Call, Hosts, json_body};
use crate::instrument::{CARD_USER, REQUIRES_CVV};
use crate::outcome::ProviderError;
use crate::provider::{Constructor, Probe, Provider};
use crate::request_id;

use customer_email::CustomerEmail;
use message::{DeleteCard, ListCards, Reply, StoreCard};

const NAME: &str = "iyzico";
const HOSTS: Hosts = Hosts {
    live: "api.iyzipay.com",
    sandbox: Some("sandbox-api.iyzipay.com"),
};

/// The back-off before each retry of a first card whose response was lost. Even if all calls time out, the total is
/// less than the shortest delay of the reconciler.
const RETRY_PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_millis(1_500),
];

/// For example, a card number in the place of a token.
const UNUSABLE_TOKEN: ProviderError = ProviderError::Unknown {
    what: "the answer has no usable token",
};

/// The keys of a point of sale's configuration.
const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "api_key",
        need: Need::Secret,
        meaning: "the merchant's API key",
    },
    ConfigKey {
        name: "secret_key",
        need: Need::Secret,
        meaning: "the merchant's secret key",
    },
    ConfigKey {
        name: "base_url",
        need: Need::Optional,
        meaning: "https://api.iyzipay.com if left out; https://sandbox-api.iyzipay.com for tests",
    },
    ConfigKey {
        name: "customer_email",
        need: Need::Optional,
        meaning: "the e-mail address a customer is registered with; {customer} is replaced by the customer's number",
    },
    ConfigKey {
        name: "locale",
        need: Need::Optional,
        meaning: "tr (if left out) or en",
    },
    REQUIRES_CVV,
];

/// The adapter's row in the table of providers.
pub(crate) const PROVIDER: Provider = Provider {
    name: NAME,
    hosts: HOSTS,
    keys: KEYS,
    constructor: Constructor::Tokenizer(|context| IyzicoTokenizer::new(context), CARD_USER),
    check: |values, scope| Account::read(values, scope).map(|_| ()),
    probe,
};

/// Stores cards at iyzico.
pub struct IyzicoTokenizer {
    context: ProviderContext,
}

/// A merchant's account, read from a point of sale.
struct Account {
    base: BaseUrl,
    api_key: Zeroizing<String>,
    secret_key: Zeroizing<String>,
    customer_email: CustomerEmail,
    locale: &'static str,
}

impl Account {
    fn read(values: &Map<String, Value>, scope: ConfigScope<'_>) -> Result<Self, ConfigError> {
        let config = Config::of(values, KEYS, scope)?;
        config.optional_boolean(REQUIRES_CVV.name)?;
        let locale = match config.optional_text("locale")? {
            None | Some("tr") => "tr",
            Some("en") => "en",
            Some(_) => return Err(ConfigError::new("locale", "neither tr nor en")),
        };
        Ok(Self {
            base: config.base_url(HOSTS)?,
            api_key: config.secret("api_key")?,
            secret_key: config.secret("secret_key")?,
            customer_email: CustomerEmail::of(config.optional_text("customer_email")?)?,
            locale,
        })
    }

    fn signed(
        &self,
        context: &ProviderContext,
        method: Method,
        path: &'static str,
        body: Zeroizing<Vec<u8>>,
    ) -> Call {
        let random = context.random_hex::<16>();
        let signed =
            signature::authorization(&self.api_key, &self.secret_key, &random, path, &body);
        Call::new(method, self.base.join(path))
            .authorization(signed)
            .header("x-iyzi-rnd", random)
            .body("application/json", body)
    }
}

/// Lists the cards of a customer who does not exist: a refusal shows that the signature is accepted.
fn probe(values: &Map<String, Value>, context: &ProviderContext) -> Result<Probe, ConfigError> {
    let account = Account::read(values, context.config_scope())?;
    let body = json_body(&ListCards {
        locale: account.locale,
        conversation_id: "check",
        card_user_key: "check",
    });
    let call = account.signed(context, Method::POST, "/cardstorage/cards", body);
    let interpret = |answer: &Answer| match reason::interpret(answer.status(), answer.json()) {
        Ok(_) | Err(ProviderError::Refused { .. }) => Ok(()),
        Err(error) => Err(error),
    };
    Ok(Probe { call, interpret })
}

fn is_lost(stored: &Result<IssuedToken, ProviderError>) -> bool {
    matches!(stored, Err(ProviderError::Unknown { .. }))
}

impl IyzicoTokenizer {
    /// An adapter for every point of sale of the gateway `iyzico`.
    pub fn new(context: ProviderContext) -> Arc<Self> {
        Arc::new(Self { context })
    }

    async fn call(
        &self,
        account: &Account,
        method: Method,
        path: &'static str,
        body: Zeroizing<Vec<u8>>,
    ) -> Result<Reply, ProviderError> {
        let call = account.signed(&self.context, method, path, body);
        let answer = self.context.http.send(NAME, call).await?;
        reason::interpret(answer.status(), answer.json::<Reply>())
    }

    async fn store(
        &self,
        account: &Account,
        request: &TokenizeRequest,
        key: Option<&ProviderCustomerKey>,
    ) -> Result<IssuedToken, ProviderError> {
        let email = account.customer_email.of_customer(request.customer);
        let body = StoreCard::body(account.locale, &email, request, key);
        let reply = self
            .call(account, Method::POST, "/cardstorage/card", body)
            .await?;
        reply.issued().ok_or(UNUSABLE_TOKEN)
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: &TokenizeRequest,
    ) -> Result<IssuedToken, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let Some(key) = &request.provider_customer_key else {
            return self.store_first(&account, request).await;
        };
        match self.store(&account, request, Some(key)).await {
            Err(error) if reason::says_no_such_customer(&error) => {
                self.store_first(&account, request).await
            }
            stored => stored,
        }
    }

    /// Stores a customer's first card, and retries it under its external id while the response is lost: once the number is
    /// wiped, this request cannot be made again.
    async fn store_first(
        &self,
        account: &Account,
        request: &TokenizeRequest,
    ) -> Result<IssuedToken, ProviderError> {
        let mut stored = self.store(account, request, None).await;
        if !is_lost(&stored) {
            return stored;
        }
        for pause in RETRY_PAUSES {
            tokio::time::sleep(pause).await;
            stored = self.store(account, request, None).await;
            if let Ok(issued) = &stored {
                self.keep_only(account, &request.reference, issued).await;
                break;
            }
        }
        // Any result of a retry, even a refusal: it is not verified that the external id makes it the first call's result.
        stored.map_err(|_| ProviderError::Unknown {
            what: "the first card's answer was lost, and no retry recovered it",
        })
    }

    /// Deletes duplicates under a reference, in case the external id did not prevent them.
    async fn keep_only(&self, account: &Account, reference: &IntentId, kept: &IssuedToken) {
        let Some(key) = &kept.provider_customer_key else {
            return;
        };
        let deleted = async {
            let listed = self.list_stored_as(account, reference, key).await?;
            let others = listed.unwrap_or_default();
            for other in others
                .iter()
                .filter(|other| other.token() != kept.token.as_str())
            {
                self.delete(account, other.token(), key.as_str()).await?;
            }
            Ok::<_, ProviderError>(())
        };
        if let Err(error) = deleted.await {
            tracing::warn!(provider = NAME, why = %error, "duplicates of a stored card may remain");
        }
    }

    /// For a call that is not part of saving a card: the request id, or a random one in background work.
    fn conversation_id(&self) -> String {
        request_id::current().map_or_else(|| self.context.random_hex::<8>(), |id| id.to_string())
    }

    /// A customer whom iyzico knows now was known when the card was stored, so the list has it. In place of an unknown
    /// customer, the card may have been stored for a new one, whose key was lost.
    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let reference = &search.reference;
        let listed = match search.called_with.key() {
            Some(key) => self.list_stored_as(&account, reference, key).await?,
            None => None,
        };
        if let Some(tokens) = listed {
            return Ok(Found::all(tokens));
        }
        // The only place where an operator learns what to look for. The reference is not a secret.
        tracing::warn!(provider = NAME, alias = %reference, "look in iyzico's panel for a card with this alias");
        Ok(Found::CannotTell)
    }

    async fn delete(&self, account: &Account, token: &str, key: &str) -> Result<(), ProviderError> {
        let body = json_body(&DeleteCard {
            locale: account.locale,
            conversation_id: &self.conversation_id(),
            card_user_key: key,
            card_token: token,
        });
        match self
            .call(account, Method::DELETE, "/cardstorage/card", body)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if reason::says_no_such_card(&error) => Ok(()),
            // Any other refusal may also be for a missing card: the customer's list decides.
            Err(refused @ ProviderError::Refused { .. }) => {
                let listed = self.list(account, key).await?.unwrap_or_default();
                let is_there = listed.iter().any(|card| card.is(token));
                if is_there { Err(refused) } else { Ok(()) }
            }
            Err(error) => Err(error),
        }
    }

    async fn delete_at(&self, pos: &Pos, token: &StatedToken) -> Result<(), ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let key = token
            .provider_customer_key()
            .ok_or(ProviderError::Unknown {
                what: "no cardUserKey to delete the card by",
            })?;
        self.delete(&account, token.token(), key).await
    }
}

#[async_trait]
impl Tokenizer for IyzicoTokenizer {
    fn needs_cvv(&self, _pos: &Pos) -> bool {
        false
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure> {
        let call = self.tokenize(pos, &request);
        let done = self.context.metered(NAME, "tokenize", call).await;
        done.map(Tokenized::Issued)
            .map_err(|error| error.tokenize_failure(NAME))
    }

    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        let done = self
            .context
            .metered(NAME, "find", self.find(pos, search))
            .await;
        done.map_err(|error| error.unavailable(NAME))
    }

    async fn list(
        &self,
        pos: &Pos,
        of: &ListOf,
        _after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        let done = self
            .context
            .metered(NAME, "list", self.list_cards(pos, of))
            .await;
        done.map_err(|error| error.unavailable(NAME))
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable> {
        let done = self
            .context
            .metered(NAME, "delete", self.delete_at(pos, token))
            .await;
        done.map_err(|error| error.unavailable(NAME))
    }
}
