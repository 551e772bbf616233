//! İleti Merkezi's SMS API.
//!
//! Numbers of Türkiye only; another sender has to take numbers abroad. Messages go out as operational ones (`iys` 0), which need no consent register. Turkish letters are kept where the
//! text fits one segment with the Turkish single-shift table. The envelope of its answers was not verified against
//! the live service.

mod message;
mod reason;
mod report;

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{SmsFailure, SmsSender};
use payments_core::sms::{SmsReceipt, SmsText};
use payments_core::tokenization::RefusalReason;
use reqwest::Method;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigError, ConfigKey, ConfigScope, Need};
use crate::context::ProviderContext;
use crate::http::{Answer, BaseUrl, Call, Hosts, json_body};
use crate::outcome::ProviderError;
use crate::provider::{Constructor, Probe, Provider};
use crate::sms::{Alphabet, NumberPlan, SmsAdapter, one_segment};

pub use report::ORDERS_AT_A_TIME;

use message::{Envelope, Reply};

const NAME: &str = "iletimerkezi";
const HOSTS: Hosts = Hosts {
    live: "api.iletimerkezi.com",
    sandbox: None,
};

/// The keys of the sender's configuration.
const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "key",
        need: Need::Secret,
        meaning: "the account's API key",
    },
    ConfigKey {
        name: "hash",
        need: Need::Secret,
        meaning: "the account's API hash",
    },
    ConfigKey {
        name: "sender",
        need: Need::Required,
        meaning: "the approved sender name, at most 11 characters of ASCII",
    },
    ConfigKey {
        name: "base_url",
        need: Need::Optional,
        meaning: "https://api.iletimerkezi.com if left out",
    },
];

/// The adapter's row in the table of providers.
pub(crate) const PROVIDER: Provider = Provider {
    name: NAME,
    hosts: HOSTS,
    keys: KEYS,
    constructor: Constructor::Sms(|config, plan, context| {
        let sender = IletiMerkeziSms::new(config, plan, context)?;
        Ok(SmsAdapter {
            sender: sender.clone(),
            reports: Some(sender),
        })
    }),
    check: |values, scope| Account::read(values, scope).map(|_| ()),
    probe,
};

/// Sends codes by İleti Merkezi.
pub struct IletiMerkeziSms {
    config: Map<String, Value>,
    plan: NumberPlan,
    context: ProviderContext,
}

struct Account<'a> {
    base: BaseUrl,
    key: Zeroizing<String>,
    hash: Zeroizing<String>,
    sender: &'a str,
}

impl<'a> Account<'a> {
    fn read(values: &'a Map<String, Value>, scope: ConfigScope<'_>) -> Result<Self, ConfigError> {
        let config = Config::of(values, KEYS, scope)?;
        Ok(Self {
            base: config.base_url(HOSTS)?,
            key: config.secret("key")?,
            hash: config.secret("hash")?,
            sender: config.sender_name("sender")?,
        })
    }
}

/// Fetches the account's balance.
fn probe(values: &Map<String, Value>, context: &ProviderContext) -> Result<Probe, ConfigError> {
    let account = Account::read(values, context.config_scope())?;
    let body = json_body(&Envelope::without_order(&account.key, &account.hash));
    let url = account.base.join("/v1/get-balance/json");
    let call = Call::new(Method::POST, url).body("application/json", body);
    let interpret = |answer: &Answer| reason::interpret(answer.status(), answer.json()).map(|_| ());
    Ok(Probe { call, interpret })
}

impl IletiMerkeziSms {
    /// A sender for an account.
    ///
    /// # Errors
    /// [`ConfigError`] names the key that is wrong, or whose secret is not there.
    pub fn new(
        config: Map<String, Value>,
        plan: NumberPlan,
        context: ProviderContext,
    ) -> Result<Arc<Self>, ConfigError> {
        Account::read(&config, context.config_scope())?;
        Ok(Arc::new(Self {
            config,
            plan,
            context,
        }))
    }

    async fn order(&self, to: &Phone, text: &SmsText) -> Result<Option<String>, ProviderError> {
        let account = Account::read(&self.config, self.context.config_scope())?;
        let unsendable = ProviderError::Refused {
            reason: RefusalReason::Other,
            code: None,
        };
        let abroad = ProviderError::OutOfReach { code: None };
        let number = self.plan.international(to).ok_or(unsendable)?;
        self.plan.turkish(to).ok_or(abroad)?;
        let text = one_segment(text, &[Alphabet::Gsm7, Alphabet::Gsm7Turkish])?;
        let order = Envelope::of(&account.key, &account.hash, account.sender, text, &number);
        let call = Call::new(Method::POST, account.base.join("/v1/send-sms/json"))
            .body("application/json", json_body(&order));
        let answer = self.context.http.send(NAME, call).await?;
        reason::interpret(answer.status(), answer.json::<Reply>())
    }
}

#[async_trait]
impl SmsSender for IletiMerkeziSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        self.context.metered_sms(NAME, self.order(to, text)).await
    }
}
