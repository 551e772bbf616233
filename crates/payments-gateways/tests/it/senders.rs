//! The SMS senders, each against its fake.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use payments_core::ports::{SmsFailure, SmsSender};
use payments_gateways::config::ConfigError;
use payments_gateways::context::ProviderContext;
use payments_gateways::fakes::{
    Fake, FakeIletiMerkezi, FakeNetgsm, FakeServer, FakeSms, FakeTwilio, FaultMode,
};
use payments_gateways::iletimerkezi::IletiMerkeziSms;
use payments_gateways::netgsm::NetgsmSms;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::provider;
use payments_gateways::sms::NumberPlan;
use payments_gateways::twilio::TwilioSms;
use serde_json::{Map, Value, json};

use crate::harness::{Counted, FAULT_MODES, code_text, context, phone};
use crate::sms_contract::{self, GOOD, sms_contract};

pub(crate) struct Bench {
    pub(crate) server: FakeServer,
    counted: Arc<Counted>,
    sender: Arc<dyn SmsSender>,
    /// The provider's way of writing the number of ten digits.
    prefix: &'static str,
    sent: Box<dyn Fn() -> Vec<FakeSms> + Send + Sync>,
}

/// Makes a sender from a configuration without its `base_url`.
type Make = fn(Map<String, Value>, ProviderContext) -> Result<Arc<dyn SmsSender>, ConfigError>;

const NETGSM: Make = |config, context| Ok(NetgsmSms::new(config, NumberPlan::default(), context)?);
const ILETIMERKEZI: Make = |config, context| {
    Ok(IletiMerkeziSms::new(
        config,
        NumberPlan::default(),
        context,
    )?)
};
const TWILIO: Make = |config, context| Ok(TwilioSms::new(config, NumberPlan::default(), context)?);

pub(crate) fn netgsm_config() -> Value {
    json!({"usercode": "8501234567", "password": "env:PASSWORD", "header": "MAGAZA"})
}

pub(crate) fn iletimerkezi_config() -> Value {
    json!({"key": "env:KEY", "hash": "env:HASH", "sender": "MAGAZA"})
}

pub(crate) fn twilio_config() -> Value {
    json!({"account_sid": "AC0123", "auth_token": "env:TOKEN", "from": "MAGAZA"})
}

async fn bench(
    fake: Arc<dyn Fake>,
    make: Make,
    mut config: Value,
    prefix: &'static str,
    sent: impl Fn() -> Vec<FakeSms> + Send + Sync + 'static,
) -> Bench {
    let server = FakeServer::start(([127, 0, 0, 1], 0).into(), fake)
        .await
        .unwrap();
    config["base_url"] = server.base_url().into();
    let counted = Arc::new(Counted::default());
    let context = context(&[server.authority()], counted.clone());
    let sender = make(config.as_object().unwrap().clone(), context).unwrap();
    Bench {
        server,
        counted,
        sender,
        prefix,
        sent: Box::new(sent),
    }
}

pub(crate) async fn netgsm() -> Bench {
    let fake = FakeNetgsm::new("8501234567", "secret-of-PASSWORD", "MAGAZA");
    bench(fake.clone(), NETGSM, netgsm_config(), "", move || {
        fake.sent().all()
    })
    .await
}

pub(crate) async fn iletimerkezi() -> Bench {
    let fake = FakeIletiMerkezi::new("secret-of-KEY", "secret-of-HASH", "MAGAZA");
    bench(
        fake.clone(),
        ILETIMERKEZI,
        iletimerkezi_config(),
        "90",
        move || fake.sent().all(),
    )
    .await
}

pub(crate) async fn twilio() -> Bench {
    let fake = FakeTwilio::new("AC0123", "secret-of-TOKEN", "MAGAZA");
    bench(fake.clone(), TWILIO, twilio_config(), "+90", move || {
        fake.sent().all()
    })
    .await
}

#[async_trait]
impl sms_contract::Bench for Bench {
    fn sender(&self) -> Arc<dyn SmsSender> {
        self.sender.clone()
    }

    async fn sent_to(&self, digits: &str) -> Vec<String> {
        let to = format!("{}{digits}", self.prefix);
        (self.sent)()
            .into_iter()
            .filter(|sms| sms.to == to)
            .map(|sms| sms.text)
            .collect()
    }
}

sms_contract!(netgsm_contract, netgsm());
sms_contract!(iletimerkezi_contract, iletimerkezi());
sms_contract!(twilio_contract, twilio());

async fn text_sent(bench: Bench) -> String {
    bench.sender.send(&phone(GOOD), &code_text()).await.unwrap();
    (bench.sent)().remove(0).text
}

#[tokio::test]
async fn turkish_letters_go_out_where_the_provider_can_send_them() {
    assert_eq!(text_sent(netgsm().await).await, "Dogrulama kodunuz: 123456");
    assert_eq!(
        text_sent(iletimerkezi().await).await,
        "Doğrulama kodunuz: 123456"
    );
    assert_eq!(text_sent(twilio().await).await, "Doğrulama kodunuz: 123456");
}

#[tokio::test]
async fn netgsm_sends_to_mobile_numbers_of_the_country_only() {
    let bench = netgsm().await;
    let abroad = bench
        .sender
        .send(&phone("4915112345678"), &code_text())
        .await;
    assert!(
        matches!(abroad, Err(SmsFailure::OutOfReach)),
        "another sender may reach it"
    );
    let landline = bench.sender.send(&phone("2121234567"), &code_text()).await;
    assert!(matches!(landline, Err(SmsFailure::Refused)));
    assert!((bench.sent)().is_empty());
    bench
        .sender
        .send(&phone("905551234567"), &code_text())
        .await
        .unwrap();
    assert_eq!((bench.sent)()[0].to, "5551234567");
}

/// Sends a message with every fault of the fake, concurrently.
async fn with_every_fault(make_bench: impl AsyncFn() -> Bench) {
    // Everything is set up before the first call, which has a short timeout.
    let mut benches = Vec::new();
    for _ in FAULT_MODES {
        benches.push(make_bench().await);
    }
    let day = async |((fault, expected), bench): ((FaultMode, Outcome), Bench)| {
        bench.server.put(fault);
        let sent = bench.sender.send(&phone(GOOD), &code_text()).await;
        let counted = bench.counted.0.lock().unwrap().clone();
        let outcomes: Vec<_> = counted.iter().map(|call| call.2).collect();
        assert_eq!(outcomes, [expected], "{fault:?}");
        assert_eq!(sent.is_ok(), expected == Outcome::Done, "{fault:?}");
        assert!((bench.sent)().len() <= 1, "{fault:?} sent twice");
    };
    join_all(FAULT_MODES.into_iter().zip(benches).map(day)).await;
}

#[tokio::test]
async fn faults_of_netgsm_end_in_the_right_outcome() {
    with_every_fault(netgsm).await;
}

#[tokio::test]
async fn faults_of_iletimerkezi_end_in_the_right_outcome() {
    with_every_fault(iletimerkezi).await;
}

#[tokio::test]
async fn faults_of_twilio_end_in_the_right_outcome() {
    with_every_fault(twilio).await;
}

/// Sets or removes a key, and returns the key at which the error is reported.
fn mistake(make: Make, mut config: Value, key: &str, value: Option<Value>) -> String {
    match value {
        Some(value) => config[key] = value,
        None => drop(config.as_object_mut().unwrap().remove(key)),
    }
    let context = context(&[], Arc::new(Counted::default()));
    make(config.as_object().unwrap().clone(), context)
        .err()
        .map(|error| error.key)
        .unwrap_or_default()
}

#[tokio::test]
async fn a_wrong_configuration_is_named_at_the_start() {
    for (make, config, secret) in [
        (NETGSM, netgsm_config(), "password"),
        (ILETIMERKEZI, iletimerkezi_config(), "hash"),
        (TWILIO, twilio_config(), "auth_token"),
    ] {
        assert_eq!(mistake(make, config.clone(), secret, None), secret);
        assert_eq!(
            mistake(make, config.clone(), secret, Some(json!("env:BAD"))),
            secret
        );
        assert_eq!(
            mistake(make, config.clone(), secret, Some(json!(7))),
            secret
        );
        assert_eq!(
            mistake(make, config.clone(), "misspelt", Some(json!("x"))),
            "misspelt"
        );
        assert_eq!(
            mistake(make, config, "base_url", Some(json!("http://example.com"))),
            "base_url"
        );
    }
    let both = Some(json!("MG0123"));
    assert_eq!(
        mistake(TWILIO, twilio_config(), "messaging_service_sid", both),
        "from"
    );
    assert_eq!(
        mistake(
            TWILIO,
            twilio_config(),
            "account_sid",
            Some(json!("AC/../x"))
        ),
        "account_sid"
    );
}

#[tokio::test]
async fn a_sender_name_that_no_operator_takes_is_refused_at_the_start() {
    for (make, config, key) in [
        (NETGSM, netgsm_config(), "header"),
        (ILETIMERKEZI, iletimerkezi_config(), "sender"),
        (TWILIO, twilio_config(), "from"),
    ] {
        for wrong in ["MAGAZAMAGAZA", "MAĞAZA", "MAGAZA\n", "+905A", ""] {
            let refused = mistake(make, config.clone(), key, Some(json!(wrong)));
            let is_name = wrong == "+905A" && key != "from";
            assert_eq!(refused, if is_name { "" } else { key }, "{wrong}");
        }
        let refused = mistake(make, config, key, Some(json!("MAGAZA 2026")));
        assert_eq!(refused, "");
    }
    let number = Some(json!("+15005550006"));
    assert_eq!(mistake(TWILIO, twilio_config(), "from", number), "");
}

#[tokio::test]
async fn a_user_code_that_was_made_a_number_is_taken() {
    assert_eq!(
        mistake(
            NETGSM,
            netgsm_config(),
            "usercode",
            Some(json!(8_501_234_567_u64))
        ),
        ""
    );
    assert_eq!(
        mistake(NETGSM, netgsm_config(), "usercode", Some(json!(-1))),
        "usercode"
    );
}

#[tokio::test]
async fn wrong_credentials_are_misconfigured_and_send_nothing() {
    for (make_bench, make, mut config, secret) in [
        (netgsm().await, NETGSM, netgsm_config(), "password"),
        (
            iletimerkezi().await,
            ILETIMERKEZI,
            iletimerkezi_config(),
            "hash",
        ),
        (twilio().await, TWILIO, twilio_config(), "auth_token"),
    ] {
        config[secret] = "env:ANOTHER".into();
        config["base_url"] = make_bench.server.base_url().into();
        let context = context(&[make_bench.server.authority()], make_bench.counted.clone());
        let sender = make(config.as_object().unwrap().clone(), context).unwrap();
        let failed = sender.send(&phone(GOOD), &code_text()).await;
        assert!(matches!(failed, Err(SmsFailure::Unavailable(_))));
        let counted = make_bench.counted.0.lock().unwrap().clone();
        assert_eq!(counted[0].2, Outcome::Misconfigured);
        assert!((make_bench.sent)().is_empty());
    }
}

#[tokio::test]
async fn a_check_distinguishes_valid_credentials_from_others() {
    for (bench, name, mut config, secret) in [
        (netgsm().await, "netgsm", netgsm_config(), "password"),
        (
            iletimerkezi().await,
            "iletimerkezi",
            iletimerkezi_config(),
            "hash",
        ),
        (twilio().await, "twilio", twilio_config(), "auth_token"),
    ] {
        config["base_url"] = bench.server.base_url().into();
        let context = context(&[bench.server.authority()], bench.counted.clone());
        let provider = provider(name).unwrap();
        let check = provider.check(config.as_object().unwrap(), &context).await;
        assert_eq!(
            (check.outcome, check.problem),
            (Outcome::Done, None),
            "{name}"
        );
        assert!(check.clock_skew_seconds.is_some());

        config[secret] = "env:ANOTHER".into();
        let check = provider.check(config.as_object().unwrap(), &context).await;
        assert_eq!(check.outcome, Outcome::Misconfigured, "{name}");
        assert!((bench.sent)().is_empty(), "a check sends nothing");
    }
}
