//! The service with the fake servers of a gateway and of senders.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use payments_core::card_storage::{CardStorage, Ports, Reconciled};
use payments_core::import::Reading;
use payments_core::testkit::fakes::{FakeClock, LaterIntents};
use payments_gateways::fakes::{
    Fake, FakeCertificate, FakeCharge, FakeCraftgate, FakeIletiMerkezi, FakeIyzico, FakeNetgsm,
    FakeServer, FakeSms, FakeStripe, FakeToken, FakeTwilio,
};
use payments_http::{manage, settings};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{CUSTOMER, TestApp, json};

mod witness;

/// The secret of every account; only the fakes may receive it.
pub(crate) const SECRET: &str = "s3cret-of-the-account";
/// Texts in the fakes' responses.
pub(crate) const THEIR_WORDS: &str = "the provider's own words";

/// The gateways and the senders, by name.
pub(crate) const GATEWAYS: [&str; 3] = ["iyzico", "craftgate", "stripe"];
pub(crate) const SENDERS: [&str; 3] = ["netgsm", "iletimerkezi", "twilio"];

/// A running gateway fake.
pub(crate) struct Gateway {
    pub(crate) name: &'static str,
    pub(crate) server: FakeServer,
    config: Value,
    ledgers: Arc<dyn GatewayFake>,
}

/// A gateway's fake with its ledgers.
trait GatewayFake: Fake {
    fn live(&self) -> Vec<String>;
    fn tokens(&self) -> Vec<FakeToken>;
    fn charged(&self) -> Vec<FakeCharge>;
}

macro_rules! gateway_fake {
    ($($fake:ty),*) => {$(
        impl GatewayFake for $fake {
            fn live(&self) -> Vec<String> {
                Self::tokens(self).live()
            }
            fn tokens(&self) -> Vec<FakeToken> {
                Self::tokens(self).all()
            }
            fn charged(&self) -> Vec<FakeCharge> {
                self.charges().all()
            }
        }
    )*};
}

gateway_fake!(FakeIyzico, FakeCraftgate, FakeStripe);

/// A running sender fake.
pub(crate) struct Sender {
    pub(crate) name: &'static str,
    pub(crate) server: FakeServer,
    config: Value,
    sent: Box<dyn Fn() -> Vec<FakeSms> + Send + Sync>,
}

async fn serve(fake: Arc<dyn Fake>, certificate: Option<&FakeCertificate>) -> FakeServer {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    match certificate {
        None => FakeServer::start(any_port, fake).await,
        Some(certificate) => FakeServer::start_secured(any_port, fake, certificate).await,
    }
    .expect("a port")
}

impl Gateway {
    pub(crate) async fn start(name: &'static str) -> Self {
        Self::start_under(name, None).await
    }

    /// Starts the fake, with TLS if there is a certificate.
    pub(crate) async fn start_under(
        name: &'static str,
        certificate: Option<&FakeCertificate>,
    ) -> Self {
        let accounts = [("the-account", SECRET)];
        let fake: Arc<dyn GatewayFake> = match name {
            "iyzico" => FakeIyzico::with_accounts(&accounts),
            "craftgate" => FakeCraftgate::with_accounts(&accounts),
            _ => FakeStripe::with_secret_keys(&[SECRET]),
        };
        Self::of(name, fake, certificate).await
    }

    /// A fake of Stripe that the test controls.
    pub(crate) async fn stripe(fake: &Arc<FakeStripe>) -> Self {
        Self::of("stripe", fake.clone(), None).await
    }

    /// A fake of iyzico that the test controls.
    pub(crate) async fn iyzico(fake: &Arc<FakeIyzico>) -> Self {
        Self::of("iyzico", fake.clone(), None).await
    }

    async fn of(
        name: &'static str,
        fake: Arc<dyn GatewayFake>,
        certificate: Option<&FakeCertificate>,
    ) -> Self {
        let config = match name {
            "stripe" => json!({"secret_key": "the secret"}),
            _ => json!({"api_key": "the-account", "secret_key": "the secret"}),
        };
        Self {
            name,
            server: serve(fake.clone(), certificate).await,
            config,
            ledgers: fake,
        }
    }

    /// The live tokens at the fake.
    pub(crate) fn live(&self) -> Vec<String> {
        self.ledgers.live()
    }

    /// The newest token that the fake issued.
    pub(crate) fn newest_token(&self) -> FakeToken {
        self.ledgers.tokens().pop().expect("a token")
    }

    /// What the fake charged.
    pub(crate) fn charged(&self) -> Vec<FakeCharge> {
        self.ledgers.charged()
    }

    /// A document that sets this gateway at the credit-card payment option's point of sale.
    pub(crate) fn document(&self, secret: &str) -> Value {
        let mut config = self.config.clone();
        config["secret_key"] = secret.into();
        config["base_url"] = self.server.base_url().into();
        json!({"pos": [{"pk": 1, "name": "Main", "slug": "sandbox", "gateway": self.name,
            "is_active": true, "config": config}]})
    }
}

impl Sender {
    pub(crate) async fn start(name: &'static str) -> Self {
        Self::start_under(name, None).await
    }

    /// Starts the fake, with TLS if there is a certificate.
    pub(crate) async fn start_under(
        name: &'static str,
        certificate: Option<&FakeCertificate>,
    ) -> Self {
        let (fake, config, sent): (Arc<dyn Fake>, Value, Box<dyn Fn() -> _ + Send + Sync>) =
            match name {
                "netgsm" => {
                    let fake = FakeNetgsm::new("8500000000", SECRET, "MAGAZA");
                    let config = json!({"usercode": "8500000000", "password": "the secret", "header": "MAGAZA"});
                    (fake.clone(), config, Box::new(move || fake.sent().all()))
                }
                "iletimerkezi" => {
                    let fake = FakeIletiMerkezi::new(SECRET, SECRET, "MAGAZA");
                    let config =
                        json!({"key": "the secret", "hash": "the secret", "sender": "MAGAZA"});
                    (fake.clone(), config, Box::new(move || fake.sent().all()))
                }
                _ => return Self::twilio(&FakeTwilio::new("AC0123", SECRET, "MAGAZA")).await,
            };
        Self {
            name,
            server: serve(fake, certificate).await,
            config,
            sent,
        }
    }

    pub(crate) async fn twilio(fake: &Arc<FakeTwilio>) -> Self {
        let config = json!({"account_sid": "AC0123", "auth_token": "the secret", "from": "MAGAZA"});
        let sent = Box::new({
            let fake = fake.clone();
            move || fake.sent().all()
        });
        let server = serve(fake.clone(), None).await;
        Self {
            name: "twilio",
            server,
            config,
            sent,
        }
    }

    pub(crate) fn sent(&self) -> Vec<FakeSms> {
        (self.sent)()
    }

    /// The code in the newest message.
    pub(crate) fn newest_code(&self) -> String {
        let sent = self.sent();
        let text = &sent.last().expect("a message").text;
        text.chars().filter(char::is_ascii_digit).collect()
    }

    /// The sender's settings by key.
    pub(crate) fn settings(&self, secret: &str) -> Vec<(String, String)> {
        let mut config = self.config.clone();
        config["base_url"] = self.server.base_url().into();
        let members = config.as_object().expect("an object").iter();
        let setting = |(key, value): (&String, &Value)| {
            let value = value
                .as_str()
                .expect("a text")
                .replace("the secret", secret);
            (format!("sms.settings.{}.{key}", self.name), value)
        };
        members.map(setting).collect()
    }
}

/// The gateway's secret in a file, as in a deployment. The senders' secrets are in another file, which no point of sale
/// may name.
pub(crate) fn secret_file(folder: &Path, secret: &str) -> String {
    for name in ["secret", SENDERS_SECRET] {
        std::fs::write(folder.join(name), format!("{secret}\n")).expect("written");
    }
    format!("file:{}", folder.join("secret").display())
}

/// A reference to the senders' file.
pub(crate) fn senders_secret(folder: &Path) -> String {
    format!("file:{}", folder.join(SENDERS_SECRET).display())
}

/// The name of the senders' file.
pub(crate) const SENDERS_SECRET: &str = "senders-secret";

/// A service, its gateway and its senders.
pub(crate) struct Harness {
    pub(crate) app: TestApp,
    pub(crate) gateway: Gateway,
    pub(crate) senders: Vec<Sender>,
    /// The folder of the secret files.
    pub(crate) secrets: TempDir,
}

impl Harness {
    pub(crate) async fn start(gateway: &'static str, sender: &'static str) -> Self {
        let senders = vec![Sender::start(sender).await];
        Self::start_with(Gateway::start(gateway).await, senders, &[]).await
    }

    pub(crate) async fn start_with(
        gateway: Gateway,
        senders: Vec<Sender>,
        settings: &[(&str, &str)],
    ) -> Self {
        let secrets = TempDir::new().expect("a folder");
        let secret = secret_file(secrets.path(), SECRET);
        let names: Vec<_> = senders.iter().map(|sender| sender.name).collect();
        let mut hosts = vec![gateway.server.authority()];
        hosts.extend(senders.iter().map(|sender| sender.server.authority()));
        let mut own = vec![
            ("sms.providers".to_owned(), names.join(",")),
            ("gateways.enabled".to_owned(), gateway.name.to_owned()),
            ("gateways.extra_hosts".to_owned(), hosts.join(",")),
            (
                "gateways.total_timeout_milliseconds".to_owned(),
                "700".to_owned(),
            ),
            (
                "gateways.secret_folders".to_owned(),
                secrets.path().display().to_string(),
            ),
        ];
        for sender in &senders {
            own.extend(sender.settings(&senders_secret(secrets.path())));
        }
        let own = own
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let all: Vec<_> = own.chain(settings.iter().copied()).collect();
        let app = TestApp::start_with(&all).await;
        let document = gateway.document(&secret);
        let harness = Self {
            app,
            gateway,
            senders,
            secrets,
        };
        harness.put(&document).await;
        harness
    }

    /// Imports a document.
    pub(crate) async fn put(&self, document: &Value) {
        let state = &self.app.state;
        let document = document.to_string();
        let reading = Reading::of_document(document.as_bytes(), &manage::policy(&state.settings));
        manage::write(state, reading, crate::app::author())
            .await
            .expect("the point of sale");
    }

    pub(crate) async fn hold(&self, number: &str) -> Response {
        let card = json!({
            "card_holder": "Ayşe Yılmaz", "card_number": number, "card_month": "12", "card_year": "2035",
            "card_cvv": "737", "consent": true,
        });
        self.app
            .post(CUSTOMER, "/payments/stored-cards/card/", card)
            .await
    }

    /// Requests a code.
    pub(crate) async fn ask_for_code(&self, phone: &str) -> Response {
        let body = json!({ "phone_number": phone });
        self.app
            .post(CUSTOMER, "/payments/stored-cards/phone-number/", body)
            .await
    }

    /// Saves a card with all requests. Returns the last response's status and body.
    pub(crate) async fn save(&self, number: &str) -> (u16, Value) {
        assert_eq!(self.hold(number).await.status(), 204, "{number}");
        assert_eq!(
            self.ask_for_code("05551234567").await.status(),
            204,
            "{number}"
        );
        let code = self.senders[0].newest_code();
        let body = json!({ "otp": code });
        let answer = self
            .app
            .post(CUSTOMER, "/payments/stored-cards/otp/", body)
            .await;
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// The customer's saved cards.
    pub(crate) async fn saved(&self) -> Vec<Value> {
        let path = "/payments/stored-cards/";
        let request = self.app.as_session(CUSTOMER, Method::GET, path).await;
        let body = json(request.send().await.expect("an answer")).await;
        body["results"].as_array().expect("cards").clone()
    }

    /// Advances the clock and runs the reconciler until nothing is left to do.
    pub(crate) async fn come_to_rest(&self) {
        let mut last = Reconciled::default();
        let (later, intents) = self.later();
        for _ in 0..4 {
            intents.advance(1_000);
            let catalog = &self.app.state.snapshots.current().catalog;
            last = later.reconcile(catalog, 100).await.expect("reconciled");
        }
        assert_eq!(last, Reconciled::default(), "every intent is settled");
    }

    /// Card storage at a later time, and the intents whose time it is.
    pub(crate) fn later(&self) -> (CardStorage, Arc<LaterIntents>) {
        let state = &self.app.state;
        let storage = &state.card_storage;
        let intents = Arc::new(LaterIntents::of(storage.ports().intents.clone()));
        let ports = Ports {
            intents: intents.clone(),
            clock: Arc::new(FakeClock::new(state.clock.now() + TimeDelta::hours(2))),
            ..storage.ports().clone()
        };
        let keys = settings::keys(&state.settings, &*state.entropy).expect("the keys");
        let later = CardStorage::new(ports, keys, storage.settings().clone()).expect("settings");
        (later, intents)
    }

    /// Whether the database contains this text.
    pub(crate) async fn database_holds(&self, text: &str) -> bool {
        let bytes = self.app.stored_bytes().await;
        bytes
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
    }
}
