//! Netgsm's OTP route.
//!
//! The route carries one segment of ASCII, so the ASCII text is always sent. Numbers of Türkiye only, as ten digits.
//! It needs an OTP package at Netgsm, API access for the user, and the machine's address on Netgsm's list.

mod reason;
mod report;

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::phone::Phone;
use payments_core::ports::{SmsFailure, SmsSender};
use payments_core::sms::{SmsReceipt, SmsText};
use payments_core::tokenization::RefusalReason;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

pub use report::MESSAGES_PER_REPORT;

use crate::config::{Config, ConfigError, ConfigKey, ConfigScope, Need};
use crate::context::ProviderContext;
use crate::http::{Answer, BaseUrl, Call, Hosts, json_body};
use crate::outcome::{Code, ProviderError, clean_id};
use crate::provider::{Constructor, Probe, Provider};
use crate::sms::{NumberPlan, SmsAdapter, one_segment};

const NAME: &str = "netgsm";
const HOSTS: Hosts = Hosts {
    live: "api.netgsm.com.tr",
    sandbox: None,
};

/// The keys of the sender's configuration.
const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "usercode",
        need: Need::Required,
        meaning: "the account's user code",
    },
    ConfigKey {
        name: "password",
        need: Need::Secret,
        meaning: "the API user's password",
    },
    ConfigKey {
        name: "header",
        need: Need::Required,
        meaning: "the approved sender name, at most 11 characters of ASCII",
    },
    ConfigKey {
        name: "app_name",
        need: Need::Optional,
        meaning: "shown in Netgsm's reports",
    },
    ConfigKey {
        name: "base_url",
        need: Need::Optional,
        meaning: "https://api.netgsm.com.tr if left out",
    },
];

/// The adapter's row in the table of providers.
pub(crate) const PROVIDER: Provider = Provider {
    name: NAME,
    hosts: HOSTS,
    keys: KEYS,
    constructor: Constructor::Sms(|config, plan, context| {
        let sender = NetgsmSms::new(config, plan, context)?;
        Ok(SmsAdapter {
            sender: sender.clone(),
            reports: Some(sender),
        })
    }),
    check: |values, scope| Account::read(values, scope).map(|_| ()),
    probe,
};

/// Sends codes by Netgsm.
pub struct NetgsmSms {
    config: Map<String, Value>,
    plan: NumberPlan,
    context: ProviderContext,
}

struct Account<'a> {
    base: BaseUrl,
    usercode: String,
    password: Zeroizing<String>,
    header: &'a str,
    app_name: Option<&'a str>,
}

impl<'a> Account<'a> {
    fn read(values: &'a Map<String, Value>, scope: ConfigScope<'_>) -> Result<Self, ConfigError> {
        let config = Config::of(values, KEYS, scope)?;
        Ok(Self {
            base: config.base_url(HOSTS)?,
            usercode: config.digits("usercode")?,
            password: config.secret("password")?,
            header: config.sender_name("header")?,
            app_name: config.optional_text("app_name")?,
        })
    }
}

/// The body of `POST /sms/rest/v2/otp`.
#[derive(Serialize)]
struct Otp<'a> {
    msgheader: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    appname: Option<&'a str>,
    msg: &'a str,
    no: &'a str,
}

/// Lists the approved sender names.
fn probe(values: &Map<String, Value>, context: &ProviderContext) -> Result<Probe, ConfigError> {
    let account = Account::read(values, context.config_scope())?;
    let url = account.base.join("/sms/rest/v2/msgheader");
    let call = Call::new(Method::GET, url).basic(&account.usercode, &account.password);
    let interpret = |answer: &Answer| reason::interpret(answer.status(), answer.json()).map(|_| ());
    Ok(Probe { call, interpret })
}

/// A response; the two routes spell the id differently.
#[derive(Deserialize)]
struct Reply {
    code: Code,
    #[serde(alias = "jobId")]
    jobid: Option<Code>,
}

impl NetgsmSms {
    /// A sender for an account.
    ///
    /// # Errors
    /// [`ConfigError`] names the key that is wrong, or whose secret is not there; `country` where the store's own
    /// numbers are not of Türkiye.
    pub fn new(
        config: Map<String, Value>,
        plan: NumberPlan,
        context: ProviderContext,
    ) -> Result<Arc<Self>, ConfigError> {
        Account::read(&config, context.config_scope())?;
        if !plan.is_turkish() {
            let problem = "sms.country is not TR, and Netgsm sends to numbers of Türkiye only";
            return Err(ConfigError::new("country", problem));
        }
        Ok(Arc::new(Self {
            config,
            plan,
            context,
        }))
    }

    /// Ten digits. A foreign number is left to another sender; a number that is not mobile is refused by all.
    fn mobile_number(&self, to: &Phone) -> Result<Zeroizing<String>, ProviderError> {
        let abroad = ProviderError::OutOfReach { code: None };
        let no_mobile = ProviderError::Refused {
            reason: RefusalReason::Other,
            code: None,
        };
        let number = self.plan.turkish(to).ok_or(abroad)?;
        if number.starts_with('5') {
            Ok(number)
        } else {
            Err(no_mobile)
        }
    }

    async fn send_otp(&self, to: &Phone, text: &SmsText) -> Result<Option<String>, ProviderError> {
        let account = Account::read(&self.config, self.context.config_scope())?;
        let number = self.mobile_number(to)?;
        let body = json_body(&Otp {
            msgheader: account.header,
            appname: account.app_name,
            msg: one_segment(text, &[])?,
            no: &number,
        });
        let call = Call::new(Method::POST, account.base.join("/sms/rest/v2/otp"))
            .basic(&account.usercode, &account.password)
            .body("application/json", body);
        let answer = self.context.http.send(NAME, call).await?;
        let reply = reason::interpret(answer.status(), answer.json::<Reply>())?;
        Ok(reply.jobid.and_then(|id| job_id(&id)))
    }
}

/// Netgsm's job ids are long numbers, but not card or phone numbers.
fn job_id(id: &Code) -> Option<String> {
    let id = id.text();
    clean_id(&id).or_else(|| id.bytes().all(|byte| byte.is_ascii_digit()).then_some(id))
}

#[async_trait]
impl SmsSender for NetgsmSms {
    async fn send(&self, to: &Phone, text: &SmsText) -> Result<SmsReceipt, SmsFailure> {
        self.context
            .metered_sms(NAME, self.send_otp(to, text))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::{Otp, json_body};

    #[test]
    fn the_body_is_that_of_the_official_client() {
        let body = json_body(&Otp {
            msgheader: "MAGAZA",
            appname: Some("shop-sdk-js"),
            msg: "Dogrulama kodunuz: 123456",
            no: "5551234567",
        });
        let expected = r#"{"msgheader":"MAGAZA","appname":"shop-sdk-js","msg":"Dogrulama kodunuz: 123456","no":"5551234567"}"#;
        assert_eq!(std::str::from_utf8(&body), Ok(expected));
    }
}
