//! The example's charges of saved cards, with the providers' own Python clients, at the fakes.

use std::process::Command;
use std::sync::Arc;

use payments_core::ports::Tokenizer;
use payments_gateways::context::ProviderContext;
use payments_gateways::craftgate::CraftgateTokenizer;
use payments_gateways::fakes::{
    Fake, FakeCharge, FakeCraftgate, FakeIyzico, FakeServer, FakeStripe,
};
use payments_gateways::iyzico::IyzicoTokenizer;
use payments_gateways::stripe::StripeTokenizer;
use serde_json::{Value, json};

use crate::inputs::{KEY, NUMBER, REFERENCE, SECRET, context, issued, pos, request};
use crate::parties::{Parties, checkout, script};
use crate::program;

/// Saves a card with our adapter, charges it with the example, and compares the fake's ledger.
async fn charges_once(
    parties: &Parties,
    gateway: &str,
    fake: Arc<dyn Fake>,
    adapter: fn(ProviderContext) -> Arc<dyn Tokenizer>,
    charges: impl Fn() -> Vec<FakeCharge>,
) {
    let address = ([127, 0, 0, 1], 0).into();
    let server = FakeServer::start(address, fake).await.unwrap();
    let mut config = json!({"base_url": server.base_url(), "secret_key": SECRET});
    if gateway != "stripe" {
        config["api_key"] = KEY.into();
    }
    let tokenizer = adapter(context(server.authority()));
    let saving = request(NUMBER, REFERENCE, None);
    let saved = issued(tokenizer.tokenize(&pos(gateway, config), saving).await);
    let customer_key = saved.provider_customer_key.as_ref().unwrap().as_str();
    let token = saved.token.as_str();
    let input = json!({
        "gateway": gateway, "url": server.base_url(), "key": KEY, "secret": SECRET,
        "instrument": instrument(gateway, customer_key, token),
        "unknown": instrument(gateway, customer_key, "of-no-card"),
    });
    let mut python = Command::new(parties.checkout_python());
    python.arg("-I").arg(script("charge.py"));
    let printed = program::output(python, &input.to_string()).await;
    assert_eq!(printed.trim(), "once", "{gateway}");
    let charges = charges();
    let [charge] = &charges[..] else {
        panic!("{gateway}: {charges:?}");
    };
    assert_eq!(
        (charge.minor_units, &*charge.currency, charge.installments),
        (2047, "TRY", 3)
    );
    assert_eq!(
        (&*charge.token, &*charge.customer_key, &*charge.reference),
        (token, customer_key, "ORD-1-1")
    );
}

/// Under the names of the provider.
fn instrument(gateway: &str, customer_key: &str, token: &str) -> Value {
    match gateway {
        "stripe" => json!({"customer": customer_key, "payment_method": token}),
        _ => json!({"cardUserKey": customer_key, "cardToken": token}),
    }
}

pub(crate) async fn iyzico(parties: Parties) {
    let fake = FakeIyzico::with_accounts(&[(KEY, SECRET)]);
    let charges = || fake.charges().all();
    let adapter = |context| -> Arc<dyn Tokenizer> { IyzicoTokenizer::new(context) };
    charges_once(&parties, "iyzico", fake.clone(), adapter, charges).await;
}

pub(crate) async fn craftgate(parties: Parties) {
    let fake = FakeCraftgate::with_accounts(&[(KEY, SECRET)]);
    let charges = || fake.charges().all();
    let adapter = |context| -> Arc<dyn Tokenizer> { CraftgateTokenizer::new(context) };
    charges_once(&parties, "craftgate", fake.clone(), adapter, charges).await;
}

pub(crate) async fn stripe(parties: Parties) {
    let fake = FakeStripe::with_secret_keys(&[SECRET]);
    let charges = || fake.charges().all();
    let adapter = |context| -> Arc<dyn Tokenizer> { StripeTokenizer::new(context) };
    charges_once(&parties, "stripe", fake.clone(), adapter, charges).await;
}

/// The example's own tests of orders, quotes and crashes.
pub(crate) async fn orders(parties: Parties) {
    let mut python = Command::new(parties.checkout_python());
    python.arg("-B").arg(checkout("test_checkout.py"));
    program::output(python, "-q").await;
}
