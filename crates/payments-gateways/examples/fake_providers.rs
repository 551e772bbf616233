//! Every provider's fake on a port of its own, to try the whole service against them:
//! `cargo run -p payments-gateways --example fake_providers`.
//!
//! Prints the configuration that reaches each. A word on standard input changes how all of them behave:
//! `well`, `slow`, `error`, `throttle`, `redirect`, `page`, `truncate`, `cut`, `hangup`, `huge`, `silent`; and
//! `ledger` prints what they did. The card and phone numbers with a meaning are the sandbox's.

#![expect(clippy::print_stdout, reason = "this is what the example is for")]

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use payments_gateways::fakes::{
    Fake, FakeCraftgate, FakeIletiMerkezi, FakeIyzico, FakeNetgsm, FakeServer, FakeStripe,
    FakeTwilio, FaultMode,
};

const FIRST_PORT: u16 = 9101;

struct Fakes {
    iyzico: Arc<FakeIyzico>,
    craftgate: Arc<FakeCraftgate>,
    stripe: Arc<FakeStripe>,
    netgsm: Arc<FakeNetgsm>,
    iletimerkezi: Arc<FakeIletiMerkezi>,
    twilio: Arc<FakeTwilio>,
}

impl Fakes {
    fn new() -> Self {
        let accounts = [("fake-api-key", "fake-secret-key")];
        Self {
            iyzico: FakeIyzico::with_accounts(&accounts),
            craftgate: FakeCraftgate::with_accounts(&accounts),
            stripe: FakeStripe::with_secret_keys(&["sk_fake"]),
            netgsm: FakeNetgsm::new("8500000000", "fake-password", "MAGAZA"),
            iletimerkezi: FakeIletiMerkezi::new("fake-key", "fake-hash", "MAGAZA"),
            twilio: FakeTwilio::new("ACfake", "fake-token", "MAGAZA"),
        }
    }

    /// Name, configuration besides the base URL, and the fake.
    fn all(&self) -> [(&'static str, &'static str, Arc<dyn Fake>); 6] {
        let keys = r#""api_key": "fake-api-key", "secret_key": "fake-secret-key""#;
        [
            ("iyzico", keys, self.iyzico.clone()),
            ("craftgate", keys, self.craftgate.clone()),
            ("stripe", r#""secret_key": "sk_fake""#, self.stripe.clone()),
            (
                "netgsm",
                r#""usercode": "8500000000", "password": "fake-password", "header": "MAGAZA""#,
                self.netgsm.clone(),
            ),
            (
                "iletimerkezi",
                r#""key": "fake-key", "hash": "fake-hash", "sender": "MAGAZA""#,
                self.iletimerkezi.clone(),
            ),
            (
                "twilio",
                r#""account_sid": "ACfake", "auth_token": "fake-token", "from": "MAGAZA""#,
                self.twilio.clone(),
            ),
        ]
    }

    fn print_ledgers(&self) {
        for tokens in [
            self.iyzico.tokens(),
            self.craftgate.tokens(),
            self.stripe.tokens(),
        ] {
            for token in tokens.all() {
                println!("{token:?}");
            }
        }
        for charges in [
            self.iyzico.charges(),
            self.craftgate.charges(),
            self.stripe.charges(),
        ] {
            for charge in charges.all() {
                println!("{charge:?}");
            }
        }
        for sent in [
            self.netgsm.sent(),
            self.iletimerkezi.sent(),
            self.twilio.sent(),
        ] {
            for message in sent.all() {
                println!("{message:?}");
            }
        }
    }
}

fn fault(word: &str) -> Option<FaultMode> {
    let fault = match word {
        "well" => FaultMode::Well,
        "slow" => FaultMode::Slow(Duration::from_secs(3)),
        "error" => FaultMode::ServerError,
        "throttle" => FaultMode::Throttling,
        "redirect" => FaultMode::Redirect,
        "page" => FaultMode::WebPage,
        "truncate" => FaultMode::Truncated,
        "cut" => FaultMode::Cut,
        "hangup" => FaultMode::HangsUp,
        "huge" => FaultMode::TenMegabytes,
        "silent" => FaultMode::Silent,
        _ => return None,
    };
    Some(fault)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let fakes = Fakes::new();
    let mut servers = Vec::new();
    for ((name, config, fake), port) in fakes.all().into_iter().zip(FIRST_PORT..) {
        let server = FakeServer::start(SocketAddr::from(([127, 0, 0, 1], port)), fake).await?;
        println!(
            "{name:<13} {{\"base_url\": \"{}\", {config}}}",
            server.base_url()
        );
        servers.push(server);
    }
    for line in io::stdin().lines() {
        match (line?.trim(), &servers) {
            ("ledger", _) => fakes.print_ledgers(),
            (word, servers) => match fault(word) {
                Some(fault) => servers.iter().for_each(|server| server.put(fault)),
                None => println!("no such word: {word}"),
            },
        }
    }
    // Standard input is closed, as in the background: go on until stopped.
    std::future::pending::<Result<(), Box<dyn Error>>>().await
}
