//! The gateway and the sender: fakes that check and record what they receive.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use payments_gateways::fakes::{Fake, FakeNetgsm, FakeServer, FakeSms, FakeStripe, FakeToken};
use serde_json::{Value, json};

/// The secret of both accounts.
const SECRET: &str = "s3cret-of-the-account";

/// A gateway (Stripe) and a sender (Netgsm).
pub struct Providers {
    /// The gateway. It finds a token by its intent, so that nothing is left to an operator.
    pub gateway: Arc<FakeStripe>,
    /// Serves the gateway.
    pub gateway_server: FakeServer,
    sender: Arc<FakeNetgsm>,
    /// Serves the sender.
    pub sender_server: FakeServer,
    /// The folder of the secrets.
    secrets: String,
}

impl Providers {
    /// Starts the fakes, whose secrets are written to a folder. `front` makes what answers in the gateway's place.
    pub(super) async fn start(
        folder: &Path,
        front: impl FnOnce(Arc<FakeStripe>) -> Arc<dyn Fake>,
    ) -> Result<Self> {
        for name in ["gateway", "sender"] {
            std::fs::write(folder.join(name), SECRET)?;
        }
        let gateway = FakeStripe::with_secret_keys(&[SECRET]);
        let sender = FakeNetgsm::new("8500000000", SECRET, "MAGAZA");
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        Ok(Self {
            gateway_server: FakeServer::start(any_port, front(Arc::clone(&gateway))).await?,
            sender_server: FakeServer::start(any_port, sender.clone()).await?,
            gateway,
            sender,
            secrets: folder.display().to_string(),
        })
    }

    /// The settings that lead to the fakes.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let hosts = [&self.gateway_server, &self.sender_server].map(FakeServer::authority);
        let setting = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        vec![
            setting("gateways.enabled", "stripe"),
            setting("gateways.extra_hosts", &hosts.join(",")),
            setting("gateways.secret_folders", &self.secrets),
            setting("sms.providers", "netgsm"),
            setting("sms.settings.netgsm.usercode", "8500000000"),
            setting("sms.settings.netgsm.header", "MAGAZA"),
            setting("sms.settings.netgsm.password", &self.secret("sender")),
            setting(
                "sms.settings.netgsm.base_url",
                &self.sender_server.base_url(),
            ),
        ]
    }

    fn secret(&self, name: &str) -> String {
        format!("file:{}/{name}", self.secrets)
    }

    /// The point of sale at the gateway.
    pub fn pos(&self) -> Value {
        json!({"pk": 1, "name": "Main", "slug": "main", "gateway": "stripe", "is_active": true, "config": {
            "secret_key": self.secret("gateway"), "base_url": self.gateway_server.base_url(),
        }})
    }

    /// The tokens that the gateway ever made.
    pub fn tokens(&self) -> Vec<FakeToken> {
        self.gateway.tokens().all()
    }

    /// The messages that were ever sent.
    pub fn messages(&self) -> Vec<FakeSms> {
        self.sender.sent().all()
    }

    /// The codes that were sent to a phone, oldest first.
    pub fn codes(&self, phone: &str) -> Vec<String> {
        let sent = self.messages().into_iter();
        let to_phone = sent.filter(|sms| phone.ends_with(&sms.to));
        let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect();
        to_phone.map(|sms| digits(sms.text)).collect()
    }

    /// The newest code that was sent to a phone.
    ///
    /// # Errors
    /// None was sent.
    pub fn newest_code(&self, phone: &str) -> Result<String> {
        self.codes(phone).pop().context("no code was sent")
    }
}
