//! Stripe's webhook: verifies the signature, and finds the setup intent.

use hmac::{Hmac, KeyInit as _, Mac as _};
use payments_core::flow::IntentId;
use payments_core::tokenization::{Notice, NoticeRefused};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::Sha256;

use super::account::KEYS;
use crate::config::Config;
use crate::context::ProviderContext;

/// The maximum age of a signature, in seconds, in the past or the future.
const TOLERANCE_SECONDS: u64 = 300;

/// Stripe signs with each of an endpoint's secrets; there are two while one is rotated.
const MOST_SIGNATURES: usize = 8;

/// The relevant fields of an event.
#[derive(Deserialize)]
struct Event {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

/// The setup intent of an event. Its state in the event is not trusted: it is fetched.
pub(super) fn read(
    values: &Map<String, Value>,
    context: &ProviderContext,
    notice: &Notice,
) -> Result<Option<IntentId>, NoticeRefused> {
    let config = Config::of(values, KEYS, context.config_scope()).map_err(|_| NoticeRefused)?;
    let secret = config.secret("webhook_secret");
    let secret = secret.map_err(|_| NoticeRefused)?;
    let now = context.clock.now().timestamp();
    let signature = notice.header("stripe-signature").ok_or(NoticeRefused)?;
    if !is_signed(secret.as_bytes(), signature, &notice.body, now) {
        return Err(NoticeRefused);
    }
    // Signed but unreadable: not about one of our setup intents.
    let event = serde_json::from_slice::<Event>(&notice.body).ok();
    Ok(event.and_then(|event| reference(&event.data.object)))
}

fn reference(object: &Value) -> Option<IntentId> {
    let is_setup_intent = object["object"] == "setup_intent";
    let reference = object["metadata"]["reference"].as_str();
    reference
        .filter(|_| is_setup_intent)
        .map(|reference| IntentId(reference.to_owned()))
}

/// Whether any of the signatures in `t=…,v1=…,v1=…` is valid for this body and secret, and recent.
fn is_signed(secret: &[u8], signature: &str, body: &[u8], now: i64) -> bool {
    let parts = || signature.split(',').filter_map(|part| part.split_once('='));
    let mut times = parts().filter(|(name, _)| *name == "t");
    let (Some((_, time)), None) = (times.next(), times.next()) else {
        return false;
    };
    let is_recent = time
        .parse::<i64>()
        .is_ok_and(|time| now.abs_diff(time) <= TOLERANCE_SECONDS);
    let given = parts().filter(|(name, _)| *name == "v1");
    let given: Vec<[u8; 32]> = given
        .take(MOST_SIGNATURES)
        .filter_map(|(_, digits)| hex::decode(digits).ok()?.try_into().ok())
        .collect();
    if !is_recent || given.is_empty() {
        return false;
    }
    // The body is hashed once for any number of signatures, as unauthenticated callers send them.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return false;
    };
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    given
        .iter()
        .any(|given| mac.clone().verify_slice(given).is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_signed;

    /// Made with another implementation, Python's `hmac`: of `1795348800.{}` under `whsec_test`.
    const SIGNATURE: &str = "9fb9e50151fa48d57085acca0c92830cdff8937f7ede2862aef95812c585d592";
    const NOW: i64 = 1_795_348_800;

    fn check(signature: &str, body: &[u8], now: i64, expected: bool) {
        let signed = is_signed(b"whsec_test", signature, body, now);
        assert_eq!(signed, expected, "{signature} at {now}");
    }

    #[test]
    fn a_signature_is_of_its_body_and_time_and_not_old() {
        let right = format!("t={NOW},v1={SIGNATURE}");
        check(&right, b"{}", NOW, true);
        check(&right, b"{}", NOW + 300, true);
        check(&right, b"{}", NOW - 300, true);
        check(&right, b"{}", NOW + 301, false);
        check(&right, b"{}", NOW - 301, false);
        check(&right, b"{} ", NOW, false);
        let rolled = format!("t={NOW},v1={},v1={SIGNATURE}", "0".repeat(64));
        check(&rolled, b"{}", NOW, true);
        let many = format!("t={NOW}{},v1={SIGNATURE}", ",v1=".repeat(8));
        check(&many, b"{}", NOW, false);
        let test_mode = format!("t={NOW},v0={SIGNATURE}");
        check(&test_mode, b"{}", NOW, false);
        let moved = format!("t={},v1={SIGNATURE}", NOW + 1);
        check(&moved, b"{}", NOW, false);
        let twice = format!("t={NOW},t={NOW},v1={SIGNATURE}");
        check(&twice, b"{}", NOW, false);
        check("", b"{}", NOW, false);
        check("t=,v1=", b"{}", NOW, false);
        assert!(!is_signed(b"whsec_other", &right, b"{}", NOW));
    }
}
