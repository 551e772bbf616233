//! `examples/checkout`, the whole way: the service with a gateway's fake, a card that a customer saved, and the Python
//! program as a process.
//!
//! `cargo xtask test` installs the program's packages. Without them every test here counts as skipped.

#![expect(
    clippy::expect_used,
    reason = "a helper of the tests fails the test that calls it"
)]
#![expect(
    clippy::unwrap_used,
    reason = "the harness of the gateways' tests is shared"
)]
#![expect(
    dead_code,
    reason = "the helpers are shared with the other test programs"
)]

mod app;
mod provider_harness;
mod setup;

#[path = "../../../payments-gateways/tests/third_party/harness.rs"]
mod harness;
#[path = "../../../payments-gateways/tests/third_party/parties.rs"]
mod parties;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode, Output};

use harness::test;
use parties::Parties;
use payments_gateways::fakes::{FakeCertificate, REVIEWED_CHARGE, UNCLEAR_CHARGE};
use serde_json::{Value, json};
use tempfile::TempDir;

use app::{CUSTOMER, GOOD_NUMBER};
use provider_harness::{Gateway, Harness, SECRET, Sender};

const SETUP: setup::Setup = setup::Setup::Embedded;

/// The order system's token.
const TOKEN: &str = "order-system-token";
/// SHA-256 of [`TOKEN`].
const TOKEN_HASH: &str = "4e0add2f0918ad0ede6ef4ffab802259b7fe2414aaa23dd419a8342d9e8dde33";
/// The shop's token: the program's tests change the basket with it.
const SHOP_TOKEN: &str = "shop-system-token";
/// SHA-256 of [`SHOP_TOKEN`].
const SHOP_TOKEN_HASH: &str = "8ac84bcd386fa4a576ae3cfd0b030c5ab73ad18fdcee21d4fece9a92cfe0018f";
/// The seed of the key that signs quotes; the program's tests sign quotes that differ from the service's in one point.
const SEED: &str = "q0kPjcx3Vv2lYd8rZ7s1uWbN5tGmE4oHfA9iKyTzQ6M=";

/// A service whose customer has saved a card, and a folder of the order system.
struct Store {
    harness: Harness,
    folder: TempDir,
    saved_card: String,
    /// What cards with a meaning for the fake are charged with, by that meaning.
    cards: Value,
    parties: Parties,
}

impl Store {
    async fn open(parties: Parties, gateway: &'static str) -> Self {
        let folder = TempDir::new().expect("a folder");
        // iyzico's client takes HTTPS only; the others' clients take no authority of the environment.
        let certificate = FakeCertificate::new("localhost", 2020..2090).expect("a certificate");
        let authorities = folder.path().join("authorities.pem");
        std::fs::write(&authorities, certificate.pem()).expect("written");
        let keys = format!("1:{SEED}");
        let settings = [
            ("gateways.ca_file", authorities.to_str().expect("UTF-8")),
            ("manage.tokens.order_system.sha256", TOKEN_HASH),
            ("manage.tokens.order_system.scopes", "quotes,instrument"),
            ("manage.tokens.shop.sha256", SHOP_TOKEN_HASH),
            ("manage.tokens.shop.scopes", "purchases"),
            ("quotes.keys", &keys),
            ("instrument.require_quote", "true"),
            // A busy machine must not fail a saving.
            ("gateways.total_timeout_milliseconds", "10000"),
        ];
        let certificate = (gateway == "iyzico").then_some(&certificate);
        let gateway = Gateway::start_under(gateway, certificate).await;
        let senders = vec![Sender::start("netgsm").await];
        let harness = Harness::start_with(gateway, senders, &settings).await;
        let (status, saved) = harness.save(GOOD_NUMBER).await;
        assert_eq!(status, 200, "{saved}");
        let saved_card = harness.saved().await[0]["pk"].to_string();
        Self {
            harness,
            folder,
            saved_card,
            cards: json!({}),
            parties,
        }
    }

    /// Saves the cards whose charges are declined, unclear or reviewed.
    async fn save_cards_that_fail(&mut self) {
        let gateway = &self.harness.gateway;
        let (declined, names) = match gateway.name {
            "iyzico" => ("4129111111111111", ["cardUserKey", "cardToken"]),
            "craftgate" => ("4102090000000000", ["cardUserKey", "cardToken"]),
            _ => ("4000000000000341", ["customer", "payment_method"]),
        };
        for (meaning, number) in [
            ("declined", declined),
            ("unclear", UNCLEAR_CHARGE),
            ("reviewed", REVIEWED_CHARGE),
        ] {
            let (status, saved) = self.harness.save(number).await;
            assert_eq!(status, 200, "{meaning}: {saved}");
            let token = gateway.newest_token();
            let [customer_key, card] = names;
            self.cards[meaning] = json!({customer_key: token.customer_key, card: token.token});
        }
    }

    /// Runs a file of the example. Other users can read a process's arguments, so they have no secret.
    async fn run(&self, file: &str, arguments: &[&str]) -> Output {
        assert!(!arguments.contains(&CUSTOMER) && !arguments.contains(&TOKEN));
        let server = &self.harness.gateway.server;
        let authorities = self.folder.path().join("authorities.pem");
        let environment = self.parties.folder.join("checkout/environment");
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/checkout");
        let mut python = Command::new(environment.join("bin/python"));
        let file = Path::new(example).join(file);
        python.arg("-B").arg(file).args(arguments);
        python.current_dir(&self.folder).envs([
            ("PAYMENTS_URL", &*self.harness.app.url),
            ("PAYMENTS_ISSUER", &*self.harness.app.url),
            ("PAYMENTS_TOKEN", TOKEN),
            ("PAYMENTS_SESSION", CUSTOMER),
            ("TEST_SHOP_TOKEN", SHOP_TOKEN),
            ("TEST_SAVED_CARD", &*self.saved_card),
            ("TEST_QUOTE_SEED", SEED),
            ("TEST_CARDS", &*self.cards.to_string()),
        ]);
        python.env("SSL_CERT_FILE", authorities);
        python.envs(keys(
            self.harness.gateway.name,
            &server.base_url(),
            &server.authority(),
        ));
        let output = tokio::task::spawn_blocking(move || python.output());
        output.await.expect("a thread").expect("Python")
    }

    /// What the program printed; it must have succeeded.
    async fn checkout(&self, arguments: &[&str]) -> Value {
        let output = self.run("checkout.py", arguments).await;
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{output:?} {complaints}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// The environment with the keys and the address of a gateway.
fn keys(gateway: &str, url: &str, host: &str) -> BTreeMap<String, String> {
    let name = gateway.to_uppercase();
    let value = |key: &str, value: &str| (format!("{name}_{key}"), value.to_owned());
    let mut keys = BTreeMap::from([
        value("SECRET_KEY", SECRET),
        value("URL", url),
        value("HOST", host),
    ]);
    if gateway != "stripe" {
        keys.extend([value("API_KEY", "the-account")]);
    }
    keys
}

/// The customer sees the plans of the saved card, chooses one, and the order is charged once.
async fn pays(parties: Parties, gateway: &'static str) {
    let store = Store::open(parties, gateway).await;
    let card = &*store.saved_card;
    let cards = store.checkout(&["plans", "--saved-card", card]).await;
    let plans = cards[0]["installments"].as_array().expect("plans");
    let plan = plans.iter().find(|plan| plan["installment_count"] == 3);
    assert_eq!(plan.expect("a plan")["total_amount"], json!(1364.90));
    let pay = [
        &[
            "pay",
            "--order",
            "ORD-1",
            "--customer",
            "7",
            "--basket",
            "1",
        ][..],
        &[
            "--installments",
            "3",
            "--total",
            "1364.90",
            "--saved-card",
            card,
        ],
    ]
    .concat();
    let first = store.checkout(&pay).await;
    assert_eq!(
        (&first["status"], &first["total"]),
        (&json!("paid"), &json!("1364.90"))
    );
    assert_eq!(store.checkout(&pay).await, first);
    let charged = store.harness.gateway.charged();
    let [charge] = &charged[..] else {
        panic!("{gateway}: {charged:?}");
    };
    assert_eq!(
        (charge.minor_units, &*charge.currency, charge.installments),
        (136_490, "TRY", 3)
    );
    assert_eq!(
        (&*charge.reference, &charge.id, vec![charge.token.clone()]),
        (
            "ORD-1-1",
            &first["payment"].as_str().expect("an id").to_owned(),
            store.harness.gateway.live()
        )
    );
    keeps_no_secret(&store);
}

/// The order system stores neither the session nor what the card is charged with.
fn keeps_no_secret(store: &Store) {
    let orders = std::fs::read(store.folder.path().join("orders.db")).expect("orders");
    let holds = |text: &str| {
        orders
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
    };
    assert!(holds("ORD-1"));
    for charge in store.harness.gateway.charged() {
        for secret in [CUSTOMER, TOKEN, SECRET, &charge.token, &charge.customer_key] {
            assert!(!holds(secret));
        }
    }
}

/// The program's own tests. They print what the shop believes to be paid; the fake's ledger is what is paid.
async fn survives(parties: Parties, gateway: &'static str) {
    let mut store = Store::open(parties, gateway).await;
    store.save_cards_that_fail().await;
    let output = store.run("test_checkout.py", &["-q"]).await;
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{gateway}: {complaints}");
    let believed: Vec<(String, u64, String)> =
        serde_json::from_slice(&output.stdout).expect("the paid orders");
    assert!(believed.len() > 5, "{believed:?}");
    let charged = store.harness.gateway.charged().into_iter();
    let mut charged: Vec<_> = charged
        .map(|charge| (charge.reference, charge.minor_units, charge.id))
        .collect();
    charged.sort();
    assert_eq!(believed, charged, "{gateway}");
}

fn main() -> ExitCode {
    harness::run(vec![
        test(
            "order_system::an_order_is_charged_once_at_iyzico",
            |parties| pays(parties, "iyzico"),
        ),
        test(
            "order_system::an_order_is_charged_once_at_craftgate",
            |parties| pays(parties, "craftgate"),
        ),
        test(
            "order_system::an_order_is_charged_once_at_stripe",
            |parties| pays(parties, "stripe"),
        ),
        test(
            "order_system::orders_survive_crashes_and_changes_at_iyzico",
            |parties| survives(parties, "iyzico"),
        ),
        test(
            "order_system::orders_survive_crashes_and_changes_at_craftgate",
            |parties| survives(parties, "craftgate"),
        ),
        test(
            "order_system::orders_survive_crashes_and_changes_at_stripe",
            |parties| survives(parties, "stripe"),
        ),
    ])
}
