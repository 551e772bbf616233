//! iyzico's request signature, `IYZWSv2`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The `Authorization` header: HMAC-SHA256 under the secret key over random key, path and the exact bytes of the body
/// (source: iyzico's documentation, "HMACSHA256 Auth", and its official clients).
pub(crate) fn authorization(
    api_key: &str,
    secret_key: &str,
    random: &str,
    path: &str,
    body: &[u8],
) -> String {
    let signature = sign(secret_key, random, path, body);
    let parts = format!("apiKey:{api_key}&randomKey:{random}&signature:{signature}");
    format!(
        "IYZWSv2 {}",
        STANDARD.encode(Zeroizing::new(parts).as_bytes())
    )
}

fn sign(secret_key: &str, random: &str, path: &str, body: &[u8]) -> String {
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret_key.as_bytes()) else {
        return String::new();
    };
    mac.update(random.as_bytes());
    mac.update(path.as_bytes());
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{authorization, sign};

    const API_KEY: &str = "sandbox-apikey-0123456789abcdef";
    const SECRET_KEY: &str = "sandbox-secret-fedcba9876543210";
    const STORE: &str = r#"{"locale":"tr","conversationId":"123456789","externalId":"external id","email":"email@email.com","card":{"cardAlias":"card alias","cardNumber":"5528790000000008","expireYear":"2030","expireMonth":"12","cardHolderName":"John Doe"}}"#;
    const LIST: &str = r#"{"locale":"tr","conversationId":"123456789","cardUserKey":"cuk-42"}"#;
    const DELETE: &str =
        r#"{"locale":"tr","conversationId":"123456789","cardUserKey":"cuk-42","cardToken":"ct-7"}"#;

    fn check(path: &str, body: &str, expected: &str) {
        assert_eq!(
            sign(SECRET_KEY, "123456789", path, body.as_bytes()),
            expected
        );
    }

    #[test]
    fn signatures_are_those_of_the_official_client() {
        let store = "1b2c1b1e2bd7de9c074c506c2274ef2a54e8e4dd23e3d8ef69413b9290a1fb5f";
        let list = "8d9041be4070eaf7e3d45dfcc8cf0496f982974b5e57ff3e7a00d6bcff74bd01";
        let delete = "8f6a9fcfa9f164c87eee84ddc06b51aa43bd8a2c085c5c2da51e70145b6ec069";
        check("/cardstorage/card", STORE, store);
        check("/cardstorage/cards", LIST, list);
        check("/cardstorage/card", DELETE, delete);
    }

    #[test]
    fn the_header_is_that_of_the_official_client() {
        let header = authorization(
            API_KEY,
            SECRET_KEY,
            "123456789",
            "/cardstorage/card",
            STORE.as_bytes(),
        );
        assert_eq!(
            header,
            "IYZWSv2 YXBpS2V5OnNhbmRib3gtYXBpa2V5LTAxMjM0NTY3ODlhYmNkZWYmcmFuZG9tS2V5OjEyMzQ1Njc4OSZzaWduYXR1cmU6MWIyYzFiMWUyYmQ3ZGU5YzA3NGM1MDZjMjI3NGVmMmE1NGU4ZTRkZDIzZTNkOGVmNjk0MTNiOTI5MGExZmI1Zg=="
        );
    }
}
