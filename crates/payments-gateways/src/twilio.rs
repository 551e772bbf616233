//! Twilio's programmable messaging.
//!
//! Twilio encodes texts as GSM-7 or UCS-2; with a Turkish letter that GSM-7 lacks, one segment holds 70 characters.
//! A message expires unsent after three minutes, the lifetime of a code. For Türkiye the sender name has to be registered.

mod callback;
mod reason;
mod webhook;

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{SmsFailure, SmsSender};
use payments_core::sms::{SmsReceipt, SmsText};
use payments_core::tokenization::RefusalReason;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigError, ConfigKey, ConfigScope, Need, is_sender_name};
use crate::context::ProviderContext;
use crate::http::{Answer, BaseUrl, Call, Form, Hosts};
use crate::outcome::{Code, ProviderError, clean_id};
use crate::provider::{Constructor, Probe, Provider};
use crate::sms::{Alphabet, NumberPlan, SmsAdapter, one_segment};

pub use webhook::{TwilioWebhook, WebhookRefused};

const NAME: &str = "twilio";
const HOSTS: Hosts = Hosts {
    live: "api.twilio.com",
    sandbox: None,
};

/// The keys of the sender's configuration.
const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "account_sid",
        need: Need::Required,
        meaning: "the account's SID, AC…",
    },
    ConfigKey {
        name: "auth_token",
        need: Need::Secret,
        meaning: "the account's auth token",
    },
    ConfigKey {
        name: "from",
        need: Need::Optional,
        meaning: "the sender name or number; this or messaging_service_sid",
    },
    ConfigKey {
        name: "messaging_service_sid",
        need: Need::Optional,
        meaning: "a messaging service, MG…, that chooses the sender",
    },
    ConfigKey {
        name: "status_callback",
        need: Need::Optional,
        meaning: "the https URL Twilio posts delivery reports to, optionally with a fragment such as #rc=5&rp=5xx,ct,rt",
    },
    ConfigKey {
        name: "base_url",
        need: Need::Optional,
        meaning: "https://api.twilio.com if left out",
    },
];

/// The adapter's row in the table of providers.
pub(crate) const PROVIDER: Provider = Provider {
    name: NAME,
    hosts: HOSTS,
    keys: KEYS,
    constructor: Constructor::Sms(|config, plan, context| {
        let sender = TwilioSms::new(config, plan, context)?;
        Ok(SmsAdapter {
            sender,
            reports: None,
        })
    }),
    check: |values, scope| Account::read(values, scope).map(|_| ()),
    probe,
};

/// Seconds after which an unsent message expires: the lifetime of a code.
const VALIDITY_SECONDS: &str = "180";

/// Sends codes by Twilio.
pub struct TwilioSms {
    config: Map<String, Value>,
    plan: NumberPlan,
    context: ProviderContext,
}

struct Account<'a> {
    base: BaseUrl,
    sid: &'a str,
    auth_token: Zeroizing<String>,
    /// `From` or `MessagingServiceSid`, and its value.
    sender: (&'static str, &'a str),
    status_callback: Option<&'a str>,
}

impl<'a> Account<'a> {
    fn read(values: &'a Map<String, Value>, scope: ConfigScope<'_>) -> Result<Self, ConfigError> {
        let config = Config::of(values, KEYS, scope)?;
        let sid = config.text("account_sid")?;
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ConfigError::new("account_sid", "letters and digits only"));
        }
        let from = config.optional_text("from")?;
        let service = config.optional_text("messaging_service_sid")?;
        let sender = match (from, service) {
            (Some(from), None) if is_from(from) => ("From", from),
            (Some(_), None) => {
                let problem =
                    "neither a number such as +15005550006 nor 1 to 11 characters of ASCII";
                return Err(ConfigError::new("from", problem));
            }
            (None, Some(service)) => ("MessagingServiceSid", service),
            _ => {
                return Err(ConfigError::new(
                    "from",
                    "give this or messaging_service_sid",
                ));
            }
        };
        Ok(Self {
            base: config.base_url(HOSTS)?,
            sid,
            auth_token: config.secret("auth_token")?,
            sender,
            status_callback: callback::checked(config.optional_text("status_callback")?)?,
        })
    }
}

/// A number of the E.164 plan, or a sender's name or short code.
fn is_from(from: &str) -> bool {
    match from.strip_prefix('+') {
        Some(digits) => {
            (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => is_sender_name(from),
    }
}

fn probe(values: &Map<String, Value>, context: &ProviderContext) -> Result<Probe, ConfigError> {
    let account = Account::read(values, context.config_scope())?;
    let url = account
        .base
        .join(&format!("/2010-04-01/Accounts/{}.json", account.sid));
    let call = Call::new(Method::GET, url).basic(account.sid, &account.auth_token);
    let interpret = |answer: &Answer| reason::interpret(answer.status(), answer.json()).map(|_| ());
    Ok(Probe { call, interpret })
}

/// A response: a message, or an error in either of Twilio's two formats.
#[derive(Deserialize)]
struct Reply {
    sid: Option<String>,
    code: Option<Code>,
}

impl TwilioSms {
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

    async fn create_message(
        &self,
        to: &Phone,
        text: &SmsText,
    ) -> Result<Option<String>, ProviderError> {
        let account = Account::read(&self.config, self.context.config_scope())?;
        let unsendable = ProviderError::Refused {
            reason: RefusalReason::Other,
            code: None,
        };
        let number = self.plan.international(to).ok_or(unsendable)?;
        let text = one_segment(text, &[Alphabet::Gsm7, Alphabet::Ucs2])?;
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", account.sid);
        let call = Call::new(Method::POST, account.base.join(&path))
            .basic(account.sid, &account.auth_token)
            .body(
                "application/x-www-form-urlencoded",
                form(account.sender, account.status_callback, &number, text),
            );
        let answer = self.context.http.send(NAME, call).await?;
        let reply = reason::interpret(answer.status(), answer.json::<Reply>())?;
        Ok(reply.sid.as_deref().and_then(clean_id))
    }
}

fn form(
    sender: (&str, &str),
    status_callback: Option<&str>,
    number: &str,
    text: &str,
) -> Zeroizing<Vec<u8>> {
    let to = Zeroizing::new(format!("+{number}"));
    let mut form = Form::new().field("To", &to);
    if let Some(url) = status_callback {
        form = form.field("StatusCallback", url);
    }
    form.field("ValidityPeriod", VALIDITY_SECONDS)
        .field(sender.0, sender.1)
        .field("Body", text)
        .into_bytes()
}

#[async_trait]
impl SmsSender for TwilioSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        self.context
            .metered_sms(NAME, self.create_message(to, text))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn the_form_is_that_of_the_official_client() {
        let (sender, text) = (("From", "MAGAZA"), "Doğrulama kodunuz: 123456");
        let body = form(sender, Some("https://x.example/s"), "905551234567", text);
        let expected = "To=%2B905551234567&StatusCallback=https%3A%2F%2Fx.example%2Fs&ValidityPeriod=180&From=MAGAZA&Body=Do%C4%9Frulama+kodunuz%3A+123456";
        assert_eq!(std::str::from_utf8(&body), Ok(expected));
    }
}
