//! What providers answer. No answer makes a panic, and none makes a token out of the card's number.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bolero::check;
use payments_core::card::StatedToken;
use payments_core::catalog::Pos;
use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::IntentId;
use payments_core::ports::{Clock, Entropy, Tokenizer};
use payments_core::slug::Slug;
use payments_core::sms::SmsText;
use payments_core::testkit::sample;
use payments_core::tokenization::{CalledWith, TokenSearch, TokenizeRequest, Tokenized};
use payments_gateways::context::ProviderContext;
use payments_gateways::fakes::{
    Fake, FakeCraftgate, FakeIletiMerkezi, FakeIyzico, FakeNetgsm, FakeServer, FakeStripe,
    FakeTwilio, Received, Reply,
};
use payments_gateways::http::{BreakerSettings, HttpSettings};
use payments_gateways::providers::{http_client, sms_sender, tokenizer};
use payments_gateways::secret::{SecretError, SecretSource};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use payments_assurance::edits::{Edit, edited};

/// A provider whose right answers are changed.
struct AlteringProvider {
    inner: Arc<dyn Fake>,
    alterations: Mutex<(Option<u16>, Vec<Edit>)>,
}

#[async_trait]
impl Fake for AlteringProvider {
    async fn answer(&self, request: Received) -> Reply {
        let (other_status, edits) = self.alterations().clone();
        match self.inner.answer(request).await {
            Reply::Body {
                status,
                content_type,
                body,
            } => {
                let status = other_status.unwrap_or(status);
                Reply::text(status, content_type, edited(&body, &edits))
            }
            other @ (Reply::Redirect(_)
            | Reply::Late(..)
            | Reply::Cut(_)
            | Reply::HangUp
            | Reply::Silence) => other,
        }
    }
}

impl AlteringProvider {
    fn alterations(&self) -> std::sync::MutexGuard<'_, (Option<u16>, Vec<Edit>)> {
        self.alterations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> DateTime<Utc> {
        sample::now()
    }
}

impl Entropy for Stopped {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl SecretSource for Stopped {
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        Ok(Zeroizing::new(reference.to_owned()))
    }
}

impl payments_gateways::context::Meter for Stopped {
    fn called(
        &self,
        _: &'static str,
        _: &'static str,
        _: payments_gateways::outcome::Outcome,
        _: Duration,
    ) {
    }
}

/// A runtime, the provider, and its server.
struct Provider {
    runtime: tokio::runtime::Runtime,
    altering: Arc<AlteringProvider>,
    server: FakeServer,
}

impl Provider {
    fn start(inner: Arc<dyn Fake>) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let altering = Arc::new(AlteringProvider {
            inner,
            alterations: Mutex::default(),
        });
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = runtime.block_on(FakeServer::start(any_port, altering.clone()));
        Self {
            runtime,
            altering,
            server: server.expect("a port"),
        }
    }

    fn context(&self) -> ProviderContext {
        let settings = HttpSettings {
            total_timeout: Duration::from_millis(500),
            extra_hosts: vec![self.server.authority()],
            // A breaker that opens would spare the adapter the answers.
            breaker: BreakerSettings {
                calls: 1_000_000,
                ..BreakerSettings::default()
            },
            ..HttpSettings::default()
        };
        ProviderContext {
            http: Arc::new(http_client(&settings).expect("a client")),
            secrets: Arc::new(Stopped),
            entropy: Arc::new(Stopped),
            clock: Arc::new(Stopped),
            meter: Arc::new(Stopped),
        }
    }

    /// Runs the calls while the provider answers with changes.
    fn each_lie(&self, calls: impl AsyncFn() + std::panic::RefUnwindSafe) {
        let provider = std::panic::AssertUnwindSafe(self);
        check!()
            .with_type::<(Option<u16>, Vec<Edit>)>()
            .for_each(|(status, edits)| {
                let status = status.map(|status| 200 + status % 400);
                *provider.altering.alterations() = (status, edits.clone());
                provider.runtime.block_on(calls());
            });
    }
}

fn gateway(name: &str, fake: Arc<dyn Fake>, mut config: Value) {
    let provider = Provider::start(fake);
    config["base_url"] = provider.server.base_url().into();
    let slug = |text| Slug::parse(text).expect("a slug");
    let pos = Pos {
        config: config.as_object().cloned().expect("an object"),
        ..Pos::new(
            sample::pos(),
            "Web shop".to_owned(),
            slug("web"),
            slug(name),
        )
    };
    let adapter: Arc<dyn Tokenizer> = tokenizer(name, provider.context()).expect("an adapter");
    let calls = std::panic::AssertUnwindSafe((pos, adapter));
    provider.each_lie(async || {
        let (pos, adapter) = &*calls;
        let reference = IntentId("0".repeat(32));
        let request = TokenizeRequest {
            reference: reference.clone(),
            customer: sample::owner().customer,
            provider_customer_key: None,
            card: sample::card().details,
            return_url: Some("https://shop.example/return/".to_owned()),
        };
        match adapter.tokenize(pos, request).await {
            Ok(Tokenized::Issued(issued)) => {
                assert_ne!(issued.token.as_str(), "5528790000000008");
            }
            Ok(Tokenized::ActionRequired(action)) => {
                drop(adapter.action(pos, &action.handle).await);
                drop(adapter.cancel_action(pos, &action.handle).await);
            }
            Err(_) => {}
        }
        let search = TokenSearch {
            reference,
            called_with: CalledWith::NoKey,
        };
        drop(adapter.find(pos, &search).await);
        let token = StatedToken::parse("token-1", Some("user-1")).expect("a token");
        drop(adapter.delete(pos, &token).await);
    });
}

#[test]
fn iyzico() {
    let fake = FakeIyzico::with_accounts(&[("account", "secret")]);
    let config = json!({"api_key": "account", "secret_key": "secret"});
    gateway("iyzico", fake, config);
}

#[test]
fn craftgate() {
    let fake = FakeCraftgate::with_accounts(&[("account", "secret")]);
    let config = json!({"api_key": "account", "secret_key": "secret"});
    gateway("craftgate", fake, config);
}

#[test]
fn stripe() {
    let fake = FakeStripe::with_secret_keys(&["secret"]);
    gateway("stripe", fake, json!({"secret_key": "secret"}));
}

fn sender(name: &str, fake: Arc<dyn Fake>, mut config: Value) {
    let provider = Provider::start(fake);
    config["base_url"] = provider.server.base_url().into();
    let config = config.as_object().cloned().expect("an object");
    let plan = payments_gateways::sms::NumberPlan::default();
    let sender = sms_sender(name, config, plan, provider.context()).expect("a sender");
    let sender = std::panic::AssertUnwindSafe(sender);
    provider.each_lie(async || {
        let text = SmsText {
            localized: "Doğrulama kodunuz: 123456".to_owned().into(),
            ascii: "Dogrulama kodunuz: 123456".to_owned().into(),
        };
        drop(sender.send(&sample::phone(), &text).await);
    });
}

#[test]
fn netgsm() {
    let fake = FakeNetgsm::new("user", "secret", "SHOP");
    let config = json!({"usercode": "user", "password": "secret", "header": "SHOP"});
    sender("netgsm", fake, config);
}

#[test]
fn iletimerkezi() {
    let fake = FakeIletiMerkezi::new("key", "hash", "SHOP");
    let config = json!({"key": "key", "hash": "hash", "sender": "SHOP"});
    sender("iletimerkezi", fake, config);
}

#[test]
fn twilio() {
    let fake = FakeTwilio::new("AC0123", "secret", "SHOP");
    let config = json!({"account_sid": "AC0123", "auth_token": "secret", "from": "SHOP"});
    sender("twilio", fake, config);
}
