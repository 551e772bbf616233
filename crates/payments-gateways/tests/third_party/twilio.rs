//! Twilio's Node and Python clients.

use payments_core::ports::SmsSender;
use payments_gateways::fakes::Received;
use payments_gateways::sms::{DeliveryState, NumberPlan};
use payments_gateways::twilio::{TwilioSms, TwilioWebhook};
use serde_json::{Value, json};

use crate::inputs::{SECRET, context, object, phone, text};
use crate::parties::Parties;
use crate::program;
use crate::recorder::{Recorder, operations};

const SID: &str = "AC0123456789abcdef0123456789abcdef";
const CALLBACK: &str = "https://shop.example/sms/twilio/status/?shop=1#rc=5&rp=5xx,ct,rt";

fn input(base_url: &str) -> Value {
    json!({
        "url": base_url, "sid": SID, "token": SECRET, "to": "+905551234567", "from": "MAGAZA",
        "body": text().localized.as_str(), "callback": CALLBACK, "validity": 180,
    })
}

/// A code, and the account that a check reads, by our adapter.
async fn send(recorder: &Recorder, authority: String) -> Vec<Received> {
    let base_url = format!("http://{authority}");
    let config = object(json!({
        "base_url": base_url, "account_sid": SID, "auth_token": SECRET, "from": "MAGAZA", "status_callback": CALLBACK,
    }));
    let context = context(authority);
    let sender = TwilioSms::new(config.clone(), NumberPlan::default(), context.clone()).unwrap();
    sender.send(&phone(), &text()).await.unwrap();
    let twilio = payments_gateways::providers::provider("twilio").unwrap();
    twilio.check(&config, &context).await;
    recorder.take()
}

fn assert_same_credentials(ours: &[Received], theirs: &[Received]) {
    for (ours, theirs) in ours.iter().zip(theirs) {
        for header in ["authorization", "content-type"] {
            assert_eq!(ours.header(header), theirs.header(header), "{header}");
        }
    }
}

/// The decoded pairs of a form, sorted.
fn pairs(request: &Received) -> Vec<(String, String)> {
    let query = std::str::from_utf8(&request.body).unwrap();
    let url = format!("https://form.example/?{query}");
    let url = reqwest::Url::parse(&url).unwrap();
    let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
    pairs.sort();
    pairs
}

pub(crate) async fn node(parties: Parties) {
    let (recorder, server) = Recorder::start(json!({"sid": "SM0123"})).await;
    let ours = send(&recorder, server.authority()).await;
    program::node(
        &parties,
        "twilio.cjs",
        &input(&server.base_url()).to_string(),
    )
    .await;
    let theirs = recorder.take();
    assert_eq!(operations(&ours), operations(&theirs));
    let text = |request: &Received| String::from_utf8(request.body.to_vec()).unwrap();
    // Of the two ways to write a blank it has another one than earlier versions and browsers.
    assert_eq!(text(&ours[0]).replace('+', "%20"), text(&theirs[0]));
    assert_same_credentials(&ours[..1], &theirs[..1]);
    assert_eq!(
        ours[1].header("authorization"),
        theirs[1].header("authorization")
    );
}

pub(crate) async fn python(parties: Parties) {
    let (recorder, server) = Recorder::start(json!({"sid": "SM0123"})).await;
    let ours = send(&recorder, server.authority()).await;
    program::python(
        &parties,
        "twilio.py",
        &input(&server.base_url()).to_string(),
    )
    .await;
    let theirs = recorder.take();
    // It has another order of the fields.
    assert_eq!(pairs(&ours[0]), pairs(&theirs[0]));
    assert_eq!(operations(&ours), operations(&theirs));
    assert_same_credentials(&ours[..1], &theirs[..1]);
}

/// What a callback's URL was given as, and how Twilio called it.
const CALLED: [(&str, &str); 4] = [
    (CALLBACK, "https://shop.example/sms/twilio/status/?shop=1"),
    ("https://shop.example/s", "https://shop.example:443/s"),
    ("https://shop.example:8443/s", "https://shop.example:8443/s"),
    ("https://shop.example:8443/s", "https://shop.example/s"),
];

/// Reports of which one parameter comes twice, which clients hold as a list.
fn signing(called: &str) -> Value {
    json!({
        "token": SECRET, "called": called,
        "parameters": {
            "MessageSid": "SM0123", "MessageStatus": "delivered", "To": "+905551234567", "Name": "Ayşe",
            "Media": ["b", "a", "b"],
        },
    })
}

fn assert_is_read(url: &str, signature: &str) {
    let pairs = [
        ("Media", "b"),
        ("Media", "a"),
        ("Media", "b"),
        ("Name", "Ayşe"),
        ("MessageSid", "SM0123"),
        ("MessageStatus", "delivered"),
        ("To", "+905551234567"),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let webhook = TwilioWebhook::new(SECRET.to_owned().into());
    let read = webhook.read(url, &pairs, signature.trim());
    assert_eq!(
        read,
        Ok(("SM0123".to_owned(), DeliveryState::Delivered)),
        "{url}"
    );
    let mut changed = pairs.clone();
    changed[4].1.push('9');
    assert!(webhook.read(url, &changed, signature.trim()).is_err());
}

pub(crate) async fn node_signatures(parties: Parties) {
    for (url, called) in CALLED {
        let signature = program::node(
            &parties,
            "twilio_signature.cjs",
            &signing(called).to_string(),
        )
        .await;
        assert_is_read(url, &signature);
    }
}

pub(crate) async fn python_signatures(parties: Parties) {
    for (url, called) in CALLED {
        let signature = program::python(
            &parties,
            "twilio_signature.py",
            &signing(called).to_string(),
        )
        .await;
        assert_is_read(url, &signature);
    }
}
