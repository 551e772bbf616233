//! Craftgate's card storage.
//!
//! - Every card is stored with our reference as its alias, and cards can be searched by alias: a token whose response was
//!   lost is found with or without a customer's key.
//! - Our reference is sent as an idempotency key, as the newest official client does; whether card storage honours it
//!   is not verified, so no request is retried.
//! - Craftgate has no code for an unknown customer key. A request with a key that Craftgate itself refuses is
//!   retried without the key if the customer has no cards there.
//! - No CVV is sent for storage, so none is held.

mod listing;
mod message;
mod reason;
pub(crate) mod signature;

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::ports::{TokenizeFailure, Tokenizer, Unavailable};
use payments_core::tokenization::{
    Found, IssuedToken, ListCursor, ListOf, Listed, TokenSearch, TokenizeRequest, Tokenized,
};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigError, ConfigKey, ConfigScope, Need};
use crate::context::ProviderContext;
use crate::http::{Answer, BaseUrl, Call, Hosts, json_body, percent_encoded};
use crate::instrument::{CARD_USER, REQUIRES_CVV};
use crate::outcome::ProviderError;
use crate::provider::{Constructor, Probe, Provider};

use message::{DeleteCard, FoundCards, Ignored, StoreCard, StoredCard};

const NAME: &str = "craftgate";
const HOSTS: Hosts = Hosts {
    live: "api.craftgate.io",
    sandbox: Some("sandbox-api.craftgate.io"),
};

/// For example, a card number in the place of a token.
const UNUSABLE_TOKEN: ProviderError = ProviderError::Unknown {
    what: "the answer has no usable token",
};
const CARDS: &str = "/payment/v1/cards";
const DELETE: &str = "/payment/v1/cards/delete";

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
        meaning: "https://api.craftgate.io if left out; https://sandbox-api.craftgate.io for tests",
    },
    ConfigKey {
        name: "signed_url",
        need: Need::Optional,
        meaning: "Craftgate's own URL, where base_url is a proxy of yours; it is signed and never called",
    },
    REQUIRES_CVV,
];

/// The adapter's row in the table of providers.
pub(crate) const PROVIDER: Provider = Provider {
    name: NAME,
    hosts: HOSTS,
    keys: KEYS,
    constructor: Constructor::Tokenizer(|context| CraftgateTokenizer::new(context), CARD_USER),
    check: |values, scope| Account::read(values, scope).map(|_| ()),
    probe,
};

/// Stores cards at Craftgate.
pub struct CraftgateTokenizer {
    context: ProviderContext,
}

/// A merchant's account, read from a point of sale.
struct Account {
    base: BaseUrl,
    /// The URL that Craftgate verifies signatures for.
    signed_base: BaseUrl,
    api_key: Zeroizing<String>,
    secret_key: Zeroizing<String>,
}

impl Account {
    fn read(values: &Map<String, Value>, scope: ConfigScope<'_>) -> Result<Self, ConfigError> {
        let config = Config::of(values, KEYS, scope)?;
        config.optional_boolean(REQUIRES_CVV.name)?;
        let base = config.base_url(HOSTS)?;
        Ok(Self {
            signed_base: config
                .uncalled_url("signed_url")?
                .unwrap_or_else(|| base.clone()),
            base,
            api_key: config.secret("api_key")?,
            secret_key: config.secret("secret_key")?,
        })
    }

    fn signed(
        &self,
        context: &ProviderContext,
        method: Method,
        path_and_query: &str,
        body: Option<Zeroizing<Vec<u8>>>,
    ) -> Call {
        let random = context.random_hex::<16>();
        let url = self.base.join(path_and_query);
        let bytes = body.as_deref().map(Vec::as_slice).unwrap_or_default();
        let signed_url = self.signed_base.join(path_and_query);
        let signed = signature::sign(&signed_url, &self.api_key, &self.secret_key, &random, bytes);
        let call = Call::new(method, url)
            .header("x-api-key", self.api_key.as_str())
            .header("x-rnd-key", random)
            .header("x-auth-version", "1")
            .header("x-signature", signed);
        match body {
            Some(body) => call.body("application/json", body),
            None => call,
        }
    }
}

/// Searches for a card that does not exist.
fn probe(values: &Map<String, Value>, context: &ProviderContext) -> Result<Probe, ConfigError> {
    let account = Account::read(values, context.config_scope())?;
    let path = format!("{CARDS}?cardAlias=check&page=0&size=1");
    let call = account.signed(context, Method::GET, &path, None);
    let interpret = |answer: &Answer| reason::interpret::<FoundCards>(answer).map(|_| ());
    Ok(Probe { call, interpret })
}

impl CraftgateTokenizer {
    /// An adapter for every point of sale of the gateway `craftgate`.
    pub fn new(context: ProviderContext) -> Arc<Self> {
        Arc::new(Self { context })
    }

    async fn call<T: DeserializeOwned>(
        &self,
        account: &Account,
        method: Method,
        path_and_query: &str,
        body: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<Option<T>, ProviderError> {
        self.send(account.signed(&self.context, method, path_and_query, body))
            .await
    }

    async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<Option<T>, ProviderError> {
        let answer = self.context.http.send(NAME, call).await?;
        reason::interpret(&answer)
    }

    async fn store(
        &self,
        pos: &Pos,
        request: &TokenizeRequest,
    ) -> Result<IssuedToken, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let key = request.provider_customer_key.as_ref();
        let stored = match (self.store_for(&account, request, key).await, key) {
            (Err(refused), Some(key)) if reason::is_of_the_request(&refused) => {
                // Nothing was stored, no matter what the search returns.
                match self.has_cards(&account, key).await {
                    Ok(false) => self.store_for(&account, request, None).await?,
                    Ok(true) | Err(_) => return Err(refused),
                }
            }
            (stored, _) => stored?,
        };
        let issued = stored.and_then(|stored| stored.issued());
        issued.ok_or(UNUSABLE_TOKEN)
    }

    async fn store_for(
        &self,
        account: &Account,
        request: &TokenizeRequest,
        key: Option<&ProviderCustomerKey>,
    ) -> Result<Option<StoredCard>, ProviderError> {
        let body = StoreCard::body(request, key);
        let customer = if key.is_some() { "known" } else { "new" };
        let call = account
            .signed(&self.context, Method::POST, CARDS, Some(body))
            .header(
                "x-idempotency-key",
                format!("{}-{customer}", request.reference),
            );
        self.send(call).await
    }

    /// Whether a customer has cards. No code reliably says that a customer key is unknown, and a key without cards is
    /// useless.
    async fn has_cards(
        &self,
        account: &Account,
        key: &ProviderCustomerKey,
    ) -> Result<bool, ProviderError> {
        let found = self.search(account, "cardUserKey", key.as_str()).await?;
        Ok(!found.is_empty())
    }

    async fn search(
        &self,
        account: &Account,
        by: &str,
        value: &str,
    ) -> Result<Vec<StoredCard>, ProviderError> {
        let query = format!("{CARDS}?{by}={}&page=0&size=10", percent_encoded(value));
        let found = self
            .call::<FoundCards>(account, Method::GET, &query, None)
            .await?;
        let found = found.ok_or(ProviderError::Unknown {
            what: "the answer has no list",
        })?;
        Ok(found.items)
    }

    /// Searches by alias, for any customer. The aliases are compared again, in case the search matches only a part.
    async fn find(&self, pos: &Pos, reference: &IntentId) -> Result<Found, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let found = self.search(&account, "cardAlias", &reference.0).await?;
        let ours = found
            .iter()
            .filter(|card| card.card_alias.as_ref() == Some(&reference.0));
        let stated: Result<Vec<_>, _> = ours.map(StoredCard::stated).collect();
        stated.map(Found::all).map_err(|_| UNUSABLE_TOKEN)
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let key = token
            .provider_customer_key()
            .ok_or(ProviderError::Unknown {
                what: "no cardUserKey to delete the card by",
            })?;
        let card = DeleteCard {
            card_user_key: key,
            card_token: token.token(),
        };
        let body = json_body(&card);
        match self
            .call::<Ignored>(&account, Method::POST, DELETE, Some(body))
            .await
        {
            Ok(_) => Ok(()),
            Err(refused @ ProviderError::Refused { .. }) => {
                let found = self.search(&account, "cardToken", card.card_token).await?;
                let is_there = found
                    .iter()
                    .any(|found| found.card_token == card.card_token);
                if is_there { Err(refused) } else { Ok(()) }
            }
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Tokenizer for CraftgateTokenizer {
    fn needs_cvv(&self, _pos: &Pos) -> bool {
        false
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure> {
        let done = self
            .context
            .metered(NAME, "tokenize", self.store(pos, &request))
            .await;
        done.map(Tokenized::Issued)
            .map_err(|error| error.tokenize_failure(NAME))
    }

    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        let done = self
            .context
            .metered(NAME, "find", self.find(pos, &search.reference))
            .await;
        done.map_err(|error| error.unavailable(NAME))
    }

    async fn list(
        &self,
        pos: &Pos,
        of: &ListOf,
        after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        let call = self.list_cards(pos, of, after.as_ref());
        let done = self.context.metered(NAME, "list", call).await;
        done.map_err(|error| error.unavailable(NAME))
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable> {
        let done = self
            .context
            .metered(NAME, "delete", self.delete(pos, token))
            .await;
        done.map_err(|error| error.unavailable(NAME))
    }
}
