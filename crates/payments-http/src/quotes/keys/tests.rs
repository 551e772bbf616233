use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use payments_core::keys::KeyId;
use ring::hmac;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;

fn seed(number: u32, byte: u8) -> QuoteSeed {
    QuoteSeed {
        number: KeyId(number),
        seed: Zeroizing::new([byte; 32]),
    }
}

fn keys(bytes: &[u8]) -> QuoteKeys {
    let seeds: Vec<QuoteSeed> = (1..)
        .zip(bytes)
        .map(|(number, byte)| seed(number, *byte))
        .collect();
    QuoteKeys::of(&seeds).unwrap()
}

fn claims() -> Value {
    json!({"sub": "7", "total_amount": "20.47"})
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A quote with this header, signed by the key of `byte`.
fn signed_with_header(header: &Value, byte: u8) -> String {
    let message = format!("{}.{}", encoded(header), encoded(&claims()));
    let pair = Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).unwrap();
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn id_of(keys: &QuoteKeys) -> &str {
    &keys.verifying[0].0
}

fn header(keys: &QuoteKeys) -> Value {
    json!({"typ": TYPE, "alg": "EdDSA", "kid": id_of(keys)})
}

#[test]
fn a_quote_opens_with_its_type_algorithm_and_key() {
    let keys = keys(&[1]);
    let quote = keys.sign(&claims()).unwrap();
    assert_eq!(keys.open::<Value>(&quote), Some(claims()));
    let header = jsonwebtoken::decode_header(&quote).unwrap();
    assert_eq!(header.typ.as_deref(), Some(TYPE));
    assert_eq!(header.alg, Algorithm::EdDSA);
    assert_eq!(header.kid.as_deref(), Some(id_of(&keys)));
    // The tests below fail for what they change only.
    let same = signed_with_header(&self::header(&keys), 1);
    assert_eq!(keys.open::<Value>(&same), Some(claims()));
}

#[test]
fn no_byte_of_a_quote_can_be_changed() {
    let keys = keys(&[1]);
    let quote = keys.sign(&claims()).unwrap();
    for at in 0..quote.len() {
        for with in [b'A', b'-', b'.', b'=', b'\n', b'5'] {
            let mut changed = quote.clone().into_bytes();
            if changed[at] == with {
                continue;
            }
            changed[at] = with;
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(keys.open::<Value>(&changed), None, "{changed}");
        }
    }
    for end in 0..quote.len() {
        assert_eq!(keys.open::<Value>(&quote[..end]), None);
    }
    for longer in [
        format!("{quote}A"),
        format!("{quote}."),
        format!(" {quote}"),
    ] {
        assert_eq!(keys.open::<Value>(&longer), None);
    }
}

#[test]
fn only_eddsa_of_the_type_with_a_known_key_is_opened() {
    let keys = keys(&[1]);
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("eddsa")),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("application/payments-quote+jwt")),
        ("typ", Value::Null),
        ("kid", json!("unknown")),
        ("kid", json!("")),
        ("kid", Value::Null),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
    ] {
        let mut header = header(&keys);
        header[name] = value;
        let quote = signed_with_header(&header, 1);
        assert_eq!(keys.open::<Value>(&quote), None, "{header}");
    }
}

#[test]
fn a_quote_without_a_signature_or_with_a_mac_of_the_public_key_is_not_opened() {
    let keys = keys(&[1]);
    let mut header = header(&keys);
    header["alg"] = "none".into();
    let unsigned = format!("{}.{}.", encoded(&header), encoded(&claims()));
    assert_eq!(keys.open::<Value>(&unsigned), None);
    let public = keys.verifying[0].1.try_get_as_bytes().unwrap();
    for algorithm in ["HS256", "EdDSA"] {
        header["alg"] = algorithm.into();
        let message = format!("{}.{}", encoded(&header), encoded(&claims()));
        let mac = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, public),
            message.as_bytes(),
        );
        let quote = format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac));
        assert_eq!(keys.open::<Value>(&quote), None);
    }
}

#[test]
fn a_foreign_key_under_our_id_and_a_key_in_the_header_are_not_trusted() {
    let (ours, foreign) = (keys(&[1]), keys(&[2]));
    assert_eq!(ours.open::<Value>(&foreign.sign(&claims()).unwrap()), None);
    assert_eq!(
        ours.open::<Value>(&signed_with_header(&header(&ours), 2)),
        None
    );
    let mut with_key = header(&ours);
    with_key["jwk"] = json!(foreign.published().keys[0]);
    assert_eq!(ours.open::<Value>(&signed_with_header(&with_key, 2)), None);
}

#[test]
fn a_long_text_is_refused_before_it_is_parsed_and_never_signed() {
    let keys = keys(&[1]);
    let padded = |length: usize| json!({"sub": "7", "x": "y".repeat(length)});
    let longest = keys.sign(&padded(MAX_LENGTH * 3 / 4 - 250)).unwrap();
    assert!(keys.open::<Value>(&longest).is_some());
    assert!(matches!(
        keys.sign(&padded(MAX_LENGTH * 3 / 4)),
        Err(KeysError::TooLong)
    ));
    assert_eq!(keys.open::<Value>(&"a".repeat(MAX_LENGTH + 1)), None);
}

#[test]
fn the_old_key_verifies_during_a_rotation_and_not_after_it() {
    let quote = keys(&[1]).sign(&claims()).unwrap();
    for (ring, is_opened) in [(&[1, 2][..], true), (&[2, 1], true), (&[2], false)] {
        assert_eq!(keys(ring).open::<Value>(&quote).is_some(), is_opened);
    }
    let with_new = keys(&[2, 1]).sign(&claims()).unwrap();
    assert_eq!(keys(&[1]).open::<Value>(&with_new), None);
    // Every process verifies the new key's quotes from the first step on.
    assert!(keys(&[1, 2]).open::<Value>(&with_new).is_some());
}

#[test]
fn without_keys_nothing_is_signed_published_or_opened() {
    let none = keys(&[]);
    assert!(matches!(
        none.sign(&claims()),
        Err(KeysError::NotConfigured)
    ));
    assert_eq!(json!(none.published()), json!({"keys": []}));
    let quote = keys(&[1]).sign(&claims()).unwrap();
    assert_eq!(none.open::<Value>(&quote), None);
}

/// The key and the thumbprint of RFC 8037, appendices A.1 to A.3.
#[test]
fn the_published_key_and_its_id_are_those_of_rfc_8037() {
    let secret = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    let seed = QuoteSeed {
        number: KeyId(1),
        seed: Zeroizing::new(secret.unwrap().try_into().unwrap()),
    };
    let keys = QuoteKeys::of(&[seed]).unwrap();
    let expected = json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }]});
    assert_eq!(json!(keys.published()), expected);
}
