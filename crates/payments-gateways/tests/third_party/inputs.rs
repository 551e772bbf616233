//! What both our adapters and the official clients are given.

use std::sync::Arc;

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
use payments_gateways::context::{ProviderContext, Unmetered};
use payments_gateways::http::HttpSettings;
use payments_gateways::providers::http_client;
use payments_gateways::secret::ReferencedSecrets;
use serde_json::{Map, Value};

pub(crate) const REFERENCE: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const KEY: &str = "sandbox-apikey-0123456789abcdef";
pub(crate) const SECRET: &str = "sandbox-secret-fedcba9876543210";
pub(crate) const NUMBER: &str = "5528790000000008";
/// With letters of Turkish: what is signed is bytes, not characters.
pub(crate) const HOLDER: &str = "Ayşe Yılmaz";
pub(crate) const CUSTOMER_KEY: &str = "fac377f2-ab15-4696-88d2-5e71b27ec378";
pub(crate) const TOKEN: &str = "11a078c4-3c32-4796-90b1-51ee5517a212";

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
    }
}

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// A context that may call one place besides the providers.
pub(crate) fn context(authority: String) -> ProviderContext {
    let settings = HttpSettings {
        extra_hosts: vec![authority],
        ..HttpSettings::default()
    };
    ProviderContext {
        http: Arc::new(http_client(&settings).unwrap()),
        secrets: Arc::new(ReferencedSecrets::new(Box::new(|_| None), true)),
        entropy: Arc::new(Zeros),
        clock: Arc::new(StoppedClock),
        meter: Arc::new(Unmetered),
    }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("an object");
    };
    object
}

pub(crate) fn pos(gateway: &str, config: Value) -> Pos {
    let (slug, gateway) = (Slug::parse("pos").unwrap(), Slug::parse(gateway).unwrap());
    Pos {
        config: object(config),
        ..Pos::new(PosId::new(1).unwrap(), "POS", slug, gateway)
    }
}

pub(crate) fn request(number: &str, reference: &str, key: Option<&str>) -> TokenizeRequest {
    TokenizeRequest {
        reference: IntentId(reference.to_owned()),
        customer: CustomerId::new(7).unwrap(),
        provider_customer_key: key.map(|key| ProviderCustomerKey::parse(key).unwrap()),
        card: CardDetails {
            pan: Pan::parse(number).unwrap(),
            expiry: Expiry::new(7, 2030).unwrap(),
            holder: CardHolder::parse(HOLDER).unwrap(),
            cvv: Some(Cvv::parse("739").unwrap()),
        },
        return_url: None,
    }
}

/// What a gateway that does not ask the customer for anything issued.
pub(crate) fn issued(tokenized: Result<Tokenized, TokenizeFailure>) -> IssuedToken {
    match tokenized.unwrap() {
        Tokenized::Issued(issued) => issued,
        Tokenized::ActionRequired(action) => panic!("{action:?} without a URL to return to"),
    }
}

pub(crate) fn phone() -> Phone {
    Phone::parse("5551234567").unwrap()
}

pub(crate) fn text() -> SmsText {
    SmsText {
        localized: "Doğrulama kodunuz: 123456".to_owned().into(),
        ascii: "Dogrulama kodunuz: 123456".to_owned().into(),
    }
}
