//! Craftgate's Node and Python clients.

use payments_core::card::StatedToken;
use payments_core::flow::IntentId;
use payments_core::ports::Tokenizer;
use payments_core::tokenization::{CalledWith, TokenSearch};
use payments_gateways::craftgate::CraftgateTokenizer;
use payments_gateways::fakes::{Received, signatures};
use serde_json::{Value, json};

use crate::inputs::{
    CUSTOMER_KEY, HOLDER, KEY, NUMBER, REFERENCE, SECRET, TOKEN, context, pos, request,
};
use crate::parties::Parties;
use crate::program;
use crate::recorder::{Recorder, assert_same_bytes, body, operations};

/// As Craftgate answers a stored card and a search.
fn stored() -> Value {
    json!({"data": {"cardUserKey": CUSTOMER_KEY, "cardToken": TOKEN, "items": []}})
}

/// Written out, as the client keeps the order of the fields.
fn input(base_url: &str) -> String {
    let card = format!(
        r#""cardHolderName":"{HOLDER}","cardNumber":"{NUMBER}","expireYear":"2030","expireMonth":"07","cardAlias":"{REFERENCE}""#
    );
    format!(
        r#"{{"url":"{base_url}","apiKey":"{KEY}","secretKey":"{SECRET}",
        "first":{{{card}}},
        "second":{{{card},"cardUserKey":"{CUSTOMER_KEY}"}},
        "search":{{"cardAlias":"{REFERENCE}","page":0,"size":10}},
        "delete":{{"cardUserKey":"{CUSTOMER_KEY}","cardToken":"{TOKEN}"}}}}"#
    )
}

/// A first card, a second one, a search and a deletion, by our adapter.
async fn send(recorder: &Recorder, authority: String) -> Vec<Received> {
    let base_url = format!("http://{authority}");
    let pos = pos(
        "craftgate",
        json!({"base_url": base_url, "api_key": KEY, "secret_key": SECRET}),
    );
    let tokenizer = CraftgateTokenizer::new(context(authority));
    for key in [None, Some(CUSTOMER_KEY)] {
        let card = request(NUMBER, REFERENCE, key);
        Tokenizer::tokenize(&*tokenizer, &pos, card).await.unwrap();
    }
    let search = TokenSearch {
        reference: IntentId(REFERENCE.to_owned()),
        called_with: CalledWith::NoKey,
    };
    Tokenizer::find(&*tokenizer, &pos, &search).await.unwrap();
    let token = StatedToken::parse(TOKEN, Some(CUSTOMER_KEY)).unwrap();
    Tokenizer::delete(&*tokenizer, &pos, &token).await.unwrap();
    recorder.take()
}

/// Every request bears the signature that the adapter makes over its URL and bytes.
fn assert_signed(requests: &[Received]) {
    assert_eq!(requests.len(), 4);
    for request in requests {
        let query = match request.query.as_str() {
            "" => String::new(),
            query => format!("?{query}"),
        };
        let url = format!("{}{}{query}", request.origin, request.path);
        let random = request.header("x-rnd-key");
        assert!(!random.is_empty());
        let signed = signatures::craftgate(&url, KEY, SECRET, random, &request.body);
        assert_eq!(request.header("x-signature"), signed, "{url}");
        assert_eq!(request.header("x-api-key"), KEY);
    }
}

pub(crate) async fn node(parties: Parties) {
    let (recorder, server) = Recorder::start(stored()).await;
    let ours = send(&recorder, server.authority()).await;
    program::node(&parties, "craftgate.cjs", &input(&server.base_url())).await;
    let theirs = recorder.take();
    assert_same_bytes(&ours, &theirs);
    assert_signed(&ours);
    assert_signed(&theirs);
    let version = |requests: &[Received]| requests[0].header("x-auth-version").to_owned();
    assert_eq!(version(&ours), version(&theirs));
}

pub(crate) async fn python(parties: Parties) {
    let (recorder, server) = Recorder::start(stored()).await;
    let ours = send(&recorder, server.authority()).await;
    program::python(&parties, "craftgate.py", &input(&server.base_url())).await;
    let theirs = recorder.take();
    assert_signed(&theirs);
    assert_eq!(operations(&ours), operations(&theirs));
    let sorted = |request: &Received| {
        let mut pairs: Vec<_> = request.query.split('&').map(str::to_owned).collect();
        pairs.sort();
        pairs
    };
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(sorted(ours), sorted(theirs));
        assert_eq!(body(ours), body(theirs));
    }
}
