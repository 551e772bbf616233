//! Stripe: a payment method, attached to a customer by a setup intent.
//!
//! - Three calls create a token, each with an idempotency key derived from our reference; a call whose response is lost is
//!   retried once under the same key. Every other POST has an idempotency key, too.
//! - The issuer is contacted when the setup intent is confirmed. If it requires the cardholder to authenticate, the
//!   customer is sent to Stripe's page; without a URL to come back to, the setup intent is cancelled and the card refused.
//! - A customer who was deleted at Stripe is created again, and the card attached to the new one.
//! - The CVV is sent, so the service holds it until then.
//! - Only accounts that Stripe has approved may send card numbers. There is no domestic acquiring in Türkiye: it is for
//!   stores elsewhere.

mod account;
mod action;
mod find;
mod listing;
mod message;
mod notice;
mod reason;

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::card::{CardFacts, CardToken, Cvv, ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::ports::{TokenizeFailure, Tokenizer, Unavailable};
use payments_core::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, Found, GatewayAction, IssuedToken, ListCursor, ListOf,
    Listed, Notice, NoticeRefused, TokenSearch, TokenizeRequest, Tokenized,
};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::config::ConfigError;
use crate::context::ProviderContext;
use crate::http::{Answer, Call, Form, percent_encoded};
use crate::instrument::InstrumentNames;
use crate::outcome::ProviderError;
use crate::provider::{Constructor, Probe, Provider};

use account::{Account, HOSTS, KEYS};
use message::{List, Object, SetupIntent};

const NAME: &str = "stripe";
/// For example, a card number in the place of a payment method.
const UNUSABLE_TOKEN: ProviderError = ProviderError::Unknown {
    what: "the answer has no usable payment method",
};

/// A card is charged with a `PaymentIntent` of its customer. Without the customer in the session (`off_session`), Stripe
/// never requires the CVV.
const INSTRUMENT_NAMES: InstrumentNames = InstrumentNames {
    customer_key: "customer",
    token: "payment_method",
};

/// The adapter's row in the table of providers.
pub(crate) const PROVIDER: Provider = Provider {
    name: NAME,
    hosts: HOSTS,
    keys: KEYS,
    constructor: Constructor::Tokenizer(|context| StripeTokenizer::new(context), INSTRUMENT_NAMES),
    check: |values, scope| Account::read(values, scope).map(|_| ()),
    probe,
};

/// Stores cards at Stripe.
pub struct StripeTokenizer {
    context: ProviderContext,
}

fn probe(values: &Map<String, Value>, context: &ProviderContext) -> Result<Probe, ConfigError> {
    let account = Account::read(values, context.config_scope())?;
    let url = account.base.join("/v1/customers?limit=1");
    let call = account.authorized(Call::new(Method::GET, url));
    let interpret = |answer: &Answer| reason::interpret::<List>(answer).map(|_| ());
    Ok(Probe { call, interpret })
}

/// The result of attaching a card.
enum Attached {
    ToCustomer,
    /// Not yet: the cardholder has to authenticate.
    ActionRequired(GatewayAction),
    /// The customer does not exist or was deleted; nothing was attached.
    NoSuchCustomer(ProviderError),
}

impl Attached {
    /// The action required of the cardholder, if any.
    fn into_result(self) -> Result<Option<GatewayAction>, ProviderError> {
        match self {
            Self::ToCustomer => Ok(None),
            Self::ActionRequired(action) => Ok(Some(action)),
            Self::NoSuchCustomer(error) => Err(error),
        }
    }
}

/// Builds the form of each attempt.
type MakeForm<'a> = &'a (dyn Fn() -> Form + Send + Sync);

impl StripeTokenizer {
    /// An adapter for every point of sale of the gateway `stripe`.
    pub fn new(context: ProviderContext) -> Arc<Self> {
        Arc::new(Self { context })
    }

    async fn call<T: DeserializeOwned>(
        &self,
        account: &Account,
        call: Call,
    ) -> Result<T, ProviderError> {
        let call = account.authorized(call);
        let answer = self.context.http.send(NAME, call).await?;
        reason::interpret(&answer)
    }

    async fn get<T: DeserializeOwned>(
        &self,
        account: &Account,
        path: &str,
    ) -> Result<T, ProviderError> {
        self.call(account, Call::new(Method::GET, account.base.join(path)))
            .await
    }

    /// Posts a form under an idempotency key, and retries once if the answer is lost.
    async fn post<T: DeserializeOwned>(
        &self,
        account: &Account,
        path: &str,
        idempotency_key: &str,
        form: MakeForm<'_>,
    ) -> Result<T, ProviderError> {
        let call = || {
            Call::new(Method::POST, account.base.join(path))
                .header("idempotency-key", idempotency_key)
                .body("application/x-www-form-urlencoded", form().into_bytes())
        };
        match self.call(account, call()).await {
            Err(ProviderError::Unknown { .. }) => {
                let retried = self.call(account, call()).await;
                retried.map_err(ProviderError::after_a_lost_answer)
            }
            answered => answered,
        }
    }

    async fn store(
        &self,
        pos: &Pos,
        request: &TokenizeRequest,
    ) -> Result<Tokenized, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let named = &request.provider_customer_key;
        let customer = match named {
            Some(key) => key.clone(),
            None => self.create_customer(&account, request).await?,
        };
        let (token, facts) = self.create_payment_method(&account, request).await?;
        let attaching = self.attach(&account, request, "setup", &customer, &token);
        let (customer, attached) = match attaching.await? {
            // Deleted at Stripe since the last card. With the first idempotency key, Stripe would repeat its response.
            Attached::NoSuchCustomer(_) if named.is_some() => {
                let made = self.create_customer(&account, request).await?;
                let attaching = self.attach(&account, request, "setup-anew", &made, &token);
                let attached = attaching.await?;
                (made, attached)
            }
            attached @ (Attached::ToCustomer
            | Attached::ActionRequired(_)
            | Attached::NoSuchCustomer(_)) => (customer, attached),
        };
        Ok(match attached.into_result()? {
            Some(action) => Tokenized::ActionRequired(action),
            None => Tokenized::Issued(IssuedToken {
                token,
                provider_customer_key: Some(customer),
                facts,
            }),
        })
    }

    async fn create_customer(
        &self,
        account: &Account,
        request: &TokenizeRequest,
    ) -> Result<ProviderCustomerKey, ProviderError> {
        let reference = &request.reference.0;
        let number = request.customer.to_string();
        let form = || {
            let form = Form::new().field("metadata[reference]", reference);
            form.field("metadata[customer]", &number)
        };
        let key = format!("{reference}-customer");
        let made: Object = self.post(account, "/v1/customers", &key, &form).await?;
        let unusable = ProviderError::Unknown {
            what: "the answer has no usable customer",
        };
        ProviderCustomerKey::parse(&made.id).map_err(|_| unusable)
    }

    /// A payment method without a customer is not usable: it is not a token yet.
    async fn create_payment_method(
        &self,
        account: &Account,
        request: &TokenizeRequest,
    ) -> Result<(CardToken, CardFacts), ProviderError> {
        let key = format!("{}-card", request.reference);
        let form = || card_form(request);
        let made: Object = self
            .post(account, "/v1/payment_methods", &key, &form)
            .await?;
        let token = CardToken::parse(&made.id).map_err(|_| UNUSABLE_TOKEN)?;
        Ok((token, made.facts()))
    }

    async fn attach(
        &self,
        account: &Account,
        request: &TokenizeRequest,
        step: &str,
        customer: &ProviderCustomerKey,
        token: &CardToken,
    ) -> Result<Attached, ProviderError> {
        let reference = &request.reference;
        let form = || {
            let form = Form::new()
                .field("customer", customer.as_str())
                .field("payment_method", token.as_str())
                // Without it, every method that the dashboard enables, and a return URL for those that redirect.
                .field("allowed_payment_method_types[]", "card")
                .field("usage", "off_session")
                .field("confirm", "true")
                .field("metadata[reference]", &reference.0);
            match &request.return_url {
                Some(url) => form
                    .field("return_url", url)
                    .field("use_stripe_sdk", "false"),
                None => form,
            }
        };
        let key = format!("{reference}-{step}");
        let posted = self.post(account, "/v1/setup_intents", &key, &form);
        let intent: SetupIntent = match posted.await {
            Err(gone) if reason::says_no_such_customer(&gone) => {
                return Ok(Attached::NoSuchCustomer(gone));
            }
            posted => posted?,
        };
        if request.return_url.is_some()
            && let Some(action) = intent.asked(token)?
        {
            return Ok(Attached::ActionRequired(action));
        }
        let verdict = reason::of_setup_intent(&intent);
        if matches!(verdict, Err(ProviderError::Refused { .. })) {
            self.cancel(account, &intent).await;
        }
        verdict.map(|()| Attached::ToCustomer)
    }

    /// A setup intent that is never confirmed attaches nothing; cancelling it is only cleanup.
    async fn cancel(&self, account: &Account, intent: &SetupIntent) {
        let path = format!("/v1/setup_intents/{}/cancel", percent_encoded(&intent.id));
        let key = format!("{}-cancel", intent.id);
        let cancelled = self.post::<Object>(account, &path, &key, &Form::new).await;
        if let Err(error) = cancelled {
            tracing::warn!(provider = NAME, why = %error, "a setup intent was not cancelled");
        }
    }

    async fn detach(&self, pos: &Pos, token: &str) -> Result<(), ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let path = format!("/v1/payment_methods/{}", percent_encoded(token));
        let detach = format!("{path}/detach");
        // A random key: with one derived from the token, Stripe would repeat a failure for a day.
        let key = self.context.random_hex::<16>();
        match self
            .post::<Object>(&account, &detach, &key, &Form::new)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if reason::says_no_such_object(&error) => Ok(()),
            // A detached payment method cannot be detached again: check its state before reporting a failure.
            Err(error) => match self.get::<Object>(&account, &path).await {
                Ok(method) if method.customer.is_none() => Ok(()),
                Err(missing) if reason::says_no_such_object(&missing) => Ok(()),
                _ => Err(error),
            },
        }
    }
}

fn card_form(request: &TokenizeRequest) -> Form {
    let card = &request.card;
    let form = Form::new().field("type", "card");
    let form = card.pan.expose(|number| form.field("card[number]", number));
    let form = form
        .field("card[exp_month]", &card.expiry.month().to_string())
        .field("card[exp_year]", &card.expiry.year().to_string());
    let with_cvv = |cvv: &Cvv, form: Form| cvv.expose(|digits| form.field("card[cvc]", digits));
    let form = match &card.cvv {
        Some(cvv) => with_cvv(cvv, form),
        None => form,
    };
    form.field("billing_details[name]", card.holder.as_str())
        .field("metadata[reference]", &request.reference.0)
}

#[async_trait]
impl Tokenizer for StripeTokenizer {
    fn needs_cvv(&self, _pos: &Pos) -> bool {
        true
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
        done.map_err(|error| error.tokenize_failure(NAME))
    }

    fn is_own_url(&self, pos: &Pos, url: &ActionUrl) -> bool {
        let account = Account::read(&pos.config, self.context.config_scope());
        account.is_ok_and(|account| action::is_stripes(url, &account.base))
    }

    async fn action(&self, pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable> {
        let call = self.outcome_of(pos, handle);
        let done = self.context.metered(NAME, "action", call).await;
        done.map_err(|error| error.unavailable(NAME))
    }

    async fn cancel_action(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Unavailable> {
        let call = self.cancelled(pos, handle);
        let done = self.context.metered(NAME, "cancel_action", call).await;
        done.map_err(|error| error.unavailable(NAME))
    }

    fn read_notice(&self, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        notice::read(&pos.config, &self.context, notice)
    }

    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        let call = self.find_attached(pos, search);
        let done = self.context.metered(NAME, "find", call).await;
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
            .metered(NAME, "delete", self.detach(pos, token.token()))
            .await;
        done.map_err(|error| error.unavailable(NAME))
    }
}
