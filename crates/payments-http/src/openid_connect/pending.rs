//! A sign-in that began: what the callback needs, in a cookie of the browser that began it.
//!
//! The cookie is `sign-in.began.state.nonce.verifier.next.tag`. The tag authenticates the rest with the key of the console's
//! sessions, whose messages begin with a number. Another site's link leads to the callback, so the cookie is `SameSite=Lax`.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use payments_console::Page;
use payments_core::keys::Keys;
use payments_core::ports::Entropy;

use crate::cookies::{self, Found};
use crate::state::AppState;

/// How long a sign-in at the provider may take.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);
const KIND: &str = "sign-in";

/// A sign-in that began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    began_at: DateTime<Utc>,
    /// Comes back with the code.
    pub(crate) state: String,
    /// Comes back in the ID token.
    pub(crate) nonce: String,
    /// The PKCE verifier (RFC 7636).
    pub(crate) verifier: String,
    /// The page after it.
    pub(crate) next: Option<Page>,
}

impl Pending {
    pub(crate) fn begin(next: Option<Page>, entropy: &dyn Entropy, now: DateTime<Utc>) -> Self {
        let random = || {
            let mut bytes = [0; 32];
            entropy.fill(&mut bytes);
            BASE64.encode(bytes)
        };
        Self {
            began_at: now,
            state: random(),
            nonce: random(),
            verifier: random(),
            next,
        }
    }

    fn message(&self) -> String {
        let Self {
            state,
            nonce,
            verifier,
            next,
            ..
        } = self;
        let began = self.began_at.timestamp();
        let next = next.map_or("", Page::slug);
        format!("{KIND}.{began}.{state}.{nonce}.{verifier}.{next}")
    }

    fn sealed(&self, keys: &Keys) -> String {
        let message = self.message();
        let tag = hex::encode(keys.console_tag(message.as_bytes()));
        format!("{message}.{tag}")
    }

    fn open(value: &str, keys: &Keys, now: DateTime<Utc>) -> Option<Self> {
        let (message, tag) = value.rsplit_once('.')?;
        if !keys.console_tag_is_valid(message.as_bytes(), &hex::decode(tag).ok()?) {
            return None;
        }
        let parts: Vec<&str> = message.split('.').collect();
        let [KIND, began, state, nonce, verifier, next] = *parts else {
            return None;
        };
        let began_at = DateTime::from_timestamp(began.parse().ok()?, 0)?;
        ((now - began_at).abs() < LIFETIME).then(|| Self {
            began_at,
            state: state.to_owned(),
            nonce: nonce.to_owned(),
            verifier: verifier.to_owned(),
            next: Page::of_slug(next),
        })
    }

    /// The one of a request's cookie, if it is authentic and not too old.
    pub(crate) fn of_request(request: &HttpRequest, state: &AppState) -> Option<Self> {
        let name = cookie_name(state.settings.is_production());
        match cookies::find(request, name, false) {
            Found::One(value) => Self::open(value, state.card_storage.keys(), state.clock.now()),
            Found::Absent | Found::Ambiguous => None,
        }
    }

    /// The cookie of it.
    pub(crate) fn cookie(&self, state: &AppState) -> String {
        let value = self.sealed(state.card_storage.keys());
        set(&value, LIFETIME, state.settings.is_production())
    }
}

/// The cookie that ends it.
pub(crate) fn no_cookie(state: &AppState) -> String {
    set("", TimeDelta::zero(), state.settings.is_production())
}

fn set(value: &str, lifetime: TimeDelta, is_production: bool) -> String {
    let name = cookie_name(is_production);
    let secure = if is_production { "; Secure" } else { "" };
    let seconds = lifetime.num_seconds();
    format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

const fn cookie_name(is_production: bool) -> &'static str {
    if is_production {
        "__Host-payments_sign_in"
    } else {
        "payments_sign_in"
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use payments_console::Page;
    use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};

    use super::{LIFETIME, Pending};
    use crate::entropy::SystemEntropy;
    use crate::manage_session::{ManageSession, SignedInBy};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn keys() -> Keys {
        let ring = vec![MasterKey::new(KeyId(1), &[1; 32]).unwrap()];
        Keys::new(ring, &LastingKey::new(&[9; 32]).unwrap()).unwrap()
    }

    #[test]
    fn a_sign_in_can_be_completed_for_ten_minutes() {
        let pending = Pending::begin(Some(Page::Rules), &SystemEntropy, now());
        let value = pending.sealed(&keys());
        let open = |at| Pending::open(&value, &keys(), at);
        assert_eq!(open(now()), Some(pending));
        assert!(open(now() + LIFETIME - TimeDelta::seconds(1)).is_some());
        assert_eq!(open(now() + LIFETIME), None);
    }

    #[test]
    fn every_sign_in_has_its_own_secrets() {
        let [one, other] = [0, 1].map(|_| Pending::begin(None, &SystemEntropy, now()));
        assert_ne!(one.state, other.state);
        assert_ne!(one.nonce, other.nonce);
        assert_ne!(one.verifier, other.verifier);
        // RFC 7636 asks for 43 characters or more.
        assert_eq!(one.verifier.len(), 43);
        assert!(![&one.nonce, &one.verifier].contains(&&one.state));
    }

    #[test]
    fn a_changed_cookie_is_none() {
        let value = Pending::begin(None, &SystemEntropy, now()).sealed(&keys());
        for (place, letter) in value.char_indices() {
            let other = if letter == '1' { "2" } else { "1" };
            let mut forged = value.clone();
            forged.replace_range(place..=place, other);
            assert_eq!(Pending::open(&forged, &keys(), now()), None, "{forged}");
        }
    }

    #[test]
    fn neither_cookie_is_taken_for_the_other() {
        let pending = Pending::begin(None, &SystemEntropy, now()).sealed(&keys());
        assert!(ManageSession::open(&pending, &keys(), now()).is_err());
        let by = SignedInBy::Token("sign-in".to_owned());
        let session = ManageSession::begin([1; 16], by, [2; 16], now()).sealed(&keys());
        assert_eq!(Pending::open(&session, &keys(), now()), None);
    }
}
