//! Who may manage: holders of bearer tokens, kept as SHA-256.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, Utc};
use payments_core::ports::Author;
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::demo;
use crate::error::{ApiError, Problem};
use crate::settings::Settings;
use crate::state::of_request;
use crate::telemetry::{Principal, RequestId};

/// Tokens that count, by the names of their holders.
#[derive(Clone, Debug)]
pub(super) struct Tokens(Vec<(String, [u8; 32])>);

impl Tokens {
    /// Those of the settings, and the demo's where the demo is on. A hash that is none is left out: the settings were
    /// checked when they were read.
    pub(super) fn of(settings: &Settings) -> Self {
        let configured = settings.manage.tokens.iter().filter_map(|(name, hash)| {
            let mut digest = [0; 32];
            hex::decode_to_slice(hash, &mut digest).ok()?;
            Some((name.clone(), digest))
        });
        let demo = settings
            .demo
            .enabled
            .then(|| ("demo".to_owned(), digest(demo::TOKEN)));
        Self(configured.chain(demo).collect())
    }

    /// The holder of a token. Takes the same time whichever token it is, and whether it is one.
    fn holder(&self, token: &str) -> Option<&str> {
        let given = digest(token);
        let mut found = u64::MAX;
        for (position, (_, known)) in (0_u64..).zip(&self.0) {
            found.conditional_assign(&position, given.ct_eq(known));
        }
        let position = usize::try_from(found).ok()?;
        self.0.get(position).map(|(name, _)| name.as_str())
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Somebody who may manage: holding one is being authorized.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The name the settings give the token.
    pub name: String,
    /// The id of the request.
    pub request_id: Option<String>,
}

impl Holder {
    /// The holder as the author of what this request writes.
    pub fn author(&self, now: DateTime<Utc>) -> Author {
        Author {
            principal: self.name.clone(),
            request_id: self.request_id.clone(),
            at: now,
        }
    }
}

fn authorize(request: &HttpRequest) -> Result<Holder, ApiError> {
    let unknown = || ApiError::new(Problem::ManageUnauthorized);
    let state = of_request(request)?;
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return Err(unknown());
    };
    let (scheme, token) = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(unknown)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unknown());
    }
    let tokens = Tokens::of(&state.settings);
    let name = tokens.holder(token.trim_matches(' ')).ok_or_else(unknown)?;
    let principal = Principal(format!("token {name}"));
    request.extensions_mut().insert(principal);
    Ok(Holder {
        name: name.to_owned(),
        request_id: request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone()),
    })
}

impl FromRequest for Holder {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authorize(request))
    }
}

#[cfg(test)]
mod tests {
    use super::{Tokens, digest};

    #[test]
    fn each_token_has_its_holder_and_nothing_else_has_one() {
        let tokens = Tokens(vec![
            ("old".to_owned(), digest("one")),
            ("new".to_owned(), digest("two")),
        ]);
        assert_eq!(tokens.holder("one"), Some("old"));
        assert_eq!(tokens.holder("two"), Some("new"));
        for wrong in ["", "three", "One", "one ", &hex::encode(digest("one"))] {
            assert_eq!(tokens.holder(wrong), None, "{wrong:?}");
        }
        assert_eq!(Tokens(Vec::new()).holder("one"), None);
    }
}
