//! A stopped clock, random numbers that count, and test data.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use payments_core::card::{CardDetails, CardHolder, Cvv, Expiry, Pan, ProviderCustomerKey};
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::id::{CustomerId, PosId};
use payments_core::phone::Phone;
use payments_core::ports::{Clock, Entropy, TokenizeFailure};
use payments_core::slug::Slug;
use payments_core::sms::SmsText;
use payments_core::tokenization::{IssuedToken, TokenizeRequest, Tokenized};
use payments_gateways::context::{Meter, ProviderContext};
use payments_gateways::fakes::FaultMode;
use payments_gateways::http::HttpSettings;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::http_client;
use payments_gateways::secret::{SecretError, SecretSource};
use serde_json::{Value, json};
use zeroize::Zeroizing;

pub(crate) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
    }
}

#[derive(Default)]
pub(crate) struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        bytes
            .iter_mut()
            .zip(count.to_le_bytes())
            .for_each(|(byte, counted)| *byte = counted);
    }
}

pub(crate) fn pos(pk: i64, gateway: &str, config: &Value) -> Pos {
    let slug = Slug::parse(&format!("pos-{pk}")).unwrap();
    let gateway = Slug::parse(gateway).unwrap();
    Pos {
        config: config.as_object().cloned().unwrap(),
        ..Pos::new(PosId::new(pk).unwrap(), format!("POS {pk}"), slug, gateway)
    }
}

pub(crate) fn reference(number: u128) -> IntentId {
    IntentId(format!("{number:032x}"))
}

pub(crate) fn card(number: &str) -> CardDetails {
    CardDetails {
        pan: Pan::parse(number).unwrap(),
        expiry: Expiry::new(12, 2030).unwrap(),
        holder: CardHolder::parse("Ayşe Yılmaz").unwrap(),
        cvv: Some(Cvv::parse("7391").unwrap()),
    }
}

pub(crate) fn request(
    number: &str,
    reference: &IntentId,
    key: Option<ProviderCustomerKey>,
) -> TokenizeRequest {
    TokenizeRequest {
        reference: reference.clone(),
        customer: CustomerId::new(7).unwrap(),
        provider_customer_key: key,
        card: card(number),
        return_url: None,
    }
}

/// The token of a call that required no action.
pub(crate) fn issued(
    answer: Result<Tokenized, TokenizeFailure>,
) -> Result<IssuedToken, TokenizeFailure> {
    answer.map(|answer| match answer {
        Tokenized::Issued(issued) => issued,
        Tokenized::ActionRequired(action) => panic!("{action:?} without a URL to return to"),
    })
}

pub(crate) fn phone(digits: &str) -> Phone {
    Phone::parse(digits).unwrap()
}

pub(crate) fn code_text() -> SmsText {
    SmsText {
        localized: "Doğrulama kodunuz: 123456".to_owned().into(),
        ascii: "Dogrulama kodunuz: 123456".to_owned().into(),
    }
}

/// Secrets as in an environment; `env:BAD` is not set, literals are taken.
pub(crate) struct TestSecrets;

impl SecretSource for TestSecrets {
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        match reference.strip_prefix("env:") {
            Some("BAD") => Err(SecretError::NoVariable("BAD".to_owned())),
            Some(name) => Ok(Zeroizing::new(format!("secret-of-{name}"))),
            None => Ok(Zeroizing::new(reference.to_owned())),
        }
    }
}

/// Calls by provider, operation and outcome.
#[derive(Default)]
pub(crate) struct Counted(pub(crate) Mutex<Vec<(&'static str, &'static str, Outcome)>>);

impl Meter for Counted {
    fn called(
        &self,
        provider: &'static str,
        operation: &'static str,
        outcome: Outcome,
        _took: Duration,
    ) {
        self.0.lock().unwrap().push((provider, operation, outcome));
    }
}

/// A context that may call the servers at these authorities, with a timeout that an answer meets on a busy machine, too.
pub(crate) fn context(authorities: &[String], meter: Arc<dyn Meter>) -> ProviderContext {
    let settings = HttpSettings {
        total_timeout: Duration::from_secs(2),
        extra_hosts: authorities.to_vec(),
        ..HttpSettings::default()
    };
    ProviderContext {
        http: Arc::new(http_client(&settings).unwrap()),
        secrets: Arc::new(TestSecrets),
        entropy: Arc::new(CountingEntropy::default()),
        clock: Arc::new(StoppedClock),
        meter,
    }
}

/// The faults of a provider, and how a call ends with each.
pub(crate) const FAULT_MODES: [(FaultMode, Outcome); 10] = [
    (FaultMode::ServerError, Outcome::Unknown),
    (FaultMode::Throttling, Outcome::RateLimited),
    (FaultMode::Redirect, Outcome::Unknown),
    (FaultMode::WebPage, Outcome::Unknown),
    (FaultMode::Truncated, Outcome::Unknown),
    (FaultMode::Cut, Outcome::Unknown),
    (FaultMode::HangsUp, Outcome::Unknown),
    (FaultMode::TenMegabytes, Outcome::Unknown),
    (FaultMode::Silent, Outcome::Unknown),
    (FaultMode::Slow(Duration::from_millis(50)), Outcome::Done),
];

/// A configuration of any provider that reaches the server.
pub(crate) fn config(name: &str, base_url: &str) -> Value {
    match name {
        "stripe" => json!({"base_url": base_url, "secret_key": "env:S"}),
        "netgsm" => {
            json!({"base_url": base_url, "usercode": "u", "password": "env:P", "header": "M"})
        }
        "iletimerkezi" => {
            json!({"base_url": base_url, "key": "env:K", "hash": "env:H", "sender": "M"})
        }
        "twilio" => {
            json!({"base_url": base_url, "account_sid": "AC", "auth_token": "env:T", "from": "M"})
        }
        _ => json!({"base_url": base_url, "api_key": "env:K", "secret_key": "env:S"}),
    }
}
