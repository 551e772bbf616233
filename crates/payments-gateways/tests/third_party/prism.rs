//! Prism, a mock server, over the `OpenAPI` document that Twilio publishes.

use std::process::Command;
use std::sync::Arc;

use payments_core::ports::SmsSender;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::provider;
use payments_gateways::sms::NumberPlan;
use payments_gateways::twilio::TwilioSms;
use serde_json::{Map, Value, json};

use crate::inputs::{SECRET, context, object, phone, text};
use crate::parties::Parties;
use crate::program::Serving;

const DOCUMENT: &str = "@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json";
const PRISM: &str = "@stoplight/prism-cli/dist/index.js";
const SID: &str = "AC0123456789abcdef0123456789abcdef";

/// Prism, which refuses what the document does not allow.
async fn start(parties: &Parties) -> Serving {
    Serving::start(|port| {
        let mut command = Command::new("node");
        command
            .arg(parties.node_file(PRISM))
            .args([
                "mock",
                "--host",
                "127.0.0.1",
                "--port",
                &port.to_string(),
                "--errors",
            ])
            .arg(parties.node_file(DOCUMENT));
        command
    })
    .await
}

fn config(prism: &Serving, sid: &str) -> Map<String, Value> {
    object(json!({
        "base_url": prism.base_url(), "account_sid": sid, "auth_token": SECRET, "from": "MAGAZA",
        "status_callback": "https://shop.example/sms/twilio/status/",
    }))
}

fn sender(prism: &Serving, sid: &str) -> Arc<TwilioSms> {
    let context = context(prism.authority());
    TwilioSms::new(config(prism, sid), NumberPlan::default(), context).unwrap()
}

pub(crate) async fn takes(parties: Parties) {
    let prism = start(&parties).await;
    let receipt = sender(&prism, SID).send(&phone(), &text()).await.unwrap();
    assert!(receipt.message_id.unwrap().starts_with("SM"));
    let twilio = provider("twilio").unwrap();
    let check = twilio
        .check(&config(&prism, SID), &context(prism.authority()))
        .await;
    assert_eq!((check.outcome, check.problem), (Outcome::Done, None));
}

/// Shows that Prism looks: an account's SID has 32 hexadecimal digits.
pub(crate) async fn refuses(parties: Parties) {
    let prism = start(&parties).await;
    assert!(
        sender(&prism, "AC0123")
            .send(&phone(), &text())
            .await
            .is_err()
    );
}
