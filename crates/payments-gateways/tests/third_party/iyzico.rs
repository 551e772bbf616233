//! iyzico's Node and Python clients.

use payments_core::card::StatedToken;
use payments_core::ports::Tokenizer;
use payments_gateways::fakes::{Received, signatures};
use payments_gateways::iyzico::IyzicoTokenizer;
use serde_json::{Value, json};

use crate::inputs::{
    CUSTOMER_KEY, HOLDER, KEY, NUMBER, REFERENCE, SECRET, TOKEN, context, pos, request,
};
use crate::parties::Parties;
use crate::program;
use crate::recorder::{Recorder, assert_same_bytes, assert_same_values};

/// As iyzico answers a stored card.
fn stored() -> Value {
    json!({"status": "success", "cardUserKey": CUSTOMER_KEY, "cardToken": TOKEN})
}

fn input(base_url: &str, conversation_id: &str) -> Value {
    let card = json!({
        "cardAlias": REFERENCE, "cardNumber": NUMBER, "expireYear": "2030", "expireMonth": "07",
        "cardHolderName": HOLDER,
    });
    json!({
        "url": base_url, "apiKey": KEY, "secretKey": SECRET,
        "first": {
            "locale": "tr", "conversationId": REFERENCE, "externalId": REFERENCE,
            "email": "customer-7@example.com", "card": card,
        },
        "second": {"locale": "tr", "conversationId": REFERENCE, "cardUserKey": CUSTOMER_KEY, "card": card},
        "delete": {
            "locale": "tr", "conversationId": conversation_id, "cardUserKey": CUSTOMER_KEY, "cardToken": TOKEN,
        },
    })
}

/// A first card, a second one, and a deletion, by our adapter.
async fn send(recorder: &Recorder, authority: String) -> Vec<Received> {
    let base_url = format!("http://{authority}");
    let pos = pos(
        "iyzico",
        json!({"base_url": base_url, "api_key": KEY, "secret_key": SECRET}),
    );
    let tokenizer = IyzicoTokenizer::new(context(authority));
    for key in [None, Some(CUSTOMER_KEY)] {
        let card = request(NUMBER, REFERENCE, key);
        Tokenizer::tokenize(&*tokenizer, &pos, card).await.unwrap();
    }
    let token = StatedToken::parse(TOKEN, Some(CUSTOMER_KEY)).unwrap();
    Tokenizer::delete(&*tokenizer, &pos, &token).await.unwrap();
    recorder.take()
}

/// Every request bears the signature that the adapter makes over its bytes.
fn assert_signed(requests: &[Received]) {
    assert_eq!(requests.len(), 3);
    for request in requests {
        let random = request.header("x-iyzi-rnd");
        assert!(!random.is_empty());
        let signed = signatures::iyzico(KEY, SECRET, random, &request.path, &request.body);
        assert_eq!(request.header("authorization"), signed);
        let content_type = request.header("content-type");
        assert!(
            content_type.starts_with("application/json"),
            "{content_type}"
        );
    }
}

/// The id that our adapter gives a deletion.
fn conversation_id() -> String {
    "0".repeat(16)
}

pub(crate) async fn node(parties: Parties) {
    let (recorder, server) = Recorder::start(stored()).await;
    let ours = send(&recorder, server.authority()).await;
    let input = input(&server.base_url(), &conversation_id());
    program::node(&parties, "iyzico.cjs", &input.to_string()).await;
    let theirs = recorder.take();
    assert_same_bytes(&ours, &theirs);
    assert_signed(&ours);
    assert_signed(&theirs);
}

pub(crate) async fn python(parties: Parties) {
    let (recorder, server) = Recorder::start(stored()).await;
    let ours = send(&recorder, server.authority()).await;
    let input = input(&server.authority(), &conversation_id());
    program::python(&parties, "iyzico.py", &input.to_string()).await;
    let theirs = recorder.take();
    // It writes blanks after commas and escapes letters; the signature is over the bytes as they are sent.
    assert_same_values(&ours, &theirs);
    assert_signed(&theirs);
}
