use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Expected, Invalid, Keys, name, texts};
use crate::jws;
use crate::manage_tokens::MAX_PERSON;

/// Of a key pair that OpenSSL drew and that was not kept.
const MODULUS: &str = "\
    paapbGxpbp9B2-0qoJ_hpw0_z5RDNYtOH8p7qd2CN6boYOw8_yItYLYC7h3_o0mE0BREjb_Ae59J9aLz8BqKewgbuexgvWJLsgPzLjhfP4Hy0D\
    fsu-wnP22cjsHxwxK74lmwDmTE60D54XxNnsKPHO5FXi7cCSQHS9SMZduADU5h5iN65TCvfPVK61SlK-YSYFD2Meo0qWRJDKrAeBt_Man2jGbf\
    3MrU__eaS8a54FIy1JOcSaLAcZoZ-IKrw6KkfBlzqF-8woieNgNW-mY91Dqbkq4WBXk31aDHzyFx4jbNaz2w5_N7H9LAlTgFI5q3ulL-JWKZ3V\
    ykI4fis5VxmQ";

/// Signed by it with OpenSSL: RS256, valid for 300 s from 1800000000 on.
const TOKEN: &str = "\
    eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.\
    eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJhdWQiOiJwYXltZW50cyIsInN1YiI6ImFubmEiLCJub25jZSI6Im4iLCJpYXQiOjE4MD\
    AwMDAwMDAsImV4cCI6MTgwMDAwMDMwMCwicm9sZXMiOiJjYW1wYWlnbnMifQ.\
    XQ0hxSif69vevDsAD_7R_AKiTaPjzNKob80aKe50rCG2LTn_0dVQFnFrAiJlZB5QgNlVQ-4BvfNh3FRH0eVNFjzCqli7ARsdP46fMMPqn639AB\
    6C8Q_fnYH7b6XFgRL0n8A-oWpHLkHBYYqCWF2Wf9kYGoqFO4s3LXEl5PCMyAhXmJuwbZjfqSJ-rTjz8RXx9kdkUWIyyg4OxhL5np4W131lxrTj\
    uZybR8PMMdXvfKInEN33SFwNL6vKYTMYI6UP-hx_STY7pF6on4sjAQjb3zFCsStGqAHct6Z51qUWTxOWFuy3I3D56pOy72bm5-nOUdUWJYa8Yn\
    arx6GGV5RVIw";

const BEGAN: i64 = 1_800_000_000;

fn key() -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "rsa", "n": MODULUS, "e": "AQAB"})
}

fn keys(keys: &[Value]) -> Keys {
    jws::install();
    Keys::of(&json!({ "keys": keys }))
}

fn expected(seconds: i64) -> Expected<'static> {
    Expected {
        issuer: "https://login.example",
        client_id: "payments",
        nonce: "n",
        now: DateTime::<Utc>::from_timestamp(BEGAN + seconds, 0).unwrap(),
    }
}

#[test]
fn a_token_of_openssl_is_verified() {
    let claims = keys(&[key()]).claims(TOKEN, &expected(0)).unwrap();
    assert_eq!(name(&claims, "sub").as_deref(), Ok("anna"));
    assert_eq!(texts(&claims, "roles"), ["campaigns"]);
}

#[test]
fn a_token_is_valid_from_when_it_was_issued_until_it_expires_with_a_leeway_of_a_minute() {
    let verified = |seconds| keys(&[key()]).claims(TOKEN, &expected(seconds));
    assert_eq!(verified(-61).err(), Some(Invalid::NotYet));
    assert!(verified(-60).is_ok());
    assert!(verified(359).is_ok());
    assert_eq!(verified(360).err(), Some(Invalid::Expired));
}

#[test]
fn a_token_with_another_letter_anywhere_is_refused() {
    let keys = keys(&[key()]);
    for (place, letter) in TOKEN.char_indices() {
        let other = if letter == 'A' { "B" } else { "A" };
        let mut changed = TOKEN.to_owned();
        changed.replace_range(place..=place, other);
        // The last digit of base64 may have bits that are not used.
        if place + 1 < TOKEN.len() {
            assert!(keys.claims(&changed, &expected(0)).is_err(), "{place}");
        }
    }
    for wrong in ["", "a.b.c", &TOKEN[1..], &TOKEN[..TOKEN.len() - 4]] {
        assert!(keys.claims(wrong, &expected(0)).is_err(), "{wrong}");
    }
}

#[test]
fn the_key_is_found_by_its_id_or_because_it_is_the_only_one_of_its_kind() {
    let with = |change: Value| {
        let mut key = key();
        let object = key.as_object_mut().unwrap();
        object.extend(change.as_object().unwrap().clone());
        key
    };
    let claims = |set: &[Value]| keys(set).claims(TOKEN, &expected(0)).err();
    let another = with(json!({"kid": "another"}));
    let curve = json!({"kty": "OKP", "crv": "Ed25519", "kid": "rsa", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    assert_eq!(claims(&[another.clone(), key()]), None);
    assert_eq!(claims(&[curve.clone(), key()]), None);
    let unknown = Some(Invalid::UnknownKey);
    assert_eq!(claims(&[]), unknown);
    assert_eq!(claims(&[another]), unknown);
    assert_eq!(claims(&[curve]), unknown);
    assert_eq!(claims(&[key(), key()]), unknown, "neither is chosen");
    assert_eq!(claims(&[with(json!({"use": "enc"}))]), unknown);
    assert_eq!(claims(&[with(json!({"alg": "PS256"}))]), unknown);
    // A set with keys of unknown kinds is read all the same.
    assert_eq!(claims(&[json!({"kty": "quantum"}), json!(7), key()]), None);
}

#[test]
fn a_token_for_another_client_issuer_or_sign_in_is_refused() {
    let refused = |expected: Expected<'_>| keys(&[key()]).claims(TOKEN, &expected).err();
    let ours = expected(0);
    let issuer = "https://login.example/";
    assert_eq!(refused(Expected { issuer, ..ours }), Some(Invalid::Issuer));
    let client_id = "payment";
    assert_eq!(
        refused(Expected { client_id, ..ours }),
        Some(Invalid::Audience)
    );
    assert_eq!(
        refused(Expected { nonce: "", ..ours }),
        Some(Invalid::Nonce)
    );
}

#[test]
fn a_person_has_a_name_that_no_other_author_can_have() {
    let named = |value: &Value| {
        let claims = json!({ "sub": value });
        name(claims.as_object().unwrap(), "sub")
    };
    let longest = "a".repeat(MAX_PERSON);
    for right in [
        "anna",
        "anna@store.example",
        "google-oauth2|115015401343387192604",
        &longest,
    ] {
        assert_eq!(named(&json!(right)).as_deref(), Ok(right));
    }
    let too_long = json!("a".repeat(MAX_PERSON + 1));
    for wrong in [
        json!(""),
        json!("demo store"),
        json!("ben (approved by anna)"),
        json!("ben\n"),
        json!("Ayşe"),
        json!(7),
        json!(null),
        json!(["anna"]),
        too_long,
    ] {
        assert_eq!(named(&wrong), Err(Invalid::Person), "{wrong}");
    }
}

#[test]
fn an_address_names_a_person_only_if_the_provider_has_verified_it() {
    for (verified, is_named) in [
        (json!(true), true),
        (json!(false), false),
        (json!("true"), false),
        (json!(null), false),
    ] {
        let claims = json!({"email": "anna@store.example", "email_verified": verified});
        assert_eq!(
            name(claims.as_object().unwrap(), "email").is_ok(),
            is_named,
            "{verified}"
        );
    }
}

#[test]
fn roles_are_a_text_or_a_list_of_texts() {
    let roles = |value: Value| {
        let claims = json!({ "roles": value });
        texts(claims.as_object().unwrap(), "roles")
    };
    assert_eq!(roles(json!(["a", "b"])), ["a", "b"]);
    assert_eq!(roles(json!("a b")), ["a b"]);
    for none in [json!(null), json!(7), json!({"a": true}), json!([7, null])] {
        assert!(roles(none).is_empty());
    }
}
