//! Sessions of the console: a cookie in place of a management token.
//!
//! The cookie is `began.used.id.fingerprint.name.tag`: two times in seconds since 1970, a random id, and a token of the
//! settings by its fingerprint and its name. After signing in by OpenID Connect it is
//! `began.used.id.fingerprint.person.roles.tag`, with the fingerprint of the provider's settings. The tag authenticates the rest with
//! a key that all processes have. Nothing is stored: what ends a session is in the cookie, or in the settings.

#[cfg(test)]
mod tests;

use actix_web::http::header::HeaderValue;
use actix_web::{HttpMessage as _, HttpRequest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use payments_core::keys::Keys;

use crate::cookies::{self, Found};
use crate::manage_tokens::Identity;
use crate::state::AppState;

/// How long a session lasts without a request.
pub(crate) const IDLE: TimeDelta = TimeDelta::minutes(30);
/// How long a session lasts at most.
const LONGEST: TimeDelta = TimeDelta::hours(12);
/// A request renews a session that was renewed that long ago.
const RENEWED_AFTER: TimeDelta = TimeDelta::minutes(1);
/// The longest cookie that is read.
const MAX_LENGTH: usize = 4_096;

/// The random id of a session.
pub(crate) type Id = [u8; 16];
/// Identifies a token, or the settings of a provider.
pub(crate) type Fingerprint = [u8; 16];

/// A session of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ManageSession {
    began_at: DateTime<Utc>,
    used_at: DateTime<Utc>,
    pub(crate) id: Id,
    fingerprint: Fingerprint,
    by: SignedInBy,
}

/// How the holder of a session signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignedInBy {
    /// With the token of this name.
    Token(String),
    /// By OpenID Connect.
    Person {
        /// The person's principal.
        person: String,
        /// The provider's names of their roles.
        roles: Vec<String>,
    },
}

/// Why a cookie is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSession {
    /// None of our keys signed it.
    Forged,
    /// It was one.
    Ended,
}

impl ManageSession {
    /// Starts a session.
    pub(crate) fn begin(
        fingerprint: Fingerprint,
        by: SignedInBy,
        id: Id,
        now: DateTime<Utc>,
    ) -> Self {
        let now = now.trunc_subsecs(0);
        Self {
            began_at: now,
            used_at: now,
            id,
            fingerprint,
            by,
        }
    }

    /// Who is signed in; `None` if their token is gone or has expired, or the provider's settings were changed.
    pub(crate) fn holder(&self, state: &AppState) -> Option<Identity> {
        match &self.by {
            SignedInBy::Token(name) => {
                let token = state.manage_tokens.named(name, &self.fingerprint)?;
                (!token.has_expired(state.clock.now())).then(|| token.holder())
            }
            SignedInBy::Person { person, roles } => {
                let provider = state.openid_connect.as_ref()?;
                let is_same = provider.fingerprint() == self.fingerprint;
                let is_free = !state.manage_tokens.is_of_another(person);
                (is_same && is_free).then(|| provider.holder(person, roles))
            }
        }
    }

    /// The cookie's value.
    pub(crate) fn sealed(&self, keys: &Keys) -> String {
        let message = self.message();
        let tag = hex::encode(keys.console_tag(message.as_bytes()));
        format!("{message}.{tag}")
    }

    fn message(&self) -> String {
        let by = match &self.by {
            SignedInBy::Token(name) => BASE64.encode(name),
            SignedInBy::Person { person, roles } => {
                let roles = BASE64.encode(roles.join("\n"));
                format!("{}.{roles}", BASE64.encode(person))
            }
        };
        format!(
            "{}.{}.{}.{}.{by}",
            self.began_at.timestamp(),
            self.used_at.timestamp(),
            hex::encode(self.id),
            hex::encode(self.fingerprint),
        )
    }

    /// Reads the cookie's value.
    pub(crate) fn open(value: &str, keys: &Keys, now: DateTime<Utc>) -> Result<Self, NoSession> {
        let signed = Some(value).filter(|value| value.len() <= MAX_LENGTH);
        let (message, tag) = signed
            .and_then(|value| value.rsplit_once('.'))
            .ok_or(NoSession::Forged)?;
        let tag = hex::decode(tag).map_err(|_| NoSession::Forged)?;
        if !keys.console_tag_is_valid(message.as_bytes(), &tag) {
            return Err(NoSession::Forged);
        }
        // Of another version of the program, it may have another form.
        let session = Self::of_message(message).ok_or(NoSession::Ended)?;
        if now - session.used_at >= IDLE || now - session.began_at >= LONGEST {
            return Err(NoSession::Ended);
        }
        Ok(session)
    }

    fn of_message(message: &str) -> Option<Self> {
        let parts: Vec<&str> = message.split('.').collect();
        let text = |part: &str| String::from_utf8(BASE64.decode(part).ok()?).ok();
        let [began, used, id, fingerprint, by @ ..] = &*parts else {
            return None;
        };
        let by = match by {
            [name] => SignedInBy::Token(text(name)?),
            [person, roles] => SignedInBy::Person {
                person: text(person)?,
                roles: text(roles)?.lines().map(str::to_owned).collect(),
            },
            _ => return None,
        };
        let time = |text: &str| DateTime::from_timestamp(text.parse().ok()?, 0);
        let mut session = Self {
            began_at: time(began)?,
            used_at: time(used)?,
            id: Id::default(),
            fingerprint: Fingerprint::default(),
            by,
        };
        hex::decode_to_slice(id, &mut session.id).ok()?;
        hex::decode_to_slice(fingerprint, &mut session.fingerprint).ok()?;
        Some(session)
    }

    /// The session as used now, if its cookie has to say so.
    fn used(&self, now: DateTime<Utc>) -> Option<Self> {
        (now - self.used_at >= RENEWED_AFTER).then(|| Self {
            used_at: now.trunc_subsecs(0),
            ..self.clone()
        })
    }
}

/// A cookie that the response to a request has to set.
struct Renewed(HeaderValue);

/// The session of a request; `None` if it has no cookie, or the console is disabled.
pub(crate) fn of_request(
    request: &HttpRequest,
    state: &AppState,
) -> Option<Result<ManageSession, NoSession>> {
    if !state.settings.console.enabled {
        return None;
    }
    let name = cookie_name(state.settings.is_production());
    match cookies::find(request, name, false) {
        Found::Absent => None,
        Found::Ambiguous => Some(Err(NoSession::Forged)),
        Found::One(value) => {
            let keys = state.card_storage.keys();
            Some(ManageSession::open(value, keys, state.clock.now()))
        }
    }
}

/// Notes that a session was used: the response to the request renews its cookie.
pub(crate) fn renew(request: &HttpRequest, state: &AppState, session: &ManageSession) {
    if let Some(used) = session.used(state.clock.now())
        && let Ok(cookie) = HeaderValue::from_str(&cookie(state, &used))
    {
        request.extensions_mut().insert(Renewed(cookie));
    }
}

/// The cookie that the response to a request has to set.
pub(crate) fn renewed(request: &HttpRequest) -> Option<HeaderValue> {
    request
        .extensions_mut()
        .remove()
        .map(|Renewed(cookie)| cookie)
}

/// The cookie of a session.
pub(crate) fn cookie(state: &AppState, session: &ManageSession) -> String {
    let value = session.sealed(state.card_storage.keys());
    set(&value, "", state.settings.is_production())
}

/// The cookie that ends a browser's session.
pub(crate) fn no_cookie(state: &AppState) -> String {
    set("", "; Max-Age=0", state.settings.is_production())
}

/// Browsers keep the production's cookie out of connections without TLS.
fn set(value: &str, lifetime: &str, is_production: bool) -> String {
    let name = cookie_name(is_production);
    let secure = if is_production { "; Secure" } else { "" };
    format!("{name}={value}{lifetime}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

/// A sibling domain cannot plant a cookie with the prefix of production.
const fn cookie_name(is_production: bool) -> &'static str {
    if is_production {
        "__Host-payments_console"
    } else {
        "payments_console"
    }
}
