//! Craftgate's request signature.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The `x-signature` header: SHA-256 (no HMAC) over the decoded URL, both keys, the random key and the exact bytes of
/// the body, in Base64 (source: Craftgate's documentation and its official clients).
pub(crate) fn sign(
    url: &str,
    api_key: &str,
    secret_key: &str,
    random: &str,
    body: &[u8],
) -> String {
    let mut hash = Sha256::new();
    hash.update(decoded(url));
    hash.update(api_key);
    hash.update(secret_key);
    hash.update(random);
    hash.update(body);
    STANDARD.encode(hash.finalize())
}

/// Undoes percent-encoding. We never write a space as `+`, about which the official clients disagree.
fn decoded(url: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{decoded, sign};

    fn check(path: &str, body: &str, expected: &str) {
        let url = format!("https://sandbox-api.craftgate.io{path}");
        let signed = sign(
            &url,
            "api-key-0123",
            "secret-key-4567",
            "Ab3dE9",
            body.as_bytes(),
        );
        assert_eq!(signed, expected);
    }

    #[test]
    fn signatures_are_those_of_the_official_clients() {
        check(
            "/payment/v1/cards",
            r#"{"cardHolderName":"Haluk Demir","cardNumber":"5258640000000001","expireYear":"2044","expireMonth":"07","cardAlias":"My YKB Card"}"#,
            "JWELV192rKMw6LDSc6owjSDMiz2aDD7e4OaKJSLstdY=",
        );
        check(
            "/payment/v1/cards?cardUserKey=fac377f2-ab15-4696-88d2-5e71b27ec378&page=0&size=10",
            "",
            "CjB0dF01NQy5Ua21ooKUCN1HvEK1xZjqqu6wWBWmkm0=",
        );
        check(
            "/payment/v1/cards/delete",
            r#"{"cardUserKey":"fac377f2-ab15-4696-88d2-5e71b27ec378","cardToken":"11a078c4-3c32-4796-90b1-51ee5517a212"}"#,
            "lLYCu9j298Fj2r5ERxSOydM4uyY9C3MVxYVOl7TEr0E=",
        );
    }

    #[test]
    fn the_url_is_signed_decoded() {
        assert_eq!(
            decoded("/x?a=My%20Card%C5%9F&b=1%"),
            "/x?a=My Cardş&b=1%".as_bytes()
        );
    }
}
