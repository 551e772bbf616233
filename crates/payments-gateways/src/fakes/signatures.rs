//! The adapters' signatures, for comparison with those of official clients.

/// iyzico's `Authorization` header.
pub fn iyzico(api_key: &str, secret_key: &str, random: &str, path: &str, body: &[u8]) -> String {
    crate::iyzico::signature::authorization(api_key, secret_key, random, path, body)
}

/// Craftgate's `x-signature` header.
pub fn craftgate(url: &str, api_key: &str, secret_key: &str, random: &str, body: &[u8]) -> String {
    crate::craftgate::signature::sign(url, api_key, secret_key, random, body)
}
